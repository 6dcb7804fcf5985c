import { Asks } from "./asks.js";
import { AudioEngine, openMicrophone } from "./audio.js";
import { Camera } from "./camera.js";
import { Commands } from "./commands.js";
import { Connection, jupyterBaseUrl } from "./connection.js";
import { Pictures } from "./pictures.js";
import { Playout } from "./playout.js";
import { asProblem, describeProblem } from "./problems.js";
import { Requests } from "./requests.js";
import { Story } from "./story.js";
import { OtherWidget } from "./stream.js";
import { lastFrame, TalkKey } from "./talk.js";
import { cut } from "./texts.js";

/** How long Start waits for the kernel. */
const KERNEL_MS = 10_000;

/** How long a conversation waits for a connection that broke; the kernel waits as long for us. */
const LOST_MS = 10_000;

/** Statuses during which the microphone is needed. */
const LIVE = new Set(["connecting", "listening", "thinking", "speaking", "reconnecting"]);

/** Longest typed message; the kernel takes no longer one. */
export const MAX_TYPED = 2000;

/** Likewise of a problem's name, and of what is said about it. */
const MAX_NAME = 64;
const MAX_LINE = 500;

/** @typedef {"state" | "story" | "peaks" | "time" | "level"} Change */
/** @typedef {import("./stream.js").Given} Given */

/**
 * Everything of one Studio but its looks. There is one per widget and page; views come and go.
 *
 * What it shows of the conversation is what the kernel told (`story`, `status`); its own are the
 * devices and the connection.
 */
