/** A view that is moved leaves and comes back within this time. */
const NO_VIEW_MS = 1000;

/**
 * The `render` of an anywidget module whose views share one controller: it is made with the first
 * view, and ends a moment after the last is gone.
 * @template T
 * @param {(model: any, signal: AbortSignal) => T} make
 * @param {(controller: T, el: HTMLElement, signal: AbortSignal) => void} show
 * @returns {(context: {model: any, el: HTMLElement, signal?: AbortSignal}) => () => void}
 */
export function sharingViews(make, show) {
  /** @type {{controller: T, scope: AbortController} | null} */
  let current = null;
  let views = 0;

  const controllerFor = (/** @type {any} */ model) => {
    if (!current) {
      const scope = new AbortController();
      current = { controller: make(model, scope.signal), scope };
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

  return ({ model, el, signal }) => {
    const view = new AbortController();
    views += 1;
    show(controllerFor(model), el, signal ? AbortSignal.any([signal, view.signal]) : view.signal);
    let gone = false;
    const leave = () => {
      if (!gone) viewGone();
      gone = true;
      view.abort();
    };
    signal?.addEventListener("abort", leave);
    return leave;
  };
}
