/**
 * Spectrograms in tiles, asked for as they are seen, a limited number kept.
 *
 * A tile has 400 columns. How long a column is depends on how much is shown, so that an hour costs
 * as many tiles as a minute. A tile at the edge of now grows: only its new columns are asked for.
 */
import { HUSH } from "./geometry.js";

export const COLUMNS = 400;
export const BANDS = 48;
/** Of which columns are made; as in widgets/sights.py. */
const FRAME_S = 0.02;
/** Seconds of a column, and up to how many seconds a pixel it is shown. */
const LEVELS = Object.freeze([
  { step_s: 0.02, perPixel: 0.08 },
  { step_s: 0.16, perPixel: 0.64 },
  { step_s: 0.8, perPixel: Infinity },
]);
/** At most so many are kept: 19 kB each, and four times that painted. */
const MAX_TILES = 128;
/** Fewer new columns than this are not worth a question. */
const LEAST = 25;
const RETRY_MS = 2000;

/**
 * @typedef {object} Tile
 * @property {"user" | "agent"} side
 * @property {number} step_s
 * @property {number} from_s
 * @property {number} to_s
 * @property {Uint8Array} levels column by column, the lowest band first; 0 is silence (−120 dBFS), 240 full scale
 * @property {number} known columns
 * @property {number} version counts what has come
 * @property {number} failed how often it was refused
 * @property {number} notBefore page milliseconds
 */

export class Spectra {
  /**
   * @param {(question: {what: string} & Record<string, any>) => Promise<any>} ask
   * @param {() => void} changed something has come
   */
  constructor(ask, changed) {
    this.ask = ask;
    this.changed = changed;
    /** The least recently seen first. @type {Map<string, Tile>} */
    this.tiles = new Map();
    this.asking = false;
  }

  /** Another recording: nothing of this one is kept. */
  clear() {
    this.tiles = new Map();
    this.asking = false;
  }

  /**
   * The tiles that a window touches, in order; what is missing of one is asked for.
   * @param {"user" | "agent"} side @param {import("./peaks.js").Peaks} peaks of that side: what it is known to hold
   * @param {import("./geometry.js").Window} window @param {number} ms page time @param {boolean} live whether more will come
   * @returns {Tile[]}
   */
  see(side, peaks, window, ms, live) {
    const perPixel = (window.to_s - window.from_s) / Math.max(1, window.right - window.left);
    const { step_s } = LEVELS.find((level) => perPixel <= level.perPixel) ?? LEVELS[LEVELS.length - 1];
    const length_s = COLUMNS * step_s;
    const seen = [];
    const last = Math.min(window.to_s, peaks.end_s);
    for (let n = Math.max(0, Math.floor(window.from_s / length_s)); n * length_s < last; n++) {
      const tile = this.#tile(side, step_s, n);
      seen.push(tile);
      this.#complete(tile, peaks, ms, live);
    }
    return seen;
  }

  /** @param {"user" | "agent"} side @param {number} step_s @param {number} number @returns {Tile} */
  #tile(side, step_s, number) {
    const key = `${side} ${step_s} ${number}`;
    const length_s = COLUMNS * step_s;
    const tile = this.tiles.get(key) ?? {
      side,
      step_s,
      from_s: number * length_s,
      to_s: (number + 1) * length_s,
      levels: new Uint8Array(COLUMNS * BANDS),
      known: 0,
      version: 0,
      failed: 0,
      notBefore: 0,
    };
    this.tiles.delete(key);
    this.tiles.set(key, tile);
    for (const oldest of this.tiles.keys()) {
      if (this.tiles.size <= MAX_TILES) break;
      this.tiles.delete(oldest);
    }
    return tile;
  }

  /** @param {Tile} tile @param {import("./peaks.js").Peaks} peaks @param {number} ms @param {boolean} live */
  #complete(tile, peaks, ms, live) {
    const end_s = Math.min(tile.to_s, peaks.end_s);
    // A column is complete when all that it sees is there; the last ones are, where the tile is.
    const columns = Math.floor((end_s - tile.from_s) / tile.step_s + 1e-6) - (live && end_s < tile.to_s ? 1 : 0);
    if (columns <= tile.known) return;
    const from_s = tile.from_s + tile.known * tile.step_s;
    if (peaks.max(from_s, tile.from_s + columns * tile.step_s) <= HUSH) {
      tile.known = columns; // it is silent, as it is
      return;
    }
    const worth = !live || columns === COLUMNS || columns - tile.known >= Math.min(LEAST, Math.max(2, 1 / tile.step_s));
    if (this.asking || !worth || ms < tile.notBefore) return;
    void this.#fetch(tile, columns, ms);
  }

  /** @param {Tile} tile @param {number} columns @param {number} ms */
  async #fetch(tile, columns, ms) {
    const { tiles } = this;
    this.asking = true;
    const first = tile.known;
    try {
      const { side, step_s, from_s } = tile;
      const { levels } = await this.ask({
        what: "spectra",
        side,
        first: Math.round((from_s + first * step_s) / FRAME_S),
        frames: Math.round(step_s / FRAME_S),
        columns: columns - first,
      });
      const bytes = Uint8Array.from(atob(levels), (letter) => letter.charCodeAt(0));
      if (bytes.length !== (columns - first) * BANDS) throw new Error("not what was asked for");
      // It was not silent, so its sound was not kept: the waveform stays.
      if (!bytes.some((level) => level > 0)) throw new Error("not kept");
      tile.levels.set(bytes, first * BANDS);
      tile.known = columns;
      tile.failed = 0;
    } catch {
      tile.notBefore = ms + RETRY_MS * 2 ** Math.min(5, tile.failed++);
    }
    tile.version += 1;
    if (tiles !== this.tiles) return; // of another recording
    this.asking = false;
    this.changed();
  }
}