export class Controller {
  /** @param {any} model @param {AbortSignal} signal */
  constructor(model, signal) {
    this.model = model;
    this.signal = signal;
    this.other = new OtherWidget(model);
    this.story = new Story();
    /** What the kernel said last. */
    this.kernelStatus = "idle";
    this.endpoint = "";
    /** @type {import("./problems.js").Problem | null} */
    this.problem = null;
    /** Start was pressed, and the kernel has not yet said anything about it. */
    this.starting = false;
    /** Number of the command this Start became. @type {number | null} */
    this.startNumber = null;
    /** Number of the last Start; Stop counts on as well, so that a Start still going on gives up. */
    this.attempt = 0;
    /** Runs while a conversation is without its connection. */
    this.lostTimer = 0;
    /** The microphone's last peak, 0…1. */
    this.level = 0;
    this.muted = false;
    /** Whether sound, pictures and words are recorded, and where to in words, as the kernel says. */
    this.recording = { on: true, text: "", file: "" };
    /** Whether the agent listens only while one holds the talk key. */
    this.manual = false;
    this.talkKey = new TalkKey((on) => this.#talk(on));
    /** The microphone's newest frame. @type {{seq: number, timeMs: number} | null} */
    this.newest = null;
    /** Whether faults may be asked for: only the local server has any. */
    this.faults = false;
    /** The fault that goes on, if one does. */
    this.lastingFault = "";
    /** What a request came to that was not obeyed. */
    this.notice = "";
    /** Tokens and money, in words; and item by item. */
    this.cost = "";
    this.costDetail = "";
    /** @type {AudioEngine | null} */
    this.audio = null;
    /** @type {MediaStream | null} */
    this.microphone = null;
    /** @type {{width: number, height: number, bytes: number, quality: number, rate_hz: number} | null} */
    this.lastPicture = null;
    this.pictureSeq = 0;
    this.pictureMs = 0;
    this.playout = new Playout(() => this.audio, (message) => this.connection.sendText(message));
    /** @type {Set<(what: Change) => void>} */
    this.listeners = new Set();
    this.camera = new Camera({
      onPicture: (jpeg, timeMs, grab) => this.#picture(jpeg, timeMs, grab),
      onEnded: () => this.toggleCamera(false),
    });
    this.commands = new Commands((message) => this.connection.sendNow(message));
    this.requests = new Requests((message) => this.connection.sendNow(message));
    this.asks = new Asks((message) => this.connection.sendNow(message));
    /** What the agent was shown. */
    this.pictures = new Pictures((question) => this.asks.ask(question));
    // Before the connection listens to the same signal: the kernel should still be told.
    signal.addEventListener("abort", () => this.stop());
    const instance = crypto.randomUUID ? crypto.randomUUID() : String(Math.random());
    this.connection = new Connection({
      model,
      signal,
      page: { href: location.href, baseUrl: jupyterBaseUrl() },
      instance,
      hello: () => ({
        origin: location.origin,
        userAgent: navigator.userAgent.slice(0, 300),
        given: this.playout.given,
        clears: this.playout.clears,
      }),
      anew: () => this.commands.startPending,
      onText: (message) => this.#told(message),
      onFrame: (data) => this.playout.take(data),
      onChange: () => this.#connectionChanged(),
    });
    window.addEventListener("pagehide", () => this.stop(), { signal });
  }

  /** The status as shown. */
  get status() {
    if (this.problem && this.problem.where !== "camera") return `error: ${this.problem.title}`;
    if (this.starting) return "connecting";
    return this.kernelStatus;
  }

  get live() {
    return LIVE.has(this.status);
  }

  /** Whether there is a conversation that can be talked into: a microphone, and somebody who was connected. */
  get conversing() {
    return this.live && this.status !== "connecting" && this.microphone !== null;
  }

  get talking() {
    return this.talkKey.on;
  }

  /** @param {(what: Change) => void} listener @param {AbortSignal} signal */
  listen(listener, signal) {
    this.listeners.add(listener);
    signal.addEventListener("abort", () => this.listeners.delete(listener));
  }

  /** Start was pressed. The microphone is asked for before anything is awaited. */
  async start() {
    if (this.live) return;
    const attempt = ++this.attempt;
    this.problem = null;
    this.starting = true;
    this.startNumber = null;
    this.requests.forget();
    this.muted = false;
    this.newest = null;
    this.notice = "";
    this.cost = "";
    this.connection.resume();
    this.#changed("state");
    /** What is given instead may begin to play at once, so that is asked for last. @type {Promise<Given> | null} */
    let wish = this.other.there ? null : ownMicrophone();
    let asked = false;
    /** @type {AudioEngine | null} */
    let audio = null;
    try {
      audio = new AudioEngine({
        onFrame: ({ seq, timeMs, peak, pcm }) => {
          this.level = peak;
          this.newest = { seq, timeMs };
          this.#changed("level");
          this.connection.sendMicrophone(seq, timeMs, pcm);
        },
        onReport: (report) => this.playout.played(report),
      });
      const [heard, opened] = await Promise.allSettled([wish, audio.open(this.playout.origin)]);
      if (heard.status === "rejected") throw asProblem("microphone", heard.reason);
      if (opened.status === "rejected") throw asProblem("playback", opened.reason);
      await this.#kernelReady(attempt);
      if (attempt !== this.attempt) throw new Error("stopped meanwhile");
      asked = wish === null;
      wish ??= this.other.give("audio").then((given) => given ?? ownMicrophone());
      const { stream: microphone, finite } = await wish;
      if (attempt !== this.attempt) throw new Error("stopped meanwhile");
      this.audio = audio;
      this.microphone = microphone;
      audio.onSuspended = () => this.#fail(describeProblem("playback", "Suspended"));
      const device = audio.listen(microphone);
      microphone.getAudioTracks()[0].enabled = !this.muted;
      // A recording that is over leaves silence, into which the agent still answers.
      if (!finite) microphone.getAudioTracks()[0].addEventListener("ended", () => this.#lost(microphone));
      this.startNumber = this.commands.give({ type: "start", device });
    } catch (error) {
      // Whatever has become of this attempt, its devices go; also a microphone granted only later.
      void wish?.then(({ stream }) => stopTracks(stream), () => {});
      if (audio && audio !== this.audio) void audio.close();
      if (attempt === this.attempt) this.#fail(asProblem("microphone", error).problem);
      // What another widget plays for this one nobody hears, unless a newer Start does.
      if (asked && !this.starting && !this.microphone) this.other.rest();
    }
  }

  /** Stop was pressed, or the page goes away. */
  stop() {
    const wasLive = this.live || this.audio !== null;
    this.#giveUp();
    this.problem = null;
    this.#release();
    this.#closeCamera();
    window.clearTimeout(this.lostTimer);
    if (wasLive) {
      this.kernelStatus = "stopped";
      this.commands.give({ type: "stop" });
    }
    this.#changed("state");
  }

  /** Mute or unmute: silence is captured from here on, and the agent is told. */
  toggleMute(on = !this.muted) {
    if (!this.conversing) return;
    this.#mute(on);
    this.requests.give({ type: "mute", on });
    this.#changed("state");
  }

  /** Record sound, pictures and words from now on, or not; the kernel's word about it counts. */
  toggleRecording(on = !this.recording.on) {
    if (!this.conversing || this.requests.waits("record")) return;
    this.requests.give({ type: "record", on });
    this.#changed("state");
  }

  /** The talk key is held, by this key or finger. @param {string} holder */
  hold(holder) {
    if (this.manual && this.conversing) this.talkKey.hold(holder);
  }

  /** Say a typed message. @param {string} text */
  say(text) {
    const message = cut(text.trim(), MAX_TYPED);
    if (!message || !this.conversing) return false;
    this.requests.give({ type: "say", text: message });
    return true;
  }

  /** Make something go wrong, for teaching. @param {string} name */
  fault(name) {
    if (this.faults && this.conversing) this.requests.give({ type: "fault", name });
  }

  /** @param {boolean} [on] */
  async toggleCamera(on = !this.camera.on) {
    if (this.problem?.where === "camera") this.problem = null;
    this.lastPicture = null;
    if (!on) {
      this.camera.close();
      this.#tellCamera();
    } else {
      try {
        const give = async () => (await this.other.give("video"))?.stream ?? null;
        if (await this.camera.open(give)) this.#tellCamera();
      } catch (error) {
        this.#fail(asProblem("camera", error).problem);
      }
    }
    this.#changed("state");
  }

  /** @param {any} message */
  #told(message) {
    switch (message.type) {
      case "ping":
        this.connection.sendText({ type: "pong", id: message.id, kernel_s: message.kernel_s, page_ms: performance.now() });
        return;
      case "status":
        this.#kernelSays(message);
        return;
      case "answer":
        this.asks.told(message);
        return;
      case "reset":
        this.asks.forget("Another recording has begun.");
        this.story = new Story();
        this.pictures.clear();
        this.#changed("story");
        return;
      case "feed":
        this.#changed(this.story.apply(message, performance.now() / 1000));
        return;
      case "skip":
        this.playout.skip(message.samples);
        return;
      case "cost":
        this.cost = message.text;
        this.costDetail = message.detail;
        this.#changed("state");
        return;
      case "clear":
        this.playout.clear();
        return;
      case "flush":
        this.playout.flush();
    }
  }

  /** @param {{status: string, endpoint: string, command: number, request: number, muted: boolean, manual: boolean, faults: boolean, fault: string, notice: string, recording: {on: boolean, text: string, file: string}}} message */
  #kernelSays({ status, endpoint, command, request, muted, manual, faults, fault, notice, recording }) {
    this.endpoint = endpoint;
    this.requests.answered(request);
    this.manual = manual;
    this.faults = faults;
    this.lastingFault = fault;
    this.notice = notice;
    this.recording = recording ?? this.recording;
    if (this.commands.answered(command)) {
      this.kernelStatus = status;
      // Whatever it is: the one that says "connecting" may be lost with a connection.
      if (command === this.startNumber) this.starting = false;
      // While the microphone is being asked for, what is told is still about the time before.
      if (!this.starting && !LIVE.has(status)) this.#release();
      // Muted by a cell, perhaps. What is said of a talk before this one does not count.
      if (!this.starting && !this.requests.waits("mute")) this.#mute(muted);
    }
    this.#changed("state");
  }

