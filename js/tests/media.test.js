import assert from "node:assert/strict";
import { test } from "node:test";
import { AudioClock } from "../lib/audioclock.js";
import { JpegBudget, MAX_SIDE, TARGET_BYTES } from "../lib/camera.js";
import { asProblem, describeProblem } from "../lib/problems.js";

test("the audio clock is tied to the page's by the message that came soonest", () => {
  const clock = new AudioClock();
  const delays = [9, 4, 0.5, 12, 7];
  delays.forEach((delay, n) => clock.observe(n * 0.02, 1000 + n * 20 + delay));
  assert.ok(Math.abs(clock.toPageMs(1) - 2000.5) < 1e-9);
});

test("the audio clock follows slow drift and forgets a suspended context", () => {
  const clock = new AudioClock();
  for (let n = 0; n < 2000; n++) clock.observe(n * 0.02, 1000 + n * 20 * 1.001); // 1000 ppm
  const error = clock.toPageMs(40) - (1000 + 40_000 * 1.001);
  assert.ok(Math.abs(error) < 11, `${error}`);
  for (let n = 0; n < 20; n++) clock.observe(40 + n * 0.02, 91_000 + n * 20); // 50 s of suspension
  assert.ok(Math.abs(clock.toPageMs(40) - 91_000) < 1);
});

test("a clock that is read late for a moment moves nothing", () => {
  const clock = new AudioClock();
  for (let n = 0; n < 100; n++) clock.observe(n * 0.02, 1000 + n * 20);
  for (let n = 0; n < 75; n++) clock.observe(2 + n * 0.02, 4500 + n); // 1.5 s late, caught up at once
  assert.ok(Math.abs(clock.toPageMs(2.5) - 3500) < 1, `${clock.toPageMs(2.5)}`);
  clock.observe(4, 5001);
  assert.ok(Math.abs(clock.toPageMs(4) - 5000) < 1);
});

test("pictures shrink until they fit the budget, and recover when the scene is simple", () => {
  const budget = new JpegBudget();
  const bytes = () => 400_000 * budget.quality * budget.scale ** 2;
  for (let n = 0; n < 30; n++) budget.observe(bytes());
  assert.ok(bytes() <= TARGET_BYTES * 1.3, `${bytes()}`);
  for (let n = 0; n < 60; n++) budget.observe(3000);
  assert.deepEqual([budget.scale, Math.round(budget.quality * 100)], [1, 85]);
});

test("the longer side is bounded, sides are even, small pictures are not blown up", () => {
  const budget = new JpegBudget();
  assert.deepEqual(budget.size(1920, 1080), { width: MAX_SIDE, height: 432 });
  assert.deepEqual(budget.size(480, 641), { width: 480, height: 642 });
});

test("every error of the browser has words and a remedy", () => {
  for (const name of ["InsecureContext", "NotAllowedError", "NotFoundError", "NotReadableError", "OverconstrainedError", "WorkletBlocked", "Suspended", "NoKernel"]) {
    const { title, remedy } = describeProblem("microphone", name);
    assert.ok(title.endsWith(".") && remedy.length > 20, name);
    assert.ok(!title.includes("{"), name);
  }
  assert.match(describeProblem("camera", new DOMException("no", "NotAllowedError")).title, /camera/);
  assert.match(describeProblem("microphone", "InsecureContext").remedy, /ssh -L/);
  assert.match(describeProblem("playback", new Error("odd")).title, /odd/);
});

test("a problem keeps its words when it is passed on", () => {
  const problem = asProblem("worklet", "WorkletBlocked");
  assert.equal(asProblem("microphone", problem), problem);
});

test("a refusal is explained even when it is no real error", () => {
  const refused = { name: "NotAllowedError", message: "Permission denied", constraint: undefined };
  const missing = { name: "NotFoundError", message: "" };
  const real = new DOMException("Permission denied", "NotAllowedError");
  assert.deepEqual(describeProblem("microphone", refused), describeProblem("microphone", real));
  assert.match(describeProblem("microphone", refused).title, /microphone/);
  assert.equal(describeProblem("microphone", missing).name, "NotFoundError");
  assert.equal(describeProblem("camera", undefined).name, "UnknownError");
  assert.equal(describeProblem("camera", null).name, "UnknownError");
});
