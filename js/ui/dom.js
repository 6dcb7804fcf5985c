/** A few lines instead of a framework. */

/**
 * Make an element.
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {Record<string, unknown>} [props] attributes; `class`, `text` and `on…` handlers
 * @param {(Node | string | null)[]} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function h(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "text") element.textContent = String(value);
    else if (name.startsWith("on")) element.addEventListener(name.slice(2), /** @type {EventListener} */ (value));
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...children.filter((child) => child !== null));
  return element;
}

/** Set text only where it differs: screen readers announce every write. @param {Element} element @param {string} text */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** @type {Record<string, string>} paths of 16×16 icons */
const ICONS = {
  mic: "M8 1.5A2.25 2.25 0 0 0 5.75 3.75v4a2.25 2.25 0 0 0 4.5 0v-4A2.25 2.25 0 0 0 8 1.5ZM3.75 7v.75a4.25 4.25 0 0 0 3.5 4.18V14h1.5v-2.07a4.25 4.25 0 0 0 3.5-4.18V7h-1.5v.75a2.75 2.75 0 0 1-5.5 0V7Z",
  stop: "M4.5 3h7A1.5 1.5 0 0 1 13 4.5v7a1.5 1.5 0 0 1-1.5 1.5h-7A1.5 1.5 0 0 1 3 11.5v-7A1.5 1.5 0 0 1 4.5 3Z",
  camera: "M2.75 3.5A1.75 1.75 0 0 0 1 5.25v5.5c0 .97.78 1.75 1.75 1.75h6.5c.97 0 1.75-.78 1.75-1.75V9.6l2.9 2.03c.48.33 1.1-.01 1.1-.57V4.94c0-.56-.62-.9-1.1-.57L11 6.4V5.25c0-.97-.78-1.75-1.75-1.75Z",
  warning: "M8 1.2c.5 0 .95.26 1.2.69l5.6 9.9A1.4 1.4 0 0 1 13.6 14H2.4a1.4 1.4 0 0 1-1.2-2.21l5.6-9.9c.25-.43.7-.69 1.2-.69ZM7.25 5.5v4h1.5v-4ZM8 10.6a.9.9 0 1 0 0 1.8.9.9 0 0 0 0-1.8Z",
  mute: "M8 1.5c1.05 0 1.95.72 2.19 1.7L5.75 7.64V3.75A2.25 2.25 0 0 1 8 1.5Zm2.25 4.3v1.95A2.25 2.25 0 0 1 7.4 9.92l2.85-4.12ZM3.75 7h1.5v.75c0 .4.09.78.24 1.12L4.37 10a4.22 4.22 0 0 1-.62-2.25Zm7 0h1.5v.75a4.25 4.25 0 0 1-3.5 4.18V14h-1.5v-2.07a4.2 4.2 0 0 1-1-.33l1.14-1.14A2.75 2.75 0 0 0 10.75 7.75ZM13.2 1.75l1.05 1.05L2.8 14.25 1.75 13.2Z",
  talk: "M6.5 1.5A2.25 2.25 0 0 0 4.25 3.75v4a2.25 2.25 0 0 0 4.5 0v-4A2.25 2.25 0 0 0 6.5 1.5ZM2.25 7v.75a4.25 4.25 0 0 0 3.5 4.18V14h1.5v-2.07a4.25 4.25 0 0 0 3.5-4.18V7h-1.5v.75a2.75 2.75 0 0 1-5.5 0V7ZM11.6 2.6a4 4 0 0 1 0 4.4l1.2.9a5.5 5.5 0 0 0 0-6.2Z",
  minus: "M3 7.25h10v1.5H3Z",
  spectrum: "M2 9.5h1.6V13H2Zm2.6-3h1.6V13H4.6Zm2.6-4h1.6V13H7.2Zm2.6 6h1.6V13H9.8Zm2.6-3H14V13h-1.6Z",
  play: "M4.5 2.6c0-.86.94-1.38 1.66-.92l7.6 5.4c.64.43.64 1.41 0 1.84l-7.6 5.4c-.72.46-1.66-.06-1.66-.92Z",
  pause: "M4 2.5h2.75v11H4Zm5.25 0H12v11H9.25Z",
  loud: "M8.5 2.2v11.6L5 10.75H2.25v-5.5H5Zm1.75 2.5a4 4 0 0 1 0 6.6v-1.85a2.5 2.5 0 0 0 0-2.9Zm0-3.05a6.9 6.9 0 0 1 0 12.7v-1.62a5.4 5.4 0 0 0 0-9.46Z",
  silent: "M8.5 2.2v11.6L5 10.75H2.25v-5.5H5Zm2.1 3.4 1.65 1.65 1.65-1.65.95.95L13.2 8.2l1.65 1.65-.95.95-1.65-1.65-1.65 1.65-.95-.95 1.65-1.65-1.65-1.65Z",
  plus: "M7.25 3h1.5v4.25H13v1.5H8.75V13h-1.5V8.75H3v-1.5h4.25Z",
};

/** @param {keyof typeof ICONS} name */
export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 16 16");
  svg.setAttribute("aria-hidden", "true");
  svg.classList.add("lk-icon");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", ICONS[name]);
  svg.append(path);
  return svg;
}
