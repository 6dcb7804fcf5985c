/** Peaks of one voice on the recording's axis, 20 ms each; silence where none were told. */
export class Peaks {
  /** @param {number} step_s */
  constructor(step_s = 0.02) {
    this.step_s = step_s;
    this.values = new Float32Array(3000);
    this.length = 0;
  }

  /** Time after the last peak known. */
  get end_s() {
    return this.length * this.step_s;
  }

  /** @param {number} t0 @param {number[]} peaks */
  put(t0, peaks) {
    const first = Math.round(t0 / this.step_s);
    if (!(first >= 0) || first + peaks.length > 50 * 3600 * 24) return;
    const stop = first + peaks.length;
    if (stop > this.values.length) {
      const grown = new Float32Array(Math.max(stop, 2 * this.values.length));
      grown.set(this.values);
      this.values = grown;
    }
    this.values.set(peaks, first);
    this.length = Math.max(this.length, stop);
  }

  /** Largest peak between two times. @param {number} from_s @param {number} to_s */
  max(from_s, to_s) {
    const first = Math.max(0, Math.floor(from_s / this.step_s + 1e-6));
    const stop = Math.min(this.length, Math.max(first + 1, Math.ceil(to_s / this.step_s - 1e-6)));
    let max = 0;
    for (let n = first; n < stop; n++) if (this.values[n] > max) max = this.values[n];
    return max;
  }
}
