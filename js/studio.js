/**
 * The Studio widget (anywidget module, made anew for each model).
 *
 * `initialize` must be quick and must not await: the host gives up on it after two seconds. The
 * microphone is asked for inside the click on Start, nowhere else.
 */
import { Controller } from "./lib/controller.js";
import { renderStudio } from "./ui/view.js";
import { sharingViews } from "./ui/views.js";

export default () => {
  /** @type {any} the proxy that outlives views */
  let lastingModel = null;
  /** @type {AbortSignal | null} */
  let modelSignal = null;

  return {
    /** @param {{model: any, signal?: AbortSignal}} context */
    initialize({ model, signal }) {
      lastingModel = model;
      modelSignal = signal ?? null;
    },
    // Without any view nobody can press Stop: the conversation ends with the last.
    render: sharingViews(
      (model, signal) => new Controller(lastingModel ?? model, modelSignal ? AbortSignal.any([signal, modelSignal]) : signal),
      renderStudio,
    ),
  };
};
