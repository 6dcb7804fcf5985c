import assert from "node:assert/strict";
import { test } from "node:test";
import { FRAME_SAMPLES, Framer } from "../lib/framer.js";

const QUANTUM = 128;

/** @param {number} rate @param {number} seconds */
function frames(rate, seconds, start_s = 5) {
  const framer = new Framer(rate);
  const out = [];
  for (let at = 0; at < rate * seconds; at += QUANTUM) {
    const block = Float32Array.from({ length: QUANTUM }, (_, n) => 0.5 * Math.sin((2 * Math.PI * 440 * (at + n)) / rate));
    out.push(...framer.push(block, start_s + at / rate));
  }
  return out;
}

for (const rate of [44100, 48000, 96000, 16000]) {
  test(`${rate} Hz gives fifty numbered frames a second, with the time of their first sample`, () => {
    const all = frames(rate, 2);
    assert.ok(all.length >= 99 && all.length <= 100, `${all.length}`);
    all.forEach((frame, n) => {
      assert.equal(frame.seq, n);
      assert.equal(frame.pcm.length, FRAME_SAMPLES);
      assert.ok(Math.abs(frame.time_s - (5 + n * 0.02)) < 1e-9);
    });
    assert.ok(Math.abs(all[50].peak - 0.5) < 0.01);
    // the content is where its time says: sample k of frame n is the tone at that moment
    const { pcm, time_s } = all[50];
    for (const k of [0, 100, 319]) {
      const t = time_s - 5 + k / 16000;
      assert.ok(Math.abs(pcm[k] / 32768 - 0.5 * Math.sin(2 * Math.PI * 440 * t)) < 0.002);
    }
  });
}

test("loud input is clipped, not wrapped", () => {
  const framer = new Framer(16000);
  const [frame] = framer.push(new Float32Array(320).fill(3), 0);
  assert.ok(frame.pcm.every((v) => v === 32767));
});

test("a suspended audio clock does not shift the times for good", () => {
  const framer = new Framer(16000);
  framer.push(new Float32Array(320), 1);
  const [frame] = framer.push(new Float32Array(320), 9);
  assert.ok(Math.abs(frame.time_s - 9) < 1e-9);
});
