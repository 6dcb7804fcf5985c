/** The camera: a preview, and at most one JPEG a second of bounded size. */
import { asProblem } from "./problems.js";

export const PERIOD_MS = 1000;
export const MAX_SIDE = 768;
export const TARGET_BYTES = 40_000;
const MIN_QUALITY = 0.35;
const MAX_QUALITY = 0.85;
const MIN_SCALE = 0.4;

/** Quality and scale that keep pictures near the target: quality gives way first, then size. */
export class JpegBudget {
  constructor() {
    this.quality = 0.7;
    this.scale = 1;
  }

  /** @param {number} bytes size of the picture just made */
  observe(bytes) {
    if (bytes > TARGET_BYTES) {
      if (this.quality > MIN_QUALITY) this.quality = Math.max(MIN_QUALITY, this.quality - 0.1);
      else this.scale = Math.max(MIN_SCALE, this.scale * 0.8);
    } else if (bytes < TARGET_BYTES * 0.6) {
      if (this.scale < 1) this.scale = Math.min(1, this.scale * 1.1);
      else this.quality = Math.min(MAX_QUALITY, this.quality + 0.05);
    }
  }

  /**
   * Picture size for a source of this size: the longer side at most 768 px, even numbers.
   * @param {number} width @param {number} height
   */
  size(width, height) {
    const factor = Math.min(1, MAX_SIDE / Math.max(width, height)) * this.scale;
    const even = (/** @type {number} */ side) => Math.max(2, 2 * Math.round((side * factor) / 2));
    return { width: even(width), height: even(height) };
  }
}

/** @typedef {{width: number, height: number, bytes: number, quality: number}} Grab */

export class Camera {
  /**
   * @param {object} handlers
   * @param {(jpeg: ArrayBuffer, timeMs: number, grab: Grab) => void} handlers.onPicture
   * @param {() => void} handlers.onEnded the device went away
   */
  constructor(handlers) {
    this.handlers = handlers;
    this.video = document.createElement("video");
    this.video.muted = true;
    this.video.playsInline = true;
    this.budget = new JpegBudget();
    /** @type {MediaStream | null} */
    this.stream = null;
    /** Every open and close counts on, so that an open still going on gives up. */
    this.attempt = 0;
    this.timer = 0;
    this.grabbing = false;
  }

  get on() {
    return this.stream !== null;
  }

  /** What the kernel is told of it. */
  get state() {
    if (!this.on) return { on: false, width: 0, height: 0, fps: 0 };
    const { videoWidth, videoHeight } = this.video;
    return { on: true, ...this.budget.size(videoWidth, videoHeight), fps: 1 };
  }

  /**
   * @param {() => Promise<MediaStream | null>} give a stream to use instead of opening the camera
   * @returns {Promise<boolean>} false when it was closed, or opened again, meanwhile
   */
  async open(give = async () => null) {
    this.close();
    const { attempt } = this;
    try {
      const stream = (await give()) ?? (attempt === this.attempt ? await openCamera() : null);
      if (!stream || attempt !== this.attempt) {
        stream?.getTracks().forEach((track) => track.stop());
        return false;
      }
      this.stream = stream;
      stream.getVideoTracks()[0].addEventListener("ended", () => this.handlers.onEnded());
      this.video.srcObject = stream;
      await this.video.play();
    } catch (error) {
      if (attempt !== this.attempt) return false;
      this.close();
      throw asProblem("camera", error);
    }
    if (attempt !== this.attempt) return false;
    void this.grab();
    return true;
  }

  async grab() {
    const { video } = this;
    window.clearTimeout(this.timer);
    if (!this.on || this.grabbing) return;
    if (video.videoWidth === 0) {
      this.#again();
      return;
    }
    this.grabbing = true;
    try {
      const timeMs = performance.now();
      const { width, height } = this.budget.size(video.videoWidth, video.videoHeight);
      const canvas = document.createElement("canvas");
      canvas.width = width;
      canvas.height = height;
      canvas.getContext("2d")?.drawImage(video, 0, 0, width, height);
      const { quality } = this.budget;
      /** @type {Blob | null} */
      const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", quality));
      if (!blob || !this.on) return;
      this.budget.observe(blob.size);
      const jpeg = await blob.arrayBuffer();
      if (this.on) this.handlers.onPicture(jpeg, timeMs, { width, height, bytes: blob.size, quality });
    } finally {
      this.grabbing = false;
      this.#again();
    }
  }

  /** The period counts from the picture before, so that a late one is not followed by two in a second. */
  #again() {
    window.clearTimeout(this.timer);
    if (this.on) this.timer = window.setTimeout(() => void this.grab(), PERIOD_MS);
  }

  close() {
    this.attempt += 1;
    window.clearTimeout(this.timer);
    this.stream?.getTracks().forEach((track) => track.stop());
    this.stream = null;
    this.video.srcObject = null;
  }
}

/** @returns {Promise<MediaStream>} */
async function openCamera() {
  if (!globalThis.isSecureContext || !navigator.mediaDevices?.getUserMedia) throw asProblem("camera", "InsecureContext");
  return navigator.mediaDevices.getUserMedia({
    video: { width: { ideal: MAX_SIDE }, height: { ideal: 576 }, frameRate: { ideal: 15 } },
  });
}
