import { defaultSpan, glide, MAX_SPAN_S, MIN_SPAN_S, tOf, widen, windowOf, xOf } from "../lib/geometry.js";
import { hoverText } from "../lib/labels.js";
import { seconds } from "../lib/story.js";
import { h, icon, setText } from "./dom.js";
import { HEIGHT, paintTimeline } from "./paint.js";
import { drawWhenVisible } from "./visible.js";

const SUMMARY_MS = 2000;
/** A pointer that moves less between down and up has clicked. */
const CLICK_PX = 4;
/** More is painted than is seen: on the left what labels need, on the right what comes into view. */
const BEFORE_PX = 150;
const AFTER_PX = 60;
/** How long the picture moves on by itself when nothing is told. */
const AHEAD_S = 1;
/** How often it is painted in silence; before `AHEAD_S` is over. */
const SILENT_MS = 600;

/**
 * Whose conversation is shown: all that a timeline needs to know of it. Both may change at any
 * time; `update()` tells.
 * @typedef {object} Shown
 * @property {import("../lib/story.js").Story} story what was told of the recording
 * @property {boolean} live whether the conversation goes on: then the right edge is now
 */

/**
 * @typedef {object} Extras
 * @property {HTMLElement[]} [tools] what else stands in the timeline's bar
 * @property {(t_s: number) => void} [seek] the time of a click, for what can be played from there
 */

/**
 * The timeline with its tools: follows now, or stays where one has scrolled to.
 *
 * The picture is painted when something was told, ten times a second at most; between that the
 * browser's compositor moves it, as smoothly as the display allows and without any script.
 * @param {Shown} controller
 * @param {HTMLElement} root where the theme's colours are read
 * @param {AbortSignal} signal
 * @param {Extras} [extras]
 */
export function timelineView(controller, root, signal, { tools = [], seek } = {}) {
  const picture = h("canvas", { class: "lk-picture" });
  const nowLine = h("i", { class: "lk-now", hidden: true });
  const headLine = h("i", { class: "lk-head", hidden: true });
  const clip = h("div", { class: "lk-window" }, picture, nowLine, headLine);
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
      ...tools,
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
  /** Where it is played, if it is: at page time `ms` at `t_s`, and on by `rate` seconds a second. */
  let head = { t_s: 0, rate: 0, ms: 0, shown: false };
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
    moveHead(shown, ms);
  };

  /** Where the play head is at page time `ms`. @param {number} ms */
  const headAt = (ms) => Math.min(controller.story.now_s, head.t_s + ((ms - head.ms) / 1000) * head.rate);
  /** @type {Animation | null} */
  let headMoving = null;
  /** @param {ReturnType<typeof view>} shown @param {number} ms */
  const moveHead = (shown, ms) => {
    headLine.hidden = !head.shown;
    headMoving?.cancel();
    headMoving = null;
    if (!head.shown) return;
    const window = windowIn(shown);
    const [from_s, left_s] = [headAt(ms), controller.story.now_s - headAt(ms)];
    const duration = head.rate > 0 ? Math.max(1, (1000 * left_s) / head.rate) : 1;
    const to_s = head.rate > 0 ? controller.story.now_s : from_s;
    const frames = [from_s, to_s].map((t_s) => ({ transform: `translateX(${xOf(window, t_s)}px)` }));
    headMoving = headLine.animate(frames, { duration, fill: "both" });
    headMoving.startTime = ms;
  };
  /** Bring the play head into view: a page further on, as one reads. */
  const showHead = () => {
    const ms = performance.now();
    const { from_s, to_s } = windowIn(view(ms));
    const t_s = headAt(ms);
    const margin_s = 0.04 * (to_s - from_s);
    if (t_s >= from_s && t_s <= to_s - margin_s) return;
    end_s = Math.max(to_s - from_s, t_s + 0.9 * (to_s - from_s));
    moved();
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
      let dragged = false;
      const drag = new AbortController();
      const window = windowIn(view());
      canvas.addEventListener(
        "pointermove",
        (move) => {
          dragged ||= Math.abs(move.clientX - down.clientX) > CLICK_PX;
          if (!dragged) return;
          scroll(tOf(window, lastX) - tOf(window, move.clientX));
          lastX = move.clientX;
        },
        { signal: drag.signal },
      );
      canvas.addEventListener(
        "pointerup",
        (up) => {
          const x = up.clientX - clip.getBoundingClientRect().left;
          if (seek && !dragged && x >= 0) seek(Math.max(0, Math.min(controller.story.now_s, tOf(window, x))));
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
    /**
     * The play head is at `t_s` now, and goes on by `rate` seconds a second (0: it stands still).
     * Told when either changes, and now and then while it moves; null takes it away.
     * @param {number | null} t_s @param {number} [rate]
     */
    head(t_s, rate = 0) {
      head = { t_s: t_s ?? 0, rate, ms: performance.now(), shown: t_s !== null };
      if (t_s !== null && width > 0) showHead();
      if (width > 0) moveHead(view(), performance.now());
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
