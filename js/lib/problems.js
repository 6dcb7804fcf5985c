/** What can go wrong with media in a browser, in words and with a remedy. */

/**
 * @typedef {object} Problem
 * @property {string} where microphone, camera, stream, playback, worklet or connection
 * @property {string} name the browser's own name of the error
 * @property {string} title one short sentence
 * @property {string} remedy what to do about it
 */

/** @type {Record<string, [string, string]>} {device} is the microphone or the camera. */
const WORDS = {
  InsecureContext: [
    "This page may not use the {device}.",
    "Browsers give it only to https pages and to localhost. If Jupyter runs on another machine, tunnel to it: ssh -L 8888:localhost:8888 user@host, then open http://localhost:8888.",
  ],
  NotAllowedError: [
    "The {device} was refused.",
    "Allow it for this page: the icon at the left of the address bar, or the system's privacy settings. Then press the button again.",
  ],
  SecurityError: [
    "The {device} is forbidden here.",
    "The page's permissions policy blocks it, as in an embedded frame. Open the notebook in its own tab.",
  ],
  NotFoundError: [
    "No {device} was found.",
    "Plug one in, or choose one in the system's settings, and try again. Without a microphone, live.connect() talks with recorded speech.",
  ],
  StreamNotPlaying: [
    "The stream given to the Studio does not play.",
    "The browser probably cannot read the file. WAV, MP3, WebM and MP4 (H.264, AAC) work almost everywhere. Show the stream in a cell of its own to see whether it plays.",
  ],
  NotReadableError: [
    "The {device} is there, but cannot be read.",
    "Another program or tab may be using it. Close that and try again; else unplug it and plug it in again.",
  ],
  OverconstrainedError: [
    "The {device} cannot do what was asked of it.",
    "Choose another one in the browser's settings and try again.",
  ],
  AbortError: ["The {device} stopped unexpectedly.", "Try again; if it happens again, restart the browser."],
  WorkletBlocked: [
    "The audio processor could not be loaded.",
    "The server's Content-Security-Policy probably forbids blob: and data: scripts. Ask its administrator to add blob: to script-src, or run Jupyter locally.",
  ],
  Suspended: ["The browser keeps the sound suspended.", "Click anywhere in the page, then press Start again."],
  Unsupported: [
    "This browser cannot process audio.",
    "AudioWorklet is missing. Use a current Chrome, Edge, Firefox or Safari.",
  ],
  NoKernel: [
    "No connection to the kernel.",
    "Run the cell again. If the kernel was restarted or is busy, wait until it is idle first.",
  ],
  KernelLost: [
    "The connection to the kernel was lost.",
    "Microphone and camera are off. If the kernel was restarted or has died, run the cell again; otherwise check the network, wait until the Studio is connected again and press Start.",
  ],
  KernelGone: [
    "The kernel was restarted or has ended.",
    "This Studio belonged to it; its microphone and camera are off. Run the Studio’s cell again, with the cells it needs before it.",
  ],
  Replaced: ["This Studio is in use in another tab.", "Press Start to continue here."],
};

/**
 * @param {"microphone" | "camera" | "stream" | "playback" | "worklet" | "connection"} where
 * @param {unknown} cause an error, or the name of one above
 * @returns {Problem}
 */
export function describeProblem(where, cause) {
  // Shims of getUserMedia reject with plain objects that only look like errors (webrtc-adapter, which
  // ipywebrtc brings into JupyterLab), so the look is what counts.
  const { name: given, message } = /** @type {{name?: unknown, message?: unknown}} */ (cause ?? {});
  const name = typeof cause === "string" ? cause : typeof given === "string" && given ? given : "UnknownError";
  const detail = typeof message === "string" ? message : "";
  const [title, remedy] = WORDS[name] ?? [
    `The ${where} failed${detail ? `: ${detail}` : "."}`,
    "Try again; if it happens again, reload the page.",
  ];
  const device = where === "camera" ? "camera" : "microphone";
  return { where, name, title: title.replace("{device}", device), remedy };
}

/** An error that already carries its words. */
export class MediaProblem extends Error {
  /** @param {Problem} problem */
  constructor(problem) {
    super(problem.title);
    this.name = problem.name;
    this.problem = problem;
  }
}

/**
 * @param {Problem["where"]} where @param {unknown} cause
 * @returns {MediaProblem}
 */
export function asProblem(where, cause) {
  return cause instanceof MediaProblem ? cause : new MediaProblem(describeProblem(/** @type {any} */ (where), cause));
}
