/**
 * What the pictures show that were sent: from the page's own camera where they are of it, else
 * asked for as they are seen. Only some are kept, the last ones seen.
 */

/** Small ones, decoded: 64 × 48 pixels or so, 12 kB each. */
const MAX_SMALL = 300;
/** Pixels of height of a small one: for rows of 36, on dense displays too. */
const SMALL_HEIGHT = 72;
/** Bytes of JPEGs that are kept. */
const MAX_BYTES = 8_000_000;
const MAX_REFUSED = 500;

/** @typedef {import("./story.js").Picture} Picture */

export class Pictures {
  /**
   * @param {(question: {what: string} & Record<string, any>) => Promise<any>} ask
   * @param {(blob: Blob) => Promise<ImageBitmap>} [shrink] makes a small one
   */
  constructor(ask, shrink = small) {
    this.ask = ask;
    this.shrink = shrink;
    /** @type {Set<() => void>} */
    this.listeners = new Set();
    /** Taken, and not yet told to have arrived. @type {Blob[]} */
    this.taken = [];
    /** By number; the least recently seen first. @type {Map<number, Blob>} */
    this.blobs = new Map();
    this.bytes = 0;
    /** @type {Map<number, ImageBitmap>} */
    this.smalls = new Map();
    /** What is being made, or cannot be. @type {Set<number>} */
    this.busy = new Set();
    /** How many of the story's pictures were looked at. */
    this.seen = 0;
    this.asking = false;
  }

  /** Be told when something has come. @param {() => void} listener @param {AbortSignal} signal */
  listen(listener, signal) {
    this.listeners.add(listener);
    signal.addEventListener("abort", () => this.listeners.delete(listener));
  }

  #changed() {
    for (const listener of this.listeners) listener();
  }

  /** Another recording begins. */
  clear() {
    for (const bitmap of this.smalls.values()) bitmap.close();
    this.taken = [];
    this.blobs = new Map();
    this.bytes = 0;
    this.smalls = new Map();
    this.busy = new Set();
    this.seen = 0;
    this.asking = false;
  }

  /** The page has taken one, and sends it. @param {ArrayBuffer} jpeg */
  take(jpeg) {
    this.taken.push(new Blob([jpeg], { type: "image/jpeg" }));
    if (this.taken.length > 16) this.taken.shift(); // they did not arrive
  }

  /** Find the page's own among those that are told of: by their size, and in order. @param {Picture[]} told */
  follow(told) {
    for (; this.seen < told.length; this.seen++) {
      const { bytes, number } = told[this.seen];
      const at = this.taken.findIndex(({ size }) => size === bytes);
      if (at < 0) continue;
      this.#keep(number, this.taken[at]);
      this.taken.splice(0, at + 1);
    }
  }

  /** A small one, or null until there is one. @param {Picture} picture @returns {ImageBitmap | null} */
  small({ number }) {
    const known = this.smalls.get(number);
    if (known) {
      this.smalls.delete(number);
      this.smalls.set(number, known);
      return known;
    }
    if (!this.busy.has(number)) void this.#make(number);
    return null;
  }

  /** The whole picture, or null until it is there. @param {Picture} picture @returns {Blob | null} */
  whole({ number }) {
    const blob = this.blobs.get(number);
    if (!blob && !this.asking) void this.#fetch(number);
    return blob ?? null;
  }

  /** @param {number} number */
  async #make(number) {
    const { smalls, busy } = this;
    const blob = this.blobs.get(number) ?? (this.asking ? null : await this.#fetch(number));
    if (!blob || busy.has(number)) return;
    busy.add(number);
    try {
      smalls.set(number, await this.shrink(blob));
    } catch {
      return; // it is no picture, and stays busy
    }
    busy.delete(number);
    for (const [oldest, bitmap] of smalls) {
      if (smalls.size <= MAX_SMALL) break;
      bitmap.close();
      smalls.delete(oldest);
    }
    this.#changed();
  }

  /** @param {number} number @returns {Promise<Blob | null>} */
  async #fetch(number) {
    const { blobs, busy } = this;
    if (busy.has(number)) return null;
    this.asking = true;
    /** @type {Blob | null} */
    let blob = null;
    try {
      const { jpeg } = await this.ask({ what: "frame", number });
      if (jpeg) blob = new Blob([Uint8Array.from(atob(jpeg), (letter) => letter.charCodeAt(0))], { type: "image/jpeg" });
    } catch {
      // It is not to be had; the page says so by showing none.
    }
    if (blobs !== this.blobs) return null; // of another recording
    this.asking = false;
    if (blob) this.#keep(number, blob);
    else {
      if (busy.size > MAX_REFUSED) busy.clear();
      busy.add(number);
    }
    this.#changed();
    return blob;
  }

  /** @param {number} number @param {Blob} blob */
  #keep(number, blob) {
    this.blobs.set(number, blob);
    this.bytes += blob.size;
    for (const [oldest, { size }] of this.blobs) {
      if (this.bytes <= MAX_BYTES) break;
      this.blobs.delete(oldest);
      this.bytes -= size;
    }
  }
}

/** @param {Blob} blob */
function small(blob) {
  return createImageBitmap(blob, { resizeHeight: SMALL_HEIGHT, resizeQuality: "medium" });
}
