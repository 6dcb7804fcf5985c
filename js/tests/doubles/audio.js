/** In place of lib/audio.js: a sound engine and a microphone without a browser. */

/** What the tests steer: every microphone and engine that was opened. */
export const opened = { microphones: /** @type {any[]} */ ([]), engines: /** @type {any[]} */ ([]) };

/** A stream of one track. @param {string} kind */
export function fakeStream(kind) {
  const track = {
    kind,
    readyState: "live",
    stop: () => void (track.readyState = "ended"),
    clone: () => fakeStream(kind).getTracks()[0],
    addEventListener() {},
  };
  const tracks = [track];
  const of = (/** @type {string} */ wanted) => tracks.filter((one) => one.kind === wanted);
  return { getTracks: () => tracks, getAudioTracks: () => of("audio"), getVideoTracks: () => of("video") };
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
  flush() {}

  async close() {
    this.closed = true;
  }
}
