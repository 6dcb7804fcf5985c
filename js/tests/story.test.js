import assert from "node:assert/strict";
import { test } from "node:test";
import { Peaks } from "../lib/peaks.js";
import { callText, noAnswer, outageText, seconds, shortJson, speechEnd, Story } from "../lib/story.js";

const feed = (/** @type {object} */ parts) => ({ type: "feed", now_s: 1, user: [], agent: [], events: [], turns: [], ...parts });

test("peaks lie where they were told, with silence between", () => {
  const peaks = new Peaks();
  peaks.put(0.1, [0.5, 0.25]);
  peaks.put(100, [1]);
  assert.equal(peaks.max(0, 0.1), 0);
  assert.equal(peaks.max(0.1, 0.12), 0.5);
  assert.equal(peaks.max(0, 50), 0.5);
  assert.equal(peaks.max(99.9, 100.1), 1);
  assert.ok(Math.abs(peaks.end_s - 100.02) < 1e-9);
});

test("impossible peaks are ignored", () => {
  const peaks = new Peaks();
  peaks.put(-1, [1]);
  peaks.put(NaN, [1]);
  peaks.put(1e12, [1]);
  assert.equal(peaks.length, 0);
});

test("tool calls run from call to response, and keep what came back", () => {
  const story = new Story();
  story.apply(feed({ events: [{ t: 1, kind: "tool.call", data: { id: "a", name: "f", args: { x: 1 } } }] }), 10);
  assert.deepEqual([story.tools.get("a")?.end, story.tools.get("a")?.name], [null, "f"]);
  story.apply(
    feed({
      events: [
        { t: 1.5, kind: "tool.response", data: { id: "a", name: "f", response: { ok: true }, duration_s: 0.4, error: null } },
        { t: 2, kind: "tool.call", data: { id: "b", name: "g", args: {} } },
        { t: 3, kind: "tool.cancelled", data: { id: "b" } },
        { t: 3, kind: "tool.response", data: { id: "unknown" } },
      ],
    }),
    11,
  );
  const { end, duration_s, response, error } = /** @type {any} */ (story.tools.get("a"));
  assert.deepEqual({ end, duration_s, response, error }, { end: 1.5, duration_s: 0.4, response: { ok: true }, error: null });
  assert.deepEqual([story.tools.get("b")?.cancelled, story.tools.get("b")?.end], [true, 3]);
});

test("a call whose result comes too late, or that is made anew, runs no more", () => {
  const story = new Story();
  const event = (/** @type {number} */ t, /** @type {string} */ kind, /** @type {object} */ data) => story.apply(feed({ events: [{ t, kind, data }] }), t);
  const known = (/** @type {string} */ id) => {
    const { end, response, error, cancelled } = /** @type {any} */ (story.tools.get(id));
    return { end, response, error, cancelled };
  };
  event(1, "tool.call", { id: "a", name: "f", args: {} });
  event(2, "tool.late", { id: "a", name: "f", why: "the connection is gone", response: { ok: 1 } });
  assert.deepEqual(known("a"), { end: 2, response: { ok: 1 }, error: "not sent: the connection is gone", cancelled: false });
  event(3, "tool.call", { id: "b", name: "f", args: {}, repeats: "a" });
  assert.equal(known("a").end, 2, "it was over");
  event(4, "tool.call", { id: "c", name: "f", args: {}, repeats: "b" });
  assert.deepEqual([...story.tools.values()].map((call) => call.again), [false, true, true]);
  assert.match(story.summary(), /; 1 tool call\./, "it ran once");
  assert.deepEqual(known("b"), { end: 4, response: undefined, error: "not sent: it was made anew", cancelled: false });
  event(5, "tool.cancelled", { id: "c" });
  event(6, "tool.late", { id: "c", name: "f", why: "withdrawn", response: {} });
  assert.deepEqual(known("c"), { end: 5, response: undefined, error: null, cancelled: true });
  event(7, "tool.response", { id: "a", name: "f", response: { ok: 2 }, duration_s: 6, error: null });
  assert.deepEqual(known("a"), { end: 7, response: { ok: 2 }, error: null, cancelled: false }, "asked for after all");
});

