/** The page's audio engine: one AudioContext with the microphone's and the loudspeaker's worklets. */
import captureSource from "worklet:../worklets/capture.js";
import playbackSource from "worklet:../worklets/playback.js";
import { AudioClock } from "./audioclock.js";
import { asProblem } from "./problems.js";
import { cut } from "./texts.js";
import { addWorklet, resume } from "./worklet.js";

/** @typedef {{seq: number, timeMs: number, peak: number, pcm: ArrayBuffer}} Captured */
/** @typedef {import("./playqueue.js").PlaybackReport} PlaybackReport */
/** @typedef {Omit<PlaybackReport, "start_s"> & {start_ms: number, output_latency_s: number | null}} PageReport */

const CONSTRAINTS = {
  audio: { echoCancellation: true, noiseSuppression: true, autoGainControl: true, channelCount: 1 },
};
const LAST_REPORT_MS = 150;

/**
 * Ask for the microphone. Must be called inside the click, before anything is awaited.
 * @returns {Promise<MediaStream>}
 */
export async function openMicrophone() {
  if (!globalThis.isSecureContext || !navigator.mediaDevices?.getUserMedia) {
    throw asProblem("microphone", "InsecureContext");
  }
  try {
    return await navigator.mediaDevices.getUserMedia(CONSTRAINTS);
  } catch (error) {
    throw asProblem("microphone", error);
  }
}

export class AudioEngine {
  /**
   * @param {object} handlers
   * @param {(frame: Captured) => void} handlers.onFrame
   * @param {(report: PageReport) => void} handlers.onReport
   */
  constructor(handlers) {
    this.handlers = handlers;
    this.closed = false;
    if (typeof AudioContext === "undefined") throw asProblem("playback", "Unsupported");
    this.context = new AudioContext({ latencyHint: "interactive" });
    this.clock = new AudioClock();
    /** @type {AudioWorkletNode | null} */
    this.playback = null;
    /** @type {AudioWorkletNode | null} */
    this.capture = null;
    /** @type {MediaStreamAudioSourceNode | null} */
    this.source = null;
    /** @type {HTMLAudioElement | null} */
    this.speaker = null;
    /** @type {((piece: {frame: number, samples: Float32Array}) => void) | null} */
    this.onTap = null;
    /** @type {(value?: unknown) => void} */
    this.onCleared = () => {};
    /** How long sound takes through the microphone, as far as it says so. */
    this.inputLatencyMs = 0;
    /** The browser has stopped the sound by itself, and does not start it again. */
    this.onSuspended = () => {};
  }

  /**
   * Load the worklets and get the loudspeaker going.
   * @param {{given: number, run: number, underruns: number}} counts where the numbering goes on
   */
  async open(counts) {
    const { context } = this;
    if (!context.audioWorklet) throw asProblem("worklet", "Unsupported");
    await resume(context);
    await Promise.all([addWorklet(context, captureSource), addWorklet(context, playbackSource)]);
    const playback = new AudioWorkletNode(context, "livekit-nb-playback", {
      numberOfInputs: 0,
      outputChannelCount: [1],
      processorOptions: counts,
    });
    playback.port.onmessage = ({ data }) => this.#fromPlayback(data);
    // Through an <audio> element, because that is what Chrome's echo canceller listens to.
    const out = context.createMediaStreamDestination();
    playback.connect(out);
    const speaker = new Audio();
    speaker.srcObject = out.stream;
    this.playback = playback;
    this.speaker = speaker;
    try {
      await speaker.play();
    } catch {
      throw asProblem("playback", "Suspended");
    }
  }

  /** @param {MediaStream} stream @returns {object} what the device said about itself */
  listen(stream) {
    const { context } = this;
    const track = stream.getAudioTracks()[0];
    this.source = context.createMediaStreamSource(stream);
    const capture = new AudioWorkletNode(context, "livekit-nb-capture", { outputChannelCount: [1] });
    capture.port.onmessage = ({ data }) => {
      this.clock.observe(context.currentTime, performance.now());
      this.handlers.onFrame({ seq: data.seq, timeMs: this.clock.toPageMs(data.time_s), peak: data.peak, pcm: data.pcm });
    };
    this.source.connect(capture);
    capture.connect(context.destination); // renders silence, but keeps the graph running
    this.capture = capture;
    context.onstatechange = () => void this.#stateChanged();
    const settings = /** @type {MediaTrackSettings & {latency?: number}} */ (track.getSettings());
    this.inputLatencyMs = 1000 * (settings.latency ?? 0);
    return {
      rate_hz: context.sampleRate,
      label: cut(track.label, 500),
      echoCancellation: settings.echoCancellation ?? null,
      noiseSuppression: settings.noiseSuppression ?? null,
      autoGainControl: settings.autoGainControl ?? null,
      input_latency_s: settings.latency || null,
      output_latency_s: this.outputLatency_s,
    };
  }

  /** How long sound takes to the loudspeaker, as far as the browser says so; it says 0 for "unknown". */
  get outputLatency_s() {
    return this.context.outputLatency || null;
  }

  /** @param {ArrayBuffer} pcm s16 at 24 kHz */
  play(pcm) {
    this.playback?.port.postMessage({ pcm }, [pcm]);
  }

  clear() {
    this.playback?.port.postMessage({ clear: true });
  }

  /** The next samples have these many higher numbers. @param {number} samples */
  skip(samples) {
    this.playback?.port.postMessage({ skip: samples });
  }

  flush() {
    this.playback?.port.postMessage({ flush: true });
  }

  /**
   * Hand over what the loudspeaker's worklet really renders (float samples at the context's rate).
   * @param {((piece: {frame: number, samples: Float32Array}) => void) | null} onTap
   */
  tap(onTap) {
    this.onTap = onTap;
    this.playback?.port.postMessage({ tap: onTap !== null });
  }

  /** Let go of everything, after the worklet has said how much was heard. */
  async close() {
    this.closed = true;
    this.capture?.port.postMessage("close");
    this.source?.disconnect();
    if (this.playback && this.context.state === "running") {
      const silent = new Promise((resolve) => (this.onCleared = resolve));
      this.clear();
      await Promise.race([silent, sleep(LAST_REPORT_MS)]);
    }
    this.playback?.port.postMessage({ close: true });
    if (this.speaker) {
      this.speaker.pause();
      this.speaker.srcObject = null;
    }
    if (this.context.state !== "closed") await this.context.close();
  }

  async #stateChanged() {
    if (this.closed || this.context.state === "running") return;
    await resume(this.context).catch(() => this.closed || this.onSuspended());
  }

  /** @param {{report?: PlaybackReport, tap?: any}} message */
  #fromPlayback({ report, tap }) {
    if (tap) this.onTap?.(tap);
    if (!report) return;
    const { start_s, ...rest } = report;
    this.handlers.onReport({ ...rest, start_ms: this.#audibleMs(start_s), output_latency_s: this.outputLatency_s });
    if (report.reason === "cleared") this.onCleared();
  }

  /** Page time at which what is rendered at audio time `audio_s` reaches the loudspeaker. */
  #audibleMs(/** @type {number} */ audio_s) {
    const { context } = this;
    const { contextTime, performanceTime } = context.getOutputTimestamp?.() ?? {};
    if (contextTime && performanceTime) return performanceTime + (audio_s - contextTime) * 1000;
    const latency_s = context.outputLatency || context.baseLatency || 0;
    return performance.now() + (audio_s - context.currentTime + latency_s) * 1000;
  }
}

/** @param {number} ms */
function sleep(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
