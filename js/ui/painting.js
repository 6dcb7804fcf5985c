/** Strokes and words on a canvas. */
import { PILL } from "../lib/labels.js";

/** @typedef {Record<"text" | "muted" | "line" | "user" | "agent" | "tool" | "wait" | "cut" | "error" | "surface" | "font", string>} Colours */

/**
 * What is painted, and how it stands.
 * @typedef {object} View
 * @property {import("../lib/geometry.js").Window} window what is painted
 * @property {import("../lib/geometry.js").Window} visible what of it is seen
 * @property {number} now_s
 * @property {boolean} live
 * @property {number} drift pixels it moves at most before it is painted again
 * @property {import("./layout.js").Layout} layout
 */

/** @type {Map<string, number>} */
const widths = new Map();
const MAX_WIDTHS = 4000;

/** Measuring is slow, and the same words come again and again. @param {CanvasRenderingContext2D} g @param {string} text */
export function textWidth(g, text) {
  const key = `${g.font}|${text}`;
  let width = widths.get(key);
  if (width === undefined) {
    if (widths.size >= MAX_WIDTHS) widths.clear();
    width = g.measureText(text).width;
    widths.set(key, width);
  }
  return width;
}

/** @param {CanvasRenderingContext2D} g @param {number} x0 @param {number} y0 @param {number} x1 @param {number} y1 */
export function line(g, x0, y0, x1, y1) {
  g.beginPath();
  g.moveTo(x0, y0);
  g.lineTo(x1, y1);
  g.stroke();
}

/** @param {CanvasRenderingContext2D} g @param {number} x @param {number} y @param {number} width @param {number} height @param {number} radius */
export function roundRect(g, x, y, width, height, radius) {
  g.beginPath();
  g.roundRect(x, y, width, height, Math.min(radius, width / 2));
  g.fill();
}

/** @param {CanvasRenderingContext2D} g @param {{x: number, width: number, text: string}} label @param {number} y @param {string} fill @param {string} ink @param {string | null} border */
export function pill(g, { x, width, text }, y, fill, ink, border) {
  g.fillStyle = fill;
  g.beginPath();
  g.roundRect(x, y - 9, width, 18, 9);
  g.fill();
  if (border) {
    g.strokeStyle = border;
    g.stroke();
  }
  g.fillStyle = ink;
  g.textAlign = "center";
  g.fillText(text, x + width / 2, y + 0.5);
}

/** How wide a pill with a text is. @param {CanvasRenderingContext2D} g @param {string} text */
export function pillWidth(g, text) {
  return textWidth(g, text) + PILL;
}