test("turns are replaced by their newer version", () => {
  const story = new Story();
  story.apply(feed({ turns: [{ index: 0, voice_to_voice: null }, { index: 1, voice_to_voice: null }] }), 0);
  story.apply(feed({ turns: [{ index: 0, voice_to_voice: 0.42, interrupted: true }] }), 0);
  assert.equal(story.turns.size, 2);
  assert.equal(story.lastAnswered()?.index, 0);
});

test("the summary says what is to be seen", () => {
  const story = new Story();
  assert.match(story.summary(), /nothing recorded/);
  story.apply(
    feed({
      now_s: 12.2,
      turns: [{ index: 0, voice_to_voice: 0.42, interrupted: true }],
      events: [{ t: 1, kind: "video.frame", data: {} }, { t: 2, kind: "agent.interrupted", data: {} }],
    }),
    0,
  );
  assert.equal(story.summary(), "Timeline: 12 seconds; 1 turn, 1 interrupted; 0 tool calls; 1 picture; last answer after 0.42 s.");
  assert.deepEqual(story.cuts, [2]);
});

test("what there is to see of a message is told", () => {
  const story = new Story();
  const peaks = (/** @type {number} */ peak) => [{ t0: 0, step_s: 0.02, peaks: [0, peak] }];
  assert.equal(story.apply(feed({ user: peaks(0.001) }), 0), "time");
  assert.equal(story.apply(feed({ agent: peaks(0.1) }), 0), "peaks");
  assert.equal(story.apply(feed({ events: [{ t: 1, kind: "activity.start", data: {} }] }), 0), "story");
  assert.equal(story.apply(feed({ turns: [{ index: 0 }] }), 0), "story");
});

test("the end is where the last thing ended, whatever was told later", () => {
  const story = new Story();
  story.apply(feed({ now_s: 2 }), 0);
  assert.equal(story.end_s, 2);
  story.apply(feed({ now_s: 30, turns: [{ index: 0, user_end: 3, agent_end: 8 }] }), 0);
  assert.equal(story.end_s, 9);
  story.apply(feed({ now_s: 52, events: [{ t: 52, kind: "session.error", data: {} }] }), 0);
  assert.equal(story.end_s, 9);
});

test("now runs on smoothly between messages that come late, but not far", () => {
  const story = new Story();
  story.apply(feed({ now_s: 1 }), 100.0);
  story.apply(feed({ now_s: 1.1 }), 100.3); // 0.2 s late
  assert.ok(Math.abs(story.liveNow(100.35) - 1.35) < 1e-9);
  assert.ok(Math.abs(story.liveNow(200) - 2.1) < 1e-9);
});

test("words for durations, calls and values", () => {
  const durations = [0.0421, 0.0004, 0.0994, 0.0996, 0.9994, 1.26, 9.996, 12.34, null, -0.2, -0.0001];
  const words = ["42 ms", "0 ms", "99 ms", "0.10 s", "1.00 s", "1.26 s", "10.0 s", "12.3 s", "–", "−0.20 s", "0 ms"];
  assert.deepEqual(durations.map(seconds), words);
  assert.equal(callText("get_weather", { city: "Paris", days: 2 }), 'get_weather(city="Paris", days=2)');
  assert.equal(callText("f", null), "f()");
  assert.equal(shortJson("x".repeat(400)).length, 301);
});

