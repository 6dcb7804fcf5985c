import assert from "node:assert/strict";
import { test } from "node:test";
import { Resampler } from "../lib/resample.js";

/** @param {number} hz @param {number} rate @param {number} count */
const tone = (hz, rate, count, amplitude = 0.5) =>
  Float32Array.from({ length: count }, (_, n) => amplitude * Math.sin((2 * Math.PI * hz * n) / rate));

const rms = (/** @type {Float32Array} */ x) => Math.sqrt(x.reduce((sum, v) => sum + v * v, 0) / x.length);
const db = (/** @type {number} */ ratio) => 20 * Math.log10(ratio);

/** Whole stream through in blocks, with its tail. */
function convert(input, inRate, outRate, block = 128) {
  const resampler = new Resampler(inRate, outRate);
  const pieces = [];
  for (let at = 0; at < input.length; at += block) {
    pieces.push(resampler.process(input.subarray(at, at + block)));
  }
  resampler.end();
  const tail = new Float32Array(resampler.available);
  resampler.read(tail);
  pieces.push(tail);
  const out = new Float32Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    out.set(piece, at);
    at += piece.length;
  }
  return out;
}

const RATES = [44100, 48000, 96000, 22050, 32000, 16000, 8000, 47999];

for (const rate of RATES) {
  test(`${rate} Hz → 16 kHz: 1 kHz passes at unity, with the exact length and no delay`, () => {
    const out = convert(tone(1000, rate, rate), rate, 16000);
    assert.equal(out.length, 16000);
    const expected = tone(1000, 16000, 16000);
    const middle = out.subarray(2000, 14000);
    assert.ok(Math.abs(db(rms(middle) / rms(expected))) < 0.1);
    const error = middle.map((v, n) => v - expected[n + 2000]);
    assert.ok(db(rms(error) / rms(expected)) < -60, `error ${db(rms(error) / rms(expected))} dB`);
  });
}

for (const rate of RATES.filter((rate) => rate > 20000)) {
  for (const hz of [10000, 8100, rate / 2 - 100].filter((hz) => hz < rate / 2)) {
    test(`${rate} Hz → 16 kHz: ${hz} Hz leaves nothing above −50 dB`, () => {
      const out = convert(tone(hz, rate, rate), rate, 16000);
      const worst = Math.max(...out.subarray(2000, 14000).map(Math.abs));
      assert.ok(db(worst / 0.5) < -50, `${db(worst / 0.5)} dB`);
    });
  }
}

for (const rate of [44100, 48000, 96000, 16000, 24000, 47999]) {
  test(`24 kHz → ${rate} Hz: a voice-band tone passes at unity, images are below −60 dB`, () => {
    const out = convert(tone(3000, 24000, 24000), 24000, rate);
    assert.equal(out.length, rate);
    const expected = tone(3000, rate, rate);
    const error = out.map((v, n) => v - expected[n]).subarray(rate / 8, rate - rate / 8);
    assert.ok(db(rms(error) / rms(expected)) < -60, `${db(rms(error) / rms(expected))} dB`);
  });
}

test("block borders do not exist: any way of cutting the input gives the same output", () => {
  const input = Float32Array.from({ length: 9000 }, (_, n) => Math.sin(n * n * 1e-5));
  const whole = convert(input, 44100, 16000, 9000);
  for (const block of [1, 7, 128, 441, 5000]) {
    assert.deepEqual(convert(input, 44100, 16000, block), whole);
  }
});

test("the ratio of lengths is exact for a long stream", () => {
  const resampler = new Resampler(44100, 16000);
  let out = 0;
  const block = new Float32Array(128);
  for (let n = 0; n < 44100 * 20; n += 128) out += resampler.process(block).length;
  const given = Math.ceil((44100 * 20) / 128) * 128;
  const owed = Math.ceil(((given - resampler.lookahead) * 16000) / 44100);
  assert.equal(out, owed);
});

test("a nonsensical rate is refused", () => {
  assert.throws(() => new Resampler(0, 16000), RangeError);
  assert.throws(() => new Resampler(NaN, 16000), RangeError);
});
