import { h, setText } from "./dom.js";

/** What is said a moment after it is shown counts as being said. */
const SOON_S = 0.05;

/**
 * All that was said in a recording; what is being played is marked, and a click goes there.
 * @param {import("../lib/player.js").PlayerController} player
 */
export function wordsView(player) {
  const list = h("ol", { class: "lk-list lk-captions", "aria-label": "What was said", tabindex: "0", "data-testid": "player-words" });
  const empty = h("p", { class: "lk-empty", text: "Nothing was said, or no words were kept." });
  const element = h("section", { class: "lk-pane" }, h("h3", { text: "Conversation" }), empty, list);
  let before = -1;
  list.addEventListener("click", ({ target }) => {
    const row = /** @type {HTMLElement} */ (target).closest("li");
    const at = row ? [...list.children].indexOf(row) : -1;
    if (at >= 0 && !getSelection()?.toString()) player.seek(player.story.captions.utterances[at].t);
  });
  return {
    element,
    update() {
      const { utterances } = player.story.captions;
      empty.hidden = utterances.length > 0 || !player.ready;
      list.hidden = utterances.length === 0;
      while (list.childElementCount > utterances.length) list.lastElementChild?.remove();
      utterances.forEach((utterance, n) => {
        const row = /** @type {HTMLElement | undefined} */ (list.children[n]) ?? list.appendChild(wordsRow());
        const heard = utterance.text.slice(0, utterance.text.length - utterance.unheard.length).trim();
        const unheard = utterance.unheard.trim();
        row.dataset.who = utterance.who;
        const [who, said, rest, note] = row.querySelectorAll("span");
        setText(who, utterance.who === "agent" ? "Agent" : utterance.typed ? "You, typed" : "You");
        setText(said, heard || utterance.interim.trim());
        setText(rest, unheard ? ` ${unheard}` : "");
        setText(note, utterance.silence || (utterance.interrupted ? "interrupted" : ""));
      });
    },
    /** It is played there. @param {number} t_s */
    follow(t_s) {
      const now = player.story.captions.utterances.findLastIndex(({ t }) => t <= t_s + SOON_S);
      if (now === before) return;
      list.children[before]?.removeAttribute("aria-current");
      before = now;
      const row = /** @type {HTMLElement | undefined} */ (list.children[now]);
      if (!row) {
        list.scrollTop = 0;
        return;
      }
      row.setAttribute("aria-current", "true");
      // Not scrollIntoView: that would scroll the notebook, too.
      const above = row.offsetTop - list.offsetTop;
      if (above < list.scrollTop || above + row.offsetHeight > list.scrollTop + list.clientHeight) list.scrollTop = above - 0.3 * list.clientHeight;
    },
  };
}

function wordsRow() {
  return h("li", { class: "lk-utterance" }, h("span", { class: "lk-who" }), h("p", {}, h("span", { class: "lk-said" }), h("span", { class: "lk-unheard" })), h("span", { class: "lk-note" }));
}
