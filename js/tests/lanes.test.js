import assert from "node:assert/strict";
import { test } from "node:test";
import { windowOf } from "../lib/geometry.js";
import { Story } from "../lib/story.js";
import { words } from "../ui/lanes.js";
import { layoutOf } from "../ui/layout.js";

const SAID = "In Rome it is clear, sixteen degrees Celsius, and the wind is light.";

/** Right ends of what is written of an answer that ends at 19 s. @param {number} now_s @param {boolean} live */
function written(now_s, live) {
  const visible = windowOf({ now_s: 20, span_s: 20, end_s: null, left: 0, right: 600 });
  /** @type {{text: string, end: number}[]} */
  const texts = [];
  const g = {
    measureText: (/** @type {string} */ text) => ({ width: 6 * text.length }),
    fillText: (/** @type {string} */ text, /** @type {number} */ x) => texts.push({ text, end: x + 6 * text.length }),
    clearRect() {},
  };
  const turn = { agent_start: 15, agent_end: 19, user_start: null, agent_text: SAID };
  const view = { window: visible, visible, now_s, live, drift: 0, layout: layoutOf(false) };
  words(/** @type {any} */ (g), /** @type {any} */ ([turn]), new Story(), view, /** @type {any} */ ({ font: "sans-serif" }));
  return texts;
}

test("what was said last is written where it can be read, if no more will come into view", () => {
  const over = written(20, false);
  assert.ok(over.every(({ end }) => end <= 600));
  assert.ok(over.at(-1)?.text.endsWith("…"));
  for (const more of [written(30, false), written(20, true)]) assert.ok(more.some(({ end }) => end > 600), "it scrolls into view");
});
