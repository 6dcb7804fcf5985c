/** Paints the timeline: two lanes of voice, what ties them together, and a time axis. */
import { besideLine, besideStart, spanBox, thin, ticks, waveBars, xOf } from "../lib/geometry.js";
import { outageText, seconds } from "../lib/story.js";

export const HEIGHT = 208;
const LANES = Object.freeze({ user: { top: 10, height: 58 }, agent: { top: 88, height: 58 } });
const GAP_Y = 78; // between the lanes: latency
const TOOLS_Y = 153;
const AXIS_Y = 188;
const BAR_PITCH = 3;
const HATCH = 7;
const SMALL = "11px";

/**
 * @typedef {object} View
 * @property {import("../lib/geometry.js").Window} window what is painted
 * @property {import("../lib/geometry.js").Window} visible what of it is seen
 * @property {number} now_s
 * @property {boolean} live
 * @property {boolean} scrolls whether it moves on to the left, so that what is cut off comes into view, or goes
 * @property {number} drift pixels it moves at most before it is painted again
 */

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
  outages(g, view, story.outages, colours);
  for (const turn of turns) turnBars(g, window, turn, story, view, colours);
  wave(g, waveBars(story.peaks.user, window, BAR_PITCH), LANES.user, colours.user);
  wave(g, waveBars(story.peaks.agent, window, BAR_PITCH), LANES.agent, colours.agent);
  pictures(g, window, story.pictures, colours);
  tools(g, [...story.tools.values()], view, colours);
  latencies(g, view, turns, colours);
  cuts(g, view, story, turns, colours);
  marks(g, view, story.marks, colours);
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

/** Stretches without a connection: hatched, for they are nobody's. @param {CanvasRenderingContext2D} g @param {View} view @param {import("../lib/story.js").Outage[]} outages @param {Colours} colours */
function outages(g, view, outages, colours) {
  const { window, visible } = view;
  const labels = [];
  for (const outage of outages) {
    const box = spanBox(window, outage.from, outage.to ?? (view.live ? view.now_s : outage.from));
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
    const begin = xOf(window, outage.from);
    const first = begin + Math.floor((box.x - height - begin) / HATCH) * HATCH;
    for (let x = first; x < box.x + box.width; x += HATCH) {
      g.moveTo(x, top + height);
      g.lineTo(x + height, top);
    }
    g.stroke();
    g.restore();
    const text = outageText(outage, view.now_s);
    const width = textWidth(g, text) + 12;
    const gone = box.x + box.width < visible.left;
    labels.push({ x: gone ? box.x : besideStart(box.x, width, visible), width, text });
  }
  for (const label of thin(labels.reverse(), 2)) pill(g, label, LANES.user.top + 9, colours.surface, colours.text, colours.error);
}

/** What was made to go wrong, or announced: a flag under the lanes. @param {CanvasRenderingContext2D} g @param {View} view @param {import("../lib/story.js").Mark[]} marks @param {Colours} colours */
function marks(g, { window, visible, drift }, marks, colours) {
  const labels = [];
  for (const { t, text } of marks) {
    const x = xOf(window, t);
    if (x < window.left || x > window.right) continue;
    g.strokeStyle = colours.error;
    g.setLineDash([3, 3]);
    line(g, x, LANES.user.top - 6, x, LANES.agent.top + LANES.agent.height);
    g.setLineDash([]);
    const width = textWidth(g, text) + 12;
    if (x - drift >= visible.left) labels.push({ x: besideStart(x, width, visible), width, text });
  }
  for (const label of thin(labels.reverse(), 2)) pill(g, label, GAP_Y, colours.surface, colours.error, colours.error);
}

/** @param {CanvasRenderingContext2D} g @param {any} window @param {any} turn @param {any} story @param {View} view @param {Colours} colours */
function turnBars(g, window, turn, story, view, colours) {
  const open = view.live ? story.now_s : null;
  for (const [lane, start, end, colour] of /** @type {const} */ ([
    [LANES.user, turn.user_start, turn.user_end, colours.user],
    [LANES.agent, turn.agent_start, turn.agent_end, colours.agent],
  ])) {
    const box = spanBox(window, start, end ?? open ?? start);
    if (!box) continue;
    g.fillStyle = colour;
    g.globalAlpha = 0.13;
    roundRect(g, box.x, lane.top, box.width, lane.height, 6);
    g.globalAlpha = 1;
    roundRect(g, box.x, lane.top, box.width, 3, 1.5);
  }
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
    const width = textWidth(g, text) + 12;
    const x = Math.min((from + to) / 2 - width / 2, visible.right - width);
    if (x - drift >= visible.left) labels.push({ x, width, text });
  }
  for (const label of thin(labels.reverse(), 2)) pill(g, label, GAP_Y, colours.surface, colours.text, colours.wait);
}

/** @param {CanvasRenderingContext2D} g @param {View} view @param {any} story @param {any[]} turns @param {Colours} colours */
function cuts(g, { window, visible, drift }, story, turns, colours) {
  const labels = [];
  for (const t of story.cuts) {
    const x = xOf(window, t);
    if (x < window.left || x > window.right) continue;
    g.strokeStyle = colours.cut;
    g.lineWidth = 2;
    line(g, x, LANES.user.top - 2, x, LANES.agent.top + LANES.agent.height);
    g.lineWidth = 1;
    const turn = turns.find((one) => one.interrupted && one.agent_start !== null && one.agent_start <= t && t <= (one.agent_end ?? t) + 1);
    const stopped = turn?.barge_in_stop_s;
    const text = typeof stopped === "number" ? `interrupted · ${seconds(stopped)}` : "interrupted";
    const width = textWidth(g, text) + 12;
    // Whose line is gone, or goes before the next painting, needs no label: it would be cut.
    if (x - drift >= visible.left) labels.push({ x: besideLine(x, width, { ...visible, left: visible.left + drift }), width, text });
  }
  for (const label of thin(labels.reverse(), 2)) pill(g, label, LANES.agent.top + LANES.agent.height - 5, colours.cut, colours.surface, null);
}

/** @param {CanvasRenderingContext2D} g @param {any[]} calls @param {View} view @param {Colours} colours */
function tools(g, calls, view, colours) {
  const { window, visible, scrolls } = view;
  const labels = [];
  for (const { t, end, name, error, cancelled } of calls) {
    const box = spanBox(window, t, end ?? (view.live ? view.now_s : t));
    if (!box) continue;
    g.fillStyle = error || cancelled ? colours.error : colours.tool;
    roundRect(g, box.x, TOOLS_Y, box.width, 5, 2);
    const seen = box.x + box.width >= visible.left;
    if (seen || scrolls) labels.push({ x: seen ? Math.max(box.x, visible.left) : box.x, width: textWidth(g, name), text: name });
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
