/** What passes between the two voices: waits, interruptions, calls, pictures. */
import { spanBox, thin, tOf, xOf } from "../lib/geometry.js";
import { callState } from "../lib/items.js";
import { nameStart } from "../lib/labels.js";
import { seconds } from "../lib/story.js";
import { line, pill, pillWidth, roundRect, textWidth } from "./painting.js";

/** @typedef {import("./painting.js").View} View */
/** @typedef {import("./painting.js").Colours} Colours */
/** @typedef {import("../lib/story.js").Turn} Turn */

const TOOL_ROWS = 3;
/** Calls nearer to each other than this are not named one by one. */
const NAMED_PX = 40;
/** A wait as high as the room between the lanes. */
const FULL_WAIT_S = 3;

/** How long one waited for an answer. @param {CanvasRenderingContext2D} g @param {View} view @param {Turn[]} turns @param {Colours} colours */
export function latencies(g, view, turns, colours) {
  const { window, visible, drift, layout } = view;
  const labels = [];
  for (const { user_end, agent_start, voice_to_voice } of turns) {
    if (user_end === null || agent_start === null || typeof voice_to_voice !== "number") continue;
    const from = xOf(window, user_end);
    const to = xOf(window, agent_start);
    if (to < window.left || from > window.right) continue;
    g.strokeStyle = colours.wait;
    g.setLineDash([2, 2]);
    line(g, from, layout.user + layout.lane, from, layout.gap);
    line(g, to, layout.gap, to, layout.agent);
    g.setLineDash([]);
    g.lineWidth = 3;
    line(g, from, layout.gap, to, layout.gap);
    g.lineWidth = 1;
    const text = seconds(voice_to_voice);
    const width = pillWidth(g, text);
    const x = nameStart((from + to - width) / 2, to - width, width, visible, drift);
    if (x !== null && x + width <= visible.right) labels.push({ x, width, text });
  }
  for (const label of thin(labels.reverse(), 2)) pill(g, label, layout.gap, colours.surface, colours.text, colours.wait);
}

/** The same where there is no room for figures: a line for each, as high as it is long. @param {CanvasRenderingContext2D} g @param {View} view @param {Turn[]} turns @param {Colours} colours */
export function waits(g, { window, layout }, turns, colours) {
  const [bottom, room] = [layout.agent - 1, layout.agent - layout.user - layout.lane - 2];
  g.fillStyle = colours.wait;
  for (const { agent_start, voice_to_voice } of turns) {
    if (agent_start === null || typeof voice_to_voice !== "number") continue;
    const height = Math.max(1, room * Math.min(1, voice_to_voice / FULL_WAIT_S));
    g.fillRect(xOf(window, agent_start) - 1, bottom - height, 1.5, height);
  }
}

/**
 * How long the agent's voice went on when it was interrupted: from the user's onset to its last
 * sound. The figure is at the interruption's flag; here where there is room for it.
 * @param {CanvasRenderingContext2D} g @param {View} view @param {Turn[]} turns @param {Colours} colours
 */
export function bargeIns(g, { window, layout }, turns, colours) {
  const bottom = layout.agent + layout.lane;
  for (const { agent_end, barge_in_stop_s } of turns) {
    if (agent_end === null || typeof barge_in_stop_s !== "number") continue;
    const box = spanBox(window, agent_end - barge_in_stop_s, agent_end);
    if (!box) continue;
    g.fillStyle = colours.cut;
    g.globalAlpha = 0.28;
    g.fillRect(box.x, layout.agent, box.width, layout.lane);
    g.globalAlpha = 1;
    g.strokeStyle = colours.cut;
    g.lineWidth = 1.5;
    g.beginPath();
    g.moveTo(box.x, layout.user + layout.lane - 6);
    g.lineTo(box.x, layout.gap);
    g.lineTo(box.x + box.width, layout.gap);
    g.lineTo(box.x + box.width, bottom);
    g.stroke();
    g.lineWidth = 1;
    const text = seconds(barge_in_stop_s);
    const width = pillWidth(g, text);
    if (width + 8 > box.width) continue;
    pill(g, { x: box.x + (box.width - width) / 2, width, text }, layout.gap, colours.surface, colours.text, colours.cut);
  }
}

