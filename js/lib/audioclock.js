/**
 * Ties an AudioContext's clock (seconds) to performance.now() (milliseconds).
 *
 * The page reads both clocks when a frame comes. The audio clock moves in steps and may be read late,
 * so a pair differs by varying amounts; the smallest difference seen lately is the truest, and two
 * windows of five seconds let slow drift through. The pair is read from the context itself and not
 * taken from the frame: frames queue up while the page is busy, and a frame's own time would then
 * say that it was captured when the page got round to it.
 */
const WINDOW_MS = 5000;

/** A context that was suspended falls behind for good; it is believed once that has lasted. */
const JUMP_MS = 500;
const LASTING_MS = 300;

export class AudioClock {
  constructor() {
    this.current = Infinity;
    this.previous = Infinity;
    this.since = -Infinity;
    /** Since when the context seems to be behind, and by how much at least. @type {{since: number, offset: number} | null} */
    this.behind = null;
  }

  /**
   * The audio clock was read as `audio_s` at page time `now_ms`.
   * @param {number} audio_s @param {number} now_ms
   */
  observe(audio_s, now_ms) {
    const offset = now_ms - audio_s * 1000;
    if (offset > Math.min(this.current, this.previous) + JUMP_MS) {
      this.behind = { since: this.behind?.since ?? now_ms, offset: Math.min(offset, this.behind?.offset ?? Infinity) };
      if (now_ms - this.behind.since < LASTING_MS) return;
      this.previous = this.current = this.behind.offset;
    }
    this.behind = null;
    if (now_ms - this.since > WINDOW_MS) {
      this.previous = this.current;
      this.current = Infinity;
      this.since = now_ms;
    }
    this.current = Math.min(this.current, offset);
  }

  /** @param {number} audio_s @returns {number} page time in ms */
  toPageMs(audio_s) {
    return audio_s * 1000 + Math.min(this.current, this.previous);
  }
}
