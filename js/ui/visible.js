/**
 * Call `draw` once per animation frame while `element` can be seen and `wanted()` says so; else
 * only after `request()`.
 * @param {Element} element @param {AbortSignal} signal
 * @param {{draw: (requested: boolean) => void, wanted: () => boolean}} options
 * @returns {{request: () => void}}
 */
export function drawWhenVisible(element, signal, { draw, wanted }) {
  let visible = false;
  let dirty = true;
  let frame = 0;
  const schedule = () => {
    if (frame || !visible || document.hidden || signal.aborted) return;
    if (dirty || wanted()) frame = requestAnimationFrame(tick);
  };
  const tick = () => {
    frame = 0;
    const requested = dirty;
    dirty = false;
    draw(requested);
    schedule();
  };
  const observer = new IntersectionObserver((entries) => {
    visible = entries[entries.length - 1].isIntersecting;
    dirty = true;
    schedule();
  });
  observer.observe(element);
  document.addEventListener("visibilitychange", schedule, { signal });
  signal.addEventListener("abort", () => {
    observer.disconnect();
    cancelAnimationFrame(frame);
  });
  return {
    request() {
      dirty = true;
      schedule();
    },
  };
}
