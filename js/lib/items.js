/** What lies on the timeline, one thing after the other: for the pointer, the keyboard and readers of screens. */
import { tOf } from "./geometry.js";
import { cutTurn, flagsOf } from "./labels.js";
import { callText, noAnswer, seconds, shortJson, speechEnd } from "./story.js";

/** How near a pointer must be to what has no length. */
const NEAR = 6;
/** How far right of its line a pointer still means a flag: its label is there. */
const REACH = 48;
const MAX_WORDS = 240;
const MAX_RESULT = 200;

/**
 * @typedef {object} Item
 * @property {"user" | "agent" | "tool" | "flag" | "picture"} kind
 * @property {number} t
 * @property {number} to
 * @property {any} of the turn, call, flag or picture
 */

/** @typedef {{kind: string, title: string, text: string, unheard: string, facts: string[]}} Description kind: an item's, or a flag's own */

/**
 * What there is from one time to another, in order of time.
 * @param {import("./story.js").Story} story @param {number} now_s @param {number} from_s @param {number} to_s
 * @returns {Item[]}
 */
export function itemsOf(story, now_s, from_s = -Infinity, to_s = Infinity) {
  /** @type {Item[]} */
  const items = [];
  for (const turn of story.lying.turns.within(from_s, to_s)) {
    const { user_start, agent_start, agent_end } = turn;
    const end_s = speechEnd(turn, Math.min(now_s, Math.max(story.peaks.user.end_s, user_start ?? 0)));
    if (user_start !== null) items.push({ kind: "user", t: user_start, to: end_s ?? user_start, of: turn });
    if (agent_start !== null) items.push({ kind: "agent", t: agent_start, to: agent_end ?? agent_start, of: turn });
  }
  for (const call of story.lying.tools.within(from_s, to_s)) items.push({ kind: "tool", t: call.t, to: call.end ?? now_s, of: call });
  for (const flag of flagsOf(story, now_s, from_s, to_s)) items.push({ kind: "flag", t: flag.t, to: flag.to, of: flag });
  return items.filter(({ t, to }) => to >= from_s && t <= to_s).sort((one, other) => one.t - other.t);
}

/**
 * What a pointer at a pixel means.
 * @param {import("./story.js").Story} story @param {import("./geometry.js").Window} window @param {number} x @param {number} now_s
 * @returns {{t: number, items: Item[], wait: import("./story.js").Turn | null}}
 */
export function pointedAt(story, window, x, now_s) {
  const [from_s, to_s] = [tOf(window, x - NEAR), tOf(window, x + NEAR)];
  const items = itemsOf(story, now_s, tOf(window, x - REACH), to_s).filter(({ kind, to }) => kind === "flag" || to >= from_s);
  const waits = story.lying.turns.within(from_s, to_s).filter(({ user_end, agent_start, voice_to_voice }) => {
    return typeof voice_to_voice === "number" && user_end !== null && agent_start !== null && user_end <= to_s && agent_start >= from_s;
  });
  return { t: tOf(window, x), items, wait: waits[0] ?? null };
}

/** @param {import("./story.js").Story} story @param {number} from_s @param {number} to_s @param {number} t */
export function pictureNear(story, from_s, to_s, t) {
  const near = story.lying.pictures.within(from_s, to_s);
  return near.sort((one, other) => Math.abs(one.t - t) - Math.abs(other.t - t))[0] ?? null;
}

/**
 * The item before or after another, or after a time when there is none.
 * @param {Item[]} items all, in order of time @param {Item | null} from @param {number} t @param {number} step 1 or −1
 * @param {(item: Item) => boolean} [among]
 */
export function nextItem(items, from, t, step, among = () => true) {
  const same = from ? items.findIndex(({ kind, t, of }) => kind === from.kind && t === from.t && sameThing(of, from.of)) : -1;
  let at = same + step;
  if (same < 0) at = step > 0 ? items.findIndex((item) => item.t >= t) : items.findLastIndex((item) => item.t <= t);
  if (at < 0 && same < 0 && step > 0) return null;
  for (; at >= 0 && at < items.length; at += step) if (among(items[at])) return items[at];
  return null;
}

