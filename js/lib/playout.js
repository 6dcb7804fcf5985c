import { KIND, unpackFrame } from "./frames.js";

/** @typedef {import("./audio.js").AudioEngine} AudioEngine */
/** @typedef {import("./audio.js").PageReport} PageReport */

/**
 * The agent's voice on this page: what the kernel sent of it and what became of that.
 *
 * The kernel numbers every sample it sends to this page, also what comes while nothing can be
 * played, so the numbers outlive the engines that play.
 */
export class Playout {
  /** @param {() => AudioEngine | null} engine @param {(message: object) => void} tell */
  constructor(engine, tell) {
    this.engine = engine;
    this.tell = tell;
    /** Samples and clears the kernel has sent to this page, whether or not they were played. */
    this.given = 0;
    this.clears = 0;
    this.run = 0;
    this.underruns = 0;
  }

  /** Where an engine begins. */
  get origin() {
    const { given, run, underruns } = this;
    return { given, run, underruns };
  }

  /** @param {ArrayBuffer | DataView} data a frame from the kernel */
  take(data) {
    const { kind, payload } = unpackFrame(data);
    if (kind !== KIND.PLAY) return;
    this.given += payload.byteLength / 2;
    this.engine()?.play(payload.buffer);
  }

  /** Audio that was to be cleared before it could be sent: it keeps its numbers. @param {number} samples */
  skip(samples) {
    this.given += samples;
    this.engine()?.skip(samples);
  }

  clear() {
    this.clears += 1;
    const engine = this.engine();
    if (engine) engine.clear();
    else this.#answerClear();
  }

  flush() {
    this.engine()?.flush();
  }

  /** @param {PageReport} report */
  played(report) {
    this.run = report.run;
    this.underruns = report.underruns;
    this.tell({ type: "playback", ...report });
  }

  #answerClear() {
    const { run, given, underruns } = this;
    const nothing = { from: given, played: 0, start_ms: performance.now(), output_latency_s: null };
    this.played({ run, state: "ended", ...nothing, reason: "cleared", underruns });
  }
}
