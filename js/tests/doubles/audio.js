/** In place of lib/audio.js: a sound engine and a microphone without a browser. */

/** What the tests steer: every microphone and engine that was opened. */
export const opened = { microphones: /** @type {any[]} */ ([]), engines: /** @type {any[]} */ ([]) };

/** A stream of one track; the track knows which stream it, or what it was cloned from, is of. @param {string} kind */
export function fakeStream(kind) {
  const track = {
    kind,
    of: /** @type {any} */ (null),
    readyState: "live",
    stop: () => void (track.readyState = "ended"),
    clone() {
      const copy = fakeStream(kind).getTracks()[0];
      copy.of = track.of;
      return copy;
    },
    addEventListener() {},
  };
  const tracks = [track];
  const those = (/** @type {string} */ wanted) => tracks.filter((one) => one.kind === wanted);
  track.of = { getTracks: () => tracks, getAudioTracks: () => those("audio"), getVideoTracks: () => those("video") };
  return track.of;
}

export async function openMicrophone() {
  const stream = fakeStream("audio");
  opened.microphones.push(stream);
  return stream;
}

export class AudioEngine {
  constructor(/** @type {any} */ handlers) {
    this.handlers = handlers;
    this.closed = false;
    opened.engines.push(this);
  }

  async open() {}

  listen() {
    return { label: "double" };
  }

  play() {}
  clear() {}
  skip() {}
  flush() {}

  async close() {
    this.closed = true;
  }
}
