import assert from "node:assert/strict";
import { test } from "node:test";
import { heightOf, indexAt, pretty, Rows, ROW_PX, scrollTo, sizeText, timeText } from "../lib/rows.js";
import { settle } from "./doubles/page.js";

/** @typedef {import("../lib/rows.js").Row} Row */

/** A kernel with so many messages, every tenth no sound; its answers wait until they are let go. */
function kernel(total = 1000) {
  const asked = /** @type {any[]} */ ([]);
  const waiting = /** @type {((fail?: boolean) => void)[]} */ ([]);
  const state = { total, dropped: 0 };
  const ask = (/** @type {any} */ question) =>
    new Promise((resolve, reject) => {
      asked.push(question);
      waiting.push((fail = false) => {
        if (fail) return reject(new Error("lost"));
        const numbers = [];
        for (let n = state.dropped; n < state.total; n++) if (question.audio || n % 10 === 0) numbers.push(n);
        const start = question.start < 0 ? Math.max(0, numbers.length + question.start) : question.start;
        const rows = numbers.slice(start, start + question.count).map((n) => /** @type {Row} */ ([n, n / 50, "sent", "kind", 900, 1, false]));
        resolve({ total: state.total, dropped: state.dropped, found: numbers.length, groups: { audio: 1 }, start, rows });
      });
    });
  const answer = async (fail = false) => {
    waiting.shift()?.(fail);
    await settle();
  };
  return { ask, asked, answer, state, waiting };
}

const numbers = (/** @type {Rows} */ rows) => [...rows.rows.values()].map(([number]) => number);

test("who follows sees the end, and one question at a time", async () => {
  const { ask, asked, answer, state } = kernel();
  let changes = 0;
  const rows = new Rows(ask, () => (changes += 1));
  rows.see(0, 10);
  rows.refresh();
  rows.refresh();
  rows.refresh();
  assert.equal(asked.length, 1);
  await answer();
  assert.deepEqual([rows.total, rows.found, changes], [1000, 100, 1]);
  assert.equal(numbers(rows).at(-1), 990);
  assert.deepEqual([...rows.rows.keys()].slice(-2), [98, 99]);
  assert.equal(asked.length, 2); // once more, as it was wanted meanwhile
  state.total = 1011;
  await answer();
  assert.equal(numbers(rows).at(-1), 1010);
  assert.equal(asked.length, 2);
});

test("who scrolls gets what is seen and some more, once", async () => {
  const { ask, asked, answer } = kernel(100_000);
  const rows = new Rows(ask, () => {});
  rows.sift({ audio: true });
  await answer();
  rows.follows = false;
  rows.see(50_000.4, 10.2);
  assert.deepEqual([asked[1].start, asked[1].count], [49_970, 71]);
  await answer();
  assert.deepEqual([numbers(rows)[0], numbers(rows).length], [49_970, 71]);
  rows.see(50_020, 10);
  assert.equal(asked.length, 2); // all known
  rows.see(50_040, 10);
  assert.equal(asked.length, 3);
  rows.see(7, 10); // while that is asked
  assert.equal(asked.length, 3);
  await answer();
  assert.equal(asked[3].start, 0);
  await answer();
  assert.equal(numbers(rows)[7], 7);
});

test("an answer to another filter, or about another recording, is not taken", async () => {
  const { ask, answer, asked } = kernel();
  const rows = new Rows(ask, () => {});
  rows.see(0, 5);
  rows.refresh();
  rows.sift({ text: "tool" });
  assert.deepEqual(asked.map(({ text }) => text), ["", "tool"]);
  await answer();
  assert.equal(rows.found, 0);
  await answer();
  assert.equal(rows.found, 100);
  rows.refresh();
  rows.forget();
  await answer();
  assert.deepEqual([rows.total, rows.rows.size, rows.asking], [0, 0, false]);
});

test("a lost connection is no end: the next question is asked", async () => {
  const { ask, answer, asked } = kernel();
  const rows = new Rows(ask, () => {});
  rows.see(0, 5);
  rows.refresh();
  rows.refresh();
  await answer(true);
  assert.equal(asked.length, 1);
  rows.refresh();
  await answer();
  assert.equal(rows.found, 100);
});

test("where the oldest are dropped, nothing old is shown", async () => {
  const { ask, answer, state } = kernel();
  const rows = new Rows(ask, () => {});
  rows.follows = false;
  rows.see(0, 5);
  rows.refresh();
  await answer();
  assert.equal(numbers(rows)[0], 0);
  state.dropped = 500;
  rows.refresh();
  await answer();
  assert.equal(rows.rows.get(0)?.[0], 500);
});

test("a list of any length can be scrolled to its first and its last row", () => {
  for (const count of [0, 1, 9, 10, 1000, 200_000, 2_000_000]) {
    const height = 240;
    const room = Math.max(0, heightOf(count) - height);
    assert.equal(indexAt(0, count, height), 0);
    assert.ok(Math.abs(indexAt(room, count, height) - Math.max(0, count - height / ROW_PX)) < 1e-6);
    for (const index of [0, 3, count >> 1, count - 20]) {
      if (index < 0 || index > count - 10) continue;
      assert.ok(Math.abs(indexAt(scrollTo(index, count, height), count, height) - index) < 1e-6);
    }
    assert.ok(heightOf(count) <= 8_000_000);
  }
});

test("times and sizes are read at a glance", () => {
  assert.deepEqual([0, 9.9994, 61.5, 3725.0421].map(timeText), ["0:00.000", "0:09.999", "1:01.500", "1:02:05.042"]);
  assert.equal(timeText(59.9996), "1:00.000");
  assert.deepEqual([0, 999, 1000, 64_512, 2_500_000].map(sizeText), ["0 B", "999 B", "1.0 kB", "65 kB", "2.5 MB"]);
});

test("a body is set out on lines where it is JSON, and stays as it is where it is not", () => {
  assert.equal(pretty('{"a":[1]}'), '{\n  "a": [\n    1\n  ]\n}');
  assert.equal(pretty('{"a":"cut… <9 more bytes>'), '{"a":"cut… <9 more bytes>');
});
