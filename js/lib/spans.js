/**
 * Things that lie in time, found by when they are: as quickly after an hour as after a minute.
 * @template T
 */
export class Spans {
  /** @param {(item: T) => [number, number]} spanOf when it is; up to Infinity while it lasts */
  constructor(spanOf) {
    this.spanOf = spanOf;
    /** In order of their beginning. @type {T[]} */
    this.items = [];
    /** @type {number[]} */
    this.starts = [];
    /** The latest end of the items up to each. @type {number[]} */
    this.reach = [];
  }

  get length() {
    return this.items.length;
  }

  /** @param {T} item */
  add(item) {
    const [start] = this.spanOf(item);
    // Nearly everything comes in order.
    let at = this.items.length;
    while (at > 0 && this.starts[at - 1] > start) at -= 1;
    this.items.splice(at, 0, item);
    this.starts.splice(at, 0, start);
    this.reach.splice(at, 0, 0);
    this.#stretch(at);
  }

  /** @param {T} item */
  remove(item) {
    const at = this.items.lastIndexOf(item);
    if (at < 0) return;
    for (const list of [this.items, this.starts, this.reach]) list.splice(at, 1);
    this.#stretch(at);
  }

  /** Its end has changed. @param {T} item */
  changed(item) {
    const at = this.items.lastIndexOf(item);
    if (at >= 0) this.#stretch(at);
  }

  /**
   * What touches a stretch of time, in order of its beginning.
   * @param {number} from_s @param {number} to_s @returns {T[]}
   */
  within(from_s, to_s) {
    const found = [];
    for (let at = this.#after(to_s) - 1; at >= 0 && this.reach[at] >= from_s; at--) {
      if (this.spanOf(this.items[at])[1] >= from_s) found.push(this.items[at]);
    }
    return found.reverse();
  }

  /** The first that begins after a time. @param {number} t @returns {T | undefined} */
  next(t) {
    return this.items[this.#after(t)];
  }

  /** How many begin up to a time. @param {number} t */
  #after(t) {
    let [low, high] = [0, this.starts.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.starts[middle] <= t) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** @param {number} from the first whose reach is to be found anew */
  #stretch(from) {
    let reach = from > 0 ? this.reach[from - 1] : -Infinity;
    for (let at = from; at < this.items.length; at++) {
      reach = Math.max(reach, this.spanOf(this.items[at])[1]);
      this.reach[at] = reach;
    }
  }
}
