/** Paints the timeline: two lanes of voice, what ties them together, and a time axis. */
import { spanBox, thin, ticks, waveBars, xOf } from "../lib/geometry.js";
import { flagsOf, nameStart, PILL, placeFlags } from "../lib/labels.js";
import { seconds, speechEnd } from "../lib/story.js";

export const HEIGHT = 238; // as in studio.css
const FLAGS_Y = 11; // above the lanes, where nothing else is: what happened
const FLAG_PITCH = 19;
const LANES = Object.freeze({ user: { top: 42, height: 58 }, agent: { top: 120, height: 58 } });
const GAP_Y = 110; // between the lanes: latency
const TOOLS_Y = 184;
const AXIS_Y = 218;
const BAR_PITCH = 3;
const HATCH = 7;
const SMALL = "11px";

/**
 * @typedef {object} View
 * @property {import("../lib/geometry.js").Window} window what is painted
 * @property {import("../lib/geometry.js").Window} visible what of it is seen
 * @property {number} now_s
 * @property {boolean} live
 * @property {number} drift pixels it moves at most before it is painted again
 */

/** @typedef {import("../lib/labels.js").Flag} Flag */
/** @typedef {Record<"text" | "muted" | "line" | "user" | "agent" | "tool" | "wait" | "cut" | "error" | "surface" | "font", string>} Colours */

/**
 * @param {CanvasRenderingContext2D} g @param {import("../lib/story.js").Story} story
 * @param {View} view @param {Colours} colours
 */
export function paintTimeline(g, story, view, colours) {
  const { window, visible } = view;
  g.clearRect(window.left, 0, window.right - window.left, HEIGHT);
  g.font = `${SMALL} ${colours.font}`;
  g.textBaseline = "middle";
  axis(g, view, colours);
  if (story.empty) {
    g.fillStyle = colours.muted;
    g.textAlign = "center";
    g.fillText("Your voice and the agent’s will run here, on one time axis.", (visible.left + visible.right) / 2, GAP_Y);
    return;
  }
  const turns = [...story.turns.values()];
  const flags = flagsOf(story, view.live ? view.now_s : story.now_s, window.from_s - (visible.to_s - visible.from_s), window.to_s);
  outages(g, view, flags, colours);
  for (const turn of turns) turnBars(g, window, turn, story, view, colours);
  wave(g, waveBars(story.peaks.user, window, BAR_PITCH), LANES.user, colours.user);
  wave(g, waveBars(story.peaks.agent, window, BAR_PITCH), LANES.agent, colours.agent);
  pictures(g, window, story.pictures, colours);
  tools(g, [...story.tools.values()], view, colours);
  flagLines(g, window, flags, colours);
  latencies(g, view, turns, colours);
  flagLabels(g, view, flags, colours);
}

/** @param {CanvasRenderingContext2D} g @param {View} view @param {Colours} colours */
function axis(g, { window, visible, drift }, colours) {
  g.textAlign = "center";
  g.strokeStyle = colours.line;
  g.fillStyle = colours.muted;
  for (const { top, height } of Object.values(LANES)) {
    const middle = top + height / 2 + 0.5;
    g.globalAlpha = 0.7;
    line(g, window.left, middle, window.right, middle);
  }
  for (const { t, label } of ticks(window)) {
    const x = Math.round(xOf(window, t)) + 0.5;
    g.globalAlpha = 0.4;
    line(g, x, 6, x, AXIS_Y);
    g.globalAlpha = 1;
    const half = textWidth(g, label) / 2;
    // A label is there as long as all of it is: it must not be cut before the next painting, either.
    if (x - half - drift >= visible.left && x + half <= visible.right) g.fillText(label, x, AXIS_Y + 11);
  }
  g.globalAlpha = 1;
}

/** Stretches without a connection: hatched, for they are nobody's. @param {CanvasRenderingContext2D} g @param {View} view @param {Flag[]} flags @param {Colours} colours */
function outages(g, { window }, flags, colours) {
  for (const { kind, t, to } of flags) {
    const box = kind === "outage" ? spanBox(window, t, to) : null;
    if (!box) continue;
    const { top } = LANES.user;
    const height = LANES.agent.top + LANES.agent.height - top;
    g.save();
    g.beginPath();
    g.rect(box.x, top, box.width, height);
    g.clip();
    g.strokeStyle = colours.error;
    g.globalAlpha = 0.55;
    g.beginPath();
    // Tied to the outage's beginning, so that the hatching moves with it.
    const begin = xOf(window, t);
    const first = begin + Math.floor((box.x - height - begin) / HATCH) * HATCH;
    for (let x = first; x < box.x + box.width; x += HATCH) {
      g.moveTo(x, top + height);
      g.lineTo(x + height, top);
    }
    g.stroke();
    g.restore();
  }
}

