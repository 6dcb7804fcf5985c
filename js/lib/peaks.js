/** Bins of one level that make one of the next. */
const FACTOR = 16;
const LEVELS = 3;

/**
 * Peaks of one voice on the recording's axis, 20 ms each; silence where none were told. An hour
 * takes 0.7 MB, and the largest of any stretch is found in some sixty steps.
 */
export class Peaks {
  /** @param {number} step_s */
  constructor(step_s = 0.02) {
    this.step_s = step_s;
    /** 20 ms, 0.32 s, 5.12 s. @type {Float32Array[]} */
    this.levels = Array.from({ length: LEVELS }, (_, level) => new Float32Array(Math.ceil(3000 / FACTOR ** level)));
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
    this.#grow(stop);
    this.levels[0].set(peaks, first);
    this.length = Math.max(this.length, stop);
    let [low, high] = [first, stop];
    for (let level = 1; level < LEVELS; level++) {
      [low, high] = [Math.floor(low / FACTOR), Math.ceil(high / FACTOR)];
      const below = this.levels[level - 1];
      for (let n = low; n < high; n++) this.levels[level][n] = largest(below, n * FACTOR, (n + 1) * FACTOR);
    }
  }

  /** Largest peak between two times. @param {number} from_s @param {number} to_s */
  max(from_s, to_s) {
    let first = Math.max(0, Math.floor(from_s / this.step_s + 1e-6));
    let stop = Math.min(this.length, Math.max(first + 1, Math.ceil(to_s / this.step_s - 1e-6)));
    let max = 0;
    for (let level = 0; first < stop; level++) {
      const values = this.levels[level];
      const [low, high] = [Math.ceil(first / FACTOR), Math.floor(stop / FACTOR)];
      if (level === LEVELS - 1 || low >= high) return Math.max(max, largest(values, first, stop));
      max = Math.max(max, largest(values, first, low * FACTOR), largest(values, high * FACTOR, stop));
      [first, stop] = [low, high];
    }
    return max;
  }

  /** @param {number} stop */
  #grow(stop) {
    if (stop <= this.levels[0].length) return;
    const length = Math.max(stop, 2 * this.levels[0].length);
    this.levels = this.levels.map((values, level) => {
      const grown = new Float32Array(Math.ceil(length / FACTOR ** level));
      grown.set(values);
      return grown;
    });
  }
}

/** @param {Float32Array} values @param {number} first @param {number} stop */
function largest(values, first, stop) {
  let max = 0;
  for (let n = first; n < Math.min(stop, values.length); n++) if (values[n] > max) max = values[n];
  return max;
}
