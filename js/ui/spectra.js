/** Spectrograms on the lanes: tiles as pictures, in the theme's colours. */
import { xOf } from "../lib/geometry.js";
import { colourMap, stepOf } from "../lib/colourmap.js";
import { BANDS, COLUMNS, Spectra } from "../lib/spectra.js";

/** @typedef {{canvas: OffscreenCanvas, version: number, map: Uint8ClampedArray}} Drawn */

export class SpectraView {
  /**
   * @param {() => import("../lib/story.js").Story} story
   * @param {(question: {what: string} & Record<string, any>) => Promise<any>} ask @param {() => void} changed
   */
  constructor(story, ask, changed) {
    this.story = story;
    this.spectra = new Spectra(ask, changed);
    /** @type {WeakMap<import("../lib/spectra.js").Tile, Drawn>} */
    this.drawn = new WeakMap();
    /** @type {Record<"user" | "agent", Uint8ClampedArray> | null} */
    this.maps = null;
    /** Whose tiles they are. @type {import("../lib/story.js").Story | null} */
    this.of = null;
  }

  /** @param {import("./painting.js").Colours} colours */
  setColours({ surface, user, agent, text }) {
    const [back, mine, theirs, ink] = [surface, user, agent, text].map(rgbOf);
    this.maps = { user: colourMap(back, mine, ink), agent: colourMap(back, theirs, ink) };
  }

  /**
   * Paint what is known, and return the stretches that are not.
   * @param {CanvasRenderingContext2D} g @param {"user" | "agent"} side @param {import("./painting.js").View} view
   * @returns {import("../lib/geometry.js").Window[]}
   */
  paint(g, side, { window, layout, live }) {
    const story = this.story();
    if (this.of !== story) this.spectra.clear();
    this.of = story;
    if (!this.maps) return [window];
    const unknown = [];
    const map = this.maps[side];
    for (const tile of this.spectra.see(side, story.peaks[side], window, performance.now(), live)) {
      const known_s = tile.from_s + tile.known * tile.step_s;
      const x = xOf(window, tile.from_s);
      const width = xOf(window, tile.to_s) - x;
      if (tile.version > 0 && tile.known > 0) {
        const share = tile.known / COLUMNS;
        g.drawImage(this.#canvas(tile, map), 0, 0, tile.known, BANDS, x, layout[side] + 3, width * share, layout.lane - 3);
      }
      if (tile.known === COLUMNS) continue;
      const [from_s, to_s] = [Math.max(known_s, window.from_s), Math.min(tile.to_s, window.to_s)];
      if (from_s < to_s) unknown.push({ from_s, to_s, left: xOf(window, from_s), right: xOf(window, to_s) });
    }
    return unknown;
  }

  /** @param {import("../lib/spectra.js").Tile} tile @param {Uint8ClampedArray} map */
  #canvas(tile, map) {
    const before = this.drawn.get(tile);
    if (before && before.version === tile.version && before.map === map) return before.canvas;
    const canvas = before?.canvas ?? new OffscreenCanvas(COLUMNS, BANDS);
    const g = /** @type {OffscreenCanvasRenderingContext2D} */ (canvas.getContext("2d"));
    const image = new ImageData(COLUMNS, BANDS);
    for (let column = 0; column < tile.known; column++) {
      for (let band = 0; band < BANDS; band++) {
        const step = stepOf(tile.levels[column * BANDS + band]);
        const to = 4 * ((BANDS - 1 - band) * COLUMNS + column);
        for (let n = 0; n < 4; n++) image.data[to + n] = map[4 * step + n];
      }
    }
    g.putImageData(image, 0, 0);
    this.drawn.set(tile, { canvas, version: tile.version, map });
    return canvas;
  }
}

/** Any colour of CSS as numbers. @param {string} colour @returns {import("../lib/colourmap.js").Rgb} */
function rgbOf(colour) {
  const g = /** @type {OffscreenCanvasRenderingContext2D} */ (new OffscreenCanvas(1, 1).getContext("2d"));
  g.fillStyle = colour;
  g.fillRect(0, 0, 1, 1);
  const [r, green, b] = g.getImageData(0, 0, 1, 1).data;
  return [r, green, b];
}
