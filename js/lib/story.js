import { Captions } from "./captions.js";
import { HUSH } from "./geometry.js";
import { Peaks } from "./peaks.js";
import { Spans } from "./spans.js";

/**
 * @typedef {object} Turn
 * @property {number} index
 * @property {number | null} user_start
 * @property {number | null} user_end null while one speaks, and for what was typed
 * @property {boolean} typed whether it was typed
 * @property {boolean} speaking whether the user's speech goes on
 * @property {number | null} agent_start
 * @property {number | null} agent_end
 * @property {boolean} interrupted
 * @property {number | null} voice_to_voice
 * @property {number | null} barge_in_stop_s
 * @property {string} user_text
 * @property {string} agent_text what was heard of the reply
 * @property {string} [agent_unheard] the end of an interrupted reply that nobody heard
 * @property {string | null} reason why the service ended the turn, if it said
 * @property {Record<string, number | null>} [latency] the parts of the wait in order; null is unknown
 */

/**
 * @typedef {object} ToolCall
 * @property {string} id
 * @property {string} name
 * @property {any} args
 * @property {number} t
 * @property {number | null} end
 * @property {number | null} duration_s
 * @property {any} response
 * @property {string | null} error
 * @property {boolean} cancelled
 * @property {boolean} again sent again after a loss of the connection; it ran for the call that it repeats
 */

/**
 * A stretch without a connection to the agent.
 * @typedef {object} Outage
 * @property {number} from
 * @property {number | null} to null while it lasts
 * @property {number | null} replayed_s how much of the microphone was sent again; null when it was not resumed
 * @property {boolean} fresh whether the agent had to begin anew
 * @property {number} [silent_s] how long nothing had come before, if the connection was left for that
 */

/**
 * A fault that was asked for, or is planned, or that there shall be none any more, or an announced end of the connection.
 * @typedef {{t: number, kind: "fault" | "note" | "announced", texts: string[]}} Mark the shorter texts for want of room
 */

/** A picture that was sent. @typedef {{t: number, number: number, width: number, height: number, bytes: number}} Picture */

/** What a tool was given, or gave back, is kept up to so many characters. */
const MAX_KEPT = 4000;

/**
 * What the kernel's recording holds, as far as the page was told: the page's only truth.
 *
 * It grows with the talk, but slowly: an hour takes 1.5 MB of peaks, and some 2 kB a turn; results
 * of tools are cut. What is seen of it is found by its time (`lying`), never by looking at all.
 */
export class Story {
  peaks = { user: new Peaks(), agent: new Peaks() };
  captions = new Captions();
  /** @type {Map<number, Turn>} */
  turns = new Map();
  /** @type {Map<string, ToolCall>} */
  tools = new Map();
  /** All that lies on the timeline, by its time. */
  lying = {
    turns: new Spans(turnSpan),
    tools: new Spans((/** @type {ToolCall} */ { t, end }) => /** @type {[number, number]} */ ([t, end ?? Infinity])),
    /** When the agent was interrupted. */
    cuts: new Spans((/** @type {number} */ t) => /** @type {[number, number]} */ ([t, t])),
    outages: new Spans((/** @type {Outage} */ { from, to }) => /** @type {[number, number]} */ ([from, to ?? Infinity])),
    marks: new Spans((/** @type {Mark} */ { t }) => /** @type {[number, number]} */ ([t, t])),
    pictures: new Spans((/** @type {Picture} */ { t }) => /** @type {[number, number]} */ ([t, t])),
  };
  now_s = 0;
  #lastEnd_s = 0;
  /** Smallest page time minus recording time seen: the best guess of how the clocks relate. */
  offset_s = Infinity;

  /** Times at which the agent was interrupted. */
  get cuts() {
    return this.lying.cuts.items;
  }

  get outages() {
    return this.lying.outages.items;
  }

  get marks() {
    return this.lying.marks.items;
  }

  get pictures() {
    return this.lying.pictures.items;
  }

  /** Whether there is nothing to see. */
  get empty() {
    return this.now_s === 0;
  }

  /**
   * @param {any} feed a feed message @param {number} page_s page time at which it came
   * @returns {"story" | "peaks" | "time"} what there is to see of it: time alone has passed in silence
   */
  apply(feed, page_s) {
    let news = /** @type {"peaks" | "time"} */ ("time");
    this.now_s = Math.max(this.now_s, feed.now_s);
    this.offset_s = Math.min(this.offset_s, page_s - feed.now_s);
    for (const side of /** @type {const} */ (["user", "agent"])) {
      for (const { t0, peaks } of feed[side] ?? []) {
        this.peaks[side].put(t0, peaks);
        if (peaks.some((/** @type {number} */ peak) => peak > HUSH)) news = "peaks";
      }
    }
    for (const event of feed.events ?? []) this.#event(event);
    for (const turn of feed.turns ?? []) this.#turn(turn.index, turn);
    // What seemed to be two turns may have become one.
    for (let index = feed.turn_count ?? Infinity; this.turns.has(index); index++) this.#turn(index, null);
    for (const { t, unheard } of feed.cuts ?? []) this.captions.cut(t, unheard);
    return feed.events?.length || feed.turns?.length || feed.cuts?.length || "turn_count" in feed ? "story" : news;
  }

