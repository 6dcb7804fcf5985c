import { loudness } from "../lib/geometry.js";
import { h } from "./dom.js";
import { drawWhenVisible } from "./visible.js";

const FALL_PER_S = 1.6;
const TOLD_MS = 250;
/** Smaller changes are not seen, and not drawn. */
const STEPS = 50;

/** The microphone's level, straight from the local worklet. @param {import("../lib/controller.js").Controller} controller @param {AbortSignal} signal */
export function meterView(controller, signal) {
  const bar = h("div", { class: "lk-meter-bar" });
  const element = h(
    "div",
    { class: "lk-meter", role: "meter", "aria-label": "Microphone level", "aria-valuemin": "0", "aria-valuemax": "100", "aria-valuenow": "0", "data-testid": "studio-level" },
    bar,
  );
  let level = 0;
  let shown = 0;
  let lastMs = performance.now();
  let toldMs = 0;
  const moves = () => level > 0 || loudness(controller.level) >= 1 / STEPS;
  const drawing = drawWhenVisible(element, signal, {
    wanted: moves,
    draw() {
      const ms = performance.now();
      const fallen = level - ((ms - lastMs) / 1000) * FALL_PER_S;
      level = Math.max(loudness(controller.level), fallen, 0);
      if (level < 1 / STEPS) level = 0;
      lastMs = ms;
      const now = Math.ceil(level * STEPS) / STEPS;
      if (now === shown) return;
      shown = now;
      bar.style.clipPath = `inset(0 ${Math.round(100 - now * 100)}% 0 0)`;
      if (ms - toldMs < TOLD_MS && now > 0) return;
      toldMs = ms;
      element.setAttribute("aria-valuenow", String(Math.round(now * 100)));
    },
  });
  return {
    element,
    /** The level has changed. */
    update() {
      if (moves()) drawing.request();
    },
  };
}
