import assert from "node:assert/strict";
import { test } from "node:test";
import { bestFit, PIECE_S, RATE_HZ, Reel } from "../lib/reel.js";

const PIECE = PIECE_S * RATE_HZ;

/** A reel of a recording whose sides are given as functions of the sample. */
function loaded(seconds, user, agent = () => 0, pieces = Infinity) {
  const reel = new Reel(seconds * RATE_HZ);
  for (let number = 0; number < Math.min(pieces, reel.count); number++) reel.give(number, ...cut(reel, number, user, agent));
  return reel;
}

function cut(reel, number, user, agent) {
  const length = Math.min(PIECE, reel.samples - number * PIECE);
  const side = (of) => Float32Array.from({ length }, (_, n) => of(number * PIECE + n));
  return [side(user), side(agent)];
}

function play(reel, samples, block = 128) {
  const out = new Float32Array(samples);
  for (let at = 0; at < samples; at += block) {
    const outcome = reel.render(out.subarray(at, Math.min(samples, at + block)));
    if (outcome !== "playing") return out.slice(0, at);
  }
  return out;
}

const tone = (hz) => (n) => 0.4 * Math.sin((2 * Math.PI * hz * n) / RATE_HZ);
/** How many times a second a sound crosses zero upwards. */
const pitch = (out) => out.reduce((count, value, n) => count + (n > 0 && out[n - 1] < 0 && value >= 0 ? 1 : 0), 0) / (out.length / RATE_HZ);

test("at the speed of life every sample is the sum of both sides, over the seams of pieces too", () => {
  const user = (n) => ((n * 7919) % 1000) / 4000;
  const agent = (n) => ((n * 104729) % 1000) / -4000;
  const reel = loaded(21, user, agent);
  reel.seek(PIECE - 1000);
  const out = play(reel, 12_800);
  assert.equal(out.length, 12_800);
  out.forEach((value, n) => assert.ok(Math.abs(value - (user(PIECE - 1000 + n) + agent(PIECE - 1000 + n))) < 1e-6, `sample ${n}`));
  assert.equal(reel.at, PIECE + 11_800);
});

test("at its end it is over, whatever the speed", () => {
  for (const speed of [0.5, 1, 2]) {
    const reel = loaded(1, tone(200));
    reel.setSpeed(speed);
    const out = play(reel, 5 * RATE_HZ);
    assert.ok(Math.abs(out.length / RATE_HZ - 1 / speed) < 0.05, `${speed}: ${out.length}`);
    assert.equal(reel.render(new Float32Array(128)), "ended");
    assert.equal(reel.at, reel.samples);
  }
});

test("other speeds keep the pitch and the loudness", () => {
  for (const speed of [0.5, 0.75, 1.25, 1.5, 2]) {
    const reel = loaded(8, tone(180));
    reel.setSpeed(speed);
    const out = play(reel, 2 * RATE_HZ);
    assert.ok(Math.abs(pitch(out) - 180) < 4, `${speed}: ${pitch(out)} Hz`);
    const power = Math.sqrt(out.reduce((sum, value) => sum + value * value, 0) / out.length);
    assert.ok(Math.abs(power / (0.4 / Math.SQRT2) - 1) < 0.05, `${speed}: ${power}`);
    assert.ok(Math.abs(reel.at - 2 * RATE_HZ * speed) <= 360 * speed, `${speed}: ${reel.at}`);
  }
});

test("other speeds make no clicks", () => {
  const reel = loaded(8, tone(150));
  reel.setSpeed(1.5);
  const out = play(reel, 2 * RATE_HZ);
  const steepest = 0.4 * 2 * Math.sin((Math.PI * 150) / RATE_HZ);
  const most = out.reduce((worst, value, n) => (n ? Math.max(worst, Math.abs(value - out[n - 1])) : 0), 0);
  assert.ok(most < 2 * steepest, `${most} of ${steepest}`);
});

test("a stretch continues where it fits best", () => {
  const wave = Float32Array.from({ length: 1200 }, (_, n) => tone(100)(n));
  const tail = wave.slice(400, 760);
  const around = wave.slice(290, 290 + 360 + 360);
  const shift = bestFit(tail, around);
  assert.ok(Math.abs(((shift - 110 + 120) % 240) - 120) <= 3, `${shift}`);
});

test("it waits in silence for a piece, and goes on where it was", () => {
  const reel = loaded(30, tone(200), () => 0, 1);
  assert.deepEqual(reel.missing(), [1, 2]);
  reel.seek(PIECE - 256);
  const before = play(reel, 1024);
  assert.equal(before.length, 256);
  const out = new Float32Array(128).fill(1);
  assert.equal(reel.render(out), "waiting");
  assert.deepEqual([...new Set(out)], [0]);
  reel.give(1, ...cut(reel, 1, tone(200), () => 0));
  assert.equal(reel.render(out), "playing");
  assert.ok(Math.abs(out[5] - tone(200)(PIECE + 5)) < 1e-6);
});

test("pieces that are far away are let go", () => {
  const reel = loaded(3600, () => 0, () => 0, 0);
  for (let t = 0; t < 360; t += 5) {
    reel.seek(t * RATE_HZ);
    for (const number of reel.missing()) reel.give(number, new Float32Array(1), new Float32Array(1));
    assert.ok(reel.pieces.size <= 4, `${reel.pieces.size}`);
  }
  reel.seek(3599 * RATE_HZ);
  assert.deepEqual(reel.missing(), [359]);
  reel.give(12, new Float32Array(1), new Float32Array(1)); // it came too late to be wanted
  assert.ok(!reel.pieces.has(12));
});

test("a side that is muted falls silent without a click", () => {
  const reel = loaded(5, () => 0.5, () => 0.25);
  play(reel, 1280);
  reel.gains = { user: 0, agent: 1 };
  const out = play(reel, 12_800);
  const steepest = out.reduce((worst, value, n) => (n ? Math.max(worst, Math.abs(value - out[n - 1])) : 0), 0);
  assert.ok(steepest < 0.002, `${steepest}`);
  assert.ok(Math.abs(out[12_799] - 0.25) < 1e-6);
});

test("one cannot seek out of it", () => {
  const reel = loaded(2, tone(100));
  reel.seek(-5);
  assert.equal(reel.at, 0);
  reel.seek(1e9);
  assert.equal(reel.at, reel.samples);
  assert.deepEqual(new Reel(0).missing(), []);
  assert.equal(new Reel(0).render(new Float32Array(8)), "ended");
});
