/** How one moves about in the timeline: wheel, fingers, keys. */
import { tOf } from "../lib/geometry.js";

/** A pointer that moves less between down and up has clicked. */
const CLICK_PX = 4;
/** Wheels and pads tell of a pinch in small steps. */
const PINCH = 0.01;

/** What the keys do, for people. @type {[string, string][]} */
export const KEYS = [
  ["← →", "to the thing before or after"],
  ["[ ]", "turn by turn"],
  ["Shift ← →", "scroll"],
  ["+ −", "zoom (also Ctrl or ⌘ and the wheel)"],
  ["Home", "everything"],
  ["End", "now"],
  ["P", "pause, go on"],
  ["S", "spectrogram"],
  ["Esc", "back"],
];

/**
 * @typedef {object} Moves
 * @property {() => import("../lib/geometry.js").Window} window what is seen
 * @property {(by_s: number) => void} scroll
 * @property {(factor: number, x?: number) => void} zoom
 * @property {() => void} fit
 * @property {() => void} follow
 * @property {() => void} pause
 * @property {() => void} spectrum
 * @property {() => void} explain
 * @property {(step: number, turns?: boolean) => void} step
 * @property {() => void} leave
 * @property {(x: number | null, y: number) => void} point a pointer is there; null: nowhere
 * @property {(t: number) => void} click
 */

/** @param {HTMLElement} plot @param {HTMLElement} clip @param {AbortSignal} signal @param {Moves} moves */
export function steer(plot, clip, signal, moves) {
  const placeOf = (/** @type {{clientX: number, clientY: number}} */ { clientX, clientY }) => {
    const { left, top } = clip.getBoundingClientRect();
    return { x: clientX - left, y: clientY - top };
  };

  plot.addEventListener(
    "keydown",
    (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const { from_s, to_s } = moves.window();
      const part = (to_s - from_s) / 8;
      /** @type {Record<string, () => void>} */
      const keys = {
        ArrowLeft: () => (event.shiftKey ? moves.scroll(-part) : moves.step(-1)),
        ArrowRight: () => (event.shiftKey ? moves.scroll(part) : moves.step(1)),
        "[": () => moves.step(-1, true),
        "]": () => moves.step(1, true),
        "+": () => moves.zoom(1 / 1.5),
        "-": () => moves.zoom(1.5),
        Home: moves.fit,
        End: moves.follow,
        p: moves.pause,
        s: moves.spectrum,
        "?": moves.explain,
        Escape: moves.leave,
      };
      const act = keys[event.key.length === 1 ? event.key.toLowerCase() : event.key];
      if (!act || (event.repeat && /^[ps?]$/i.test(event.key))) return;
      act();
      event.preventDefault();
      event.stopPropagation();
    },
    { signal },
  );
  plot.addEventListener(
    "wheel",
    (event) => {
      // A pad's pinch comes as a wheel with Ctrl.
      if (event.ctrlKey || event.metaKey) moves.zoom(Math.exp(PINCH * Math.max(-60, Math.min(60, event.deltaY))), placeOf(event).x);
      else {
        // Only sideways: the notebook itself scrolls up and down.
        const delta = event.deltaX || (event.shiftKey ? event.deltaY : 0);
        if (!delta) return;
        const window = moves.window();
        moves.scroll(tOf(window, delta) - tOf(window, 0));
      }
      event.preventDefault();
    },
    { signal, passive: false },
  );

  /** Fingers and buttons that are down, by id: where they are. @type {Map<number, number>} */
  const down = new Map();
  let dragged = false;
  plot.addEventListener(
    "pointerdown",
    (event) => {
      if (event.button !== 0) return;
      plot.setPointerCapture(event.pointerId);
      if (down.size === 0) dragged = false;
      down.set(event.pointerId, event.clientX);
    },
    { signal },
  );
  plot.addEventListener(
    "pointermove",
    (event) => {
      const { x, y } = placeOf(event);
      const before = down.get(event.pointerId);
      if (before === undefined) {
        moves.point(x < 0 ? null : x, y);
        return;
      }
      if (!dragged && Math.abs(event.clientX - before) <= CLICK_PX) return;
      dragged = true;
      moves.point(null, 0);
      const window = moves.window();
      const other = [...down].find(([id]) => id !== event.pointerId);
      if (other) {
        const [apart, now] = [Math.abs(before - other[1]), Math.abs(event.clientX - other[1])];
        const middle = placeOf({ clientX: (event.clientX + other[1]) / 2, clientY: 0 }).x;
        if (apart > 10 && now > 10) moves.zoom(apart / now, middle);
      } else moves.scroll(tOf(window, before) - tOf(window, event.clientX));
      down.set(event.pointerId, event.clientX);
    },
    { signal },
  );
  plot.addEventListener(
    "pointerup",
    (event) => {
      if (!down.delete(event.pointerId) || dragged) return;
      const { x, y } = placeOf(event);
      if (x < 0) return;
      // A finger has no other way to point.
      if (event.pointerType === "touch") moves.point(x, y);
      moves.click(tOf(moves.window(), x));
    },
    { signal },
  );
  plot.addEventListener("pointercancel", ({ pointerId }) => down.delete(pointerId), { signal });
  plot.addEventListener("pointerleave", ({ pointerType }) => pointerType !== "touch" && moves.point(null, 0), { signal });
  plot.addEventListener("blur", () => moves.leave(), { signal });
}
