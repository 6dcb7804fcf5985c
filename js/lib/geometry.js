/** Where things lie on the timeline: times to pixels, and nothing of canvas. */

export const MIN_SPAN_S = 4;
export const MAX_SPAN_S = 4 * 3600;
/** Peaks up to this (−54 dBFS) are not drawn. */
export const HUSH = 0.002;

/**
 * The stretch of time that is shown.
 * @typedef {object} Window
 * @property {number} from_s
 * @property {number} to_s
 * @property {number} left pixel of from_s
 * @property {number} right pixel of to_s
 */

/** Seconds shown by default in a plot this wide. @param {number} width */
export function defaultSpan(width) {
  return Math.max(12, Math.min(40, Math.round(width / 45)));
}

/**
 * @param {{now_s: number, span_s: number, end_s: number | null, left: number, right: number}} view
 *   end_s null follows now
 * @returns {Window}
 */
export function windowOf({ now_s, span_s, end_s, left, right }) {
  const to_s = Math.max(span_s, end_s ?? now_s);
  return { from_s: to_s - span_s, to_s, left, right };
}

/**
 * The same scale over more pixels on either side.
 * @param {Window} window @param {number} before @param {number} after
 * @returns {Window}
 */
export function widen(window, before, after) {
  const [left, right] = [window.left - before, window.right + after];
  return { from_s: tOf(window, left), to_s: tOf(window, right), left, right };
}

/**
 * Where a picture painted at `now_s`, and the line of now in it, go while the next `ahead_s` pass.
 * Both move evenly between the points: until the plot is full the line moves, then the picture.
 * @param {{now_s: number, ahead_s: number, span_s: number, end_s: number | null, width: number}} view
 * @returns {{at: number, shift: number, x: number}[]} `at` 0…1 of the time, pixels to the left, pixel of now
 */
export function glide({ now_s, ahead_s, span_s, end_s, width }) {
  const right = (/** @type {number} */ now) => windowOf({ now_s: now, span_s, end_s, left: 0, right: width }).to_s;
  const full = end_s === null ? (span_s - now_s) / ahead_s : 0;
  return [0, ...(full > 0 && full < 1 ? [full] : []), 1].map((at) => {
    const now = now_s + at * ahead_s;
    const to_s = right(now);
    const scale = width / span_s;
    return { at, shift: (to_s - right(now_s)) * scale, x: width + (now - to_s) * scale };
  });
}

/** @param {Window} window @param {number} t */
export function xOf({ from_s, to_s, left, right }, t) {
  return left + ((t - from_s) / (to_s - from_s)) * (right - left);
}

/** @param {Window} window @param {number} x */
export function tOf({ from_s, to_s, left, right }, x) {
  return from_s + ((x - left) / (right - left)) * (to_s - from_s);
}

/**
 * Round times for the axis, at least 64 pixels apart.
 * @param {Window} window
 * @returns {{t: number, label: string}[]}
 */
export function ticks(window) {
  const perPixel = (window.to_s - window.from_s) / Math.max(1, window.right - window.left);
  const steps = [0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600];
  const step = steps.find((s) => s >= 64 * perPixel) ?? 7200;
  const out = [];
  for (let n = Math.max(0, Math.ceil(window.from_s / step - 1e-9)); n * step <= window.to_s + 1e-9; n++) {
    const t = n * step;
    out.push({ t, label: timeLabel(t, step) });
  }
  return out;
}

/** @param {number} t @param {number} step */
function timeLabel(t, step) {
  if (t >= 60) {
    const tenths = Math.round(10 * t);
    const seconds = String(Math.floor(tenths / 10) % 60).padStart(2, "0");
    return `${Math.floor(tenths / 600)}:${seconds}${step < 1 ? `.${tenths % 10}` : ""}`;
  }
  return `${t.toFixed(step < 1 ? 1 : 0)} s`;
}

/**
 * A span clipped to the window, at least two pixels wide; null when it is outside.
 * @param {Window} window @param {number | null} start @param {number | null} end
 * @returns {{x: number, width: number} | null}
 */
export function spanBox(window, start, end) {
  if (start === null || start === undefined) return null;
  const stop = end ?? window.to_s;
  if (stop < window.from_s || start > window.to_s) return null;
  const x = Math.max(window.left, xOf(window, start));
  const right = Math.min(window.right, xOf(window, stop));
  return { x, width: Math.max(2, right - x) };
}

/**
 * Bars of a waveform, anchored to the time axis so that they scroll without flickering.
 * @param {import("./peaks.js").Peaks} peaks @param {Window} window @param {number} pitch pixels per bar
 * @returns {{x: number, level: number}[]} level 0…1, loudness-like
 */
export function waveBars(peaks, window, pitch) {
  const perPixel = (window.to_s - window.from_s) / Math.max(1, window.right - window.left);
  const step = Math.max(peaks.step_s, pitch * perPixel);
  const bars = [];
  const last = Math.min(window.to_s, peaks.end_s);
  for (let n = Math.max(0, Math.floor(window.from_s / step)); n * step < last; n++) {
    const peak = peaks.max(n * step, (n + 1) * step);
    if (peak <= HUSH) continue;
    const x = xOf(window, (n + 0.5) * step);
    if (x >= window.left && x <= window.right) bars.push({ x, level: loudness(peak) });
  }
  return bars;
}

/** A peak as a height: decibels from −48 to 0 dBFS, so that quiet speech is seen. */
export function loudness(/** @type {number} */ peak) {
  if (peak <= 0) return 0;
  return Math.max(0, Math.min(1, (20 * Math.log10(peak) + 48) / 48));
}

/**
 * Left edge of a label that belongs to what begins at `x`: right of it, else left of it. One whose
 * beginning is out of sight on the left stays at the edge.
 * @param {number} x @param {number} width @param {Window} visible
 */
export function besideStart(x, width, visible) {
  if (x < visible.left) return visible.left;
  return x + width <= visible.right || x - width < visible.left ? x : x - width;
}

/**
 * Keep those labels that do not overlap, in the order given (the first wins).
 * @template {{x: number, width: number}} T
 * @param {T[]} labels @param {number} gap
 * @returns {T[]}
 */
export function thin(labels, gap = 6) {
  /** @type {T[]} */
  const kept = [];
  for (const label of labels) {
    const free = kept.every((k) => label.x > k.x + k.width + gap || label.x + label.width + gap < k.x);
    if (free) kept.push(label);
  }
  return kept;
}
