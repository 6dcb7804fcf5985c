import { defaultSpan, glide, MAX_SPAN_S, MIN_SPAN_S, tOf, widen, windowOf } from "../lib/geometry.js";
import { hoverText } from "../lib/labels.js";
import { seconds } from "../lib/story.js";
import { h, icon, setText } from "./dom.js";
import { HEIGHT, paintTimeline } from "./paint.js";
import { drawWhenVisible } from "./visible.js";

const SUMMARY_MS = 2000;
/** More is painted than is seen: on the left what labels need, on the right what comes into view. */
const BEFORE_PX = 150;
const AFTER_PX = 60;
/** How long the picture moves on by itself when nothing is told. */
const AHEAD_S = 1;
/** How often it is painted in silence; before `AHEAD_S` is over. */
const SILENT_MS = 600;

/**
 * The timeline with its tools: follows now, or stays where one has scrolled to.
 *
 * The picture is painted when something was told, ten times a second at most; between that the
 * browser's compositor moves it, as smoothly as the display allows and without any script.
 * @param {import("../lib/controller.js").Controller} controller
 * @param {HTMLElement} root where the theme's colours are read
 * @param {AbortSignal} signal
 * @param {HTMLElement} faults what can be made to go wrong
 */
export function timelineView(controller, root, signal, faults) {
  const picture = h("canvas", { class: "lk-picture" });
  const nowLine = h("i", { class: "lk-now", hidden: true });
  const clip = h("div", { class: "lk-window" }, picture, nowLine);
  const canvas = h(
    "div",
    { class: "lk-plot", role: "img", tabindex: "0", "data-testid": "studio-timeline" },
    h("span", { class: "lk-lane", "data-who": "user", text: "You" }),
    h("span", { class: "lk-lane", "data-who": "agent", text: "Agent" }),
    clip,
  );
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
      faults,
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
  let paintedMs = -Infinity;
  /** @type {import("./paint.js").Colours | null} */
  let colours = null;
  /** @type {Animation[]} */
  let moving = [];
  const still = matchMedia("(prefers-reduced-motion: reduce)");

  /** @param {number} ms page time */
  const now = (ms) => {
    const { story, live } = controller;
    if (!live) return story.end_s;
    return still.matches ? story.now_s : story.liveNow(ms / 1000);
  };
  const view = (ms = performance.now()) => ({ now_s: now(ms), span_s: span_s ?? defaultSpan(width), end_s, width });
  /** @param {ReturnType<typeof view>} shown */
  const windowIn = (shown) => windowOf({ ...shown, left: 0, right: width });

  const draw = () => {
    if (width <= 0) return;
    const ms = performance.now();
    paintedMs = ms;
    const shown = view(ms);
    const visible = windowIn(shown);
    const after = AFTER_PX + Math.ceil((AHEAD_S * width) / shown.span_s);
    const window_ = widen(visible, BEFORE_PX, after);
    const ratio = window.devicePixelRatio || 1;
    const [w, hgt] = [Math.round((BEFORE_PX + width + after) * ratio), Math.round(HEIGHT * ratio)];
    if (picture.width !== w || picture.height !== hgt) {
      picture.width = w;
      picture.height = hgt;
      picture.style.width = `${w / ratio}px`;
    }
    const g = /** @type {CanvasRenderingContext2D} */ (picture.getContext("2d"));
    g.setTransform(ratio, 0, 0, ratio, BEFORE_PX * ratio, 0);
    colours ??= readColours(root);
    const { live, story } = controller;
    const scrolls = live && end_s === null && shown.now_s >= shown.span_s;
    const drift = scrolls ? ((SILENT_MS + 100) / 1000) * (width / shown.span_s) : 0;
    paintTimeline(g, story, { window: window_, visible, now_s: shown.now_s, live, drift }, colours);
    move(shown, ms);
  };
  const drawing = drawWhenVisible(canvas, signal, { draw, wanted: () => false });

  /** Let the picture and the line of now go on from where they are at page time `ms`. @param {ReturnType<typeof view>} shown @param {number} ms */
  const move = (shown, ms) => {
    const { live, story } = controller;
    const ahead_s = live && !still.matches ? Math.max(0.001, story.now_s + AHEAD_S - shown.now_s) : 0.001;
    const points = glide({ ...shown, ahead_s });
    nowLine.hidden = !live;
    const old = moving;
    // "both": the animations' own clock may be a moment behind the page's, and then they have not begun.
    moving = [
      picture.animate(points.map(({ at, shift }) => ({ offset: at, transform: `translateX(${-shift}px)` })), { duration: ahead_s * 1000, fill: "both" }),
      nowLine.animate(points.map(({ at, x }) => ({ offset: at, transform: `translateX(${x}px)` })), { duration: ahead_s * 1000, fill: "both" }),
    ];
    for (const animation of moving) animation.startTime = ms;
    for (const animation of old) animation.cancel();
  };

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
      const window = windowIn(view());
      scroll(tOf(window, delta) - tOf(window, 0));
      event.preventDefault();
    },
    { signal, passive: false },
  );
  canvas.addEventListener(
    "pointermove",
    ({ clientX, buttons }) => {
      // Where there is no room for words, there is for a line: what it means.
      const shown = view();
      const x = clientX - clip.getBoundingClientRect().left;
      const title = buttons || x < 0 ? "" : hoverText(controller.story, windowIn(shown), x, shown.now_s);
      if (canvas.title !== title) canvas.title = title;
    },
    { signal },
  );
  canvas.addEventListener(
    "pointerdown",
    (down) => {
      canvas.setPointerCapture(down.pointerId);
      let lastX = down.clientX;
      const drag = new AbortController();
      const window = windowIn(view());
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

  const resize = new ResizeObserver(([{ contentRect }]) => {
    width = contentRect.width;
    drawing.request();
  });
  resize.observe(clip);
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
    /** Time has passed in silence: the picture moves by itself, and is seldom painted. */
    passed() {
      // An outage that lasts grows with the line of now.
      const still = controller.story.outages.at(-1)?.to === null ? 0 : SILENT_MS;
      if (performance.now() - paintedMs > still) drawing.request();
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
    wait: read("wait"),
    cut: read("cut"),
    error: read("error"),
    surface: read("bg"),
    font: style.fontFamily,
  };
}
