import assert from "node:assert/strict";
import { test } from "node:test";
import { colourMap, oklab, RANGE_DB, STEPS, stepOf } from "../lib/colourmap.js";
import { Peaks } from "../lib/peaks.js";
import { Pictures } from "../lib/pictures.js";
import { BANDS, COLUMNS, Spectra } from "../lib/spectra.js";

const window_ = (/** @type {number} */ from_s, /** @type {number} */ to_s) => ({ from_s, to_s, left: 0, right: 1000 });
const loud = (/** @type {number} */ seconds) => {
  const peaks = new Peaks();
  peaks.put(0, new Array(Math.round(seconds * 50)).fill(0.5));
  return peaks;
};

/** A kernel that answers when it is told to. */
function kernel() {
  /** @type {{question: any, answer: (given?: any) => void, refuse: () => void}[]} */
  const asked = [];
  const ask = (/** @type {any} */ question) =>
    new Promise((resolve, reject) => {
      const bytes = new Uint8Array((question.columns ?? 0) * BANDS).fill(200);
      const levels = btoa(String.fromCharCode(...bytes));
      asked.push({ question, answer: (given = { levels }) => resolve(given), refuse: () => reject(new Error("no")) });
    });
  return { asked, ask };
}
const settled = () => new Promise((resolve) => setImmediate(resolve));

test("what is seen is asked for, once, one after the other, and then known", async () => {
  const { asked, ask } = kernel();
  let changes = 0;
  const spectra = new Spectra(ask, () => (changes += 1));
  const peaks = loud(20);
  const see = (/** @type {boolean} */ live) => spectra.see("user", peaks, window_(0, 16), 0, live);
  assert.equal(see(true).length, 2);
  see(true);
  assert.equal(asked.length, 1);
  assert.deepEqual(asked[0].question, { what: "spectra", side: "user", first: 0, frames: 1, columns: COLUMNS });
  asked[0].answer();
  await settled();
  assert.equal(changes, 1);
  assert.deepEqual(see(true).map(({ known }) => known), [COLUMNS, 0]);
  assert.equal(asked[1].question.first, COLUMNS);
});

test("at the edge of now a tile grows by what is new", async () => {
  const { asked, ask } = kernel();
  const spectra = new Spectra(ask, () => {});
  spectra.see("agent", loud(3), window_(0, 8), 0, true);
  assert.equal(asked[0].question.columns, 149, "the last column may still hear more");
  asked[0].answer();
  await settled();
  spectra.see("agent", loud(3.2), window_(0, 8), 0, true);
  assert.equal(asked.length, 1, "so little is not worth a question");
  const [tile] = spectra.see("agent", loud(4), window_(0, 8), 0, true);
  assert.deepEqual([asked[1].question.first, asked[1].question.columns], [149, 50]);
  asked[1].answer();
  await settled();
  assert.equal(tile.known, 199);
  assert.equal(tile.levels[198 * BANDS], 200);
  spectra.see("agent", loud(4.1), window_(0, 8), 0, false);
  assert.equal(asked[2].question.columns, 6, "when it is over, all of it");
});

test("silence is not asked for, and an hour not column by column", () => {
  const { asked, ask } = kernel();
  const spectra = new Spectra(ask, () => {});
  const silent = new Peaks();
  silent.put(0, new Array(1000).fill(0));
  assert.equal(spectra.see("user", silent, window_(0, 20), 0, false)[0].known, COLUMNS);
  assert.equal(asked.length, 0);
  const tiles = spectra.see("user", loud(3600), window_(0, 3600), 0, true);
  assert.equal(tiles.length, 12);
  assert.deepEqual([asked[0].question.frames, asked[0].question.columns], [40, COLUMNS]);
});

test("who does not answer is asked again later, and less and less", async () => {
  const { asked, ask } = kernel();
  const spectra = new Spectra(ask, () => {});
  const see = (/** @type {number} */ ms) => spectra.see("user", loud(10), window_(0, 8), ms, true);
  see(0);
  asked[0].refuse();
  await settled();
  see(1000);
  assert.equal(asked.length, 1);
  see(2000);
  assert.equal(asked.length, 2);
  asked[1].answer({ levels: "AAAA" });
  await settled();
  see(5000);
  assert.equal(asked.length, 2);
  see(6000);
  assert.equal(asked.length, 3);
});

