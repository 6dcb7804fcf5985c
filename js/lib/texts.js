/** Texts as the kernel takes them: what it could not decode it would refuse, however often it is said. */

/**
 * The same value with lone halves of surrogate pairs, which no UTF-8 can carry, replaced by U+FFFD.
 * They come of typing, of devices' names, and of texts that were cut.
 * @template T @param {T} value @returns {T}
 */
export function wellFormed(value) {
  /** @type {any} */
  const any = value;
  if (typeof any === "string") return /** @type {any} */ (any.replace(/\p{Cs}/gu, "\ufffd"));
  if (Array.isArray(any)) return /** @type {any} */ (any.map(wellFormed));
  if (any === null || typeof any !== "object") return value;
  return /** @type {any} */ (Object.fromEntries(Object.entries(any).map(([key, item]) => [wellFormed(key), wellFormed(item)])));
}

/** The beginning of a text, of at most so many characters, which does not end within one. @param {string} text @param {number} most */
export function cut(text, most) {
  return text.length > most ? text.slice(0, most).replace(/[\ud800-\udbff]$/, "") : text;
}