  /**
   * Recording time now, running on between messages; never far ahead of what was told.
   * @param {number} page_s
   */
  liveNow(page_s) {
    return Math.max(this.now_s, Math.min(page_s - this.offset_s, this.now_s + 1));
  }

  /** When the last thing worth a look ended: where the timeline stays when all is over. */
  get end_s() {
    const { outages } = this;
    const lost_s = outages.length > 0 ? outages[outages.length - 1].from : 0;
    const last = Math.max(this.#lastEnd_s, lost_s, this.peaks.user.end_s, this.peaks.agent.end_s);
    return last > 0 ? Math.min(this.now_s, last + 1) : this.now_s;
  }

  /** The last turn with a known latency. @returns {Turn | undefined} */
  lastAnswered() {
    for (let index = this.turns.size - 1; index >= 0; index--) {
      const turn = this.turns.get(index);
      if (typeof turn?.voice_to_voice === "number") return turn;
    }
  }

  /** Put a turn in the place of the one with the same index, or away. @param {number} index @param {Turn | null} turn */
  #turn(index, turn) {
    const before = this.turns.get(index);
    if (before) this.lying.turns.remove(before);
    if (turn === null) {
      this.turns.delete(index);
      return;
    }
    this.turns.set(index, turn);
    if (!Number.isFinite(turnSpan(turn)[0])) return; // nothing is known of when it was
    this.lying.turns.add(turn);
    this.#lastEnd_s = Math.max(this.#lastEnd_s, turn.user_end ?? 0, turn.agent_end ?? 0);
  }

  /** What the timeline shows, in words. */
  summary() {
    const turns = [...this.turns.values()];
    if (this.empty) return "Timeline: nothing recorded yet.";
    const cut = turns.filter((turn) => turn.interrupted).length;
    const parts = [
      `Timeline: ${this.now_s.toFixed(0)} seconds`,
      plural(turns.length, "turn") + (cut ? `, ${cut} interrupted` : ""),
      plural([...this.tools.values()].filter((call) => !call.again).length, "tool call"),
    ];
    if (this.outages.length > 0) parts.push(plural(this.outages.length, "interrupted connection"));
    if (this.pictures.length > 0) parts.push(plural(this.pictures.length, "picture"));
    const last = this.lastAnswered();
    if (last) parts.push(`last answer after ${seconds(last.voice_to_voice)}`);
    return `${parts.join("; ")}.`;
  }

  /** The outage that lasts. */
  #outage() {
    const last = this.outages.at(-1);
    return last?.to === null ? last : undefined;
  }

  /** @param {number} t @param {object} facts */
  #over(t, facts) {
    const outage = this.#outage();
    if (!outage) return;
    Object.assign(outage, { to: t }, facts);
    this.lying.outages.changed(outage);
    this.#lastEnd_s = Math.max(this.#lastEnd_s, t);
  }

  /** @param {{t: number, kind: string, data: any}} event */
  #event(event) {
    const { t, kind, data } = event;
    this.captions.apply(event);
    const { lying } = this;
    if (kind === "agent.interrupted") lying.cuts.add(t);
    else if (kind === "video.frame") {
      const { width = 0, height = 0, bytes = 0, number = this.pictures.length + 1 } = data;
      lying.pictures.add({ t, number, width, height, bytes });
    }
    else if (kind === "session.reconnecting") {
      this.#outage() ?? lying.outages.add({ from: t, to: null, replayed_s: null, fresh: false });
      // The announced end has come: how far off it was is past.
      for (const mark of this.marks) if (mark.kind === "announced") mark.texts = ["goAway"];
    } else if (kind === "session.resumed") this.#over(t, resumed(data));
    else if (kind === "session.closed" || kind === "session.error") this.#over(t, {});
    else if (kind === "session.going_away") lying.marks.add({ t, kind: "announced", texts: goingAway(data.time_left_s) });
    else if (kind === "fault") lying.marks.add(faultMark(t, data));
    else if (kind === "tool.call") {
      const cutOff = this.tools.get(data.repeats);
      // It goes on under another id.
      if (cutOff?.end === null) this.#ended(cutOff, { end: t, error: "not sent: it was made anew" });
      const known = this.tools.get(data.id);
      if (known) lying.tools.remove(known);
      const call = {
        id: data.id,
        name: String(data.name ?? ""),
        args: kept(data.args ?? {}),
        t,
        end: null,
        duration_s: null,
        response: undefined,
        error: null,
        cancelled: false,
        again: data.repeats !== undefined, // it ran for the call that this one repeats
      };
      this.tools.set(data.id, call);
      lying.tools.add(call);
      this.#lastEnd_s = Math.max(this.#lastEnd_s, t);
    } else if (kind === "tool.response" || kind === "tool.cancelled" || kind === "tool.late") this.#answer(event);
  }

  /** What became of a call, as in recording/turns/log.py. @param {{t: number, kind: string, data: any}} event */
  #answer({ t, kind, data }) {
    const call = this.tools.get(data.id);
    if (!call) return;
    if (kind === "tool.late") {
      // There is a result, but nobody to tell.
      if (call.end === null) this.#ended(call, { end: t, response: kept(data.response), error: `not sent: ${data.why ?? ""}` });
      return;
    }
    if (kind === "tool.cancelled") this.#ended(call, { end: t, cancelled: true });
    else {
      const error = data.error ? String(data.error) : null;
      this.#ended(call, { end: t, duration_s: data.duration_s ?? null, response: kept(data.response), error });
    }
  }

  /** @param {ToolCall} call @param {Partial<ToolCall> & {end: number}} became */
  #ended(call, became) {
    Object.assign(call, became);
    this.lying.tools.changed(call);
    this.#lastEnd_s = Math.max(this.#lastEnd_s, became.end);
  }
}

