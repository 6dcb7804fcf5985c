import { MAX_TYPED } from "../lib/controller.js";
import { h, icon, setText } from "./dom.js";

/** Where letters and the space bar are typed, or press what has the focus. */
const TAKES_KEYS = "input, textarea, select, button, a, [contenteditable]";

/**
 * Push-to-talk: hold the button, or the space bar anywhere in the Studio where it has no other use.
 * A click without a finger or a mouse (a screen reader's, a switch's, Enter) talks until the next.
 * @param {import("../lib/controller.js").Controller} controller
 * @param {AbortSignal} signal
 */
export function talkView(controller, signal) {
  const label = h("span");
  const button = h("button", { type: "button", class: "lk-button lk-talk", "data-testid": "studio-talk", "aria-pressed": "false", "aria-keyshortcuts": "Space", title: "Hold to talk, or hold the space bar", hidden: true }, icon("talk"), label);
  const { talkKey } = controller;
  const finger = (/** @type {PointerEvent} */ { pointerId }) => `pointer ${pointerId}`;
  button.addEventListener(
    "pointerdown",
    (down) => {
      if (down.button !== 0) return;
      button.setPointerCapture(down.pointerId); // a finger that slides off still holds
      controller.hold(finger(down));
    },
    { signal },
  );
  for (const end of /** @type {const} */ (["pointerup", "pointercancel", "lostpointercapture"])) {
    button.addEventListener(end, (up) => talkKey.letGo(finger(up)), { signal });
  }
  button.addEventListener("contextmenu", (menu) => menu.preventDefault(), { signal }); // of a long touch
  button.addEventListener(
    "click",
    (/** @type {MouseEvent} */ click) => {
      if (click.detail !== 0) return; // a pointer, which has held and let go already
      if (talkKey.holders.has("click")) talkKey.letGo("click");
      else controller.hold("click");
    },
    { signal },
  );
  window.addEventListener("blur", () => talkKey.letGoOfAll(), { signal });
  document.addEventListener("visibilitychange", () => document.hidden && talkKey.letGoOfAll(), { signal });
  return {
    element: button,
    update() {
      button.hidden = !controller.manual;
      button.disabled = !controller.conversing;
      button.setAttribute("aria-pressed", String(controller.talking));
      setText(label, controller.talking ? "Talking …" : "Hold to talk");
    },
  };
}

/**
 * Keys that work anywhere in the Studio: M mutes, the space bar talks while it is held.
 * @param {import("../lib/controller.js").Controller} controller
 * @param {HTMLElement} root @param {HTMLElement} talkButton @param {AbortSignal} signal
 */
export function listenToKeys(controller, root, talkButton, signal) {
  const { talkKey } = controller;
  const free = (/** @type {KeyboardEvent} */ { target }) => target === talkButton || !(/** @type {Element} */ (target).closest(TAKES_KEYS));
  root.addEventListener(
    "keydown",
    (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const typing = /** @type {Element} */ (event.target).closest("input, textarea, select, [contenteditable]");
      if (event.key.toLowerCase() === "m" && !typing) {
        if (!event.repeat) controller.toggleMute();
        event.preventDefault();
      } else if (event.key === " " && controller.manual && free(event)) {
        controller.hold("space"); // a key that repeats holds no more than it did
        event.preventDefault(); // no scrolling, and no click of the button
      }
    },
    { signal },
  );
  root.addEventListener(
    "keyup",
    (event) => {
      if (event.key !== " ") return;
      if (event.target === talkButton) event.preventDefault();
      talkKey.letGo("space");
    },
    { signal },
  );
  root.addEventListener(
    "focusout",
    ({ relatedTarget }) => {
      if (!root.contains(/** @type {Node | null} */ (relatedTarget))) talkKey.letGo("space"); // its end would not be seen
    },
    { signal },
  );
}

/** @param {import("../lib/controller.js").Controller} controller */
export function muteView(controller) {
  const label = h("span", { class: "lk-word" });
  const button = h("button", { type: "button", class: "lk-button lk-toggle lk-mute", "data-testid": "studio-mute", "aria-pressed": "false", "aria-keyshortcuts": "M", "aria-label": "Mute the microphone", onclick: () => controller.toggleMute() }, icon("mic"), icon("mute"), label);
  return {
    element: button,
    update() {
      button.disabled = !controller.conversing;
      button.setAttribute("aria-pressed", String(controller.muted));
      button.title = controller.muted ? "The microphone is muted (M)" : "Mute the microphone (M)";
      setText(label, controller.muted ? "Muted" : "Mute");
    },
  };
}

/** Type to the agent, also while one talks. @param {import("../lib/controller.js").Controller} controller */
export function typingView(controller) {
  const input = h("input", { type: "text", class: "lk-type", "data-testid": "studio-type", "aria-label": "Message to the agent", placeholder: "Or type a message, and press Enter", maxlength: MAX_TYPED, autocomplete: "off", enterkeyhint: "send" });
  const send = (/** @type {Event} */ event) => {
    event.preventDefault();
    if (controller.say(input.value)) input.value = "";
  };
  const element = h("form", { onsubmit: send }, input);
  return {
    element,
    update() {
      input.disabled = !controller.conversing;
    },
  };
}

/** What can be made to go wrong; the kernel knows what the names mean. */
const FAULTS = Object.freeze([
  ["drop", "Drop the connection now"],
  ["go_away", "goAway in 10 s"],
  ["stall", "Stall"],
  ["bad_network", "Bad network (delay, jitter, loss bursts)"],
  ["phantom", "Phantom interruption"],
  ["off", "Off"],
]);

/** Faults for teaching. @param {import("../lib/controller.js").Controller} controller */
export function faultsView(controller) {
  const title = h("option", { value: "", text: "Faults" });
  const element = h(
    "select",
    { class: "lk-faults", "data-testid": "studio-faults", "aria-label": "Make something go wrong", title: "Make something go wrong, to see what becomes of the conversation", hidden: true },
    title,
    ...FAULTS.map(([value, text]) => h("option", { value, text })),
  );
  element.addEventListener("change", () => {
    if (element.value) controller.fault(element.value);
    element.value = ""; // so that the same can be chosen again
  });
  return {
    element,
    update() {
      element.hidden = !controller.faults;
      element.disabled = !controller.conversing;
      const on = controller.live && FAULTS.find(([value]) => value === controller.lastingFault);
      setText(title, on ? `Fault: ${on[1].replace(/ \(.*/, "")}` : "Faults");
    },
  };
}
