import { defaultSpan, glide, MAX_SPAN_S, MIN_SPAN_S, widen, windowOf, xOf } from "../lib/geometry.js";
import { itemsOf, nextItem } from "../lib/items.js";
import { seconds } from "../lib/story.js";
import { detailsView } from "./details.js";
import { h, icon, setText } from "./dom.js";
import { layoutOf } from "./layout.js";
import { overviewView } from "./overview.js";
import { paintTimeline } from "./paint.js";
import { SpectraView } from "./spectra.js";
import { KEYS, steer } from "./steering.js";
import { readColours } from "./theme.js";
import { drawWhenVisible } from "./visible.js";

const SUMMARY_MS = 2000;
/** More is painted than is seen: on the left what labels need, on the right what comes into view. */
const BEFORE_PX = 150;
const AFTER_PX = 60;
/** Memory for the picture is taken in steps: while one zooms it would be another every time. */
const STEP_PX = 64;
/** While one scrolls, the painted picture is moved by so many pixels before it is painted again, */
const SLIDE_PX = 120;
/** and painted when it has come to rest. */
const REST_MS = 150;
/** How long the picture moves on by itself when nothing is told. */
const AHEAD_S = 1;
/** How often it is painted in silence; before `AHEAD_S` is over. */
const SILENT_MS = 600;

/** What the button does that says so. */
const TITLES = Object.freeze({
  Pause: "Pause: the picture stands still, the recording goes on (P)",
  Now: "Now: go on with it (P, End)",
  End: "End: go there (P, End)",
});

/**
 * Whose conversation is shown: all that a timeline needs to know of it. What it is may change at
 * any time; `update()` tells.
 * @typedef {object} Shown
 * @property {import("../lib/story.js").Story} story what was told of the recording
 * @property {boolean} live whether the conversation goes on: then the right edge is now
 * @property {{ask(question: {what: string} & Record<string, any>): Promise<any>}} asks answers
 *   `spectra` and `frame`, as widgets/answers.py does; what is refused is not shown
 * @property {import("../lib/pictures.js").Pictures} pictures to be cleared when another story begins
 */

/**
 * @typedef {object} Extras
 * @property {HTMLElement[]} [tools] what else stands in the timeline's bar
 * @property {(t_s: number) => void} [seek] the time of a click, for what can be played from there
 * @property {string[]} [taken] keys, as steering.js lists them, that do something else there
 */

/**
 * The timeline with its tools: follows now, or stays where one has scrolled to.
 *
 * The picture is painted when something was told, ten times a second at most; between that the
 * browser's compositor moves it, as smoothly as the display allows and without any script.
 * @param {Shown} shown
 * @param {HTMLElement} root where the theme's colours are read
 * @param {AbortSignal} signal
 * @param {Extras} [extras]
 */
