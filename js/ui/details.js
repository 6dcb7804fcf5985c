/** What there is at the pointer, or where the keyboard is: a small panel. */
import { HUSH, xOf } from "../lib/geometry.js";
import { clock, describe, level, pictureNear, pointedAt, spoken, waited } from "../lib/items.js";
import { pictureAt } from "./between.js";
import { h, setText } from "./dom.js";

const AWAY = 14;
/** Further down the panel is above the pointer. */
const PLACE_ABOVE = 210;
/** A picture this near is one of the moment. */
const PICTURE_S = 1;

/**
 * @param {import("./timeline.js").Shown} shown @param {AbortSignal} signal
 */
export function detailsView(shown, signal) {
  const time = h("strong");
  const levels = h("span", { class: "lk-levels" });
  const list = h("div", { class: "lk-things" });
  const image = h("img", { alt: "", hidden: true });
  const element = h("div", { class: "lk-details", hidden: true, "aria-hidden": "true", "data-testid": "studio-details" }, h("div", { class: "lk-when" }, time, levels), list, image);
  const announcer = h("span", { class: "lk-unseen lk-announcer", role: "status", "aria-live": "polite", "data-testid": "studio-announcer" });
  /** @type {{x: number, y: number} | null} */
  let pointer = null;
  /** What the panel says, so that it is made anew only when that changes. */
  let told = "";
  let url = "";
  let pictured = -1;
  signal.addEventListener("abort", () => URL.revokeObjectURL(url));

  /** @param {import("../lib/story.js").Picture | null} picture */
  const showPicture = (picture) => {
    const blob = picture ? shown.pictures.whole(picture) : null;
    const number = blob && picture ? picture.number : -1;
    if (number === pictured) return;
    pictured = number;
    URL.revokeObjectURL(url);
    url = blob ? URL.createObjectURL(blob) : "";
    image.hidden = !blob;
    if (blob) image.src = url;
    else image.removeAttribute("src");
  };

  /** Beside what is told of, inside of the timeline. @param {number} x @param {number} y from the window's edges @param {number} to its right end */
  const place = (x, y, to) => {
    const { offsetLeft, offsetTop } = windowPlace(element);
    const parent = /** @type {HTMLElement} */ (element.parentElement);
    const [width, height] = [element.offsetWidth, element.offsetHeight];
    const right = offsetLeft + to + AWAY;
    const left = right + width <= parent.clientWidth - 4 ? right : Math.max(4, offsetLeft + x - AWAY - width);
    const above = y > PLACE_ABOVE ? -height - AWAY : AWAY;
    const top = Math.max(4, Math.min(offsetTop + y + above, parent.clientHeight - height - 4));
    element.style.transform = `translate(${Math.round(left)}px, ${Math.round(top)}px)`;
  };

  return {
    element,
    announcer,
    /** @param {number | null} x @param {number} y */
    point(x, y) {
      pointer = x === null ? null : { x, y };
    },
    /** Say where the keyboard is. @param {import("../lib/items.js").Item} item */
    announce(item) {
      announcer.textContent = spoken(describe(shown.story, item), item.t);
    },
    hide() {
      pointer = null;
      announcer.textContent = "";
    },
    /**
     * @param {import("../lib/geometry.js").Window} visible @param {number} now_s
     * @param {import("../lib/items.js").Item | null} item where the keyboard is
     * @param {import("./layout.js").Layout} layout
     */
    show(visible, now_s, item, layout) {
      const { story } = shown;
      if (story.empty || (!pointer && !item)) {
        element.hidden = true;
        return;
      }
      const at = pointer ? pointedAt(story, visible, pointer.x, now_s) : null;
      const items = at?.items ?? (item ? [item] : []);
      const t = at?.t ?? item?.t ?? 0;
      if (at && (at.t < 0 || at.t > Math.max(now_s, story.now_s)) && items.length === 0) {
        element.hidden = true;
        return;
      }
      const things = items.map((one) => describe(story, one));
      const wait = at?.wait && !items.some(({ kind, of }) => (kind === "agent" || kind === "user") && of === at.wait) ? waited(at.wait) : [];
      const picture = pointer ? pictureAt(story, visible, layout, pointer.x, pointer.y) : pictureNear(story, t - PICTURE_S, item?.to ?? t, t);
      if (pointer && picture) things.push(describe(story, { kind: "picture", t: picture.t, to: picture.t, of: picture }));
      setText(time, clock(t));
      const [mine, theirs] = [peakAt(story.peaks.user, t), peakAt(story.peaks.agent, t)];
      const heard = [mine > HUSH ? `you ${level(mine)}` : "", theirs > HUSH ? `agent ${level(theirs)}` : ""].filter(Boolean);
      setText(levels, !pointer ? "" : heard.join(" · ") || "silence");
      const now = JSON.stringify([things, wait]);
      if (now !== told) {
        told = now;
        list.replaceChildren(...things.map(thing), ...wait.map((text) => h("p", { class: "lk-fact", text })));
      }
      showPicture(picture);
      element.hidden = false;
      element.classList.toggle("lk-brief", !pointer);
      const [x, to] = [t, item?.to ?? t].map((at_s) => Math.max(0, Math.min(visible.right, xOf(visible, at_s))));
      if (pointer) place(pointer.x, pointer.y, pointer.x);
      else place(x, 40, to);
    },
  };
}

/** Where the timeline's window is in its section. @param {HTMLElement} element */
function windowPlace(element) {
  const clip = /** @type {HTMLElement} */ (element.parentElement?.querySelector(".lk-window"));
  const plot = /** @type {HTMLElement} */ (clip.offsetParent);
  return { offsetLeft: plot.offsetLeft + clip.offsetLeft, offsetTop: plot.offsetTop };
}

/** @param {import("../lib/peaks.js").Peaks} peaks @param {number} t */
function peakAt(peaks, t) {
  return t < 0 || t > peaks.end_s ? 0 : peaks.max(t - 0.03, t + 0.03);
}

/** @param {import("../lib/items.js").Description} described */
function thing({ kind, title, text, unheard, facts }) {
  const said = text || unheard ? h("p", { class: "lk-said" }, text, unheard ? h("s", { text: ` ${unheard}` }) : null) : null;
  return h("div", { class: "lk-thing", "data-kind": kind }, h("p", { class: "lk-title", text: title }), said, ...facts.map((text) => h("p", { class: "lk-fact", text })));
}
