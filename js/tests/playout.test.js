import assert from "node:assert/strict";
import { test } from "node:test";
import { KIND, packFrame } from "../lib/frames.js";
import { Playout } from "../lib/playout.js";

/** An engine that notes what it is asked for. */
function fakeEngine() {
  const asked = /** @type {any[]} */ ([]);
  const note = (/** @type {string} */ what) => (/** @type {any} */ value) => asked.push(value === undefined ? what : [what, value.byteLength ?? value]);
  return { asked, play: note("play"), skip: note("skip"), clear: note("clear"), flush: note("flush") };
}

const voice = () => packFrame(KIND.PLAY, 0, 0, new Uint8Array(960));

test("what comes while nothing can be played keeps its numbers for the engine that follows", () => {
  let engine = /** @type {any} */ (null);
  const playout = new Playout(() => engine, () => {});
  playout.take(voice());
  playout.skip(20);
  assert.deepEqual(playout.origin, { given: 500, run: 0, underruns: 0 });
  engine = fakeEngine();
  playout.take(voice());
  playout.skip(20);
  playout.flush();
  playout.clear();
  assert.deepEqual(engine.asked, [["play", 960], ["skip", 20], "flush", "clear"]);
  assert.deepEqual([playout.given, playout.clears], [1000, 1]);
});

test("a clear is answered even without an engine, and reports are told and remembered", () => {
  const told = /** @type {any[]} */ ([]);
  const playout = new Playout(() => null, (message) => told.push(message));
  playout.played({ run: 3, state: "playing", from: 0, played: 480, start_ms: 5, output_latency_s: 0.02, reason: null, underruns: 1 });
  playout.take(voice());
  playout.clear();
  const [report, cleared] = told;
  assert.deepEqual([report.type, report.run], ["playback", 3]);
  assert.deepEqual([cleared.run, cleared.from, cleared.played, cleared.reason], [3, 480, 0, "cleared"]);
  assert.deepEqual(playout.origin, { given: 480, run: 3, underruns: 1 });
});

test("frames of another kind are passed over", () => {
  const playout = new Playout(() => null, () => {});
  playout.take(packFrame(KIND.MIC, 0, 0, new Uint8Array(640)));
  assert.equal(playout.given, 0);
});