export function timelineView(shown, root, signal, { tools = [], seek, taken = [] } = {}) {
  const picture = h("canvas", { class: "lk-picture" });
  const nowLine = h("i", { class: "lk-now", hidden: true });
  const headLine = h("i", { class: "lk-head", hidden: true });
  const clip = h("div", { class: "lk-window" }, picture, nowLine, headLine);
  const plot = h(
    "div",
    { class: "lk-plot", role: "img", tabindex: "0", "aria-keyshortcuts": "ArrowLeft ArrowRight [ ] + - P S", "data-testid": "studio-timeline" },
    h("span", { class: "lk-lane", "data-who": "user", text: "You" }),
    h("span", { class: "lk-lane", "data-who": "agent", text: "Agent" }),
    clip,
  );
  const answer = h("span", { class: "lk-answer" });
  const followButton = button("Pause", "", () => pause());
  followButton.dataset.testid = "studio-pause";
  const spectrumButton = button(icon("spectrum"), "Spectrogram instead of loudness (S)", () => spectrum());
  spectrumButton.setAttribute("aria-pressed", "false");
  spectrumButton.dataset.testid = "studio-spectrogram";
  const help = h("p", { class: "lk-keys", hidden: true, "data-testid": "studio-keys" }, ...KEYS.filter(([keys]) => !taken.includes(keys)).map(([keys, what]) => h("span", {}, h("kbd", { text: keys }), ` ${what}`)));
  const helpButton = button("?", "Keys of the timeline (?)", () => explain());
  helpButton.setAttribute("aria-expanded", "false");
  const details = detailsView(shown, signal);
  const overview = overviewView(shown, signal, { go: (t) => centre(t), again: () => repaint() });
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
        { class: "lk-zoom", role: "group", "aria-label": "View of the timeline" },
        followButton,
        button(icon("minus"), "Show more time (−)", () => zoom(1.5)),
        button(icon("plus"), "Show less time (+)", () => zoom(1 / 1.5)),
        button("All", "Show everything (Home)", () => fit()),
        spectrumButton,
        helpButton,
      ),
    ),
    help,
    plot,
    overview.element,
    details.element,
    details.announcer,
  );

  /** @type {number | null} */
  let span_s = null;
  /** Right edge; null follows now. @type {number | null} */
  let end_s = null;
  /** Everything is shown, also what is still to come. */
  let all = false;
  let width = 0;
  let summarisedMs = -Infinity;
  let paintedMs = -Infinity;
  let layout = layoutOf(false);
  /** What was painted last, if all that has changed since is where one has scrolled to. @type {{from_s: number, span_s: number} | null} */
  let slides = null;
  /** What was painted last. @type {{from_s: number, span_s: number}} */
  let painted = { from_s: 0, span_s: 0 };
  let resting = 0;
  /** @type {import("./painting.js").Colours | null} */
  let colours = null;
  /** @type {Animation[]} */
  let moving = [];
  /** Where it is played, if it is: at page time `ms` at `t_s`, and on by `rate` seconds a second. */
  let head = { t_s: 0, rate: 0, ms: 0, shown: false };
  /** @type {Animation | null} */
  let headMoving = null;
  /** @type {SpectraView | null} */
  let spectra = null;
  /** Where the keyboard is. @type {import("../lib/items.js").Item | null} */
  let item = null;
  const still = matchMedia("(prefers-reduced-motion: reduce)");

  /** @param {number} ms page time */
  const now = (ms) => {
    const { story, live } = shown;
    if (!live) return story.end_s;
    return still.matches ? story.now_s : story.liveNow(ms / 1000);
  };
  const view = (ms = performance.now()) => ({ now_s: now(ms), span_s: span_s ?? defaultSpan(width), end_s, width });
  /** @param {ReturnType<typeof view>} seen */
  const windowIn = (seen) => windowOf({ ...seen, left: 0, right: width });

  const draw = () => {
    if (width <= 0) return;
    const ms = performance.now();
    paintedMs = ms;
    const { live, story } = shown;
    // In steps: with every moment another scale would make all of it swim.
    if (all && live && end_s === null && now(ms) > (span_s ?? 0)) span_s = clamp(1.1 * now(ms));
    const seen = view(ms);
    const visible = windowIn(seen);
    if (slides && slide(seen)) return;
    slides = null;
    const scrolls = live && end_s === null && seen.now_s >= seen.span_s;
    const ahead = end_s !== null ? SLIDE_PX : live ? (AHEAD_S * width) / seen.span_s : 0;
    const after = STEP_PX * Math.ceil((AFTER_PX + ahead) / STEP_PX);
    const window_ = widen(visible, BEFORE_PX, after);
    const ratio = window.devicePixelRatio || 1;
    if (layout.picture > 0 !== story.pictures.length > 0) layout = layoutOf(story.pictures.length > 0);
    const [w, hgt] = [Math.round((BEFORE_PX + width + after) * ratio), Math.round(layout.height * ratio)];
    if (picture.width !== w || picture.height !== hgt) {
      picture.width = w;
      picture.height = hgt;
      picture.style.width = `${w / ratio}px`;
      picture.style.height = `${layout.height}px`;
      plot.style.height = `${layout.height}px`;
    }
    const g = /** @type {CanvasRenderingContext2D} */ (picture.getContext("2d"));
    g.setTransform(ratio, 0, 0, ratio, BEFORE_PX * ratio, 0);
    if (!colours) {
      colours = readColours(root);
      spectra?.setColours(colours);
    }
    const drift = scrolls ? ((SILENT_MS + 100) / 1000) * (width / seen.span_s) : 0;
    const looks = { spectra, picture: small, item };
    paintTimeline(g, story, { window: window_, visible, now_s: seen.now_s, live, drift, layout }, colours, looks);
    overview.show(visible, colours);
    details.show(visible, seen.now_s, item, layout);
    move(seen, ms);
    painted = { from_s: visible.from_s, span_s: seen.span_s };
  };
  /** Where picture and line of now are, unless they are moving. @param {number} shift @param {number} x */
  const place = (shift, x) => {
    picture.style.transform = `translateX(${shift}px)`;
    nowLine.style.transform = `translateX(${x}px)`;
  };
  /** Move what is painted, as far as it reaches: no label needs to be placed anew for that. @param {ReturnType<typeof view>} seen */
  const slide = (seen) => {
    const visible = windowIn(seen);
    const shift = slides && slides.span_s === seen.span_s ? xOf(visible, slides.from_s) : Infinity;
    if (Math.abs(shift) > SLIDE_PX || end_s === null || !colours) return false;
    place(shift, xOf(visible, seen.now_s));
    for (const animation of moving.splice(0)) animation.cancel(); // they would go before
    if (head.shown) moveHead(seen, performance.now());
    overview.show(visible, colours);
    window.clearTimeout(resting);
    resting = window.setTimeout(repaint, REST_MS);
    return true;
  };
  const small = (/** @type {import("../lib/story.js").Picture} */ one) => shown.pictures.small(one);
  const drawing = drawWhenVisible(plot, signal, { draw, wanted: () => false });
  const repaint = () => {
    slides = null;
    drawing.request();
  };

  /** Let the picture and the line of now go on from where they are at page time `ms`. @param {ReturnType<typeof view>} seen @param {number} ms */
  const move = (seen, ms) => {
    const { live, story } = shown;
    nowLine.hidden = !live;
    const old = moving;
    if (!live || still.matches) {
      moving = [];
      place(0, xOf(windowIn(seen), seen.now_s));
    } else {
      const ahead_s = Math.max(0.001, story.now_s + AHEAD_S - seen.now_s);
      const points = glide({ ...seen, ahead_s });
      // "both": the animations' own clock may be a moment behind the page's, and then they have not begun.
      const timing = /** @type {KeyframeAnimationOptions} */ ({ duration: ahead_s * 1000, fill: "both" });
      moving = [nowLine.animate(points.map(({ at, x }) => ({ offset: at, transform: `translateX(${x}px)` })), timing)];
      if (end_s === null) moving.push(picture.animate(points.map(({ at, shift }) => ({ offset: at, transform: `translateX(${-shift}px)` })), timing));
      else place(0, 0);
      for (const animation of moving) animation.startTime = ms;
    }
    for (const animation of old) animation.cancel();
    moveHead(seen, ms);
  };

  /** Where the play head is at page time `ms`. @param {number} ms */
  const headAt = (ms) => Math.min(shown.story.now_s, head.t_s + ((ms - head.ms) / 1000) * head.rate);
  /** @param {ReturnType<typeof view>} seen @param {number} ms */
  const moveHead = (seen, ms) => {
    headLine.hidden = !head.shown;
    headMoving?.cancel();
    headMoving = null;
    if (!head.shown) return;
    const visible = windowIn(seen);
    const { now_s } = shown.story;
    const from_s = headAt(ms);
    const plays = head.rate > 0 && from_s < now_s;
    const duration = plays ? (1000 * (now_s - from_s)) / head.rate : 1;
    const frames = [from_s, plays ? now_s : from_s].map((t_s) => ({ transform: `translateX(${xOf(visible, t_s)}px)` }));
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
    const last = shown.story.lastAnswered();
    setText(answer, last ? `Last answer after ${seconds(last.voice_to_voice)}` : "");
    const ms = performance.now();
    if (shown.live && ms - summarisedMs < SUMMARY_MS) return;
    summarisedMs = ms;
    plot.setAttribute("aria-label", shown.story.summary());
  };

  /** @param {number} span */
  const clamp = (span) => Math.max(MIN_SPAN_S, Math.min(Math.max(MAX_SPAN_S, shown.story.now_s + 1), span));
  const follow = () => {
    end_s = null;
    moved();
  };
  /** The picture stands still while the recording goes on; again, and it is at now. */
  const pause = () => {
    if (end_s !== null) return follow();
    const { now_s, span_s: span } = view();
    end_s = Math.max(span, now_s);
    moved();
  };
  const fit = () => {
    all = true;
    span_s = clamp(shown.story.now_s + 1);
    end_s = null;
    moved();
  };
  /** @param {number} factor @param {number} [x] pixel that stays where it is; without, it is what the keyboard is at, the middle, or now */
  const zoom = (factor, x) => {
    const seen = view();
    const { from_s, to_s } = windowIn(seen);
    all = false;
    span_s = clamp(seen.span_s * factor);
    const looked = x === undefined && item && item.t >= from_s && item.t <= to_s ? xOf(windowIn(seen), item.t) : null;
    const follows = end_s === null && looked === null && (shown.live || x === undefined);
    const stays = follows ? 1 : (x ?? looked ?? width / 2) / width;
    if (stays < 1) stand(from_s + stays * seen.span_s + (1 - stays) * span_s);
    else if (end_s !== null) stand(to_s);
    moved();
  };
  /** Let the right edge be at a time; at now it goes on with it. @param {number} at_s */
  const stand = (at_s) => {
    const { now_s, span_s: span } = view();
    if (shown.live && at_s >= now_s) end_s = null;
    else end_s = Math.max(span, shown.live ? at_s : Math.min(at_s, shown.story.now_s));
  };
  /** @param {number} by_s */
  const scroll = (by_s) => {
    const stood = end_s !== null;
    stand((end_s ?? now(performance.now())) + by_s);
    moved();
    if (stood && end_s !== null) slides = painted;
  };
  /** @param {number} t */
  const centre = (t) => {
    stand(t + view().span_s / 2);
    moved();
  };
  const moved = () => {
    const state = end_s !== null ? (shown.live ? "Now" : "End") : "Pause";
    followButton.hidden = state === "Pause" && !shown.live;
    if (followButton.dataset.state !== state) {
      followButton.dataset.state = state;
      setText(followButton, state);
      const title = TITLES[state];
      followButton.title = title;
      followButton.setAttribute("aria-label", title);
      element.classList.toggle("lk-stands", state === "Now");
    }
    repaint();
  };
  const spectrum = () => {
    spectra = spectra ? null : new SpectraView(() => shown.story, (question) => shown.asks.ask(question), repaint);
    if (colours) spectra?.setColours(colours);
    spectrumButton.setAttribute("aria-pressed", String(spectra !== null));
    repaint();
  };
  const explain = () => {
    help.hidden = !help.hidden;
    helpButton.setAttribute("aria-expanded", String(!help.hidden));
  };
  /** Go to the item before or after: its details are shown, and said. @param {number} step @param {boolean} [turns] from turn to turn */
  const step = (step, turns = false) => {
    const { from_s, to_s } = windowIn(view());
    const items = itemsOf(shown.story, view().now_s);
    const index = item && "index" in item.of ? item.of.index : null;
    const next = nextItem(items, item, step > 0 ? from_s : to_s, step, (one) => !turns || ("index" in one.of && one.of.index !== index));
    if (!next) return;
    item = next;
    if (next.t < from_s || next.t > to_s - 0.1 * (to_s - from_s)) centre(next.t);
    details.announce(next);
    repaint();
  };
  const leave = () => {
    item = null;
    details.hide();
    repaint();
  };

  steer(plot, clip, signal, {
    window: () => windowIn(view()),
    scroll,
    zoom,
    fit,
    follow,
    pause,
    spectrum,
    explain,
    step,
    leave,
    point: (x, y) => {
      details.point(x, y);
      const seen = view();
      details.show(windowIn(seen), seen.now_s, item, layout);
    },
    click: (t) => seek?.(Math.max(0, Math.min(shown.story.now_s, t))),
  });

  const resize = new ResizeObserver(([{ contentRect }]) => {
    width = contentRect.width;
    repaint();
  });
  resize.observe(clip);
  signal.addEventListener("abort", () => {
    resize.disconnect();
    window.clearTimeout(resting);
  });
  still.addEventListener("change", repaint, { signal });
  shown.pictures.listen(repaint, signal);
  moved();
  describe();

  return {
    element,
    /** Something was told, or the status changed. */
    update() {
      const { story } = shown;
      if (story.empty) {
        span_s = null;
        end_s = null;
        all = false;
        item = null;
      }
      shown.pictures.follow(story.pictures);
      describe();
      moved();
    },
    /**
     * The play head is at `t_s` now, and goes on by `rate` seconds a second (0: it stands still).
     * Told when either changes, and now and then while it moves; null takes it away.
     * @param {number | null} t_s @param {number} [rate]
     */
    head(t_s, rate = 0) {
      head = { t_s: t_s ?? 0, rate, ms: performance.now(), shown: t_s !== null };
      if (width <= 0) return;
      if (head.shown) showHead();
      moveHead(view(), performance.now());
    },
    /** Time has passed in silence: the picture moves by itself, and is seldom painted. */
    passed() {
      // An outage that lasts grows with the line of now.
      const pause_ms = shown.story.outages.at(-1)?.to === null ? 0 : SILENT_MS;
      if (performance.now() - paintedMs > pause_ms) repaint();
    },
    themeChanged() {
      colours = null;
      repaint();
    },
  };
}

/** @param {string | Node} face @param {string} label @param {() => void} onclick */
function button(face, label, onclick) {
  return h("button", { type: "button", class: "lk-mini", "aria-label": label, title: label, onclick }, face);
}
