import { h, setText } from "./dom.js";

/**
 * What becomes of sound, pictures and words, in the header, always in sight. In mid-conversation a
 * click switches recording off, and on again.
 * @param {import("../lib/controller.js").Controller} controller
 */
export function recordingView(controller) {
  const label = h("span", { role: "status", "data-testid": "studio-recording" });
  const button = h(
    "button",
    { type: "button", class: "lk-button lk-record", "data-testid": "studio-record", onclick: () => controller.toggleRecording() },
    h("i", { class: "lk-record-dot", "aria-hidden": "true" }),
    label,
  );
  return {
    element: button,
    update() {
      const { on, text } = controller.recording;
      button.hidden = !text;
      button.disabled = !controller.conversing;
      button.setAttribute("aria-pressed", String(on));
      button.title = on
        ? "Sound, pictures and words are recorded; click to switch that off"
        : "Sound, pictures and words are not kept, only when who spoke; click to record from now on";
      setText(label, text);
    },
  };
}
