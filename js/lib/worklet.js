/** Getting sound going: the page's own code in the audio thread, and the browser's leave. */
import { asProblem, describeProblem, MediaProblem } from "./problems.js";

const RESUME_MS = 3000;

/**
 * A blob: URL is what works on a stock Jupyter server; data: is the second chance under a stricter
 * Content-Security-Policy.
 * @param {AudioContext} context @param {string} source
 */
export async function addWorklet(context, source) {
  const blobUrl = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
  try {
    await context.audioWorklet.addModule(blobUrl);
  } catch {
    try {
      await context.audioWorklet.addModule(`data:text/javascript;charset=utf-8,${encodeURIComponent(source)}`);
    } catch {
      throw new MediaProblem(describeProblem("worklet", "WorkletBlocked"));
    }
  } finally {
    URL.revokeObjectURL(blobUrl);
  }
}

/** Let sound out; browsers hold it back until somebody has clicked. @param {AudioContext} context */
export async function resume(context) {
  if (context.state === "running") return;
  await Promise.race([context.resume(), new Promise((resolve) => setTimeout(resolve, RESUME_MS))]);
  if (/** @type {string} */ (context.state) !== "running") throw asProblem("playback", "Suspended");
}
