import { callText, seconds, shortJson } from "../lib/story.js";
import { h, setText } from "./dom.js";

/** Keeps a scrolling list at its end, unless one has scrolled up to read. @param {HTMLElement} list */
function keepAtEnd(list) {
  const atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 40;
  return () => {
    if (atEnd) list.scrollTop = list.scrollHeight;
  };
}

/** Rows that are there at least; and at most, unless one has asked for earlier ones. */
const LEAST_ROWS = 60;
const MOST_ROWS = 120;

/**
 * The last rows of a list that may be long; a button gets earlier ones.
 * @param {HTMLElement} list @param {() => HTMLElement} makeRow @param {() => void} update
 */
function tailOf(list, makeRow, update) {
  let first = 0;
  let wanted = MOST_ROWS;
  const earlier = h("button", {
    type: "button",
    class: "lk-mini lk-earlier",
    text: "earlier …",
    hidden: true,
    onclick: () => {
      const { scrollHeight, scrollTop } = list;
      for (let n = Math.min(LEAST_ROWS, first); n > 0; n--) {
        first -= 1;
        wanted += 1;
        list.prepend(makeRow());
      }
      update();
      list.scrollTop = scrollTop + list.scrollHeight - scrollHeight; // what one reads stays in its place
    },
  });
  return {
    earlier,
    /**
     * The rows there are, each with what it is for.
     * @template T
     * @param {T[]} items @returns {[T, HTMLElement][]}
     */
    rows(items) {
      if (items.length < first) [first, wanted] = [0, MOST_ROWS];
      if (items.length - first > wanted) {
        const stop = items.length - wanted + MOST_ROWS - LEAST_ROWS;
        for (; first < stop; first++) list.firstElementChild?.remove();
      }
      earlier.hidden = first === 0;
      const shown = items.slice(first);
      while (list.childElementCount > shown.length) list.lastElementChild?.remove();
      return shown.map((item, n) => [item, /** @type {HTMLElement | undefined} */ (list.children[n]) ?? list.appendChild(makeRow())]);
    },
  };
}

/**
 * The conversation in words.
 * @param {import("../lib/controller.js").Controller} controller @param {HTMLElement} typing where one types
 */
export function captionsView(controller, typing) {
  const list = h("ol", { class: "lk-list lk-captions", role: "log", "aria-live": "polite", "aria-label": "Captions", tabindex: "0", "data-testid": "studio-captions" });
  const hint = h("span");
  const empty = h("p", { class: "lk-empty" }, hint, h("br"), "What you say and what the agent answers will be written here.");
  const tail = tailOf(list, captionRow, () => update());
  const element = h("section", { class: "lk-pane" }, h("h3", { text: "Conversation" }), empty, tail.earlier, list, typing);
  const update = () => {
    const { utterances } = controller.story.captions;
    empty.hidden = utterances.length > 0;
    setText(hint, hintOf(controller));
    list.hidden = utterances.length === 0;
    const settle = keepAtEnd(list);
    for (const [utterance, row] of tail.rows(utterances)) {
      const state = `${utterance.who}${utterance.text}\u0000${utterance.interim}${utterance.interrupted}${utterance.unheard.length}${utterance.silence}`;
      if (row.dataset.state === state) continue;
      row.dataset.state = state;
      row.dataset.who = utterance.who;
      row.dataset.interrupted = String(utterance.interrupted);
      const heard = utterance.text.slice(0, utterance.text.length - utterance.unheard.length).trim();
      const [who, text, unheard, interim, note] = row.querySelectorAll("span");
      setText(who, utterance.who === "agent" ? "Agent" : utterance.typed ? "You, typed" : "You");
      setText(text, heard);
      setText(unheard, utterance.unheard.trim() ? ` ${utterance.unheard.trim()}` : "");
      setText(interim, utterance.interim.trim() ? ` ${utterance.interim.trim()}` : "");
      const wordless = !utterance.text.trim() && !utterance.interim.trim();
      /** @type {HTMLElement} */ (text.parentElement).hidden = wordless;
      setText(note, utterance.silence ? utterance.silence : !utterance.interrupted ? "" : !utterance.unheard.trim() ? "interrupted" : heard ? "interrupted; the rest was not heard" : "interrupted before it was heard");
    }
    settle();
  };
  return { element, update };
}

/** What to do for there to be captions. @param {import("../lib/controller.js").Controller} controller */
function hintOf({ conversing, live, manual }) {
  if (!live) return "Press Start and say something.";
  if (!conversing) return "In a moment you can speak.";
  return manual ? "Hold the talk button and say something." : "Say something.";
}

function captionRow() {
  return h(
    "li",
    { class: "lk-utterance" },
    h("span", { class: "lk-who" }),
    h("p", {}, h("span", { class: "lk-said" }), h("span", { class: "lk-unheard", "aria-hidden": "true" }), h("span", { class: "lk-interim", "aria-hidden": "true" })),
    h("span", { class: "lk-note" }),
  );
}

/** What was called, with what, and what came back. @param {import("../lib/controller.js").Controller} controller */
export function toolsView(controller) {
  const list = h("ol", { class: "lk-list lk-tools", "aria-label": "Tool calls", tabindex: "0", "data-testid": "studio-tools" });
  const empty = h("p", { class: "lk-empty" }, "When the agent calls one of your functions, the call, its result and its duration are listed here.");
  const tail = tailOf(list, toolRow, () => update());
  const element = h("section", { class: "lk-pane" }, h("h3", { text: "Tools" }), empty, tail.earlier, list);
  const update = () => {
    const calls = [...controller.story.tools.values()];
    empty.hidden = calls.length > 0;
    list.hidden = calls.length === 0;
    const settle = keepAtEnd(list);
    for (const [call, row] of tail.rows(calls)) {
      const state = call.error ? "error" : call.cancelled ? "cancelled" : call.end === null ? "running" : "done";
      // A result that nobody waited for may yet be asked for, so that one end follows another.
      const shown = `${call.id} ${call.end}`;
      if (row.dataset.shown === shown && row.dataset.state === state) continue;
      row.dataset.shown = shown;
      row.dataset.state = state;
      const [call_, result] = row.querySelectorAll("code");
      setText(call_, callText(call.name, call.args));
      setText(result, call.error ?? (call.response === undefined ? "" : shortJson(call.response)));
      const duration = seconds(call.duration_s ?? (call.end === null ? null : call.end - call.t));
      const words = { running: "running …", cancelled: "cancelled", error: `failed · ${duration}`, done: call.again ? "sent again" : duration };
      setText(/** @type {Element} */ (row.querySelector(".lk-note")), words[state]);
    }
    settle();
  };
  return { element, update };
}

function toolRow() {
  return h("li", { class: "lk-call" }, h("code", { class: "lk-called" }), h("code", { class: "lk-result" }), h("span", { class: "lk-note" }));
}