test("an outage lasts from the first attempt until the conversation goes on, or is over", () => {
  const story = new Story();
  const event = (/** @type {number} */ t, /** @type {string} */ kind, data = {}) => story.apply(feed({ now_s: t, events: [{ t, kind, data }] }), t);
  event(2, "session.reconnecting", { attempt: 1 });
  event(2.5, "session.reconnecting", { attempt: 2 });
  assert.deepEqual(story.outages, [{ from: 2, to: null, replayed_s: null, fresh: false }]);
  assert.equal(outageText(story.outages[0], 3.5), "reconnecting · 1.50 s");
  event(4, "session.resumed", { attempt: 2, fresh: false, outage_s: 2, replayed_s: 1.5 });
  assert.deepEqual(story.outages, [{ from: 2, to: 4, replayed_s: 1.5, fresh: false }]);
  assert.equal(outageText(story.outages[0], 9), "reconnected · 2.00 s");
  event(5, "session.reconnecting");
  event(6, "session.resumed", { fresh: true });
  assert.equal(outageText(story.outages[1], 9), "begun anew · 1.00 s");
  event(7, "session.reconnecting");
  event(8, "session.error", { message: "gave up" });
  event(8, "session.closed");
  assert.equal(outageText(story.outages[2], 9), "not connected · 1.00 s");
  assert.equal(story.outages.length, 3);
  event(30, "session.reconnecting", { code: 1, reason: "no reaction" });
  event(30.03, "session.resumed", { fresh: false, outage_s: 0.03, replayed_s: 1, silent_s: 15 });
  assert.equal(outageText(story.outages[3], 31), "reconnected after 15.0 s of silence");
  assert.match(story.summary(), /4 interrupted connections/);
});

test("faults and announced ends are marked", () => {
  const story = new Story();
  const event = (/** @type {number} */ t, /** @type {string} */ kind, data = {}) => story.apply(feed({ events: [{ t, kind, data }] }), 0);
  event(1, "fault", { kind: "phantom_interrupted" });
  event(2, "session.going_away", { time_left_s: 10 });
  event(3, "fault", { kind: "silent_turn" });
  event(4, "fault", { kind: "off" });
  event(4, "fault", { kind: "stall", planned: true });
  assert.deepEqual(story.marks, [
    { t: 1, kind: "fault", texts: ["fault: phantom interruption", "phantom interruption"] },
    { t: 2, kind: "announced", texts: ["goAway · 10.0 s left", "goAway"] },
    { t: 3, kind: "fault", texts: ["fault: silent turn", "silent turn"] },
    { t: 4, kind: "note", texts: ["faults off"] },
    { t: 4, kind: "note", texts: ["planned: stall", "stall"] },
  ]);
  event(5, "session.reconnecting");
  assert.deepEqual(story.marks[1].texts, ["goAway"], "what was announced has come");
});

test("speech that goes on ends where its sound does, and typing takes no time", () => {
  const turn = /** @type {any} */ ({ user_start: 2, user_end: null, typed: false, speaking: true });
  assert.equal(speechEnd(turn, 3.5), 3.5);
  assert.equal(speechEnd(turn, 1), 2, "its sound is not known yet");
  assert.equal(speechEnd({ ...turn, speaking: false, user_end: 3 }, 9), 3);
  assert.equal(speechEnd({ ...turn, speaking: false, typed: true }, 9), null);
});

test("a turn that is over without an answer says so", () => {
  const turn = /** @type {any} */ ({ reason: "SAFETY", agent_start: null, agent_text: "" });
  assert.equal(noAnswer(turn), "no answer: SAFETY");
  assert.equal(noAnswer({ ...turn, reason: null }), "");
  assert.equal(noAnswer({ ...turn, agent_text: "Well." }), "", "it was answered in writing");
});

test("a turn that has vanished from the recording leaves no ghost", () => {
  const story = new Story();
  const turn = (/** @type {number} */ index) => ({ index, user_start: index, user_end: null, agent_start: null, agent_end: null, interrupted: false, voice_to_voice: null, barge_in_stop_s: null });
  story.apply(feed({ turns: [turn(0), turn(1), turn(2)], turn_count: 3 }), 0);
  assert.equal(story.apply(feed({ turns: [turn(1)], turn_count: 2 }), 0), "story");
  assert.deepEqual([...story.turns.keys()], [0, 1]);
  assert.equal(story.apply(feed({ turn_count: 1 }), 0), "story");
  assert.deepEqual([...story.turns.keys()], [0]);
  story.apply(feed({}), 0);
  assert.deepEqual([...story.turns.keys()], [0]);
});
