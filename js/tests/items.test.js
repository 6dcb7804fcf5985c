import assert from "node:assert/strict";
import { test } from "node:test";
import { clock, describe, itemsOf, level, nextItem, spoken, waited } from "../lib/items.js";
import { Story } from "../lib/story.js";

const turn = { typed: false, speaking: false, reason: null, user_text: "", agent_text: "", voice_to_voice: null, barge_in_stop_s: null, interrupted: false };

function told() {
  const story = new Story();
  story.apply(
    {
      now_s: 30,
      events: [
        { t: 4, kind: "tool.call", data: { id: "a", name: "look_up", args: { what: "tides" } } },
        { t: 4.5, kind: "tool.response", data: { id: "a", name: "look_up", response: { high: "13:05" }, duration_s: 0.5 } },
        { t: 12, kind: "agent.interrupted", data: {} },
      ],
      turns: [
        { ...turn, index: 0, user_start: 1, user_end: 3, agent_start: 5, agent_end: 8, user_text: "When is high tide?", agent_text: "At five past one.", voice_to_voice: 2, latency: { capture: 0.02, uplink: 0.0001, model: 1.9, delivery: null } },
        { ...turn, index: 1, user_start: 9, user_end: 9.5, agent_start: 10, agent_end: 12.1, agent_text: "Low tide is", agent_unheard: "at seven.", interrupted: true, barge_in_stop_s: 0.2 },
      ],
    },
    0,
  );
  return story;
}

test("one thing follows the other, there and back, and turn by turn", () => {
  const story = told();
  const items = itemsOf(story, 30);
  assert.deepEqual(items.map(({ kind, t }) => `${kind} ${t}`), ["user 1", "tool 4", "agent 5", "user 9", "agent 10", "flag 12"]);
  /** @type {import("../lib/items.js").Item | null} */
  let item = null;
  const went = [];
  for (let n = 0; n < 3; n++) went.push((item = nextItem(itemsOf(story, 30), item, 0, 1))?.kind);
  assert.deepEqual(went, ["user", "tool", "agent"]);
  assert.equal(nextItem(items, item, 0, -1)?.kind, "tool");
  assert.equal(nextItem(items, null, 6, 1)?.t, 9);
  assert.equal(nextItem(items, null, 6, -1)?.t, 5);
  assert.equal(nextItem(items, null, 20, 1), null);
  assert.equal(nextItem(items, items[5], 0, 1), null);
  const other = (/** @type {import("../lib/items.js").Item} */ one) => "index" in one.of && one.of.index !== 0;
  assert.equal(nextItem(items, items[0], 0, 1, other)?.t, 9);
});

test("a turn that is told anew is still the one where one is", () => {
  const story = told();
  const [first] = itemsOf(story, 30);
  story.apply({ now_s: 31, turns: [{ ...first.of, agent_text: "At five past one, or so." }] }, 1);
  assert.equal(nextItem(itemsOf(story, 31), first, 0, 1)?.kind, "tool");
});

test("what a thing is, in words", () => {
  const story = told();
  const [asked, call, answered, , cut, flag] = itemsOf(story, 30);
  assert.deepEqual(describe(story, asked).facts[0], "1.00 s to 3.00 s");
  assert.equal(spoken(describe(story, call), call.t), '4.00 s: look_up(what="tides"). 0.50 s. → {"high": "13:05"}');
  const wait = "answered after 2.00 s = capture 20 ms + model 1.90 s + delivery unknown";
  assert.equal(waited(answered.of)[0].replaceAll("\u00a0", " "), wait);
  const described = describe(story, cut);
  assert.equal(described.unheard, "at seven.");
  assert.ok(described.facts.includes("interrupted, silent after 0.20 s"));
  assert.ok(spoken(described, cut.t).endsWith("Low tide is. not heard: at seven."));
  assert.deepEqual(describe(story, flag).facts, ["turn 1"]);
});

test("times and levels are written as one reads them", () => {
  assert.deepEqual([0, 12.345, 59.999, 125.26, 3605].map(clock), ["0.00 s", "12.35 s", "1:00.0", "2:05.3", "60:05.0"]);
  assert.deepEqual([1, 0.1, 0].map(level), ["0 dBFS", "−20 dBFS", "silent"]);
});
