import assert from "node:assert/strict";
import { test } from "node:test";
import { PLAY_RATE_HZ, PlayQueue } from "../lib/playqueue.js";

const QUANTUM = 128;

/** A continuous 400 Hz tone as s16 at 24 kHz. @param {number} from @param {number} count */
const tone = (from, count) =>
  Int16Array.from({ length: count }, (_, n) =>
    Math.round(16000 * Math.sin((2 * Math.PI * 400 * (from + n)) / PLAY_RATE_HZ)),
  );

/** An audio clock that pulls quanta and keeps all that came out. */
class Speaker {
  constructor(rateHz = 48000, options = {}) {
    this.rateHz = rateHz;
    this.queue = new PlayQueue(rateHz, options);
    this.frame = 0;
    /** @type {number[]} */
    this.heard = [];
    /** @type {import("../lib/playqueue.js").PlaybackReport[]} */
    this.reports = [];
  }
  /** @param {number} ms */
  run(ms) {
    const until = this.frame + (ms * this.rateHz) / 1000;
    while (this.frame < until) {
      const out = new Float32Array(QUANTUM);
      this.reports.push(...this.queue.pull(out, this.frame / this.rateHz));
      this.heard.push(...out);
      this.frame += QUANTUM;
    }
  }
}

/** Largest step between neighbouring samples: a 400 Hz tone of 0.49 at 48 kHz has at most 0.026. */
const steepest = (/** @type {number[]} */ x) => {
  let worst = 0;
  for (let n = 1; n < x.length; n++) worst = Math.max(worst, Math.abs(x[n] - x[n - 1]));
  return worst;
};

test("bursts come out as one unbroken tone, all of it", () => {
  const speaker = new Speaker();
  let given = 0;
  // 2 s of audio in bursts of 400 ms, one every 200 ms
  for (let burst = 0; burst < 5; burst++) {
    for (let k = 0; k < 10; k++, given += 960) speaker.queue.push(tone(given, 960));
    speaker.run(200);
  }
  speaker.queue.flush();
  speaker.run(1500);
  assert.equal(speaker.queue.underruns, 0);
  assert.equal(speaker.reports.filter((r) => r.from === 0 && r.run === 1).length, speaker.reports.length);
  const last = speaker.reports.at(-1);
  assert.deepEqual(
    { state: last.state, reason: last.reason, played: last.played },
    { state: "ended", reason: "drained", played: given },
  );
  const start = speaker.heard.findIndex((v) => v !== 0);
  const end = speaker.heard.findLastIndex((v) => v !== 0);
  assert.ok(Math.abs(end - start - 2 * given) < 200, "length");
  assert.ok(steepest(speaker.heard.slice(start + 100, end - 100)) < 0.027, "no click inside");
});

test("a run is reported at its start and every 100 ms", () => {
  const speaker = new Speaker();
  speaker.run(50);
  speaker.queue.push(tone(0, 24000));
  speaker.run(1000);
  const [first, ...rest] = speaker.reports;
  assert.deepEqual({ ...first, start_s: 0 }, { run: 1, state: "playing", from: 0, played: 0, start_s: 0, reason: null, underruns: 0 });
  assert.ok(first.start_s >= 0.05 && first.start_s < 0.06);
  assert.ok(rest.length >= 8 && rest.length <= 10);
  assert.ok(rest.every((report) => report.start_s === first.start_s));
});

test("it waits for the prebuffer, but not for ever", () => {
  const speaker = new Speaker();
  speaker.queue.push(tone(0, 960)); // 40 ms < 60 ms
  speaker.run(200);
  assert.equal(speaker.reports.length, 0);
  speaker.run(100);
  assert.equal(speaker.reports[0].state, "playing");
});

test("a complete turn shorter than the prebuffer plays at once", () => {
  const speaker = new Speaker();
  speaker.queue.push(tone(0, 480));
  speaker.queue.flush();
  speaker.run(40);
  assert.deepEqual(speaker.reports.map((r) => [r.state, r.reason, r.played]), [["playing", null, 0], ["ended", "drained", 480]]);
  assert.equal(speaker.queue.underruns, 0);
});

test("running dry in mid-turn is an underrun, and lengthens the prebuffer", () => {
  const speaker = new Speaker();
  speaker.queue.push(tone(0, 2400));
  speaker.run(200);
  assert.equal(speaker.queue.underruns, 0, "not known yet: the turn may be over");
  speaker.queue.push(tone(2400, 2400));
  speaker.queue.flush();
  speaker.run(200);
  assert.equal(speaker.queue.underruns, 1);
  assert.deepEqual(speaker.reports.map((r) => [r.run, r.state, r.from, r.played]), [
    [1, "playing", 0, 0],
    [1, "ended", 0, 2400],
    [2, "playing", 2400, 0],
    [2, "ended", 2400, 2400],
  ].filter(Boolean));
  assert.equal(speaker.queue.prebufferMs, 100);
});

