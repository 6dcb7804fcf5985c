/**
 * The agent's voice, 24 kHz s16 → the device.
 *
 * In: {pcm: ArrayBuffer}, {clear: true}, {skip: number}, {flush: true}, {tap: boolean}, {close: true}.
 * Out: {report} (see PlayQueue) and, while tapped, {tap: {frame, samples}}: what was rendered.
 */
import { PlayQueue } from "../lib/playqueue.js";

const TAP_SAMPLES = 4096;

class Playback extends AudioWorkletProcessor {
  /** @param {{processorOptions: {given: number, run: number, underruns: number}}} options */
  constructor({ processorOptions }) {
    super();
    this.queue = new PlayQueue(sampleRate);
    Object.assign(this.queue, processorOptions); // the numbering goes on where it was
    this.open = true;
    /** @type {Float32Array<ArrayBuffer> | null} */
    this.tap = null;
    this.tapped = 0;
    this.port.onmessage = ({ data }) => this.receive(data);
  }

  /** @param {any} message */
  receive(message) {
    if (message.pcm) this.queue.push(new Int16Array(message.pcm));
    else if (message.clear) this.queue.clear();
    else if (message.skip) this.queue.skip(message.skip);
    else if (message.flush) this.queue.flush();
    else if (message.close) this.open = false;
    else if ("tap" in message) {
      this.tap = message.tap ? new Float32Array(TAP_SAMPLES) : null;
      this.tapped = 0;
    }
  }

  /** @param {Float32Array[][]} _inputs @param {Float32Array[][]} outputs */
  process(_inputs, outputs) {
    const channels = outputs[0];
    const out = channels[0];
    for (const report of this.queue.pull(out, currentTime)) this.port.postMessage({ report });
    for (let n = 1; n < channels.length; n++) channels[n].set(out);
    if (this.tap) this.record(out);
    return this.open;
  }

  /** @param {Float32Array} out */
  record(out) {
    const tap = /** @type {Float32Array<ArrayBuffer>} */ (this.tap);
    tap.set(out, this.tapped);
    this.tapped += out.length;
    if (this.tapped + out.length <= tap.length) return;
    const samples = tap.slice(0, this.tapped);
    const frame = currentFrame + out.length - this.tapped;
    this.port.postMessage({ tap: { frame, samples } }, [samples.buffer]);
    this.tapped = 0;
  }
}

registerProcessor("livekit-nb-playback", Playback);