/** @param {CanvasRenderingContext2D} g @param {import("../lib/story.js").ToolCall[]} calls in order of time @param {View} view @param {Colours} colours */
export function tools(g, calls, view, colours) {
  const { window, visible, drift, layout } = view;
  const labels = [];
  /** Up to where each row is taken. */
  const taken = new Array(TOOL_ROWS).fill(-Infinity);
  const crowded = calls.length > 8 && (xOf(window, calls[calls.length - 1].t) - xOf(window, calls[0].t)) / calls.length < NAMED_PX;
  for (const call of calls) {
    const { t, end, name, error, cancelled } = call;
    const box = spanBox(window, t, end ?? (view.live ? view.now_s : t));
    if (!box) continue;
    // What runs beside another has a row of its own, as long as there are any.
    const free = taken.findIndex((until) => until < box.x);
    const row = free < 0 ? TOOL_ROWS - 1 : free;
    taken[row] = box.x + box.width;
    g.fillStyle = error || cancelled ? colours.error : colours.tool;
    if (end === null) g.globalAlpha = 0.55;
    const height = row ? 2.5 : 5;
    if (box.width < 6) g.fillRect(box.x, layout.tools + row * 3, box.width, height);
    else roundRect(g, box.x, layout.tools + row * 3, box.width, height, 2);
    g.globalAlpha = 1;
    if (crowded) continue;
    for (const text of [`${name} · ${callState(call)}`, name]) {
      const width = textWidth(g, text);
      const x = nameStart(box.x, box.x + box.width, width, visible, drift);
      if (x !== null) labels.push({ x, width, text, call, short: text === name });
    }
  }
  // The newest first; in full where that takes no name's place.
  const names = thin(labels.filter(({ short }) => short).reverse());
  g.textAlign = "left";
  for (const label of names) {
    const full = labels.find(({ call, short }) => call === label.call && !short);
    const rest = names.filter((other) => other !== label);
    const fits = full && (drift > 0 || full.x + full.width <= visible.right) && thin([...rest, full]).length === names.length;
    const { x, text } = fits && full.x === label.x ? full : label;
    g.fillStyle = colours.text;
    g.fillText(text, x, layout.tools + 14);
  }
}

/**
 * When pictures were sent, and, where there is room, what they show.
 * @param {CanvasRenderingContext2D} g @param {import("../lib/story.js").Picture[]} sent in order of time
 * @param {View} view @param {Colours} colours @param {(picture: import("../lib/story.js").Picture) => ImageBitmap | null} look
 */
export function pictures(g, sent, { window, layout }, colours, look) {
  g.fillStyle = colours.muted;
  g.beginPath();
  let last = -Infinity;
  for (const { t } of sent) {
    const x = xOf(window, t);
    if (x < window.left || x > window.right || x - last < 2) continue;
    last = x;
    g.moveTo(x, layout.axis - 8);
    g.lineTo(x + 3.5, layout.axis - 4.5);
    g.lineTo(x, layout.axis - 1);
    g.lineTo(x - 3.5, layout.axis - 4.5);
  }
  g.fill();
  if (layout.picture === 0) return;
  for (const { x, width, picture } of shownPictures(sent, window, layout.picture)) {
    const image = look(picture);
    if (!image) continue; // it comes, or was not kept
    g.save();
    g.beginPath();
    g.roundRect(x, layout.pictures, width, layout.picture - 8, 4);
    g.clip();
    g.drawImage(image, x, layout.pictures, width, layout.picture - 8);
    g.restore();
  }
}

/**
 * The picture at a pixel: the small one that is painted there, else the tick that is nearest.
 * @param {import("../lib/story.js").Story} story @param {import("../lib/geometry.js").Window} window @param {import("./layout.js").Layout} layout @param {number} x @param {number} y
 */
export function pictureAt(story, window, layout, x, y) {
  if (layout.picture === 0 || y < layout.pictures || y > layout.axis + 4) return null;
  const around = { ...window, from_s: tOf(window, x - 200), to_s: tOf(window, x + 200), left: x - 200, right: x + 200 };
  const near = story.lying.pictures.within(around.from_s, around.to_s);
  const small = y < layout.axis - 9 ? shownPictures(near, around, layout.picture).find((one) => x >= one.x && x <= one.x + one.width) : null;
  if (small) return small.picture;
  const t = tOf(window, x);
  const [nearest] = near.sort((one, other) => Math.abs(one.t - t) - Math.abs(other.t - t));
  return nearest && Math.abs(xOf(window, nearest.t) - x) <= 8 ? nearest : null;
}

/**
 * Which pictures there is room for: the first of every so many seconds, always the same ones while
 * the picture scrolls.
 * @param {import("../lib/story.js").Picture[]} sent @param {import("../lib/geometry.js").Window} window @param {number} height
 */
export function shownPictures(sent, window, height) {
  const perSecond = (window.right - window.left) / (window.to_s - window.from_s);
  const slot = Math.max(1, 2 ** Math.ceil(Math.log2((height * 1.6) / perSecond)));
  const shown = [];
  let [before, taken] = [-1, -Infinity];
  for (const picture of sent) {
    const at = Math.floor(picture.t / slot);
    const x = xOf(window, picture.t);
    if (at === before || x < taken) continue;
    before = at;
    const aspect = picture.width > 0 && picture.height > 0 ? picture.width / picture.height : 4 / 3;
    const width = Math.min(2, aspect) * (height - 8);
    taken = x + width + 3;
    shown.push({ x, width, picture });
  }
  return shown;
}