/** @param {Colours} colours @returns {Record<Flag["kind"], {line: string, fill: string, ink: string, border: string | null}>} */
function flagColours({ text, muted, cut, error, surface }) {
  return {
    cut: { line: cut, fill: cut, ink: surface, border: null },
    fault: { line: error, fill: surface, ink: error, border: error },
    announced: { line: error, fill: surface, ink: text, border: error },
    note: { line: muted, fill: surface, ink: muted, border: muted },
    outage: { line: error, fill: surface, ink: text, border: error },
  };
}

/** When it happened, through both lanes. @param {CanvasRenderingContext2D} g @param {import("../lib/geometry.js").Window} window @param {Flag[]} flags @param {Colours} colours */
function flagLines(g, window, flags, colours) {
  const styles = flagColours(colours);
  for (const { kind, t } of flags) {
    const x = xOf(window, t);
    if (kind === "outage" || x < window.left || x > window.right) continue;
    g.strokeStyle = styles[kind].line;
    g.lineWidth = kind === "cut" ? 2 : 1;
    if (kind !== "cut") g.setLineDash([3, 3]);
    line(g, x, FLAGS_Y + FLAG_PITCH, x, LANES.agent.top + LANES.agent.height);
    g.setLineDash([]);
  }
  g.lineWidth = 1;
}

/** What happened, in words. @param {CanvasRenderingContext2D} g @param {View} view @param {Flag[]} flags @param {Colours} colours */
function flagLabels(g, { visible, drift }, flags, colours) {
  const styles = flagColours(colours);
  const placed = placeFlags(flags, visible, (text) => textWidth(g, text), drift);
  for (const { flag, row } of placed) {
    // Each hangs on its line, or on the beginning of its outage.
    const x = xOf(visible, flag.t);
    if (x < visible.left || row > 0) continue;
    g.strokeStyle = styles[flag.kind].line;
    line(g, x, FLAGS_Y, x, FLAGS_Y + FLAG_PITCH + (flag.kind === "outage" ? 12 : 0));
  }
  for (const label of placed) {
    const { fill, ink, border } = styles[label.flag.kind];
    pill(g, label, FLAGS_Y + label.row * FLAG_PITCH, fill, ink, border);
  }
}

/** @param {CanvasRenderingContext2D} g @param {any} window @param {any} turn @param {any} story @param {View} view @param {Colours} colours */
function turnBars(g, window, turn, story, view, colours) {
  const { user_start, agent_start, agent_end } = turn;
  const end_s = speechEnd(turn, Math.min(story.peaks.user.end_s, view.live ? view.now_s : Infinity));
  if (user_start !== null && turn.typed) typedMark(g, xOf(window, user_start), window, colours.user);
  for (const [lane, start, end, colour] of /** @type {const} */ ([
    [LANES.user, user_start, end_s ?? (turn.typed ? null : user_start), colours.user],
    [LANES.agent, agent_start, agent_end ?? agent_start, colours.agent],
  ])) {
    const box = end === null ? null : spanBox(window, start, end);
    if (!box) continue;
    g.fillStyle = colour;
    g.globalAlpha = 0.13;
    roundRect(g, box.x, lane.top, box.width, lane.height, 6);
    g.globalAlpha = 1;
    roundRect(g, box.x, lane.top, box.width, 3, 1.5);
  }
}

/** A writing mark: something was typed, which takes no time. @param {CanvasRenderingContext2D} g @param {number} x @param {import("../lib/geometry.js").Window} window @param {string} colour */
function typedMark(g, x, window, colour) {
  if (x < window.left || x > window.right) return;
  const { top, height } = LANES.user;
  const [high, low] = [top + 9, top + height - 9];
  g.strokeStyle = colour;
  g.lineWidth = 2;
  line(g, x, high, x, low);
  line(g, x - 5, high, x + 5, high);
  line(g, x - 5, low, x + 5, low);
  g.lineWidth = 1;
}

