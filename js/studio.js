/**
 * The Studio widget (anywidget module, made anew for each model).
 *
 * `initialize` must be quick and must not await: the host gives up on it after two seconds. The
 * microphone is asked for inside the click on Start, nowhere else.
 */
import { Controller } from "./lib/controller.js";
import { renderStudio } from "./ui/view.js";

/** A view that is moved leaves and comes back within this time. */
const NO_VIEW_MS = 1000;

export default () => {
  /** @type {any} the proxy that outlives views */
  let lastingModel = null;
  /** @type {AbortSignal | null} */
  let modelSignal = null;
  /** @type {{controller: Controller, scope: AbortController} | null} */
  let current = null;
  let views = 0;

  /** One controller for all views. Without any view nobody can press Stop: it ends with the last. */
  const controllerFor = (/** @type {any} */ model) => {
    if (!current) {
      const scope = new AbortController();
      const signal = modelSignal ? AbortSignal.any([scope.signal, modelSignal]) : scope.signal;
      current = { controller: new Controller(lastingModel ?? model, signal), scope };
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
    /** @param {{model: any, signal?: AbortSignal}} context */
    initialize({ model, signal }) {
      lastingModel = model;
      modelSignal = signal ?? null;
    },
    /** @param {{model: any, el: HTMLElement, signal?: AbortSignal}} context */
    render({ model, el, signal }) {
      const view = new AbortController();
      views += 1;
      renderStudio(controllerFor(model), el, signal ? AbortSignal.any([signal, view.signal]) : view.signal);
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
