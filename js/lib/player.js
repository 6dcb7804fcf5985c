import { Asks } from "./asks.js";
import { Pictures } from "./pictures.js";
import { describeProblem } from "./problems.js";
import { Story } from "./story.js";

/** @typedef {"user" | "agent"} Side */
/** @typedef {"state" | "story" | "position"} Change */

export const SPEEDS = [0.5, 0.75, 1, 1.25, 1.5, 2];

/** How often what is played is shown, while it is. */
const SHOWN_MS = 100;
/** So many pieces of sound are asked for at once. */
const AT_ONCE = 2;
/** How long the kernel may take to tell what there is, before one is told that it does not. */
const KERNEL_MS = 10_000;

/**
 * Everything of one player but its looks: what the kernel told of the recording, and the sound.
 * There is one per widget and page; views come and go.
 */
export class PlayerController {
  /** @param {any} model @param {AbortSignal} signal @param {import("./sound.js").Sound} sound */
  constructor(model, signal, sound) {
    this.model = model;
    this.sound = sound;
    this.instance = crypto.randomUUID ? crypto.randomUUID() : String(Math.random());
    this.story = new Story();
    /** For the timeline: nothing goes on. */
    this.live = false;
    this.asks = new Asks((message) => this.#send(message));
    this.pictures = new Pictures((question) => this.asks.ask(question));
    this.duration_s = 0;
    /** Who was talked to. */
    this.label = "";
    this.ready = false;
    /** @type {{title: string, remedy: string} | null} */
    this.problem = null;
    this.playing = false;
    /** Whether sound is waited for. */
    this.waiting = false;
    this.speed = 1;
    /** @type {Record<Side, number>} */
    this.volume = { user: 1, agent: 1 };
    /** @type {Record<Side, boolean>} */
    this.muted = { user: false, agent: false };
    /** Where it was at a time of the audio clock. */
    this.told = { t_s: 0, time_s: 0 };
    /** @type {((piece: {at: number, samples: Float32Array}) => void) | null} */
    this.onTap = null;
    /** Pieces that are on their way, and all that are missing now. @type {Set<number>} */
    this.coming = new Set();
    /** @type {number[]} */
    this.missing = [];
    /** Whether a piece was not to be had; it is asked for again when Play is pressed. */
    this.failed = false;
    /** Play was pressed once, and the sound is on its way. @type {Promise<void> | null} */
    this.opening = null;
    /** @type {Set<(what: Change) => void>} */
    this.listeners = new Set();
    const receive = (/** @type {any} */ content, /** @type {DataView[]} */ buffers) => this.#receive(content, buffers ?? []);
    model.on("msg:custom", receive);
    const late = setTimeout(() => this.#silent(), KERNEL_MS);
    const ticking = setInterval(() => this.playing && this.#changed("position"), SHOWN_MS);
    signal.addEventListener("abort", () => {
      clearTimeout(late);
      clearInterval(ticking);
      model.off("msg:custom", receive);
      this.asks.forget("The player was closed.");
      this.playing = false;
      sound.close();
    });
    this.#send({ type: "open" });
  }

  /** @param {(what: Change) => void} listener @param {AbortSignal} signal */
  listen(listener, signal) {
    this.listeners.add(listener);
    signal.addEventListener("abort", () => this.listeners.delete(listener));
  }

  /** Where the recording is heard now, in its seconds. */
  get t_s() {
    if (!this.playing || this.waiting || this.opening) return this.told.t_s;
    const on_s = Math.max(0, this.sound.now_s - this.told.time_s - this.sound.latency_s);
    return Math.min(this.duration_s, this.told.t_s + on_s * this.speed);
  }

  /** Play, or pause. Must be called inside the click: only then may sound come out. */
  async toggle() {
    if (!this.ready || this.duration_s <= 0) return;
    if (this.playing) return this.pause();
    if (this.t_s >= this.duration_s - 0.01) this.seek(0);
    this.playing = true;
    this.problem = null;
    this.#changed("state");
    try {
      await (this.opening ??= this.sound.open(this.duration_s, (message) => this.#fromSound(message), () => this.told.t_s));
    } catch (error) {
      this.playing = false;
      this.problem = /** @type {any} */ (error).problem ?? describeProblem("playback", "Unsupported");
      this.#changed("state");
      return;
    } finally {
      this.opening = null;
    }
    if (!this.playing) return;
    this.told.time_s = this.sound.now_s;
    if (this.failed) {
      this.failed = false;
      this.#fetch();
    }
    this.sound.tell({ seek: this.told.t_s, speed: this.speed, gains: this.#gainsNow, tap: this.onTap !== null, play: true });
    this.#changed("state");
  }

  pause() {
    this.told = { t_s: this.t_s, time_s: this.sound.now_s };
    this.playing = this.waiting = false;
    this.sound.tell({ play: false });
    this.#changed("state");
  }

  /** @param {number} t_s */
  seek(t_s) {
    this.told = { t_s: Math.max(0, Math.min(this.duration_s, t_s)), time_s: this.sound.now_s };
    this.sound.tell({ seek: this.told.t_s });
    this.#changed("state");
  }

  /** To the beginning of a turn before or after. @param {number} step */
  turn(step) {
    const now_s = this.t_s;
    const begins = [...this.story.turns.values()].map((turn) => turn.user_start ?? turn.agent_start ?? 0).sort((a, b) => a - b);
    // Within its first moment one goes on to the one before, as with songs.
    const found = step > 0 ? begins.find((t) => t > now_s + 0.05) : begins.findLast((t) => t < now_s - 1);
    this.seek(found ?? (step > 0 ? this.duration_s : 0));
  }

  /** @param {number} speed */
  setSpeed(speed) {
    this.told = { t_s: this.t_s, time_s: this.sound.now_s };
    this.speed = speed;
    this.sound.tell({ speed });
    this.#changed("state");
  }

  /** @param {Side} side @param {number} volume 0…1 */
  setVolume(side, volume) {
    this.volume[side] = volume;
    this.muted[side] = false;
    this.#gains();
  }

  /** @param {Side} side */
  mute(side) {
    this.muted[side] = !this.muted[side];
    this.#gains();
  }

  /** For measurements: what is put out, as it is. @param {((piece: {at: number, samples: Float32Array}) => void) | null} listener */
  tap(listener) {
    this.onTap = listener;
    this.sound.tell({ tap: listener !== null });
  }

  #gains() {
    this.sound.tell({ gains: this.#gainsNow });
    this.#changed("state");
  }

  get #gainsNow() {
    // What one hears is not the amplitude: a slider in the middle is to be half as loud.
    const gain = (/** @type {Side} */ side) => (this.muted[side] ? 0 : this.volume[side] ** 2);
    return { user: gain("user"), agent: gain("agent") };
  }

  /** @param {object} message @returns {boolean} */
  #send(message) {
    this.model.send({ ...message, from: this.instance });
    return true;
  }

  /** @param {Change} what */
  #changed(what) {
    for (const listener of this.listeners) listener(what);
  }

  #silent() {
    if (this.ready) return;
    this.problem = describeProblem("connection", "NoKernel");
    this.#changed("state");
  }

  /** @param {any} content @param {DataView[]} buffers */
  #receive(content, buffers) {
    if (content.to !== this.instance) return;
    if (content.type === "feed") {
      this.story.apply(content, performance.now() / 1000);
      this.#changed("story");
    } else if (content.type === "ready") {
      this.ready = true;
      this.#changed("story");
      this.duration_s = content.duration_s;
      this.label = content.label;
      this.problem = content.problem ? { title: content.problem, remedy: "" } : null;
      this.#changed("state");
    } else if (content.type === "answer") this.asks.told(content);
    else if (content.type === "sound") void this.#piece(content, buffers);
  }

  /** @param {any} message */
  #fromSound({ need, state, tap }) {
    if (tap) this.onTap?.(tap);
    if (need) {
      this.missing = need;
      this.#fetch();
    }
    if (!state || !this.playing) return;
    const { t_s, time_s, outcome } = state;
    if (outcome === "paused") return;
    this.told = { t_s, time_s };
    const waited = this.waiting;
    this.waiting = outcome === "waiting";
    if (outcome === "ended") this.playing = this.waiting = false;
    this.#changed(outcome === "ended" || waited !== this.waiting ? "state" : "position");
  }

  /** Ask for what is missing, the next first; where one seeks about, what lies between is not asked for. */
  #fetch() {
    if (this.failed) return;
    for (const piece of this.missing) {
      if (this.coming.size >= AT_ONCE) return;
      if (this.coming.has(piece)) continue;
      this.coming.add(piece);
      this.#send({ type: "sound", piece });
    }
  }

  /** @param {{piece: number, problem: string}} told @param {DataView[]} buffers */
  async #piece({ piece: number, problem }, [flac]) {
    this.coming.delete(number);
    this.missing = this.missing.filter((piece) => piece !== number);
    try {
      if (problem || !flac) throw new Error(problem || "The kernel sent no sound.");
      const [user, agent] = await this.sound.decode(flac);
      if (user) this.sound.tell({ piece: { number, user, agent } });
      this.#fetch();
    } catch (error) {
      this.failed = true;
      this.missing.unshift(number);
      this.problem = { title: "The sound cannot be played from here.", remedy: String(/** @type {any} */ (error).message ?? "") };
      if (this.playing) this.pause();
      else this.#changed("state");
    }
  }
}
