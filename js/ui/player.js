import { SPEEDS } from "../lib/player.js";
import { h, icon, setText } from "./dom.js";
import { inspectorView } from "./inspector.js";
import { toolsView } from "./lists.js";
import { followTheme } from "./theme.js";
import { timelineView } from "./timeline.js";
import { wordsView } from "./words.js";

/** What an arrow key goes on by. */
const ARROW_S = 5;
/** What the slider's steps are. */
const SLIDER_S = 0.1;

/** @typedef {import("../lib/player.js").PlayerController} PlayerController */
/** @typedef {import("../lib/player.js").Side} Side */

/**
 * One view of a player.
 * @param {PlayerController} player @param {HTMLElement} parent @param {AbortSignal} signal
 */
export function renderPlayer(player, parent, signal) {
  const label = h("span", { class: "lk-endpoint", "data-testid": "player-label", title: "Who was talked to" });
  const play = h("button", { type: "button", class: "lk-button lk-start lk-play", "data-testid": "player-play", "aria-keyshortcuts": "Space", onclick: () => void player.toggle() });
  const time = h("span", { class: "lk-time", "data-testid": "player-time" });
  const slider = h("input", { type: "range", class: "lk-seek", min: 0, step: SLIDER_S, "aria-label": "Position", "data-testid": "player-position", oninput: () => player.seek(Number(slider.value)) });
  const speed = h(
    "select",
    { class: "lk-speed", "aria-label": "Speed", title: "Speed; the pitch stays", "data-testid": "player-speed", onchange: () => player.setSpeed(Number(speed.value)) },
    ...SPEEDS.map((value) => h("option", { value, text: `${value}×`, selected: value === 1 })),
  );
  const user = volumeView(player, "user", "You");
  const agent = volumeView(player, "agent", "Agent");
  const title = h("strong");
  const remedy = h("span");
  const problem = h("div", { class: "lk-problem", role: "alert", "data-testid": "player-problem", hidden: true }, icon("warning"), h("div", {}, title, remedy));
  const root = h("div", { class: "lk-studio lk-player", role: "region", "aria-label": "Recording", "data-testid": "player", tabindex: "-1" });
  const timeline = timelineView(player, root, signal, { seek: (t_s) => player.seek(t_s), taken: ["← →", "[ ]", "Home", "End"] });
  const inspector = inspectorView(player, signal, { mark: (t_s) => t_s !== null && !player.playing && player.seek(t_s) });
  const words = wordsView(player);
  const tools = toolsView(/** @type {any} */ (player));
  root.append(
    h("header", { class: "lk-header" }, h("h2", { text: "Player" }), h("div", { class: "lk-about" }, label)),
    h("div", { class: "lk-controls lk-transport" }, play, time, slider, speed, user.element, agent.element),
    problem,
    timeline.element,
    inspector.element,
    h("div", { class: "lk-panes" }, words.element, h("div", { class: "lk-side" }, tools.element)),
  );
  listenToKeys(player, root, signal);
  Object.defineProperty(root, "player", { value: player }); // for tests and measurements
  parent.append(root);
  signal.addEventListener("abort", () => root.remove());
  followTheme(root, signal, () => timeline.themeChanged());

  const showPosition = () => {
    const t_s = player.t_s;
    setText(time, `${clock(t_s)} / ${clock(player.duration_s)}`);
    slider.value = String(t_s);
    slider.setAttribute("aria-valuetext", `${clock(t_s)} of ${clock(player.duration_s)}`);
    timeline.head(t_s, player.playing && !player.waiting ? player.speed : 0);
    words.follow(t_s);
  };
  const update = () => {
    const shown = player.playing ? "pause" : "play";
    if (play.dataset.shown !== shown) {
      play.dataset.shown = shown;
      play.replaceChildren(icon(shown), h("span", { text: player.playing ? "Pause" : "Play" }));
    }
    play.disabled = slider.disabled = speed.disabled = !player.ready || player.duration_s <= 0;
    play.classList.toggle("lk-waiting", player.waiting);
    root.dataset.state = !player.ready ? "loading" : player.waiting ? "waiting" : player.playing ? "playing" : "paused";
    slider.max = String(player.duration_s);
    speed.value = String(player.speed);
    setText(label, player.label || (player.ready ? "recording" : "loading …"));
    problem.hidden = player.problem === null;
    setText(title, player.problem?.title ?? "");
    setText(remedy, player.problem?.remedy ?? "");
    user.update();
    agent.update();
    showPosition();
  };
  player.listen((what) => {
    if (what === "position") return showPosition();
    if (what === "story" && !player.ready) return;
    if (what === "story") {
      timeline.update();
      words.update();
      tools.update();
      inspector.told();
      inspector.update();
    }
    update();
  }, signal);
  timeline.update();
  words.update();
  tools.update();
  update();
}

