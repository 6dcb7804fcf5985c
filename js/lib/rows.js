/**
 * The part of a long list that a page shows: the kernel has the rows, filters and counts them, and
 * tells those that are looked at. At most one question is with it; what is wanted meanwhile is asked
 * when it has answered.
 */

/** Height of a row in pixels, as in studio.css. */
export const ROW_PX = 24;

/** Browsers hold no box that is much higher; in a longer list a pixel stands for more than a row has. */
const MAX_PX = 8_000_000;

/** Rows asked for beyond those that are seen, on either side. */
const BEYOND = 30;

/** The kernel tells no more at once. */
const MOST = 500;

/** @typedef {{way: "" | "sent" | "received", groups: string[], text: string, audio: boolean}} Filter */

/**
 * One message: number, recording time, which way, what, bytes, connection, whether it has a text.
 * @typedef {[number, number, "sent" | "received", string, number, number, boolean]} Row
 */

/** Height of the box that holds so many rows. @param {number} count */
export const heightOf = (count) => Math.min(MAX_PX, count * ROW_PX);

/** Index of the first row seen (with a fraction) when the box is scrolled so far. @param {number} top @param {number} count @param {number} height of what is seen */
export function indexAt(top, count, height) {
  const room = heightOf(count) - height;
  if (room <= 0) return 0;
  return (Math.min(1, Math.max(0, top / room)) * Math.max(0, count * ROW_PX - height)) / ROW_PX;
}

/** How far the box is scrolled when row `index` is the first seen. @param {number} index @param {number} count @param {number} height */
export function scrollTo(index, count, height) {
  const rest = count * ROW_PX - height;
  return rest <= 0 ? 0 : Math.min(1, Math.max(0, (index * ROW_PX) / rest)) * (heightOf(count) - height);
}

export class Rows {
  /** @param {(question: {what: string} & Record<string, any>) => Promise<any>} ask @param {() => void} changed */
  constructor(ask, changed) {
    this.ask = ask;
    this.changed = changed;
    /** @type {Filter} */
    this.filter = { way: "", groups: [], text: "", audio: false };
    this.total = 0;
    this.dropped = 0;
    /** Those that pass the filter. */
    this.found = 0;
    /** How many there are of each group. @type {Record<string, number>} */
    this.groups = {};
    /** @type {Map<number, Row>} by their index among those found */
    this.rows = new Map();
    /** Whether the end is shown, and goes on with what comes. */
    this.follows = true;
    this.first = 0;
    this.count = 0;
    /** Counts up when an answer that is on its way has become another question's. */
    this.version = 0;
    this.asking = false;
    this.again = false;
  }

  /** Another recording begins. */
  forget() {
    this.total = this.dropped = this.found = this.first = 0;
    this.groups = {};
    this.follows = true;
    this.#drop();
  }

  /** @param {Partial<Filter>} change */
  sift(change) {
    this.filter = { ...this.filter, ...change };
    this.#drop();
    this.refresh();
  }

  /** What is known, and what is on its way, is not what is wanted. */
  #drop() {
    this.rows.clear();
    this.version += 1;
    this.asking = this.again = false;
  }

  /** These rows are seen; those that are not known are asked for. @param {number} first @param {number} count */
  see(first, count) {
    this.first = Math.max(0, Math.floor(first));
    this.count = Math.ceil(count);
    if (this.follows) return;
    for (let n = this.first; n < Math.min(this.found, this.first + this.count); n++) {
      if (!this.rows.has(n)) return this.refresh();
    }
  }

  /** Ask how it stands, and for what is seen. */
  refresh() {
    if (this.asking) {
      this.again = true;
      return;
    }
    this.again = false;
    this.asking = true;
    void this.#ask(this.version);
  }

  /** @param {number} version */
  async #ask(version) {
    const { first, count, follows, filter } = this;
    const wanted = count === 0 ? 0 : Math.min(MOST, count + 2 * BEYOND);
    const start = follows ? -Math.max(1, wanted) : Math.max(0, first - BEYOND);
    try {
      const told = await this.ask({ what: "messages", start, count: wanted, ...filter });
      if (version !== this.version) return;
      this.#take(told);
    } catch {
      // The connection is lost, or another recording has begun: who looks asks again.
      if (version !== this.version) return;
      this.again = false;
    }
    this.asking = false;
    this.changed();
    if (this.again) this.refresh();
  }

  /** @param {{total: number, dropped: number, found: number, groups: Record<string, number>, start: number, rows: Row[]}} told */
  #take({ total, dropped, found, groups, start, rows }) {
    this.total = total;
    // Where the oldest are dropped, what is left moves up.
    if (dropped !== this.dropped) this.rows.clear();
    Object.assign(this, { dropped, found, groups });
    if (rows.length > 0) this.rows = new Map(rows.map((row, n) => [start + n, row]));
  }
}

/** Bytes as people read them. @param {number} bytes */
export function sizeText(bytes) {
  if (bytes < 1000) return `${bytes} B`;
  const [value, unit] = bytes < 1e6 ? [bytes / 1e3, "kB"] : [bytes / 1e6, "MB"];
  return `${value.toFixed(value < 10 ? 1 : 0)} ${unit}`;
}

/** A recording's time to the millisecond. @param {number} t_s */
export function timeText(t_s) {
  const ms = Math.round(Math.max(0, t_s) * 1000);
  const [minutes, rest] = [Math.floor(ms / 60_000), ms % 60_000];
  const text = (rest / 1000).toFixed(3).padStart(6, "0");
  const [hours, left] = [Math.floor(minutes / 60), minutes % 60];
  return hours ? `${hours}:${String(left).padStart(2, "0")}:${text}` : `${left}:${text}`;
}

/** A body on many lines, if it is whole JSON. @param {string} body */
export function pretty(body) {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}
