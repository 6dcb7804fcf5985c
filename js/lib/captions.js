/**
 * Captions as a conversation: fragments and interim guesses become utterances.
 *
 * @typedef {object} Utterance
 * @property {number} id
 * @property {"user" | "agent"} who
 * @property {number} t when it began, recording seconds
 * @property {string} text what is final
 * @property {string} interim what may still change
 * @property {boolean} typed
 * @property {boolean} interrupted
 * @property {number | null} cut_s when it was interrupted
 * @property {string} unheard end of `text` that was never played
 * @property {string} silence what is told in place of an answer that does not come, or ""
 */
export class Captions {
  constructor() {
    /** @type {Utterance[]} */
    this.utterances = [];
    /** Utterances that may still grow. @type {{user: Utterance | null, agent: Utterance | null}} */
    this.open = { user: null, agent: null };
    this.begun = 0;
  }

  /**
   * @param {{t: number, kind: string, data: any}} event
   * @returns {boolean} whether anything changed
   */
  apply({ t, kind, data }) {
    switch (kind) {
      case "caption.user":
        return this.#heard(t, String(data.text ?? ""), data.final !== false);
      case "caption.agent": {
        const agent = (this.open.agent ??= this.#begin("agent", t));
        this.#answered();
        agent.text += String(data.text ?? "");
        return true;
      }
      case "user.text": {
        this.#settle();
        const typed = this.#begin("user", t);
        typed.typed = true;
        typed.text = String(data.text ?? "");
        return true;
      }
      case "activity.start":
        // New speech: what comes now is not part of what was said before.
        if (this.open.user?.text) this.#settle();
        return false;
      case "session.resumed":
        return data.replayed_s > 0 && this.#again();
      case "agent.interrupted": {
        // It may have been told to its end, and still be playing: `cut` will say.
        const agent = this.open.agent ?? this.utterances.findLast(({ who }) => who === "agent");
        if (agent) agent.cut_s ??= t;
        if (this.open.agent) this.open.agent.interrupted = true;
        this.open.agent = null;
        return true;
      }
      case "agent.turn_complete": {
        const { agent, user } = this.open;
        this.open.agent = null;
        // The user may already be saying the next thing.
        if (user && (!agent || user.id < agent.id)) this.#settle();
        if (data.said === "nothing") this.#silent(t, data.reason ? `no answer: ${data.reason}` : "no answer");
        return true;
      }
      case "agent.silent":
        this.#silent(t, "no answer");
        return true;
      case "agent.first_audio":
        return this.#answered();
      default:
        return false;
    }
  }

  /**
   * Of what was said when it was interrupted at `t`, this end was not heard.
   * @param {number} t @param {string} unheard
   */
  cut(t, unheard) {
    const agent = this.utterances.findLast(({ cut_s }) => cut_s === t);
    if (!agent) return;
    agent.unheard = agent.text.endsWith(unheard) ? unheard : "";
    if (agent.unheard) agent.interrupted = true;
  }

  /** No answer comes to what was said last. @param {number} t @param {string} words */
  #silent(t, words) {
    const last = this.utterances.at(-1);
    // Nobody may have understood a word of it.
    const asked = last?.who === "user" ? last : this.#begin("user", t);
    asked.silence = words;
  }

  /** It was answered after all. */
  #answered() {
    const told = this.utterances.findLast(({ who }) => who === "user");
    if (!told?.silence) return false;
    told.silence = "";
    return true;
  }

  /** @param {number} t @param {string} text @param {boolean} final */
  #heard(t, text, final) {
    if (!text.trim() && !this.open.user) return false;
    const user = (this.open.user ??= this.#begin("user", t));
    if (final) {
      user.text += text;
      user.interim = "";
    } else {
      user.interim = text;
    }
    return true;
  }

  /**
   * What was said since the last answer is about to be heard anew: what was understood of it stays
   * as a guess until then.
   */
  #again() {
    const after = this.utterances.findLastIndex(({ who }) => who === "agent");
    const said = this.utterances.filter(({ who, typed }, n) => n > after && who === "user" && !typed);
    const [first, ...rest] = said;
    if (!first) return false;
    first.interim = said.map(({ text, interim }) => (text + interim).trim()).join(" ");
    first.text = "";
    this.utterances = this.utterances.filter((one) => !rest.includes(one));
    this.open.user = first;
    return true;
  }

  /** The user's utterance is over; a guess that was never confirmed stays as it was. */
  #settle() {
    const { user } = this.open;
    if (user) {
      user.text += user.interim;
      user.interim = "";
    }
    this.open.user = null;
  }

  /** @param {"user" | "agent"} who @param {number} t @returns {Utterance} */
  #begin(who, t) {
    /** @type {Utterance} */
    const utterance = { id: this.begun++, who, t, text: "", interim: "", typed: false, interrupted: false, cut_s: null, unheard: "", silence: "" };
    this.utterances.push(utterance);
    return utterance;
  }
}
