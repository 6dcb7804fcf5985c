/** The two voices: when they spoke, how loud or how high, and what they said. */
import { spanBox, waveBars, xOf } from "../lib/geometry.js";
import { speechEnd } from "../lib/story.js";
import { agentPieces, placeWords, roomFor, userPieces } from "../lib/wording.js";
import { WORDS } from "./layout.js";
import { line, roundRect, textWidth } from "./painting.js";

const BAR_PITCH = 3;
/** Narrower bars have no round corners. */
const ROUND_PX = 8;
/** Words of a turn may reach this far beyond it. */
export const WORDS_REACH = 520;
/** Below this there is no room for words worth reading. */
const LEAST_ROOM = 44;
const GAP = 10;
const SIZE = "11px";

/** @typedef {import("./painting.js").View} View */
/** @typedef {import("./painting.js").Colours} Colours */
/** @typedef {import("../lib/story.js").Turn} Turn */

/** When a side of a turn is heard. @param {Turn} turn @param {"user" | "agent"} side @param {number} heard_s @returns {[number | null, number | null]} */
function sound(turn, side, heard_s) {
  const { user_start, agent_start, agent_end, typed } = turn;
  if (side === "agent") return [agent_start, agent_end ?? agent_start];
  return [user_start, speechEnd(turn, heard_s) ?? (typed ? null : user_start)];
}

/** Up to when the user's sound is known. @param {import("../lib/story.js").Story} story @param {View} view */
function heardUpTo(story, { live, now_s }) {
  return Math.min(story.peaks.user.end_s, live ? now_s : Infinity);
}

/**
 * @param {CanvasRenderingContext2D} g @param {Turn[]} turns @param {import("../lib/story.js").Story} story
 * @param {View} view @param {Colours} colours
 */
export function turnBars(g, turns, story, view, colours) {
  const { window, layout } = view;
  const heard_s = heardUpTo(story, view);
  for (const side of /** @type {const} */ (["user", "agent"])) {
    const top = layout[side];
    /** @type {{x: number, width: number}[]} */
    const boxes = [];
    let painted = -Infinity;
    for (const turn of turns) {
      if (side === "user" && turn.typed && turn.user_start !== null) typedMark(g, xOf(window, turn.user_start), view, colours.user);
      const [start, end] = sound(turn, side, heard_s);
      const box = end === null ? null : spanBox(window, start, end);
      // Where an hour is shown, several fall on the same pixel.
      if (!box || box.x + box.width <= painted) continue;
      painted = box.x + box.width;
      boxes.push(box);
    }
    g.fillStyle = colours[side];
    g.globalAlpha = 0.13;
    bars(g, boxes, top, layout.lane, 6);
    g.globalAlpha = 1;
    bars(g, boxes, top, 3, 1.5);
  }
}

/** Round corners take long, and narrow bars show none. @param {CanvasRenderingContext2D} g @param {{x: number, width: number}[]} boxes @param {number} top @param {number} height @param {number} radius */
function bars(g, boxes, top, height, radius) {
  for (const { x, width } of boxes) {
    if (width < ROUND_PX) g.fillRect(x, top, width, height);
    else roundRect(g, x, top, width, height, radius);
  }
}

/** A writing mark: something was typed, which takes no time. @param {CanvasRenderingContext2D} g @param {number} x @param {View} view @param {string} colour */
function typedMark(g, x, { window, layout }, colour) {
  if (x < window.left || x > window.right) return;
  const [high, low] = [layout.user + 9, layout.user + layout.lane - 9];
  g.strokeStyle = colour;
  g.lineWidth = 2;
  line(g, x, high, x, low);
  line(g, x - 5, high, x + 5, high);
  line(g, x - 5, low, x + 5, low);
  g.lineWidth = 1;
}

/**
 * A voice, as loud as it was; as a spectrogram where that is wanted and known.
 * @param {CanvasRenderingContext2D} g @param {import("../lib/peaks.js").Peaks} peaks @param {"user" | "agent"} side
 * @param {View} view @param {Colours} colours @param {import("./spectra.js").SpectraView | null} spectra
 */
export function voice(g, peaks, side, view, colours, spectra) {
  const { window, layout } = view;
  const unknown = spectra ? spectra.paint(g, side, view) : [window];
  const middle = layout[side] + layout.lane / 2;
  g.fillStyle = colours[side];
  for (const part of unknown) {
    for (const { x, level } of waveBars(peaks, part, BAR_PITCH)) {
      const half = Math.max(1, (level * (layout.lane - 12)) / 2);
      g.fillRect(x - 1, middle - half, 2, 2 * half);
    }
  }
}

/** Words that were placed, by what they were placed for. @type {Map<string, import("../lib/wording.js").Placed[]>} */
const known = new Map();

/**
 * What was said, beside its sound: above the user's lane, below the agent's.
 * @param {CanvasRenderingContext2D} g @param {Turn[]} turns those that are seen, and the one after
 * @param {import("../lib/story.js").Story} story @param {View} view @param {Colours} colours
 */
export function words(g, turns, story, view, colours) {
  const { window, visible, layout } = view;
  const fonts = { said: `${SIZE} ${colours.font}`, interim: `italic ${SIZE} ${colours.font}`, unheard: `${SIZE} ${colours.font}` };
  const widthOf = (/** @type {string} */ text, /** @type {"said" | "interim" | "unheard"} */ look) => {
    g.font = fonts[look];
    return textWidth(g, text);
  };
  const space = widthOf(" ", "said");
  const heard_s = heardUpTo(story, view);
  g.textAlign = "left";
  for (const side of /** @type {const} */ (["user", "agent"])) {
    // What was said last has no more room than there is, once its end is in view for good.
    let next = !view.live && view.now_s <= visible.to_s ? visible.right + GAP : Infinity;
    for (const turn of [...turns].reverse()) {
      const [start, end] = sound(turn, side, heard_s);
      if (start === null) continue;
      const x = xOf(window, start);
      const left = next - x - GAP;
      const given = side === "user" ? userPieces(story, turn) : agentPieces(turn);
      if (given.length === 0) continue;
      next = x;
      if (left < LEAST_ROOM || x > window.right) continue;
      const width = Math.min(xOf(window, end ?? start) - x, left);
      const box = { width, room: roomFor(width, left), lines: WORDS.lines, space };
      const key = `${colours.font}|${Math.round(box.room)}|${Math.round(width)}|${given.map(({ text, look }) => look + text).join("|")}`;
      let placed = known.get(key);
      if (!placed) {
        if (known.size > 500) known.clear();
        placed = placeWords(given, box, widthOf);
        known.set(key, placed);
      }
      // One line stands next to its lane.
      const lines = 1 + Math.max(0, ...placed.map((one) => one.line));
      const top = side === "user" ? layout.userWords + (WORDS.lines - lines) * WORDS.line : layout.agentWords;
      for (const one of placed) {
        if (x + one.x > window.right || x + one.x + one.width < window.left) continue;
        const y = top + (one.line + 0.5) * WORDS.line;
        // Lines pass behind words, not through them.
        g.clearRect(x + one.x - 2, y - WORDS.line / 2, one.width + 4, WORDS.line);
        g.font = fonts[one.look];
        g.fillStyle = one.look === "said" ? colours.text : colours.muted;
        g.fillText(one.text, x + one.x, y);
        if (one.look !== "unheard") continue;
        g.strokeStyle = colours.muted;
        line(g, x + one.x, y, x + one.x + one.width, y);
      }
    }
  }
  g.font = `${SIZE} ${colours.font}`;
}
