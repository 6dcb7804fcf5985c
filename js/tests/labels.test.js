import assert from "node:assert/strict";
import { test } from "node:test";
import { windowOf, xOf } from "../lib/geometry.js";
import { pointedAt, describe } from "../lib/items.js";
import { flagsOf, nameStart, placeFlags } from "../lib/labels.js";
import { Story } from "../lib/story.js";

const widthOf = (/** @type {string} */ text) => 6 * text.length;
/** Twenty seconds over 1000 pixels. */
const at = (/** @type {number} */ end_s) => windowOf({ now_s: end_s, span_s: 20, end_s: null, left: 0, right: 1000 });

function troubled() {
  const story = new Story();
  const event = (/** @type {number} */ t, /** @type {string} */ kind, data = {}) => ({ t, kind, data });
  const turn = { index: 0, typed: false, speaking: false, reason: null, agent_text: "", voice_to_voice: null, barge_in_stop_s: null, interrupted: false };
  story.apply(
    {
      now_s: 20,
      events: [
        event(4, "fault", { kind: "drop" }),
        event(4.2, "session.reconnecting"),
        event(4.8, "session.resumed", { replayed_s: 1 }),
        event(5, "fault", { kind: "phantom_interrupted" }),
        event(6, "agent.interrupted"),
        event(15, "fault", { kind: "off" }),
        event(16, "tool.call", { id: "a", name: "get_weather" }),
        event(16.1, "tool.response", { id: "a", duration_s: 0.028 }),
      ],
      turns: [
        { ...turn, user_start: 2, user_end: 3, agent_start: 4.15, agent_end: 6, voice_to_voice: 1.15, interrupted: true, barge_in_stop_s: 0.13 },
        { ...turn, index: 1, typed: true, user_start: 12, user_end: null, agent_start: null, agent_end: null, reason: "SAFETY" },
      ],
    },
    0,
  );
  return story;
}

test("labels of what happened do not hide each other, and are all in view", () => {
  const story = troubled();
  for (const span_s of [8, 20, 40, 80, 320]) {
    for (const now_s of [20, 22, 24, 30]) {
      const visible = windowOf({ now_s, span_s, end_s: null, left: 0, right: 500 });
      const placed = placeFlags(flagsOf(story, now_s, 0, now_s), visible, widthOf);
      placed.forEach((one, n) => {
        assert.ok(one.x >= 0 && one.x + one.width <= 500, `${one.text} at ${one.x}`);
        for (const other of placed.slice(n + 1)) {
          assert.ok(one.row !== other.row || one.x + one.width < other.x || other.x + other.width < one.x, `${one.text}, ${other.text}`);
        }
      });
    }
  }
});

test("where there is little room they say less, and then nothing", () => {
  const flags = flagsOf(troubled(), 20, 0, 20);
  const texts = (/** @type {number} */ right) => placeFlags(flags, { from_s: 0, to_s: 20, left: 0, right }, widthOf).map(({ text }) => text);
  assert.deepEqual(texts(4000), ["fault: drop", "reconnected · 0.60 s", "fault: phantom interruption", "interrupted · 0.13 s", "faults off"]);
  assert.deepEqual(texts(1000), ["drop", "0.60 s", "phantom interruption", "0.13 s", "faults off"]);
  assert.deepEqual(texts(300), ["fault: drop", "reconnected · 0.60 s", "faults off"]);
});

test("rows do not change while the picture scrolls", () => {
  const story = troubled();
  /** @type {Map<string, number>} */
  const rows = new Map();
  for (let now_s = 20; now_s < 26; now_s += 0.1) {
    const visible = at(now_s);
    for (const { text, row, x, flag } of placeFlags(flagsOf(story, now_s, 0, now_s), visible, widthOf, 30)) {
      if (flag.kind === "outage" || text === "faults off") continue;
      assert.equal(rows.get(text) ?? row, row, `${text} at ${now_s}`);
      rows.set(text, row);
      assert.equal(x, xOf(visible, flag.t));
    }
  }
  assert.deepEqual(Object.fromEntries(rows), { "fault: drop": 0, "interrupted · 0.13 s": 0 });
});

test("a label that would be cut at the left edge is not there, unless what it tells of lasts until it is in view", () => {
  const flags = flagsOf(troubled(), 20, 0, 20);
  const outage = { t: 0, to: 18, kind: /** @type {const} */ ("outage"), texts: ["reconnecting · 18.0 s"] };
  const visible = { from_s: 10, to_s: 20, left: 0, right: 500 };
  assert.deepEqual(placeFlags([outage, ...flags], visible, widthOf).map(({ text, x }) => [text, x]), [
    ["reconnecting · 18.0 s", 0],
    ["faults off", 250],
  ]);
  const [scrolling] = placeFlags([outage], visible, widthOf, 30);
  assert.equal(scrolling.x + scrolling.width, xOf(visible, outage.to), "at its end, with which it scrolls");
  assert.deepEqual(placeFlags(flags.slice(-1), { from_s: 14.9, to_s: 24.9, left: 0, right: 500 }, widthOf, 30), [], "it would be, before the next painting");
});

test("names of tools are all in view", () => {
  const visible = { from_s: 0, to_s: 10, left: 0, right: 500 };
  assert.equal(nameStart(100, 105, 60, visible, 0), 100);
  assert.equal(nameStart(480, 485, 60, visible, 0), 440, "not over the right edge");
  assert.equal(nameStart(480, 485, 60, visible, 30), 480, "what scrolls comes into view");
  assert.equal(nameStart(-20, -10, 60, visible, 0), null);
  assert.equal(nameStart(-20, 200, 60, visible, 0), 0);
  assert.equal(nameStart(20, 25, 60, visible, 30), null, "it would be cut before the next painting");
});

test("what there is no room to write is told at the pointer", () => {
  const story = troubled();
  const visible = at(20);
  const there = (/** @type {number} */ t) => {
    const { items, wait } = pointedAt(story, visible, xOf(visible, t), 20);
    return { wait: wait?.voice_to_voice ?? null, told: items.map((item) => describe(story, item)) };
  };
  assert.equal(there(3.5).wait, 1.15);
  assert.ok(there(4.9).told.some(({ title }) => title === "reconnected · 0.60 s"));
  assert.ok(there(5.05).told.some(({ title }) => title === "fault: phantom interruption"));
  assert.ok(there(6).told.some(({ title }) => title === "interrupted · 0.13 s"));
  assert.deepEqual(there(12).told, [{ kind: "user", title: "You · turn 1 · typed", text: "", unheard: "", facts: ["no answer: SAFETY"] }]);
  assert.deepEqual(there(16.05).told.at(-1), { kind: "tool", title: "get_weather()", text: "", unheard: "", facts: ["28 ms"] });
  assert.deepEqual(there(9.5), { wait: null, told: [] });
});
