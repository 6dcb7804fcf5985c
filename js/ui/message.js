import { pretty, timeText } from "../lib/rows.js";
import { h, setText } from "./dom.js";

/** What one message says. @param {() => void} close */
export function messageView(close) {
  const title = h("h4", { "aria-live": "polite", "data-testid": "message-title" });
  const text = h("pre", { tabindex: "0", "data-testid": "message-body" });
  const copied = h("span", { role: "status", class: "lk-note" });
  const copy = h("button", { type: "button", class: "lk-mini", "data-testid": "message-copy", text: "Copy" });
  const shut = h("button", { type: "button", class: "lk-mini", "aria-label": "Close the message", title: "Close (Esc)", text: "Close", onclick: close });
  const element = h("div", { class: "lk-message", role: "region", "aria-label": "One message", hidden: true }, h("div", { class: "lk-message-bar" }, title, copied, copy, shut), text);
  let wanted = -1;
  copy.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(text.textContent ?? "");
      setText(copied, "copied");
    } catch {
      // Where the page may not write to the clipboard, the keyboard may.
      getSelection()?.selectAllChildren(text);
      setText(copied, "press Ctrl+C");
    }
  });
  return {
    element,
    get open() {
      return !element.hidden;
    },
    close() {
      wanted = -1;
      element.hidden = true;
    },
    /** @param {number} number @param {(question: {what: string} & Record<string, any>) => Promise<any>} ask */
    async show(number, ask) {
      wanted = number;
      setText(copied, "");
      try {
        const told = await ask({ what: "body", number });
        if (wanted !== number) return;
        const [, t, way, kind, size, connection] = told.row;
        setText(title, `${number} · ${timeText(t)} · ${way} · ${kind} · ${size.toLocaleString("en")} bytes · connection ${connection}`);
        setText(text, told.body === null ? whyNot(told, kind) : pretty(told.body));
        copy.hidden = told.body === null;
      } catch (error) {
        if (wanted !== number) return;
        setText(title, `${number}`);
        setText(text, /** @type {Error} */ (error).message);
        copy.hidden = true;
      }
      element.hidden = false;
      text.scrollTop = 0;
    },
  };
}

/** @param {{samples: [number, number] | null, kept: boolean}} told @param {string} kind */
function whyNot({ samples, kept }, kind) {
  if (samples) return `Sound, ${(samples[1] / 24_000).toFixed(3)} s of it; in Python: recording.received_audio(${samples.join(", ")})`;
  if (kind === "realtimeInput.audio") return "Sound of the microphone; in Python: recording.user_audio()";
  if (kind === "realtimeInput.video") return "A picture of the camera; in Python: recording.frames";
  if (kind === "serverContent.audio") return "Sound that came too late to be heard.";
  return kept ? "Its text is no longer kept: the oldest are dropped when there are many." : "Texts are not kept in this recording.";
}
