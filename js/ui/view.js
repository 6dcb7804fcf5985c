import { h, icon, setText } from "./dom.js";
import { inspectorView } from "./inspector.js";
import { captionsView, toolsView } from "./lists.js";
import { meterView } from "./meter.js";
import { recordingView } from "./recording.js";
import { faultsView, listenToKeys, muteView, talkView, typingView } from "./talking.js";
import { followTheme } from "./theme.js";
import { timelineView } from "./timeline.js";

/** How audio travels, for people. @type {Record<string, [string, string]>} */
const PATHS = {
  proxy: ["sound through Jupyter", "Sound travels through Jupyter’s server to the kernel’s media gateway (jupyter-server-proxy): running cells do not stop it."],
  direct: ["direct sound", "Sound travels straight to the kernel’s media gateway: running cells do not stop it."],
  comm: ["slow sound", "Sound travels as messages of the widget (its comm): it waits while a cell runs. Install jupyter-server-proxy for the quick way."],
};

/**
 * One view of a Studio.
 * @param {import("../lib/controller.js").Controller} controller
 * @param {HTMLElement} parent @param {AbortSignal} signal
 */
export function renderStudio(controller, parent, signal) {
  const state = h("span");
  const reason = h("span", { class: "lk-unseen" }); // seen below, with its remedy
  const status = h("span", { class: "lk-status-text", role: "status", "aria-live": "polite", "data-testid": "studio-status" }, state, reason);
  const pill = h("div", { class: "lk-status" }, h("i", { class: "lk-dot", "aria-hidden": "true" }), status);
  const endpoint = h("span", { class: "lk-endpoint", "data-testid": "studio-endpoint", title: "Who answers" });
  const path = h("span", { class: "lk-path", "data-testid": "studio-path" });

  const start = h("button", { type: "button", class: "lk-button lk-start", "data-testid": "studio-start", onclick: () => void controller.start() }, icon("mic"), h("span", { text: "Start" }));
  const stop = h("button", { type: "button", class: "lk-button lk-stop", "data-testid": "studio-stop", onclick: () => controller.stop() }, icon("stop"), h("span", { text: "Stop" }));
  const camera = h(
    "button",
    { type: "button", class: "lk-button lk-toggle lk-camera", "data-testid": "studio-camera", "aria-pressed": "false", "aria-label": "Camera", title: "Camera", onclick: () => void controller.toggleCamera() },
    icon("camera"),
    h("span", { class: "lk-word", text: "Camera" }),
  );
  const problem = problemView();
  const preview = previewView();

  const notice = h("p", { class: "lk-notice", role: "status", "data-testid": "studio-notice", hidden: true });
  const cost = h("p", { class: "lk-cost", "data-testid": "studio-cost", hidden: true });

  // It takes the focus when one clicks beside its parts: then its keys work.
  const root = h("div", { class: "lk-studio", role: "region", "aria-label": "Live conversation", "data-testid": "studio", tabindex: "-1" });
  const meter = meterView(controller, signal);
  const talk = talkView(controller, signal);
  const mute = muteView(controller);
  const typing = typingView(controller);
  const faults = faultsView(controller);
  const recording = recordingView(controller);
  const timeline = timelineView(controller, root, signal, { tools: [faults.element] });
  const inspector = inspectorView(controller, signal, { mark: (t_s) => timeline.head(t_s) });
  const captions = captionsView(controller, typing.element);
  const tools = toolsView(controller);
  root.append(
    h("header", { class: "lk-header" }, h("h2", { text: "Studio" }), h("div", { class: "lk-about" }, endpoint, path), recording.element, pill),
    h("div", { class: "lk-controls" }, start, stop, talk.element, mute.element, camera, meter.element),
    problem.element,
    notice,
    timeline.element,
    inspector.element,
    h("div", { class: "lk-panes" }, captions.element, h("div", { class: "lk-side" }, preview.element, tools.element)),
    cost,
  );
  // Keys typed here are not the notebook's shortcuts.
  // JupyterLab must not take letters for its commands; its shortcuts with a modifier still reach it.
  const keep = (/** @type {Event} */ event) => {
    const { ctrlKey, metaKey, altKey } = /** @type {KeyboardEvent} */ (event);
    if (!ctrlKey && !metaKey && !altKey) event.stopPropagation();
  };
  for (const type of ["keydown", "keyup"]) root.addEventListener(type, keep, { signal });
  listenToKeys(controller, root, talk.element, signal);
  Object.defineProperty(root, "studio", { value: controller }); // for tests and measurements
  parent.append(root);
  signal.addEventListener("abort", () => root.remove());
  followTheme(root, signal, () => timeline.themeChanged());

  /** Whether the keyboard's place went from Start to Stop by itself, a moment ago. */
  let handedOver = false;
  const updateState = () => {
    const { live } = controller;
    const [word] = controller.status.split(":");
    setText(state, word);
    setText(reason, controller.status.slice(word.length));
    root.dataset.status = word;
    pill.title = controller.status;
    setText(endpoint, controller.endpoint || "looking for the kernel …");
    setText(notice, controller.notice);
    notice.hidden = !controller.notice;
    setText(cost, controller.cost);
    cost.title = controller.costDetail;
    cost.hidden = !controller.cost;
    updatePath(path, controller);
    // A button that disables itself would lose the keyboard's place: hand it to the other.
    const pressed = document.activeElement;
    start.disabled = live || controller.connection.gone;
    stop.disabled = !live;
    for (const part of [talk, mute, typing, faults, recording]) part.update();
    if (pressed === start && start.disabled) stop.focus();
    // Where one talks by holding the space bar, it must not press Stop.
    if (document.activeElement === stop && controller.manual && handedOver && controller.conversing) talk.element.focus();
    handedOver = live && !controller.conversing && (handedOver || pressed === start);
    if ((pressed === stop || pressed === talk.element) && stop.disabled) start.focus();
    camera.setAttribute("aria-pressed", String(controller.camera.on));
    problem.update(controller);
    preview.update(controller);
    meter.update();
    timeline.update();
    captions.update();
    inspector.update();
  };
  const updateStory = () => {
    inspector.told();
    timeline.update();
    captions.update();
    tools.update();
  };
  controller.listen((what) => {
    if (what === "state") updateState();
    else if (what === "story") updateStory();
    else if (what === "level") meter.update();
    else if (what === "peaks") timeline.update();
    else timeline.passed();
  }, signal);
  updateState();
  updateStory();
}

