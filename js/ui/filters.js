import { h, setText } from "./dom.js";

/** While one types, the kernel is not asked for every letter. */
const TYPING_MS = 200;

/** What messages are about, in the kernel's words. Sound has a switch of its own. */
const GROUPS = ["content", "tools", "session", "usage"];

/**
 * What is shown of all there is. One begins without sound: it is most of it, and all alike.
 * @param {import("../lib/rows.js").Rows} rows @param {AbortSignal} signal @param {() => void} changed
 */
export function filtersView(rows, signal, changed) {
  let timer = 0;
  /** What is being typed counts at once when something else is chosen. */
  const sift = (/** @type {Partial<import("../lib/rows.js").Filter>} */ change) => {
    window.clearTimeout(timer);
    changed();
    rows.sift({ text: text.value, ...change });
  };
  const way = h("select", { class: "lk-select", "aria-label": "Direction", "data-testid": "messages-way" }, h("option", { value: "", text: "both ways" }), h("option", { value: "sent", text: "↑ sent" }), h("option", { value: "received", text: "↓ received" }));
  way.addEventListener("change", () => sift({ way: /** @type {"" | "sent" | "received"} */ (way.value) }));
  const chips = GROUPS.map((group) => {
    const number = h("b");
    const chip = h("button", { type: "button", class: "lk-chip", "aria-pressed": "false", "data-testid": `messages-${group}` }, group, number);
    chip.addEventListener("click", () => {
      const { groups } = rows.filter;
      const on = !groups.includes(group);
      chip.setAttribute("aria-pressed", String(on));
      sift({ groups: on ? [...groups, group] : groups.filter((one) => one !== group) });
    });
    return { group, chip, number };
  });
  const hidden = h("b");
  const box = h("input", { type: "checkbox", checked: true, "data-testid": "messages-hide-audio" });
  box.addEventListener("change", () => sift({ audio: !box.checked }));
  const hide = h("label", { class: "lk-check" }, box, "hide audio", hidden);
  const text = h("input", { type: "search", class: "lk-find", placeholder: "find a kind", "aria-label": "Part of a message’s kind", maxlength: "100", autocomplete: "off", spellcheck: "false", "data-testid": "messages-find" });
  text.addEventListener("input", () => {
    window.clearTimeout(timer);
    timer = window.setTimeout(() => sift({}), TYPING_MS);
  });
  signal.addEventListener("abort", () => window.clearTimeout(timer));
  return {
    elements: [way, ...chips.map(({ chip }) => chip), hide, text],
    update() {
      for (const { group, number } of chips) setText(number, (rows.groups[group] ?? 0).toLocaleString("en"));
      setText(hidden, (rows.groups.audio ?? 0).toLocaleString("en"));
    },
  };
}
