import { defaultSpan, MAX_SPAN_S, MIN_SPAN_S, tOf } from "../lib/geometry.js";
import { seconds } from "../lib/story.js";
import { h, icon, setText } from "./dom.js";
import { HEIGHT, paintTimeline, timelineWindow } from "./paint.js";
import { drawWhenVisible } from "./visible.js";

const SUMMARY_MS = 2000;
/** Scrolling by less than this is not worth a new picture. */
const MIN_SHIFT_PX = 0.3;

/**
 * The timeline with its tools: follows now, or stays where one has scrolled to.
 * @param {import("../lib/controller.js").Controller} controller
 * @param {HTMLElement} root where the theme's colours are read
 * @param {AbortSignal} signal
 */
export function timelineView(controller, root, signal) {
  const canvas = h("canvas", { class: "lk-canvas", role: "img", tabindex: "0", "data-testid": "studio-timeline" });
  const answer = h("span", { class: "lk-answer" });
  const followButton = button("Now", "Follow now", () => follow());
  const element = h(
    "section",
    { class: "lk-timeline", "aria-label": "Timeline" },
    h(
      "div",
      { class: "lk-bar" },
      h("h3", { text: "Timeline" }),
      answer,
      h(
        "div",
        { class: "lk-zoom", role: "group", "aria-label": "Zoom" },
        button(icon("minus"), "Show more time", () => zoom(1.5)),
        button(icon("plus"), "Show less time", () => zoom(1 / 1.5)),
        button("All", "Show everything", () => fit()),
        followButton,
      ),
    ),
    canvas,
  );

  /** @type {number | null} */
  let span_s = null;
  /** Right edge; null follows now. @type {number | null} */
  let end_s = null;
  let width = 0;
  let summarisedMs = -Infinity;
  let paintedNow_s = -Infinity;
  /** @type {import("./paint.js").Colours | null} */
  let colours = null;
  const still = matchMedia("(prefers-reduced-motion: reduce)");

  const now = () => (controller.live ? controller.story.liveNow(performance.now() / 1000) : controller.story.now_s);
  const view = () => ({
    width,
    now_s: still.matches ? controller.story.now_s : now(),
    span_s: span_s ?? defaultSpan(width),
    end_s,
    live: controller.live,
  });

  /** @param {boolean} requested whether there is news, not just later */
  const draw = (requested) => {
    width = canvas.clientWidth;
    if (width === 0) return;
    const shown = view();
    if (!requested && Math.abs(shown.now_s - paintedNow_s) * (width / shown.span_s) < MIN_SHIFT_PX) return;
    paintedNow_s = shown.now_s;
    const ratio = window.devicePixelRatio || 1;
    const [w, hgt] = [Math.round(width * ratio), Math.round(HEIGHT * ratio)];
    if (canvas.width !== w || canvas.height !== hgt) {
      canvas.width = w;
      canvas.height = hgt;
    }
    const g = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
    g.setTransform(ratio, 0, 0, ratio, 0, 0);
    colours ??= readColours(root);
    paintTimeline(g, controller.story, shown, colours);
  };
  const drawing = drawWhenVisible(canvas, signal, {
    draw,
    wanted: () => controller.live && end_s === null && !still.matches,
  });

  const describe = () => {
    const last = controller.story.lastAnswered();
    setText(answer, last ? `Last answer after ${seconds(last.voice_to_voice)}` : "");
    const ms = performance.now();
    if (controller.live && ms - summarisedMs < SUMMARY_MS) return;
    summarisedMs = ms;
    canvas.setAttribute("aria-label", controller.story.summary());
  };

  const follow = () => {
    end_s = null;
    moved();
  };
  const fit = () => {
    span_s = clamp(controller.story.now_s + 1);
    end_s = null;
    moved();
  };
  /** @param {number} factor */
  const zoom = (factor) => {
    span_s = clamp((span_s ?? defaultSpan(width)) * factor);
    moved();
  };
  /** @param {number} by_s */
  const scroll = (by_s) => {
    const { now_s, span_s: span } = view();
    const target = (end_s ?? now_s) + by_s;
    end_s = target >= now_s ? null : Math.max(span, target);
    moved();
  };
  const moved = () => {
    followButton.hidden = end_s === null;
    drawing.request();
  };

  canvas.addEventListener(
    "keydown",
    (event) => {
      const span = span_s ?? defaultSpan(width);
      /** @type {Record<string, () => void>} */
      const keys = {
        ArrowLeft: () => scroll(-span / 8),
        ArrowRight: () => scroll(span / 8),
        "+": () => zoom(1 / 1.5),
        "-": () => zoom(1.5),
        Home: fit,
        End: follow,
      };
      if (!keys[event.key] || event.ctrlKey || event.metaKey || event.altKey) return;
      keys[event.key]();
      event.preventDefault();
      event.stopPropagation();
    },
    { signal },
  );
  canvas.addEventListener(
    "wheel",
    (event) => {
      // Only sideways: the notebook itself scrolls up and down.
      const delta = event.deltaX || (event.shiftKey ? event.deltaY : 0);
      if (!delta) return;
      const window = timelineWindow(view());
      scroll(tOf(window, delta) - tOf(window, 0));
      event.preventDefault();
    },
    { signal, passive: false },
  );
  canvas.addEventListener(
    "pointerdown",
    (down) => {
      canvas.setPointerCapture(down.pointerId);
      let lastX = down.clientX;
      const drag = new AbortController();
      const window = timelineWindow(view());
      canvas.addEventListener(
        "pointermove",
        (move) => {
          scroll(tOf(window, lastX) - tOf(window, move.clientX));
          lastX = move.clientX;
        },
        { signal: drag.signal },
      );
      for (const end of ["pointerup", "pointercancel"]) canvas.addEventListener(end, () => drag.abort(), { signal: drag.signal });
    },
    { signal },
  );

  const resize = new ResizeObserver(() => drawing.request());
  resize.observe(canvas);
  signal.addEventListener("abort", () => resize.disconnect());
  still.addEventListener("change", () => drawing.request(), { signal });
  moved();
  describe();

  return {
    element,
    /** Something was told, or the status changed. */
    update() {
      if (controller.story.empty) {
        span_s = null;
        end_s = null;
        followButton.hidden = true;
      }
      describe();
      drawing.request();
    },
    themeChanged() {
      colours = null;
      drawing.request();
    },
  };
}

/** @param {number} span_s */
function clamp(span_s) {
  return Math.max(MIN_SPAN_S, Math.min(MAX_SPAN_S, span_s));
}

/** @param {string | Node} face @param {string} label @param {() => void} onclick */
function button(face, label, onclick) {
  return h("button", { type: "button", class: "lk-mini", "aria-label": label, title: label, onclick }, face);
}

/** @param {HTMLElement} root @returns {import("./paint.js").Colours} */
function readColours(root) {
  const style = getComputedStyle(root);
  const read = (/** @type {string} */ name) => style.getPropertyValue(`--lk-${name}`).trim() || "#888";
  return {
    text: read("text"),
    muted: read("muted"),
    line: read("line"),
    user: read("user"),
    agent: read("agent"),
    tool: read("tool"),
    cut: read("cut"),
    surface: read("bg"),
    font: style.fontFamily,
  };
}
