/**
 * Sample rate conversion in a stream, with an anti-aliasing (down) or anti-imaging (up) filter.
 *
 * A Kaiser-windowed sinc, evaluated as a polyphase filter: for output k the filter is centred on
 * input position k·in/out, which is kept as whole numbers, so a stream of any length has the exact
 * ratio and no phase error builds up. The delay of the centred filter is compensated: output k is
 * the signal at input time k·in/out, it only comes half a filter length later.
 *
 * With the defaults the stop band starts at half the lower rate and lies 80 dB down; the pass band
 * is flat to ±0.01 dB up to 88 % of it.
 */

const STOPBAND_DB = 80;
/** Width of the transition band, as a share of half the lower rate. */
const TRANSITION = 0.12;
/** More phases than this are interpolated between two neighbours (rates with no common factor). */
const MAX_PHASES = 1024;

export class Resampler {
  /** Input sample the next output is centred on, counted since reset. */
  index = 0;
  phase = 0;
  /** Input samples written since reset. */
  written = 0;
  ended = false;
  /** buffer[0] is input sample `origin`; before the first sample there is silence. */
  buffer = new Float32Array(4096);
  origin = 0;
  fill = 0;

  /**
   * @param {number} inRateHz @param {number} outRateHz
   */
  constructor(inRateHz, outRateHz) {
    const inRate = Math.round(inRateHz);
    const outRate = Math.round(outRateHz);
    if (!(inRate > 0 && outRate > 0)) throw new RangeError(`rates ${inRateHz} → ${outRateHz} Hz`);
    const divisor = gcd(inRate, outRate);
    /** Each output advances the input by step / phases samples. */
    this.step = inRate / divisor;
    this.phases = outRate / divisor;
    this.identity = this.step === this.phases;
    const bank = this.identity ? null : filterBank(inRate, outRate, this.phases);
    this.bank = bank;
    /** Input samples the filter looks ahead. */
    this.lookahead = bank ? bank.half : 0;
    this.reset();
  }

  /** Forget all input: the next sample written is the first of a new stream. */
  reset() {
    this.index = 0;
    this.phase = 0;
    this.written = 0;
    this.ended = false;
    this.buffer.fill(0);
    this.origin = -this.lookahead;
    this.fill = this.lookahead;
  }

  /** Declare that no more input comes: the rest of the outputs see silence after the end. */
  end() {
    this.ended = true;
  }

  /** @param {Float32Array} samples */
  write(samples) {
    this.#reserve(samples.length);
    this.buffer.set(samples, this.fill);
    this.fill += samples.length;
    this.written += samples.length;
  }

  /** Number of outputs that can be read now. */
  get available() {
    const last = this.ended ? this.written - 1 : this.written - 1 - this.lookahead;
    if (last < this.index) return 0;
    return Math.floor(((last - this.index) * this.phases + this.phases - 1 - this.phase) / this.step) + 1;
  }

  /**
   * Compute up to `count` outputs into `out` at `offset`.
   * @param {Float32Array} out
   * @returns {number} how many were written
   */
  read(out, offset = 0, count = out.length - offset) {
    const ready = Math.min(count, this.available);
    if (this.ended) this.#reserve(this.lookahead + 1, true);
    const { bank, buffer } = this;
    for (let k = 0; k < ready; k++) {
      const centre = this.index - this.origin;
      out[offset + k] = bank ? bank.apply(buffer, centre, this.phase) : buffer[centre];
      this.phase += this.step;
      const whole = Math.floor(this.phase / this.phases);
      this.index += whole;
      this.phase -= whole * this.phases;
    }
    return ready;
  }

  /**
   * Everything that `samples` makes available.
   * @param {Float32Array} samples
   */
  process(samples) {
    this.write(samples);
    const out = new Float32Array(this.available);
    this.read(out);
    return out;
  }

  /**
   * Make room for more input by dropping what no filter position needs any more.
   * @param {number} count @param {boolean} [zero] clear the room as well
   */
  #reserve(count, zero = false) {
    if (this.fill + count > this.buffer.length) {
      const keepFrom = Math.max(0, Math.min(this.fill, this.index - this.lookahead - this.origin));
      const kept = this.fill - keepFrom;
      /** @type {Float32Array<ArrayBuffer>} */
      const target =
        kept + count > this.buffer.length ? new Float32Array((kept + count) * 2) : this.buffer;
      target.set(this.buffer.subarray(keepFrom, this.fill));
      this.buffer = target;
      this.origin += keepFrom;
      this.fill = kept;
    }
    if (zero) this.buffer.fill(0, this.fill, this.fill + count);
  }
}

/**
 * @param {number} inRate @param {number} outRate @param {number} phases
 */
function filterBank(inRate, outRate, phases) {
  const lowRate = Math.min(inRate, outRate);
  const transitionHz = (TRANSITION * lowRate) / 2;
  const cutoff = (lowRate / 2 - transitionHz / 2) / inRate; // cycles per input sample
  // Kaiser's formulas (Oppenheim & Schafer, Discrete-Time Signal Processing, §7.5.3)
  const beta = 0.1102 * (STOPBAND_DB - 8.7);
  const length = (STOPBAND_DB - 7.95) / (2.285 * 2 * Math.PI * (transitionHz / inRate)) + 1;
  const half = Math.ceil(length / 2);
  const taps = 2 * half;
  const exact = phases <= MAX_PHASES;
  const rows = exact ? phases : MAX_PHASES;
  // One row more than there are phases, so that interpolation always has a right neighbour.
  const table = new Float32Array((rows + 1) * taps);
  for (let row = 0; row <= rows; row++) {
    const shift = row / rows;
    let sum = 0;
    for (let tap = 0; tap < taps; tap++) {
      const x = tap - half + 1 - shift; // distance from the centre, in input samples
      const value = sinc(2 * cutoff * x) * kaiser(x / half, beta);
      table[row * taps + tap] = value;
      sum += value;
    }
    for (let tap = 0; tap < taps; tap++) table[row * taps + tap] /= sum; // unity at 0 Hz
  }

  /** @param {Float32Array} buffer @param {number} from @param {number} row */
  const dot = (buffer, from, row) => {
    let sum = 0;
    for (let tap = 0, at = row * taps; tap < taps; tap++, at++) sum += buffer[from + tap] * table[at];
    return sum;
  };

  return {
    half,
    /** @param {Float32Array} buffer @param {number} centre @param {number} phase */
    apply(buffer, centre, phase) {
      const from = centre - half + 1;
      if (exact) return dot(buffer, from, phase);
      const position = (phase / phases) * rows;
      const row = Math.floor(position);
      const weight = position - row;
      return (1 - weight) * dot(buffer, from, row) + weight * dot(buffer, from, row + 1);
    },
  };
}

/** @param {number} x */
function sinc(x) {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
}

/** @param {number} x in −1…1 @param {number} beta */
function kaiser(x, beta) {
  return Math.abs(x) >= 1 ? 0 : besselI0(beta * Math.sqrt(1 - x * x)) / besselI0(beta);
}

/** Modified Bessel function of the first kind, order 0, by its power series. @param {number} x */
function besselI0(x) {
  let sum = 1;
  for (let term = 1, k = 1; term > sum * 1e-12; k++) {
    term *= (x / (2 * k)) ** 2;
    sum += term;
  }
  return sum;
}

/** @param {number} a @param {number} b @returns {number} */
function gcd(a, b) {
  return b === 0 ? a : gcd(b, a % b);
}
