/**
 * The sound of a recording: two sides in pieces, played from anywhere, at any speed.
 *
 * Pieces come as they are needed and go when they are far away. At the speed of life every sample
 * is as it was recorded; at others the pitch stays: overlapping stretches are put together where
 * they fit best (waveform similarity overlap-add).
 */

/** Samples a second of both sides. */
export const RATE_HZ = 24_000;
/** Seconds of a piece; widgets/reels.py cuts them. */
export const PIECE_S = 10;
const PIECE = RATE_HZ * PIECE_S;
/** So many pieces are fetched ahead, that of now included, and as many are kept behind. */
const AHEAD = 3;
const BEHIND = 1;
/** Samples put out at once when it is not the speed of life: 15 ms. */
const HOP = 360;
/** How far the best place may be from where it should be: 7.5 ms, a period of a low voice. */
const REACH = 180;
/** Places are tried in steps, and compared at every so many samples. */
const STEP = 3;

/** @typedef {"playing" | "waiting" | "ended"} Outcome */

export class Reel {
  /** @param {number} samples how many there are */
  constructor(samples) {
    this.samples = samples;
    /** Where it is played, in samples. */
    this.at = 0;
    this.speed = 1;
    this.gains = { user: 1, agent: 1 };
    /** Gains as they are just now: they follow slowly, or one would hear it. */
    this.now = { user: 1, agent: 1 };
    /** @type {Map<number, {user: Float32Array, agent: Float32Array}>} */
    this.pieces = new Map();
    /** What would have come next in the last stretch. @type {Float32Array | null} */
    this.tail = null;
    /** What was made and not yet put out. */
    this.made = new Float32Array(HOP);
    this.left = 0;
  }

  /** How many pieces there are. */
  get count() {
    return Math.ceil(this.samples / PIECE);
  }

  /** Pieces that are to be there and are not. @returns {number[]} */
  missing() {
    const first = Math.floor(this.at / PIECE);
    const wanted = Array.from({ length: AHEAD }, (_, n) => first + n);
    return wanted.filter((n) => n < this.count && !this.pieces.has(n));
  }

  /** @param {number} number @param {Float32Array} user @param {Float32Array} agent */
  give(number, user, agent) {
    this.pieces.set(number, { user, agent });
    const first = Math.floor(this.at / PIECE);
    for (const known of this.pieces.keys()) {
      if (known < first - BEHIND || known >= first + AHEAD) this.pieces.delete(known);
    }
  }

  /** @param {number} at samples */
  seek(at) {
    this.at = Math.max(0, Math.min(this.samples, Math.round(at)));
    this.now = { ...this.gains };
    this.tail = null;
    this.left = 0;
  }

  /** @param {number} speed */
  setSpeed(speed) {
    this.speed = speed;
    this.at = Math.round(this.at);
    this.tail = null;
    this.left = 0;
  }

  /**
   * Put out what comes next; silence where it has not arrived, or is over.
   * @param {Float32Array} out @returns {Outcome}
   */
  render(out) {
    out.fill(0);
    if (this.at >= this.samples && this.left === 0) return "ended";
    return this.speed === 1 ? this.#plain(out) : this.#stretched(out);
  }

  /** @param {Float32Array} out @returns {Outcome} */
  #plain(out) {
    if (!this.#has(this.at, this.at + out.length)) return "waiting";
    this.#read(this.at, out);
    this.at = Math.min(this.samples, this.at + out.length);
    return "playing";
  }

  /** @param {Float32Array} out @returns {Outcome} */
  #stretched(out) {
    for (let done = 0; done < out.length; ) {
      if (this.left === 0) {
        if (this.at >= this.samples) break;
        if (!this.#has(this.at - REACH, this.at + REACH + 2 * HOP)) return "waiting";
        this.#make();
      }
      const count = Math.min(this.left, out.length - done);
      const from = HOP - this.left;
      out.set(this.made.subarray(from, from + count), done);
      this.left -= count;
      done += count;
    }
    return "playing";
  }

  #make() {
    const { made } = this;
    const aim = Math.round(this.at);
    let begin = aim;
    if (this.tail === null) this.#read(aim, made);
    else {
      const around = new Float32Array(HOP + 2 * REACH);
      this.#read(aim - REACH, around);
      const shift = bestFit(this.tail, around);
      begin = aim - REACH + shift;
      for (let n = 0; n < HOP; n++) {
        const fade = 0.5 - 0.5 * Math.cos((Math.PI * (n + 0.5)) / HOP);
        made[n] = (1 - fade) * this.tail[n] + fade * around[shift + n];
      }
    }
    this.tail ??= new Float32Array(HOP);
    this.#read(begin + HOP, this.tail);
    this.left = HOP;
    this.at = Math.min(this.samples, this.at + HOP * this.speed);
  }

  /** Whether all of a stretch is there; outside of the recording it is silent. @param {number} from @param {number} to */
  #has(from, to) {
    const last = Math.floor((Math.min(this.samples, to) - 1) / PIECE);
    for (let n = Math.floor(Math.max(0, from) / PIECE); n <= last; n++) if (!this.pieces.has(n)) return false;
    return true;
  }

  /** Both sides together, from a sample on. @param {number} from @param {Float32Array} into */
  #read(from, into) {
    into.fill(0);
    const { gains, now } = this;
    const [user, agent] = [now.user, now.agent];
    now.user += Math.max(-0.05, Math.min(0.05, gains.user - now.user));
    now.agent += Math.max(-0.05, Math.min(0.05, gains.agent - now.agent));
    for (let done = 0; done < into.length; ) {
      const at = from + done;
      if (at < 0) {
        done = Math.min(into.length, -from);
        continue;
      }
      const number = Math.floor(at / PIECE);
      const within = at - number * PIECE;
      const count = Math.min(into.length - done, PIECE - within);
      const piece = this.pieces.get(number);
      const there = piece ? Math.min(count, piece.user.length - within) : 0;
      for (let n = 0; n < there; n++) {
        const part = (done + n) / into.length;
        const [u, a] = [user + (now.user - user) * part, agent + (now.agent - agent) * part];
        into[done + n] = u * /** @type {any} */ (piece).user[within + n] + a * /** @type {any} */ (piece).agent[within + n];
      }
      done += count;
    }
  }
}

/**
 * Where a stretch continues best: the shift at which `around` is most like `tail`.
 * @param {Float32Array} tail @param {Float32Array} around @returns {number}
 */
export function bestFit(tail, around) {
  const most = around.length - tail.length;
  let [best, likeness] = [most >> 1, -Infinity];
  for (let shift = 0; shift <= most; shift += STEP) {
    let [product, energy] = [0, 1e-9];
    for (let n = 0; n < tail.length; n += STEP) {
      const value = around[shift + n];
      product += tail[n] * value;
      energy += value * value;
    }
    const alike = product / Math.sqrt(energy);
    if (alike > likeness) [best, likeness] = [shift, alike];
  }
  return best;
}
