import { MIC_RATE_HZ, FRAME_SAMPLES } from "./framer.js";

const FRAME_MS = (1000 * FRAME_SAMPLES) / MIC_RATE_HZ;

/** People let go while the last sound is still on their lips. */
const TAIL_MS = 120;

/** A device that says it is later than this is not believed. */
const MOST_LATENCY_MS = 300;

/**
 * Push-to-talk: held by as many keys and fingers as like, it is on while one of them holds.
 *
 * A key that repeats holds once; whoever loses sight of the key or finger (the window loses the
 * focus, the finger slides away) lets go of all.
 */
export class TalkKey {
  /** @param {(on: boolean) => void} onChange */
  constructor(onChange) {
    this.onChange = onChange;
    /** @type {Set<string>} */
    this.holders = new Set();
  }

  get on() {
    return this.holders.size > 0;
  }

  /** @param {string} holder */
  hold(holder) {
    const before = this.on;
    this.holders.add(holder);
    if (!before) this.onChange(true);
  }

  /** @param {string} holder */
  letGo(holder) {
    if (this.holders.delete(holder) && !this.on) this.onChange(false);
  }

  letGoOfAll() {
    const before = this.on;
    this.holders.clear();
    if (before) this.onChange(false);
  }
}

/**
 * Number of the microphone's frame that holds what is said at page time `nowMs`, and a moment more.
 * It is usually not captured yet, for sound takes its time through the device.
 * @param {{seq: number, timeMs: number} | null} newest the newest frame there is
 * @param {number} nowMs @param {number} latencyMs of the microphone, as it says itself
 */
export function lastFrame(newest, nowMs, latencyMs) {
  if (!newest) return 0;
  const until = nowMs + TAIL_MS + Math.min(Math.max(latencyMs || 0, 0), MOST_LATENCY_MS);
  return newest.seq + Math.max(0, Math.ceil((until - newest.timeMs) / FRAME_MS) - 1);
}
