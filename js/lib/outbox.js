/** What the page keeps for the kernel while there is no way to it, or none quick enough. */

/** Five seconds of microphone. */
const MAX_FRAMES = 250;
const MAX_TEXTS = 200;

/** @typedef {{seq: number, data: ArrayBuffer, sent: boolean}} Kept */

/**
 * Microphone frames are kept for five seconds, sent or not: what was on its way when a connection
 * broke is sent again, from the frame on that the kernel says it lacks. Of messages those wait that
 * could not be sent, two hundred at most. Beyond that the oldest are dropped, of messages those
 * about playback before any other; frames that were never sent are counted in `lostFrames`.
 */
export class Outbox {
  constructor() {
    /** @type {Kept[]} */
    this.frames = [];
    /** @type {Record<string, any>[]} */
    this.texts = [];
    this.lostFrames = 0;
  }

  /** @param {object} text */
  holdText(text) {
    this.texts.push(text);
    if (this.texts.length <= MAX_TEXTS) return;
    const report = this.texts.findIndex(({ type }) => type === "playback");
    this.texts.splice(Math.max(0, report), 1);
  }

  /** @param {number} seq @param {ArrayBuffer} data @param {boolean} sent */
  keepFrame(seq, data, sent) {
    if (seq === 0) this.frames = []; // the microphone was started anew
    this.frames.push({ seq, data, sent });
    if (this.frames.length > MAX_FRAMES && !this.frames.shift()?.sent) this.lostFrames += 1;
  }

  /**
   * The kernel lacks frames from this number on. A number that no frame here has yet is one of an
   * earlier start, so of this one it lacks all.
   * @param {number} next
   */
  rewind(next) {
    const newest = this.frames.at(-1)?.seq ?? -1;
    if (next <= newest + 1) this.frames = this.frames.filter(({ seq }) => seq >= next);
    for (const frame of this.frames) frame.sent = false;
  }

  /** Whether anything waits. */
  get waiting() {
    return this.texts.length > 0 || (this.frames.length > 0 && !this.frames[this.frames.length - 1].sent);
  }

  /**
   * Send what waits, messages first, until the channel takes no more.
   * @param {{sendText: (text: object) => boolean, sendFrame: (data: ArrayBuffer) => boolean}} channel
   */
  deliver(channel) {
    while (this.texts.length > 0) {
      if (!channel.sendText(this.texts[0])) return;
      this.texts.shift();
    }
    for (const frame of this.frames) {
      if (frame.sent) continue;
      if (!channel.sendFrame(frame.data)) return;
      frame.sent = true;
    }
  }
}