test("running dry at the end of a turn is none, even when the end is told late", () => {
  const speaker = new Speaker();
  speaker.queue.push(tone(0, 2400));
  speaker.run(200);
  speaker.queue.flush();
  speaker.run(500);
  speaker.queue.push(tone(0, 2400));
  speaker.run(300);
  assert.equal(speaker.queue.underruns, 0);
});

test("clear is silence within one quantum, faded, and the numbering goes on after what was dropped", () => {
  const speaker = new Speaker();
  speaker.queue.push(tone(0, 48000));
  speaker.run(500);
  const before = speaker.heard.length;
  speaker.queue.clear();
  speaker.run(300);
  const after = speaker.heard.slice(before);
  assert.ok(after.slice(0, QUANTUM).some((v) => v !== 0));
  assert.ok(after.slice(QUANTUM).every((v) => v === 0));
  assert.ok(steepest(speaker.heard.slice(before - 10)) < 0.035, "no click");
  const ended = speaker.reports.at(-1);
  assert.equal(ended.reason, "cleared");
  const played_s = (before + QUANTUM) / speaker.rateHz - ended.start_s;
  assert.ok(Math.abs(ended.played / PLAY_RATE_HZ - played_s) < 0.002);
  speaker.queue.push(tone(0, 4800));
  speaker.run(100);
  assert.deepEqual([speaker.reports.at(-1).run, speaker.reports.at(-1).from], [2, 48000]);
});

test("a clear while nothing plays is answered too, and audio after it plays", () => {
  const speaker = new Speaker();
  speaker.queue.push(tone(0, 480));
  speaker.queue.clear();
  speaker.queue.push(tone(0, 4800));
  speaker.run(100);
  assert.deepEqual(
    speaker.reports.slice(0, 2).map((r) => [r.state, r.reason, r.from, r.played]),
    [["ended", "cleared", 480, 0], ["playing", null, 480, 0]],
  );
});

test("two clears at once are reported twice, for the kernel counts on it", () => {
  const speaker = new Speaker();
  speaker.queue.push(tone(0, 48000));
  speaker.run(200);
  speaker.queue.clear();
  speaker.queue.clear();
  speaker.run(50);
  const cleared = speaker.reports.filter((r) => r.reason === "cleared");
  assert.deepEqual(cleared.map((r) => r.from), [0, 48000]);
  assert.ok(cleared[0].played > 0);
  assert.equal(cleared[1].played, 0);
});

test("samples that were dropped on the way use up their numbers", () => {
  const speaker = new Speaker();
  speaker.queue.push(tone(0, 4800));
  speaker.queue.clear();
  speaker.queue.skip(1000);
  speaker.queue.push(tone(0, 480));
  speaker.queue.flush();
  speaker.run(100);
  assert.deepEqual(speaker.reports.map((r) => [r.state, r.reason, r.from]), [["ended", "cleared", 4800], ["playing", null, 5800], ["ended", "drained", 5800]]);
});

test("the queue is bounded: what is refused is counted and skipped in the numbering", () => {
  const speaker = new Speaker(48000, { maxQueued_s: 0.2 });
  speaker.queue.push(tone(0, 4800));
  speaker.queue.push(tone(0, 2400));
  assert.equal(speaker.queue.refused, 2400);
  speaker.run(50);
  speaker.queue.push(tone(0, 480));
  speaker.queue.flush();
  speaker.run(400);
  const ends = speaker.reports.filter((r) => r.state === "ended");
  assert.deepEqual(ends.map((r) => [r.from, r.played]), [[0, 4800], [7200, 480]]);
});

for (const rate of [44100, 48000, 96000, 16000]) {
  test(`every sample is accounted for at ${rate} Hz`, () => {
    const speaker = new Speaker(rate);
    speaker.queue.push(tone(0, 12345));
    speaker.queue.flush();
    speaker.run(1000);
    assert.equal(speaker.reports.at(-1).played, 12345);
    const rendered = speaker.heard.findLastIndex((v) => v !== 0) - speaker.heard.findIndex((v) => v !== 0);
    assert.ok(Math.abs(rendered - (12345 * rate) / PLAY_RATE_HZ) < 4 * (rate / PLAY_RATE_HZ) + 4);
  });
}
