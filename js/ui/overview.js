/** All of a talk on a strip, with a frame around what is seen of it. */
import { HUSH, loudness } from "../lib/geometry.js";
import { h } from "./dom.js";

const HEIGHT = 26;
const PITCH = 3;
/** While it goes on, the strip is one of these lengths, so that it does not shrink all the time. */
const LENGTHS_S = [60, 120, 300, 600, 1200, 1800, 3600, 5400, 7200, 10800, 14400, 21600, 43200, 86400];
const SELDOM_MS = 1000;
const LEAST_FRAME = 6;

/**
 * @param {import("./timeline.js").Shown} shown @param {AbortSignal} signal
 * @param {{go: (t: number) => void, again: () => void}} moves to go there; to be shown again
 */
export function overviewView(shown, signal, { go, again }) {
  const canvas = h("canvas", {});
  const frame = h("i", { class: "lk-frame" });
  // Who cannot see or point has the keys.
  const element = h("div", { class: "lk-overview", "aria-hidden": "true", hidden: true, "data-testid": "studio-overview" }, canvas, frame);
  let paintedMs = -Infinity;
  let painted = "";
  let width = 0;
  let length_s = 1;

  /** @param {import("./painting.js").Colours} colours */
  const paint = (colours) => {
    const { story } = shown;
    const ratio = window.devicePixelRatio || 1;
    const [w, hgt] = [Math.round(width * ratio), Math.round(HEIGHT * ratio)];
    if (canvas.width !== w || canvas.height !== hgt) [canvas.width, canvas.height] = [w, hgt];
    const g = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
    g.setTransform(ratio, 0, 0, ratio, 0, 0);
    g.clearRect(0, 0, width, HEIGHT);
    const middle = HEIGHT / 2;
    for (const side of /** @type {const} */ (["user", "agent"])) {
      const peaks = story.peaks[side];
      g.fillStyle = colours[side];
      const count = Math.min(Math.floor(width / PITCH), Math.ceil(((peaks.end_s / length_s) * width) / PITCH));
      for (let n = 0; n < count; n++) {
        const peak = peaks.max((n * PITCH * length_s) / width, ((n + 1) * PITCH * length_s) / width);
        if (peak <= HUSH) continue;
        const height = Math.max(1, loudness(peak) * (middle - 2));
        g.fillRect(n * PITCH, side === "user" ? middle - height : middle, PITCH - 1, height);
      }
    }
    g.fillStyle = colours.cut;
    for (const t of story.cuts) g.fillRect((t / length_s) * width, middle - 4, 1.5, 8);
    g.fillStyle = colours.error;
    for (const { from, to } of story.outages) g.fillRect((from / length_s) * width, middle - 1, Math.max(1.5, (((to ?? story.now_s) - from) / length_s) * width), 2);
  };

  const goTo = (/** @type {PointerEvent} */ { clientX }) => go(((clientX - element.getBoundingClientRect().left) / Math.max(1, width)) * length_s);
  element.addEventListener(
    "pointerdown",
    (event) => {
      element.setPointerCapture(event.pointerId);
      goTo(event);
    },
    { signal },
  );
  element.addEventListener("pointermove", (event) => event.buttons && goTo(event), { signal });
  const resize = new ResizeObserver(([{ contentRect }]) => {
    width = contentRect.width;
    painted = "";
    again();
  });
  resize.observe(element);
  signal.addEventListener("abort", () => resize.disconnect());

  return {
    element,
    /** @param {import("../lib/geometry.js").Window} visible @param {import("./painting.js").Colours} colours */
    show(visible, colours) {
      const { story, live } = shown;
      // A short talk is all in view.
      element.hidden = story.now_s <= 1.2 * (visible.to_s - visible.from_s) && visible.from_s <= 0;
      if (element.hidden || width <= 0) return;
      const all_s = Math.max(story.now_s, 1);
      length_s = live ? LENGTHS_S.find((length) => length >= all_s) ?? all_s : all_s;
      const ms = performance.now();
      const what = `${length_s} ${width} ${colours.user} ${colours.surface}`;
      if (what !== painted || (live && ms - paintedMs > SELDOM_MS)) {
        painted = what;
        paintedMs = ms;
        paint(colours);
      }
      const scale = width / length_s;
      const left = Math.max(0, visible.from_s * scale);
      const right = Math.min(width, visible.to_s * scale);
      frame.style.transform = `translateX(${Math.min(left, width - LEAST_FRAME)}px)`;
      frame.style.width = `${Math.max(LEAST_FRAME, right - left)}px`;
    },
  };
}