/** How loud a side is. @param {PlayerController} player @param {Side} side @param {string} name */
function volumeView(player, side, name) {
  const button = h("button", { type: "button", class: "lk-mini", "data-testid": `player-mute-${side}`, onclick: () => player.mute(side) });
  const range = h("input", { type: "range", min: 0, max: 1, step: 0.05, "aria-label": `Volume: ${name}`, "data-testid": `player-volume-${side}`, oninput: () => player.setVolume(side, Number(range.value)) });
  const element = h("div", { class: "lk-volume", "data-who": side }, button, h("span", { text: name }), range);
  return {
    element,
    update() {
      const muted = player.muted[side];
      const shown = muted || player.volume[side] === 0 ? "silent" : "loud";
      if (button.dataset.shown !== shown) {
        button.dataset.shown = shown;
        button.replaceChildren(icon(shown));
      }
      button.setAttribute("aria-pressed", String(muted));
      button.setAttribute("aria-label", `Mute: ${name}`);
      button.title = muted ? `Hear: ${name}` : `Mute: ${name}`;
      range.value = String(muted ? 0 : player.volume[side]);
    },
  };
}

/** @param {PlayerController} player @param {HTMLElement} root @param {AbortSignal} signal */
function listenToKeys(player, root, signal) {
  /** @type {Record<string, () => void>} */
  const keys = {
    " ": () => void player.toggle(),
    ArrowLeft: () => player.seek(player.t_s - ARROW_S),
    ArrowRight: () => player.seek(player.t_s + ARROW_S),
    Home: () => player.seek(0),
    End: () => player.seek(player.duration_s),
    "[": () => player.turn(-1),
    "]": () => player.turn(1),
  };
  const act = (/** @type {KeyboardEvent} */ event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const on = /** @type {HTMLElement} */ (event.target);
    if (on.closest(".lk-messages") || on.matches("textarea, input:not([type=range], [type=checkbox])")) return; // keys of their own
    const sets = on.matches("input[type=range]:not(.lk-seek), select");
    const presses = event.key === " " && on.matches("button");
    const key = event.shiftKey ? "" : event.key;
    if (key in keys && !presses && !(sets && !"[]".includes(key))) {
      if (!(event.repeat && key === " ")) keys[key]();
      event.preventDefault();
      event.stopPropagation();
    }
  };
  // Before the timeline, whose own keys go from thing to thing.
  root.addEventListener("keydown", act, { signal, capture: true });
  // JupyterLab must not take letters for its commands; its shortcuts with a modifier still reach it.
  for (const type of ["keydown", "keyup"]) {
    root.addEventListener(type, (event) => {
      const { ctrlKey, metaKey, altKey } = /** @type {KeyboardEvent} */ (event);
      if (!ctrlKey && !metaKey && !altKey) event.stopPropagation();
    }, { signal });
  }
}

/** A time as one reads it from a player: 1:02:03.4. @param {number} t_s */
export function clock(t_s) {
  const tenths = Math.round(Math.max(0, t_s) * 10);
  const [hours, minutes, seconds] = [Math.floor(tenths / 36_000), Math.floor(tenths / 600) % 60, (tenths % 600) / 10];
  const text = `${minutes}:${seconds < 10 ? "0" : ""}${seconds.toFixed(1)}`;
  return hours > 0 ? `${hours}:${minutes < 10 ? "0" : ""}${text}` : text;
}
