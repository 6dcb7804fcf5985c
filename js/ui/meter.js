import { loudness } from "../lib/geometry.js";
import { h } from "./dom.js";
import { drawWhenVisible } from "./visible.js";

const FALL_PER_S = 1.6;
const TOLD_MS = 250;

/** The microphone's level, straight from the local worklet. @param {import("../lib/controller.js").Controller} controller @param {AbortSignal} signal */
export function meterView(controller, signal) {
  const bar = h("div", { class: "lk-meter-bar" });
  const element = h(
    "div",
    { class: "lk-meter", role: "meter", "aria-label": "Microphone level", "aria-valuemin": "0", "aria-valuemax": "100", "aria-valuenow": "0", "data-testid": "studio-level" },
    bar,
  );
  let shown = 0;
  let lastMs = performance.now();
  let toldMs = 0;
  const drawing = drawWhenVisible(element, signal, {
    wanted: () => controller.live || shown > 0,
    draw() {
      const ms = performance.now();
      const fallen = shown - ((ms - lastMs) / 1000) * FALL_PER_S;
      shown = Math.max(loudness(controller.level), fallen, 0);
      lastMs = ms;
      bar.style.setProperty("--lk-level", shown.toFixed(3));
      if (ms - toldMs > TOLD_MS) {
        toldMs = ms;
        element.setAttribute("aria-valuenow", String(Math.round(shown * 100)));
      }
    },
  });
  return { element, update: () => drawing.request() };
}