/** @param {Turn} turn @returns {[number, number]} */
function turnSpan({ user_start, user_end, agent_start, agent_end, speaking }) {
  const known = [user_start, user_end, agent_start, agent_end].filter((t) => typeof t === "number");
  return [Math.min(...known), speaking ? Infinity : Math.max(...known)];
}

/** A value, or its beginning in words where it is long. @param {any} value */
function kept(value) {
  const text = JSON.stringify(value) ?? "";
  return text.length > MAX_KEPT ? `${text.slice(0, MAX_KEPT)}…` : value;
}

/** What is told when the conversation goes on. @param {any} data of the event */
function resumed({ replayed_s, fresh, silent_s }) {
  const facts = { replayed_s: replayed_s ?? 0, fresh: fresh === true };
  return silent_s ? { ...facts, silent_s } : facts;
}

/** What an outage says of itself on the timeline. @param {Outage} outage @param {number} now_s */
export function outageText({ from, to, replayed_s, fresh, silent_s }, now_s) {
  if (to !== null && silent_s) return `${fresh ? "begun anew" : "reconnected"} after ${seconds(silent_s)} of silence`;
  const lasted = seconds((to ?? now_s) - from);
  if (to === null) return `reconnecting · ${lasted}`;
  if (replayed_s === null) return `not connected · ${lasted}`;
  return fresh ? `begun anew · ${lasted}` : `reconnected · ${lasted}`;
}

/**
 * When the user's speech in a turn ends, for now; null if nothing was said, for typing takes no time.
 * What goes on is drawn as far as there is sound of it.
 * @param {Turn} turn @param {number} heard_s end of the sound that is known
 */
export function speechEnd({ user_start, user_end, speaking }, heard_s) {
  return user_end ?? (speaking && user_start !== null ? Math.max(user_start, heard_s) : null);
}

/** What a turn says that got no answer, and is over; else "". @param {Turn} turn */
export function noAnswer({ reason, agent_start, agent_text }) {
  return reason && agent_start === null && !agent_text ? `no answer: ${reason}` : "";
}

/** @param {unknown} left_s */
function goingAway(left_s) {
  return typeof left_s === "number" ? [`goAway · ${seconds(left_s)} left`, "goAway"] : ["goAway"];
}

/** @type {Record<string, string>} kinds of faults in words, where the kind with spaces is not enough */
const FAULTS = { go_away: "goAway", phantom_interrupted: "phantom interruption", impairment: "bad network" };

/** @param {number} t @param {any} data of a fault event @returns {Mark} */
function faultMark(t, { kind, name, planned }) {
  const what = String(name ?? kind ?? "");
  if (what === "off") return { t, kind: "note", texts: ["faults off"] };
  const words = FAULTS[what] ?? what.replaceAll("_", " ");
  // When what is planned strikes, if it does, only the server knows.
  if (planned) return { t, kind: "note", texts: [`planned: ${words}`, words] };
  return { t, kind: "fault", texts: [`fault: ${words}`, words] };
}

/** @param {number} count @param {string} noun */
function plural(count, noun) {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

/**
 * A duration for people, as in the plots and tables of Python: 0.42 s, 1.31 s; below a tenth of a
 * second 19 ms.
 * @param {number | null | undefined} value
 */
export function seconds(value) {
  if (typeof value !== "number" || !Number.isFinite(value)) return "–";
  const size = Math.abs(value);
  const text = size < 0.0995 ? `${Math.round(size * 1000)} ms` : `${size.toFixed(size < 9.995 ? 2 : 1)} s`;
  return value < 0 && !text.startsWith("0 ") ? `−${text}` : text;
}

/** A call as one would write it: get_weather(city="Paris"). @param {string} name @param {any} args */
export function callText(name, args) {
  const list = Object.entries(args ?? {}).map(([key, value]) => `${key}=${shortJson(value)}`);
  return `${name}(${list.join(", ")})`;
}

/** @param {any} value @param {number} [limit] */
export function shortJson(value, limit = 300) {
  const spread = JSON.stringify(value, null, 1) ?? "";
  // With spaces, so that lines break between words. Line breaks inside of texts are escaped.
  const text = spread.replace(/([{[])\n\s*/g, "$1").replace(/\n\s*([}\]])/g, "$1").replace(/\n\s*/g, " ");
  return text.length > limit ? `${text.slice(0, limit)}…` : text;
}