/** A turn is told anew when it changes. @param {any} one @param {any} other */
function sameThing(one, other) {
  return one === other || ("index" in one ? one.index === other.index : one.texts?.[0] === other.texts?.[0]);
}

/** What a thing is, in words. @param {import("./story.js").Story} story @param {Item} item @returns {Description} */
export function describe(story, { kind, t, to, of }) {
  const blank = { kind, title: "", text: "", unheard: "", facts: /** @type {string[]} */ ([]) };
  if (kind === "user") {
    const silent = noAnswer(of);
    const title = `You · turn ${of.index}${of.typed ? " · typed" : ""}`;
    const facts = [...(of.typed ? [] : [lasted(t, to)]), ...(silent ? [silent] : []), ...waited(of)];
    return { ...blank, title, text: brief(of.user_text ?? ""), facts };
  }
  if (kind === "agent") {
    const facts = [lasted(t, to), ...waited(of)];
    if (of.interrupted) facts.push(typeof of.barge_in_stop_s === "number" ? `interrupted, silent after ${seconds(of.barge_in_stop_s)}` : "interrupted");
    return { ...blank, title: `Agent · turn ${of.index}`, text: brief(of.agent_text ?? ""), unheard: brief(of.agent_unheard ?? ""), facts };
  }
  if (kind === "tool") {
    const result = of.error ?? (of.response === undefined ? "" : `→ ${shortJson(of.response, MAX_RESULT)}`);
    return { ...blank, title: callText(of.name, of.args), text: result, facts: [callState(of)] };
  }
  if (kind === "picture") return { ...blank, title: `Picture ${of.number}`, facts: [`${of.width} × ${of.height}`, `${Math.round(of.bytes / 1000)} kB`] };
  const turn = of.kind === "cut" ? cutTurn(story, t) : undefined;
  return { ...blank, kind: of.kind, title: of.texts[0], facts: turn ? [`turn ${turn.index}`] : [] };
}

/** What became of a call, as in the list of calls. @param {import("./story.js").ToolCall} call */
export function callState({ t, end, duration_s, error, cancelled, again }) {
  if (cancelled) return "cancelled";
  if (end === null) return "running …";
  if (again && !error) return "sent again";
  const took = seconds(duration_s ?? end - t);
  return error ? `failed · ${took}` : took;
}

/** How long the answer took, and why. @param {import("./story.js").Turn} turn @returns {string[]} */
export function waited({ voice_to_voice, latency }) {
  if (typeof voice_to_voice !== "number") return [];
  const parts = Object.entries(latency ?? {}).filter(([, part]) => part === null || Math.abs(part) >= 0.0005);
  const list = parts.map(([name, part]) => `${name.replaceAll("_", " ")} ${part === null ? "unknown" : seconds(part)}`.replaceAll(" ", "\u00a0")).join(" + ");
  return [`answered after ${seconds(voice_to_voice)}${list ? ` = ${list}` : ""}`];
}

/** What is said of an item to whoever does not see it. @param {Description} described @param {number} t */
export function spoken({ title, text, unheard, facts }, t) {
  const rest = unheard ? `not heard: ${unheard}` : "";
  return [`${clock(t)}: ${title}`, ...facts, text, rest].filter(Boolean).join(". ");
}

/** A level in decibels of full scale. @param {number} peak */
export function level(peak) {
  return peak > 0.0001 ? `${(20 * Math.log10(peak)).toFixed(0).replace("-", "−")} dBFS` : "silent";
}

/** A time on the recording's clock: 12.34 s, 2:05.3. @param {number} t */
export function clock(t) {
  if (t < 59.995) return `${Math.max(0, t).toFixed(2)} s`;
  const tenths = Math.round(t * 10);
  return `${Math.floor(tenths / 600)}:${((tenths % 600) / 10).toFixed(1).padStart(4, "0")}`;
}

/** @param {number} t @param {number} to */
function lasted(t, to) {
  return `${clock(t)} to ${clock(to)}`;
}

/** @param {string} text */
function brief(text) {
  const words = text.trim();
  return words.length > MAX_WORDS ? `${words.slice(0, MAX_WORDS)}…` : words;
}
