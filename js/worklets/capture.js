/** Microphone → 20 ms frames of s16 at 16 kHz, posted to the page. */
import { Framer } from "../lib/framer.js";

/** One render quantum. */
const SILENCE = new Float32Array(128);

class Capture extends AudioWorkletProcessor {
  constructor() {
    super();
    this.framer = new Framer(sampleRate);
    /** @type {Float32Array | null} */
    this.mix = null;
    this.begun = false;
    this.open = true;
    this.port.onmessage = () => {
      this.open = false;
    };
  }

  /** @param {Float32Array[][]} inputs */
  process(inputs) {
    const channels = inputs[0];
    if (!this.open) return false;
    if (channels?.length) this.begun = true;
    else if (!this.begun) return true; // nothing connected yet
    // What has begun goes on: after its end a recording leaves silence, not a hole in time.
    const sound = channels?.length ? this.mono(channels) : SILENCE;
    for (const { seq, time_s, peak, pcm } of this.framer.push(sound, currentTime)) {
      this.port.postMessage({ seq, time_s, peak, pcm: pcm.buffer }, [pcm.buffer]);
    }
    return true;
  }

  /** @param {Float32Array[]} channels */
  mono(channels) {
    if (channels.length === 1) return channels[0];
    if (!this.mix || this.mix.length !== channels[0].length) this.mix = new Float32Array(channels[0].length);
    this.mix.fill(0);
    for (const channel of channels) {
      for (let i = 0; i < channel.length; i++) this.mix[i] += channel[i] / channels.length;
    }
    return this.mix;
  }
}

registerProcessor("livekit-nb-capture", Capture);