  /** @param {boolean} on */
  #mute(on) {
    this.muted = on;
    for (const track of this.microphone?.getAudioTracks() ?? []) track.enabled = !on;
  }

  /** The talk key was pressed, or nobody holds it any more. @param {boolean} on */
  #talk(on) {
    // What was begun is ended, whatever has become of the conversation meanwhile.
    const last = on ? 0 : lastFrame(this.newest, performance.now(), this.audio?.inputLatencyMs ?? 0);
    this.requests.give({ type: "talk", on, last });
    this.#changed("state");
  }

  /** @param {ArrayBuffer} jpeg @param {number} timeMs @param {import("./camera.js").Grab} grab */
  #picture(jpeg, timeMs, grab) {
    const rate_hz = this.pictureMs ? 1000 / Math.max(1, timeMs - this.pictureMs) : 1;
    this.pictureMs = timeMs;
    this.lastPicture = { ...grab, rate_hz };
    if (LIVE.has(this.kernelStatus)) {
      this.pictures.take(jpeg);
      this.connection.sendPicture(this.pictureSeq++, timeMs, jpeg);
    }
    this.#changed("state");
  }

  #tellCamera() {
    this.connection.sendText({ type: "camera", ...this.camera.state });
  }

  /** @param {number} attempt */
  async #kernelReady(attempt) {
    const deadline = performance.now() + KERNEL_MS;
    while (this.connection.state !== "open" && attempt === this.attempt) {
      if (this.connection.gone) throw asProblem("connection", "KernelGone");
      if (performance.now() > deadline) throw asProblem("connection", "NoKernel");
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  #connectionChanged() {
    const { state, gone } = this.connection;
    if (gone && this.problem?.name !== "KernelGone") this.#desert("KernelGone");
    if (!gone && this.problem?.name === "KernelGone") this.problem = null;
    window.clearTimeout(this.lostTimer);
    if (state !== "open" && this.live) this.lostTimer = window.setTimeout(() => this.#kernelLost(), LOST_MS);
    if (state === "open") {
      this.commands.again();
      this.requests.again();
    } else this.asks.forget("The connection to the kernel was lost.");
    if (state === "replaced") {
      this.commands.forget();
      this.requests.forget();
      this.#giveUp();
      this.#release();
      this.kernelStatus = "stopped";
    }
    this.#changed("state");
  }

  #kernelLost() {
    if (this.microphone && this.connection.state !== "open") this.#desert("KernelLost");
  }

  #closeCamera() {
    if (this.camera.on) void this.toggleCamera(false);
    else this.camera.close(); // it may be being opened
  }

  /** A microphone that nobody hears must not stay on, nor a camera that shows nobody anything. @param {string} name */
  #desert(name) {
    this.#closeCamera();
    const problem = describeProblem("connection", name);
    const { file } = this.recording;
    if (file) problem.remedy += ` What was said before is in ${file}: live.load opens it.`;
    this.#fail(problem);
  }

  /** The microphone went away by itself. */
  #lost(/** @type {MediaStream} */ microphone) {
    if (this.microphone === microphone) this.#fail(describeProblem("microphone", "AbortError"));
  }

  /** @param {import("./problems.js").Problem} problem */
  #fail(problem) {
    this.problem = problem;
    const { where, name, title } = problem;
    const message = { type: "error", where, name: cut(name, MAX_NAME), message: cut(title, MAX_LINE) };
    if (where === "camera") this.connection.sendText(message);
    else {
      this.#giveUp();
      this.#release();
      this.commands.give(message);
    }
    this.#changed("state");
  }

  /** A Start that is going on shall come to nothing. */
  #giveUp() {
    this.attempt += 1;
    this.starting = false;
  }

  /** Let go of microphone and sound. */
  #release() {
    const { audio, microphone } = this;
    this.talkKey.letGoOfAll();
    this.audio = null;
    this.microphone = null;
    this.level = 0;
    stopTracks(microphone);
    if (microphone) this.other.rest();
    void audio?.close();
    if (this.signal.aborted) this.camera.close();
  }

  /** @param {Change} what */
  #changed(what) {
    for (const listener of this.listeners) listener(what);
  }
}

/** @returns {Promise<Given>} */
async function ownMicrophone() {
  return { stream: await openMicrophone(), finite: false };
}

/** @param {MediaStream | null} stream */
function stopTracks(stream) {
  stream?.getTracks().forEach((track) => track.stop());
}
