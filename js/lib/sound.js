import reelSource from "worklet:../worklets/reel.js";
import { asProblem } from "./problems.js";
import { RATE_HZ } from "./reel.js";
import { addWorklet, resume } from "./worklet.js";

/** The page's loudspeaker for a recording: worklets/reel.js in an AudioContext of its own. */
export class Sound {
  constructor() {
    /** @type {AudioContext | null} */
    this.context = null;
    /** @type {AudioWorkletNode | null} */
    this.node = null;
  }

  /** The audio clock, in seconds. */
  get now_s() {
    return this.context?.currentTime ?? 0;
  }

  /** How long sound takes to the loudspeaker, as far as the browser says so. */
  get latency_s() {
    return this.context?.outputLatency || 0;
  }

  /**
   * Get going. Must be called inside a click: only then may sound come out.
   * @param {number} duration_s of the recording @param {(message: any) => void} onMessage
   * @param {() => number} begin_s where it begins, asked when it can
   */
  async open(duration_s, onMessage, begin_s) {
    if (typeof AudioContext === "undefined") throw asProblem("playback", "Unsupported");
    // At the recording's own rate every sample comes out as it is; the browser converts the sum.
    const context = (this.context ??= new AudioContext({ sampleRate: RATE_HZ, latencyHint: "interactive" }));
    if (!context.audioWorklet) throw asProblem("worklet", "Unsupported");
    await resume(context);
    if (this.node) return;
    await addWorklet(context, reelSource);
    const processorOptions = { samples: Math.round(duration_s * RATE_HZ), at: begin_s() * RATE_HZ };
    const options = { numberOfInputs: 0, outputChannelCount: [2], processorOptions };
    const node = new AudioWorkletNode(context, "livekit-nb-reel", options);
    node.port.onmessage = ({ data }) => onMessage(data);
    node.connect(context.destination);
    this.node = node;
  }

  /** Tell the worklet something. @param {object} message */
  tell(message) {
    this.node?.port.postMessage(message);
  }

  /** The two sides of a piece. @param {DataView} flac @returns {Promise<Float32Array[]>} */
  async decode(flac) {
    if (!this.context) return [];
    const data = flac.buffer.slice(flac.byteOffset, flac.byteOffset + flac.byteLength);
    const sound = await this.context.decodeAudioData(/** @type {ArrayBuffer} */ (data));
    return [sound.getChannelData(0), sound.getChannelData(1)];
  }

  close() {
    this.tell({ close: true });
    void this.context?.close();
    this.context = this.node = null;
  }
}
