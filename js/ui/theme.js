/** Which theme the page has, whoever made it: told by the background, not by a name. */

/**
 * Keep `data-lk-theme` of an element at light or dark.
 * @param {HTMLElement} element @param {AbortSignal} signal @param {() => void} onChange
 */
export function followTheme(element, signal, onChange) {
  const update = () => {
    if (!element.isConnected) return;
    const theme = isDark(element) ? "dark" : "light";
    if (element.dataset.lkTheme === theme) return;
    element.dataset.lkTheme = theme;
    onChange();
  };
  const observer = new MutationObserver(update);
  const options = { attributes: true, attributeFilter: ["class", "style", "data-jp-theme-light", "data-jp-theme-name", "data-theme"] };
  observer.observe(document.body, options);
  observer.observe(document.documentElement, options);
  // JupyterLab swaps a theme's style sheet after it has changed the attributes.
  document.head.addEventListener("load", update, { capture: true, signal });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", update, { signal });
  // A view is often made before it is put into the page, and has no colours until then.
  const placed = new ResizeObserver(update);
  placed.observe(element);
  signal.addEventListener("abort", () => {
    observer.disconnect();
    placed.disconnect();
  });
  update();
}

/** @param {HTMLElement} element */
function isDark(element) {
  const [r, g, b] = (getComputedStyle(element).backgroundColor.match(/[\d.]+/g) ?? ["255", "255", "255"]).map(Number);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b < 128;
}

/** The colours of the timeline, as the theme has them. @param {HTMLElement} root @returns {import("./painting.js").Colours} */
export function readColours(root) {
  const style = getComputedStyle(root);
  const read = (/** @type {string} */ name) => style.getPropertyValue(`--lk-${name}`).trim() || "#888";
  return {
    text: read("text"),
    muted: read("muted"),
    line: read("line"),
    user: read("user"),
    agent: read("agent"),
    tool: read("tool"),
    wait: read("wait"),
    cut: read("cut"),
    error: read("error"),
    surface: read("bg"),
    font: style.fontFamily,
  };
}
