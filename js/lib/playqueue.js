import { toFloat32 } from "./pcm.js";
import { Resampler } from "./resample.js";

export const PLAY_RATE_HZ = 24000;
const MIN_PREBUFFER_MS = 60;
const MAX_PREBUFFER_MS = 300;
const REPORT_EVERY_MS = 100;
/** Audio that waits for more, in vain, is played after this time all the same. */
const MAX_WAIT_MS = 250;
const MAX_QUEUED_S = 300;

/**
 * @typedef {object} PlaybackReport
 * @property {number} run
 * @property {"playing" | "ended"} state
 * @property {number} from index of the run's first sample, of all samples ever given (24 kHz)
 * @property {number} played samples of the run played so far
 * @property {number} start_s audio-clock time at which the run's first sample was rendered
 * @property {"drained" | "cleared" | null} reason
 * @property {number} underruns
 */

/**
 * The jitter buffer of the agent's voice: bursts of s16 at 24 kHz go in, an unbroken stream at the
 * device's rate comes out.
 *
 * A *run* is gapless playing. It starts when the prebuffer is full (or the turn is complete, or
 * nothing more came for a quarter of a second) and ends when the samples run out ("drained") or are
 * dropped ("cleared"). An underrun is a run that drained although more of the same turn (`flush`
 * marks its end) was still to come; each makes the prebuffer 40 ms longer, each turn without one
 * 10 ms shorter, within 60–300 ms.
 *
 * Every sample given is numbered from 0, so the kernel knows exactly which were heard. At most
 * five minutes wait; what comes beyond is refused and counted in `refused` (the numbering skips it).
 */
export class PlayQueue {
  /** @param {number} rateHz the device's rate @param {{maxQueued_s?: number}} [options] */
  constructor(rateHz, { maxQueued_s = MAX_QUEUED_S } = {}) {
    this.rateHz = rateHz;
    this.maxQueued = maxQueued_s * PLAY_RATE_HZ;
    this.resampler = new Resampler(PLAY_RATE_HZ, rateHz);
    /** @type {{from: number, samples: Float32Array}[]} */
    this.chunks = [];
    this.queued = 0;
    this.given = 0;
    this.refused = 0;
    this.underruns = 0;
    this.prebufferMs = MIN_PREBUFFER_MS;
    this.complete = false;
    /** Clears that are still to be obeyed; each is reported. */
    this.clearing = 0;
    this.clearedAt = 0;
    this.run = 0;
    this.playing = false;
    this.from = 0;
    this.start_s = 0;
    this.turnHadUnderrun = false;
    /** Drained, and the turn is not known to be complete. */
    this.starved = false;
    /** Outputs since the last report, and outputs waited for the prebuffer. */
    this.sinceReport = 0;
    this.waited = 0;
    /** @type {PlaybackReport[]} */
    this.reports = [];
  }

  /** @param {Int16Array} pcm */
  push(pcm) {
    const from = this.given;
    this.given += pcm.length;
    this.complete = false;
    if (this.starved) this.#countUnderrun();
    if (this.queued + pcm.length > this.maxQueued) {
      this.refused += pcm.length;
      return;
    }
    this.chunks.push({ from, samples: toFloat32(pcm) });
    this.queued += pcm.length;
  }

  /** The agent's turn is complete: what is queued may run out. */
  flush() {
    this.complete = true;
    this.starved = false;
    if (!this.turnHadUnderrun) this.prebufferMs = Math.max(MIN_PREBUFFER_MS, this.prebufferMs - 10);
    this.turnHadUnderrun = false;
  }

  /** These many samples were dropped before they got here; their numbers are used up. @param {number} count */
  skip(count) {
    this.given += count;
  }

  /** Drop everything; what is being rendered fades out within the next quantum. */
  clear() {
    this.chunks = [];
    this.queued = 0;
    this.complete = false;
    this.starved = false;
    this.turnHadUnderrun = false;
    this.waited = 0;
    this.clearing += 1;
    this.clearedAt = this.given;
  }

  /**
   * Render one quantum.
   * @param {Float32Array} out
   * @param {number} time_s audio-clock time of out[0]
   * @returns {PlaybackReport[]} what happened, to be posted
   */
  pull(out, time_s) {
    this.reports = [];
    if (!this.playing && this.#mayStart(out.length)) this.#start(time_s);
    let count = 0;
    if (this.playing) {
      this.#feed(out.length);
      count = this.resampler.read(out, 0, out.length);
      this.sinceReport += count;
    }
    out.fill(0, count);
    if (this.clearing) this.#finishClear(out, count);
    else if (this.playing && count < out.length) this.#drained();
    else if (this.playing && this.sinceReport >= (REPORT_EVERY_MS * this.rateHz) / 1000) this.#report("playing", null);
    return this.reports;
  }

  /** @param {number} quantum */
  #mayStart(quantum) {
    if (this.clearing || this.queued === 0) return false;
    this.waited += quantum;
    const full = this.queued >= (this.prebufferMs * PLAY_RATE_HZ) / 1000;
    return full || this.complete || this.waited >= (MAX_WAIT_MS * this.rateHz) / 1000;
  }

  /** @param {number} time_s */
  #start(time_s) {
    this.playing = true;
    this.run += 1;
    this.from = this.chunks[0].from;
    this.start_s = time_s;
    this.waited = 0;
    this.resampler.reset();
    this.#report("playing", null);
  }

  /** Give the resampler what `count` outputs need; when there is no more, let it run out. @param {number} count */
  #feed(count) {
    const { resampler } = this;
    while (!resampler.ended && resampler.available < count) {
      const next = this.chunks[0];
      if (!next || this.clearing || next.from !== this.from + resampler.written) {
        resampler.end();
        return;
      }
      this.chunks.shift();
      this.queued -= next.samples.length;
      resampler.write(next.samples);
    }
  }

  #drained() {
    this.starved = !this.complete && this.queued === 0;
    this.#end("drained");
    if (this.queued > 0) this.#countUnderrun();
  }

  #countUnderrun() {
    this.starved = false;
    this.underruns += 1;
    this.turnHadUnderrun = true;
    this.prebufferMs = Math.min(MAX_PREBUFFER_MS, this.prebufferMs + 40);
  }

  /** @param {Float32Array} out @param {number} count */
  #finishClear(out, count) {
    for (let i = 0; i < count; i++) out[i] *= 1 - (i + 1) / count;
    for (; this.clearing > 0; this.clearing--) {
      if (this.playing) {
        this.#end("cleared");
      } else {
        // Nothing was playing: the kernel still learns that its clear took effect, and where.
        this.from = this.clearedAt;
        this.resampler.reset();
        this.#report("ended", "cleared");
      }
    }
  }

  /** @param {"drained" | "cleared"} reason */
  #end(reason) {
    this.playing = false;
    this.#report("ended", reason);
    this.waited = 0;
  }

  /** @param {"playing" | "ended"} state @param {"drained" | "cleared" | null} reason */
  #report(state, reason) {
    this.sinceReport = 0;
    this.reports.push({
      run: this.run,
      state,
      from: this.from,
      played: Math.min(this.resampler.index, this.resampler.written),
      start_s: this.start_s,
      reason,
      underruns: this.underruns,
    });
  }
}