test("where sound was not kept there is no spectrogram of silence", async () => {
  const { asked, ask } = kernel();
  const spectra = new Spectra(ask, () => {});
  const see = (/** @type {number} */ ms) => spectra.see("user", loud(10), window_(0, 8), ms, true);
  see(0);
  asked[0].answer({ levels: btoa("\0".repeat(COLUMNS * BANDS)) });
  await settled();
  assert.equal(see(1)[0].known, 0);
});

test("few are kept, and what belongs to another recording is dropped", async () => {
  const { asked, ask } = kernel();
  let changes = 0;
  const spectra = new Spectra(ask, () => (changes += 1));
  const peaks = loud(4000);
  for (let t = 0; t < 3900; t += 8) spectra.see("user", peaks, window_(t, t + 8), 0, true);
  assert.equal(spectra.tiles.size, 128);
  spectra.clear();
  asked[0].answer();
  await settled();
  assert.deepEqual([spectra.tiles.size, changes], [0, 0]);
});

for (const [name, background, text] of /** @type {const} */ ([["light", [255, 255, 255], [30, 30, 30]], ["dark", [27, 29, 33], [230, 230, 230]]])) {
  test(`lightness runs evenly from background to text, ${name}`, () => {
    const map = colourMap([...background], [26, 128, 191], [...text]);
    const lightness = Array.from({ length: STEPS }, (_, n) => oklab([map[4 * n], map[4 * n + 1], map[4 * n + 2]])[0]);
    const step = (lightness[STEPS - 1] - lightness[0]) / (STEPS - 1);
    for (let n = 16; n < STEPS; n++) assert.ok(Math.abs((lightness[n] - lightness[n - 16]) / 16 / step - 1) < 0.35, String(n));
    assert.equal(map[3], 0, "silence is clear");
    assert.equal(map[4 * STEPS - 1], 255);
  });
}

test("levels fill the map between its ends", () => {
  const told = (/** @type {number} */ dbfs) => stepOf(2 * (dbfs + 120));
  assert.deepEqual([told(-120), told(RANGE_DB.low), told(RANGE_DB.high), told(0)], [0, 0, STEPS - 1, STEPS - 1]);
});

test("the page's own pictures are found by what is told of them; others are asked for", async () => {
  const { asked, ask } = kernel();
  /** @type {number[]} */
  const closed = [];
  const shrink = async (/** @type {Blob} */ { size }) => /** @type {any} */ ({ size, close: () => closed.push(size) });
  const pictures = new Pictures(ask, shrink);
  const told = [{ t: 1, number: 1, width: 4, height: 3, bytes: 30 }, { t: 2, number: 2, width: 4, height: 3, bytes: 10 }];
  pictures.take(new ArrayBuffer(20)); // it never arrived
  pictures.take(new ArrayBuffer(10));
  pictures.follow(told);
  assert.equal(pictures.whole(told[1])?.size, 10);
  assert.equal(pictures.small(told[1]), null);
  await settled();
  assert.deepEqual(/** @type {any} */ (pictures.small(told[1]))?.size, 10);
  assert.equal(asked.length, 0);
  assert.equal(pictures.whole(told[0]), null);
  assert.deepEqual(asked[0].question, { what: "frame", number: 1 });
  asked[0].answer({ jpeg: btoa("12345") });
  await settled();
  assert.equal(pictures.whole(told[0])?.size, 5);
  pictures.clear();
  assert.deepEqual(closed, [10]);
});

test("a picture that was not kept is asked for once", async () => {
  const { asked, ask } = kernel();
  const pictures = new Pictures(ask, async () => /** @type {any} */ ({ close() {} }));
  const picture = { t: 1, number: 7, width: 4, height: 3, bytes: 30 };
  pictures.small(picture);
  asked[0].answer({ jpeg: null });
  await settled();
  assert.equal(pictures.small(picture), null);
  assert.equal(pictures.whole(picture), null);
  await settled();
  assert.equal(asked.length, 1);
});
