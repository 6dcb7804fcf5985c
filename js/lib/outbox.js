/** What waits in the page while there is no way to the kernel, or none quick enough. */

/** Five seconds of microphone. */
const MAX_FRAMES = 250;
const MAX_TEXTS = 200;

/** @typedef {{text: object} | {frame: ArrayBuffer}} Item */

/**
 * A bounded queue, in order. Of microphone frames the oldest are dropped beyond five seconds
 * (counted in `lostFrames`; their numbers tell the kernel as well); of messages the oldest beyond
 * two hundred. Pictures do not wait at all: a late one is worth nothing.
 */
export class Outbox {
  constructor() {
    /** @type {Item[]} */
    this.items = [];
    this.frames = 0;
    this.lostFrames = 0;
  }

  /** @param {object} text */
  pushText(text) {
    this.items.push({ text });
    if (this.items.length - this.frames > MAX_TEXTS) {
      this.items.splice(this.items.findIndex((item) => "text" in item), 1);
    }
  }

  /** @param {ArrayBuffer} frame */
  pushFrame(frame) {
    this.items.push({ frame });
    this.frames += 1;
    if (this.frames > MAX_FRAMES) {
      this.items.splice(this.items.findIndex((item) => "frame" in item), 1);
      this.frames -= 1;
      this.lostFrames += 1;
    }
  }

  /** Take everything out. @returns {Item[]} */
  drain() {
    const items = this.items;
    this.items = [];
    this.frames = 0;
    return items;
  }
}