/** @param {CanvasRenderingContext2D} g @param {{x: number, level: number}[]} bars @param {{top: number, height: number}} lane @param {string} colour */
function wave(g, bars, lane, colour) {
  const middle = lane.top + lane.height / 2;
  g.fillStyle = colour;
  for (const { x, level } of bars) {
    const half = Math.max(1, (level * (lane.height - 12)) / 2);
    g.fillRect(x - 1, middle - half, 2, 2 * half);
  }
}

/** @param {CanvasRenderingContext2D} g @param {View} view @param {any[]} turns @param {Colours} colours */
function latencies(g, { window, visible, drift }, turns, colours) {
  const labels = [];
  for (const { user_end, agent_start, voice_to_voice } of turns) {
    if (user_end === null || agent_start === null || typeof voice_to_voice !== "number") continue;
    const from = xOf(window, user_end);
    const to = xOf(window, agent_start);
    if (to < window.left || from > window.right) continue;
    g.strokeStyle = colours.wait;
    g.setLineDash([2, 2]);
    line(g, from, LANES.user.top + LANES.user.height, from, GAP_Y);
    line(g, to, GAP_Y, to, LANES.agent.top);
    g.setLineDash([]);
    g.lineWidth = 3;
    line(g, from, GAP_Y, to, GAP_Y);
    g.lineWidth = 1;
    const text = seconds(voice_to_voice);
    const width = textWidth(g, text) + PILL;
    const x = nameStart((from + to - width) / 2, to - width, width, visible, drift);
    if (x !== null && x + width <= visible.right) labels.push({ x, width, text });
  }
  for (const label of thin(labels.reverse(), 2)) pill(g, label, GAP_Y, colours.surface, colours.text, colours.wait);
}

/** @param {CanvasRenderingContext2D} g @param {any[]} calls @param {View} view @param {Colours} colours */
function tools(g, calls, view, colours) {
  const { window, visible, drift } = view;
  const labels = [];
  for (const { t, end, name, error, cancelled } of calls) {
    const box = spanBox(window, t, end ?? (view.live ? view.now_s : t));
    if (!box) continue;
    g.fillStyle = error || cancelled ? colours.error : colours.tool;
    roundRect(g, box.x, TOOLS_Y, box.width, 5, 2);
    const width = textWidth(g, name);
    const x = nameStart(box.x, box.x + box.width, width, visible, drift);
    if (x !== null) labels.push({ x, width, text: name });
  }
  g.textAlign = "left";
  g.fillStyle = colours.text;
  for (const { x, text } of thin(labels.reverse())) g.fillText(text, x, TOOLS_Y + 14);
}

/** @param {CanvasRenderingContext2D} g @param {any} window @param {number[]} times @param {Colours} colours */
function pictures(g, window, times, colours) {
  g.fillStyle = colours.muted;
  g.beginPath();
  let last = -Infinity;
  for (const t of times) {
    const x = xOf(window, t);
    if (x < window.left || x > window.right || Math.abs(x - last) < 2) continue;
    last = x;
    g.moveTo(x, AXIS_Y - 8);
    g.lineTo(x + 3.5, AXIS_Y - 4.5);
    g.lineTo(x, AXIS_Y - 1);
    g.lineTo(x - 3.5, AXIS_Y - 4.5);
  }
  g.fill();
}

/** @param {CanvasRenderingContext2D} g @param {{x: number, width: number, text: string}} label @param {number} y @param {string} fill @param {string} ink @param {string | null} border */
function pill(g, { x, width, text }, y, fill, ink, border) {
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

/** @type {Map<string, number>} */
const widths = new Map();

/** Measuring is slow, and the same few labels come again and again. @param {CanvasRenderingContext2D} g @param {string} text */
function textWidth(g, text) {
  const key = `${g.font}|${text}`;
  let width = widths.get(key);
  if (width === undefined) {
    if (widths.size > 500) widths.clear();
    width = g.measureText(text).width;
    widths.set(key, width);
  }
  return width;
}

/** @param {CanvasRenderingContext2D} g @param {number} x0 @param {number} y0 @param {number} x1 @param {number} y1 */
function line(g, x0, y0, x1, y1) {
  g.beginPath();
  g.moveTo(x0, y0);
  g.lineTo(x1, y1);
  g.stroke();
}

/** @param {CanvasRenderingContext2D} g @param {number} x @param {number} y @param {number} width @param {number} height @param {number} radius */
function roundRect(g, x, y, width, height, radius) {
  g.beginPath();
  g.roundRect(x, y, width, height, Math.min(radius, width / 2));
  g.fill();
}
