/** Paints the timeline: two lanes of voice, what ties them together, and a time axis. */
import { spanBox, ticks, xOf } from "../lib/geometry.js";
import { flagsOf, placeFlags } from "../lib/labels.js";
import { bargeIns, latencies, pictures, tools, waits } from "./between.js";
import { turnBars, voice, words, WORDS_REACH } from "./lanes.js";
import { FLAG_PITCH, FLAGS_Y } from "./layout.js";
import { line, pill, textWidth } from "./painting.js";

const HATCH = 7;
/** Turns nearer to each other than this are not written about one by one. */
const DENSE_PX = 30;
const CUT_TICK = Object.freeze({ top: 58, height: 12 });

/** @typedef {import("./painting.js").View} View */
/** @typedef {import("./painting.js").Colours} Colours */
/** @typedef {import("../lib/labels.js").Flag} Flag */

/**
 * What is fetched for the picture as it is needed.
 * @typedef {object} Looks
 * @property {import("./spectra.js").SpectraView | null} spectra null for waveforms
 * @property {(picture: import("../lib/story.js").Picture) => ImageBitmap | null} picture
 * @property {import("../lib/items.js").Item | null} item where the keyboard is
 */

/**
 * It costs as much as is seen, however long the talk is.
 * @param {CanvasRenderingContext2D} g @param {import("../lib/story.js").Story} story
 * @param {View} view @param {Colours} colours @param {Looks} looks
 */
export function paintTimeline(g, story, view, colours, looks) {
  const { window, visible, layout } = view;
  g.clearRect(window.left, 0, window.right - window.left, layout.height);
  g.font = `11px ${colours.font}`;
  g.textBaseline = "middle";
  axis(g, view, colours);
  const perPixel = (visible.to_s - visible.from_s) / (visible.right - visible.left);
  if (story.empty) {
    g.fillStyle = colours.muted;
    g.textAlign = "center";
    g.fillText("Your voice and the agent’s will run here, on one time axis.", (visible.left + visible.right) / 2, layout.gap);
    return;
  }
  // Words and waits reach into the picture from beside it.
  const turns = story.lying.turns.within(window.from_s - WORDS_REACH * perPixel, window.to_s);
  const next = story.lying.turns.next(window.to_s);
  const near = next ? [...turns, next] : turns;
  const flags = flagsOf(story, view.live ? view.now_s : story.now_s, window.from_s - (visible.to_s - visible.from_s), window.to_s);
  outages(g, view, flags, colours);
  turnBars(g, turns, story, view, colours);
  voice(g, story.peaks.user, "user", view, colours, looks.spectra);
  voice(g, story.peaks.agent, "agent", view, colours, looks.spectra);
  pictures(g, story.lying.pictures.within(window.from_s - 200 * perPixel, window.to_s), view, colours, looks.picture);
  tools(g, story.lying.tools.within(window.from_s, window.to_s), view, colours);
  if (dense(turns, window)) {
    // Where an hour is seen, words and lines would only hide each other: the shape of it is left.
    waits(g, view, turns, colours);
    cutTicks(g, window, flags, colours);
    const others = flags.filter(({ kind }) => kind !== "cut");
    flagLines(g, view, others, colours);
    flagLabels(g, view, others, colours);
  } else {
    bargeIns(g, view, turns, colours);
    flagLines(g, view, flags, colours);
    latencies(g, view, near, colours);
    words(g, near, story, view, colours);
    flagLabels(g, view, flags, colours);
  }
  if (looks.item) itemBand(g, view, looks.item, colours);
}

/** Whether there is no room for what is written about each turn. @param {import("../lib/story.js").Turn[]} turns @param {import("../lib/geometry.js").Window} window */
function dense(turns, window) {
  if (turns.length <= 12) return false;
  const [first, last] = [turns[0], turns[turns.length - 1]].map(({ user_start, agent_start }) => xOf(window, user_start ?? agent_start ?? 0));
  return (last - first) / turns.length < DENSE_PX;
}

/** When the agent was interrupted, above the lanes. @param {CanvasRenderingContext2D} g @param {import("../lib/geometry.js").Window} window @param {Flag[]} flags @param {Colours} colours */
function cutTicks(g, window, flags, colours) {
  g.fillStyle = colours.cut;
  for (const { kind, t } of flags) if (kind === "cut") g.fillRect(xOf(window, t) - 1, CUT_TICK.top, 2, CUT_TICK.height);
}

/** Where the keyboard is. @param {CanvasRenderingContext2D} g @param {View} view @param {import("../lib/items.js").Item} item @param {Colours} colours */
function itemBand(g, { window, layout }, { t, to }, colours) {
  const box = spanBox(window, t, to);
  if (!box) return;
  g.fillStyle = colours.text;
  g.globalAlpha = 0.08;
  g.fillRect(box.x - 2, 2, box.width + 4, layout.axis - 4);
  g.globalAlpha = 0.8;
  g.fillRect(box.x - 2, layout.axis - 2, box.width + 4, 2);
  g.globalAlpha = 1;
}

/** @param {CanvasRenderingContext2D} g @param {View} view @param {Colours} colours */
function axis(g, { window, visible, drift, layout }, colours) {
  g.textAlign = "center";
  g.strokeStyle = colours.line;
  g.fillStyle = colours.muted;
  for (const top of [layout.user, layout.agent]) {
    const middle = top + layout.lane / 2 + 0.5;
    g.globalAlpha = 0.7;
    line(g, window.left, middle, window.right, middle);
  }
  for (const { t, label } of ticks(window)) {
    const x = Math.round(xOf(window, t)) + 0.5;
    g.globalAlpha = 0.4;
    line(g, x, 6, x, layout.axis);
    g.globalAlpha = 1;
    const half = textWidth(g, label) / 2;
    // A label is there as long as all of it is: it must not be cut before the next painting, either.
    if (x - half - drift >= visible.left && x + half <= visible.right) g.fillText(label, x, layout.axis + 11);
  }
  g.globalAlpha = 1;
}

/** Stretches without a connection: hatched, for they are nobody's. @param {CanvasRenderingContext2D} g @param {View} view @param {Flag[]} flags @param {Colours} colours */
function outages(g, { window, layout }, flags, colours) {
  for (const { kind, t, to } of flags) {
    const box = kind === "outage" ? spanBox(window, t, to) : null;
    if (!box) continue;
    const top = layout.user;
    const height = layout.agent + layout.lane - top;
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

/** When it happened, through both lanes. @param {CanvasRenderingContext2D} g @param {View} view @param {Flag[]} flags @param {Colours} colours */
function flagLines(g, { window, layout }, flags, colours) {
  const styles = flagColours(colours);
  for (const { kind, t } of flags) {
    const x = xOf(window, t);
    if (kind === "outage" || x < window.left || x > window.right) continue;
    g.strokeStyle = styles[kind].line;
    g.lineWidth = kind === "cut" ? 2 : 1;
    if (kind !== "cut") g.setLineDash([3, 3]);
    line(g, x, FLAGS_Y + FLAG_PITCH, x, layout.agent + layout.lane);
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
