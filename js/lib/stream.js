/** Sound and pictures of another widget (ipywebrtc), passed by reference in the trait `stream`. */
import { asProblem } from "./problems.js";

/** How long a file may take to begin; a browser that cannot play it never says so. */
const BEGIN_MS = 10_000;

/**
 * @typedef {object} Given
 * @property {MediaStream} stream tracks of one kind, cloned: stopping them leaves the other widget's alone
 * @property {boolean} finite whether it plays a recording, which comes to its end
 */

export class OtherWidget {
  /** @param {any} model the Studio's */
  constructor(model) {
    this.model = model;
    /** What it gave last. @type {MediaStream | null} */
    this.stream = null;
    /** Model id of the widget that gave it; the trait may name another since. */
    this.giver = "";
    /** The element that plays its recording. @type {HTMLMediaElement | null} */
    this.media = null;
  }

  /** Whether there is one. */
  get there() {
    return typeof this.model.get("stream") === "string";
  }

  /**
   * Asking makes a recording play, and asking for sound from its beginning: ask when all is ready.
   * @param {"audio" | "video"} kind
   * @returns {Promise<Given | null>} null when there is none
   */
  async give(kind) {
    if (!this.there) return null;
    const id = this.model.get("stream").replace(/^IPY_MODEL_/, "");
    const other = await this.model.widget_manager.get_model(id);
    if (kind === "video" && other.get("_model_name") === "AudioStreamModel") return null;
    const finite = typeof other.get("playing") === "boolean";
    let stream = id === this.giver ? this.stream : null;
    if (stream?.getTracks().some((track) => track.readyState === "live")) {
      if (kind === "audio") this.#again(other);
    } else {
      // Chromium captures nothing from an element that has played to its end, unless it is loaded anew.
      if (other.media?.ended) other.media.load();
      stream = /** @type {MediaStream} */ (await (finite ? inTime(other.stream) : other.stream));
      this.stream = stream;
      this.giver = id;
      this.media = other.media ?? null;
    }
    const tracks = kind === "audio" ? stream.getAudioTracks() : stream.getVideoTracks();
    if (tracks.length === 0) return null;
    return { stream: new MediaStream(tracks.map((track) => track.clone())), finite };
  }

  /** Nobody listens any more. */
  rest() {
    this.media?.pause();
  }

  /** @param {any} other */
  #again(other) {
    if (!this.media || !other.get("playing")) return;
    this.media.currentTime = 0;
    void this.media.play();
  }
}

/** @param {Promise<MediaStream>} stream @returns {Promise<MediaStream>} */
async function inTime(stream) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  /** @type {Promise<never>} */
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(asProblem("stream", "StreamNotPlaying")), BEGIN_MS);
  });
  try {
    return await Promise.race([stream, late]);
  } finally {
    clearTimeout(timer);
  }
}
