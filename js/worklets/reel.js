/**
 * A recording → the device.
 *
 * In: {play: boolean}, {seek: s}, {speed}, {gains}, {piece: {number, user, agent}}, {tap: boolean},
 * {close: true}. Out: {need: numbers of all pieces that are missing now}, when that changes;
 * {state: {t_s, outcome, time_s}}; and while tapped {tap: {at, samples}}: what was rendered.
 */
import { RATE_HZ, Reel } from "../lib/reel.js";

const TELL_S = 0.1;

class ReelProcessor extends AudioWorkletProcessor {
  /** @param {{processorOptions: {samples: number, at: number}}} options */
  constructor({ processorOptions }) {
    super();
    this.reel = new Reel(processorOptions.samples);
    this.reel.seek(processorOptions.at); // before it is told to, it may be rendered
    this.open = true;
    this.playing = false;
    this.taps = false;
    /** What was told to be missing last. */
    this.needs = "";
    this.told = { outcome: "", time_s: -1 };
    this.port.onmessage = ({ data }) => this.receive(data);
  }

  /** @param {any} message */
  receive(message) {
    const { reel } = this;
    if ("gains" in message) reel.gains = message.gains;
    if ("play" in message) this.playing = message.play;
    if ("seek" in message) reel.seek(message.seek * RATE_HZ);
    if ("speed" in message) reel.setSpeed(message.speed);
    if ("tap" in message) this.taps = message.tap;
    if (message.piece) {
      const { number, user, agent } = message.piece;
      reel.give(number, user, agent);
    }
    if (message.close) this.open = false;
    if (!message.piece) this.told.time_s = -1;
  }

  /** @param {Float32Array[][]} _inputs @param {Float32Array[][]} outputs */
  process(_inputs, outputs) {
    const [first, ...others] = outputs[0];
    const { reel } = this;
    const at = reel.at;
    const outcome = this.playing ? reel.render(first) : "paused";
    for (const channel of others) channel.set(first);
    if (outcome === "playing" && this.taps) this.port.postMessage({ tap: { at, samples: first.slice() } });
    const need = reel.missing();
    if (String(need) !== this.needs) {
      this.needs = String(need);
      this.port.postMessage({ need });
    }
    if (outcome !== this.told.outcome || (this.told.time_s < 0 || (outcome === "playing" && currentTime - this.told.time_s >= TELL_S))) {
      this.told = { outcome, time_s: currentTime };
      this.port.postMessage({ state: { t_s: reel.at / RATE_HZ, outcome, time_s: currentTime } });
    }
    if (outcome === "ended") this.playing = false;
    return this.open;
  }
}

registerProcessor("livekit-nb-reel", ReelProcessor);
