import { peakOf, toInt16 } from "./pcm.js";
import { Resampler } from "./resample.js";

export const MIC_RATE_HZ = 16000;
export const FRAME_SAMPLES = 320; // 20 ms

/**
 * @typedef {object} MicFrame
 * @property {number} seq counts from 0
 * @property {number} time_s audio-clock time of the frame's first sample
 * @property {number} peak 0…1
 * @property {Int16Array<ArrayBuffer>} pcm 320 samples at 16 kHz
 */

/** Cuts a microphone's stream at the device's rate into 20 ms frames of s16 at 16 kHz. */
export class Framer {
  /** @param {number} rateHz the device's rate */
  constructor(rateHz) {
    this.rateHz = rateHz;
    this.resampler = new Resampler(rateHz, MIC_RATE_HZ);
    this.block = new Float32Array(FRAME_SAMPLES);
    this.filled = 0;
    this.seq = 0;
    /** Audio-clock time of the first sample ever pushed. @type {number | null} */
    this.origin_s = null;
  }

  /**
   * @param {Float32Array} samples @param {number} time_s audio-clock time of samples[0]
   * @returns {MicFrame[]}
   */
  push(samples, time_s) {
    // Audio-clock time only jumps when the context was suspended; following it then keeps the
    // frames' times true, while the steady state has no jitter.
    const expected_s = this.origin_s === null ? null : this.origin_s + this.resampler.written / this.rateHz;
    if (expected_s === null || Math.abs(time_s - expected_s) > 0.05) {
      this.origin_s = time_s - this.resampler.written / this.rateHz;
    }
    this.resampler.write(samples);
    const frames = [];
    for (;;) {
      const count = this.resampler.read(this.block, this.filled, FRAME_SAMPLES - this.filled);
      this.filled += count;
      if (this.filled < FRAME_SAMPLES) return frames;
      const pcm = toInt16(this.block);
      const time = /** @type {number} */ (this.origin_s) + (this.seq * FRAME_SAMPLES) / MIC_RATE_HZ;
      frames.push({ seq: this.seq++, time_s: time, peak: peakOf(pcm), pcm });
      this.filled = 0;
    }
  }
}
