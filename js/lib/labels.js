/** What is written on the timeline: which text, where, and what gives way to what. */
import { besideStart, xOf } from "./geometry.js";
import { outageText, seconds } from "./story.js";

/** Rows above the lanes, in which is told what happened. */
export const FLAG_ROWS = 2;
/** Pixels a pill is wider than its text. */
export const PILL = 12;
const GAP = 3;
/** What moves less between two paintings does not scroll, for the eye. */
const SLOW = 10;

/**
 * Something that happened, at a moment or for a while.
 * @typedef {object} Flag
 * @property {number} t
 * @property {number} to `t` for a moment
 * @property {"cut" | "fault" | "announced" | "note" | "outage"} kind
 * @property {string[]} texts what it says, the shorter ones for want of room
 */

/** @typedef {{x: number, width: number, row: number, text: string, flag: Flag}} PlacedFlag */

/**
 * What happened from one moment to another, in order of time.
 * @param {import("./story.js").Story} story @param {number} now_s @param {number} from_s @param {number} to_s
 * @returns {Flag[]}
 */
export function flagsOf(story, now_s, from_s, to_s) {
  /** @type {Flag[]} */
  const flags = [];
  const { cuts, marks, outages } = story.lying;
  for (const t of cuts.within(from_s, to_s)) {
    const turn = cutTurn(story, t);
    const stopped = turn?.barge_in_stop_s;
    const texts = typeof stopped === "number" ? [`interrupted · ${seconds(stopped)}`, seconds(stopped)] : ["interrupted"];
    flags.push({ t, to: t, kind: "cut", texts });
  }
  for (const { t, kind, texts } of marks.within(from_s, to_s)) flags.push({ t, to: t, kind, texts });
  for (const outage of outages.within(from_s, to_s)) {
    const to = outage.to ?? now_s;
    const texts = [outageText(outage, now_s), seconds(to - outage.from)];
    if (to >= from_s) flags.push({ t: outage.from, to, kind: "outage", texts });
  }
  return flags.sort((one, other) => one.t - other.t);
}

/** The turn whose reply was cut short at a time. @param {import("./story.js").Story} story @param {number} t */
export function cutTurn(story, t) {
  const near = story.lying.turns.within(t - 1, t);
  return near.find((one) => one.interrupted && one.agent_start !== null && one.agent_start <= t && t <= (one.agent_end ?? t) + 1);
}

/**
 * Where flags are labelled: right of their beginning, in the first row in which there is room, with
 * the longest text for which there is; all with the shortest where that lets more of them speak.
 * All of a label is in view, or nothing.
 * @param {Flag[]} flags in order of time, also of the time before what is seen: rows must not change as it scrolls
 * @param {import("./geometry.js").Window} visible
 * @param {(text: string) => number} widthOf a text in pixels
 * @param {number} [drift] pixels that all moves to the left before it is painted again
 * @returns {PlacedFlag[]}
 */
export function placeFlags(flags, visible, widthOf, drift = 0) {
  const placed = labelled(flags, visible, widthOf, drift);
  // Words that change while they scroll could not be read.
  if (placed.length === flags.length || drift > SLOW) return placed;
  const brief = labelled(flags.map((flag) => ({ ...flag, texts: flag.texts.slice(-1) })), visible, widthOf, drift);
  return brief.length > placed.length ? brief : placed;
}

/** @param {Flag[]} flags @param {import("./geometry.js").Window} visible @param {(text: string) => number} widthOf @param {number} drift */
function labelled(flags, visible, widthOf, drift) {
  /** @type {{x: number, width: number}[][]} */
  const rows = Array.from({ length: FLAG_ROWS }, () => []);
  /** @type {PlacedFlag[]} */
  const placed = [];
  for (const flag of flags) {
    for (const text of flag.texts) {
      const label = { x: 0, width: widthOf(text) + PILL };
      label.x = startOf(flag, label.width, visible, drift);
      const row = rows.findIndex((taken) => taken.every((one) => apart(one, label)));
      if (row < 0) continue;
      rows[row].push(label);
      if (label.x - drift >= visible.left && label.x + label.width <= visible.right) placed.push({ ...label, row, text, flag });
      break;
    }
  }
  return placed;
}

/** @param {Flag} flag @param {number} width @param {import("./geometry.js").Window} visible @param {number} drift */
function startOf({ t, to }, width, visible, drift) {
  const [x, end] = [xOf(visible, t), xOf(visible, to)];
  // What lasts until it is in view is labelled at the edge, or, so that it scrolls, at its end.
  const last = drift > 0 ? end - width : visible.left;
  if (x - drift < visible.left && end > visible.left && last - drift >= visible.left) return last;
  return x < visible.left ? x : besideStart(x, width, visible);
}

/** @param {{x: number, width: number}} one @param {{x: number, width: number}} other */
function apart(one, other) {
  return other.x >= one.x + one.width + GAP || other.x + other.width + GAP <= one.x;
}

/**
 * Left edge of the name of what lies from `x` to `end`, so that all of it is in view; null where
 * that is not. What scrolls comes into view on the right by itself.
 * @param {number} x @param {number} end @param {number} width
 * @param {import("./geometry.js").Window} visible @param {number} drift
 */
export function nameStart(x, end, width, { left, right }, drift) {
  if (Math.max(x, end) <= left + drift && x < left + drift) return null;
  const start = Math.max(x, left + drift);
  return drift > 0 || x > right ? start : Math.max(left, Math.min(start, right - width));
}
