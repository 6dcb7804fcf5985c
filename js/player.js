/** The Player widget (anywidget module, made anew for each model): a recording to listen to. */
import { PlayerController } from "./lib/player.js";
import { Sound } from "./lib/sound.js";
import { renderPlayer } from "./ui/player.js";

/** A view that is moved leaves and comes back within this time. */
const NO_VIEW_MS = 1000;

export default () => {
  /** @type {{controller: PlayerController, scope: AbortController} | null} */
  let current = null;
  let views = 0;

  /** One controller for all views; without any view it falls silent. @param {any} model */
  const controllerFor = (model) => {
    if (!current) {
      const scope = new AbortController();
      current = { controller: new PlayerController(model, scope.signal, new Sound()), scope };
    }
    return current.controller;
  };
  const viewGone = () => {
    views -= 1;
    setTimeout(() => {
      if (views > 0 || !current) return;
      current.scope.abort();
      current = null;
    }, NO_VIEW_MS);
  };

  return {
    /** @param {{model: any, el: HTMLElement, signal?: AbortSignal}} context */
    render({ model, el, signal }) {
      const view = new AbortController();
      views += 1;
      renderPlayer(controllerFor(model), el, signal ? AbortSignal.any([signal, view.signal]) : view.signal);
      let gone = false;
      const leave = () => {
        if (!gone) viewGone();
        gone = true;
        view.abort();
      };
      signal?.addEventListener("abort", leave);
      return leave;
    },
  };
};