/** @param {HTMLElement} element @param {import("../lib/controller.js").Controller} controller */
function updatePath(element, { connection }) {
  const [text, title] = connection.state === "open" && connection.path ? PATHS[connection.path] : ["", ""];
  setText(element, text ? text : connection.state === "replaced" ? "in use elsewhere" : "not connected");
  element.title = title;
  element.dataset.path = connection.state === "open" ? (connection.path ?? "") : "";
}

function problemView() {
  const title = h("strong");
  const remedy = h("span");
  const element = h("div", { class: "lk-problem", role: "alert", "data-testid": "studio-problem", hidden: true }, icon("warning"), h("div", {}, title, remedy));
  return {
    element,
    /** @param {import("../lib/controller.js").Controller} controller */
    update({ problem, kernelStatus }) {
      const told = problem ?? (kernelStatus.startsWith("error:") ? { title: kernelStatus.slice("error:".length).trim(), remedy: "" } : null);
      element.hidden = told === null;
      setText(title, told?.title ?? "");
      setText(remedy, told?.remedy ?? "");
    },
  };
}

function previewView() {
  const frame = h("div", { class: "lk-preview-frame" });
  const info = h("figcaption", { "data-testid": "studio-camera-info" });
  const element = h("figure", { class: "lk-preview", "data-testid": "studio-preview", hidden: true }, frame, info);
  return {
    element,
    /** @param {import("../lib/controller.js").Controller} controller */
    update({ camera, lastPicture: picture }) {
      element.hidden = !camera.on;
      if (camera.on && frame.firstChild !== camera.video) frame.replaceChildren(camera.video);
      setText(
        info,
        picture
          ? `${picture.width} × ${picture.height} · ${(picture.bytes / 1000).toFixed(0)} kB · ${picture.rate_hz.toFixed(1)} per second`
          : "no picture yet",
      );
    },
  };
}
