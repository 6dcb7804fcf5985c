/**
 * Ties an AudioContext's clock (seconds) to performance.now() (milliseconds).
 *
 * The page learns of an audio time only through messages that come late by varying amounts. The
 * smallest difference seen lately is the truest; two windows of five seconds let slow drift through.
 */
const WINDOW_MS = 5000;

export class AudioClock {
  constructor() {
    this.current = Infinity;
    this.previous = Infinity;
    this.since = -Infinity;
  }

  /**
   * A message says that the audio clock had reached `audio_s` no later than `now_ms`.
   * @param {number} audio_s @param {number} now_ms
   */
  observe(audio_s, now_ms) {
    const offset = now_ms - audio_s * 1000;
    if (now_ms - this.since > WINDOW_MS) {
      this.previous = this.current;
      this.current = Infinity;
      this.since = now_ms;
    }
    // A context that was suspended falls behind for good: old observations no longer hold.
    if (offset > Math.min(this.current, this.previous) + 500) this.previous = this.current = offset;
    this.current = Math.min(this.current, offset);
  }

  /** @param {number} audio_s @returns {number} page time in ms */
  toPageMs(audio_s) {
    return audio_s * 1000 + Math.min(this.current, this.previous);
  }
}
