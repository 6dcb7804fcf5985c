import assert from "node:assert/strict";
import { test } from "node:test";
import { Captions } from "../lib/captions.js";

/** @param {[string, object?, number?][]} events */
function told(...events) {
  const captions = new Captions();
  events.forEach(([kind, data = {}, t = 0]) => captions.apply({ t, kind, data }));
  return captions.utterances.map(({ who, text, interim, interrupted }) => [who, text, interim, interrupted]);
}
const heard = (/** @type {string} */ text, final = true) => /** @type {[string, object]} */ (["caption.user", { text, final }]);
const said = (/** @type {string} */ text) => /** @type {[string, object]} */ (["caption.agent", { text }]);
const done = /** @type {[string]} */ (["agent.turn_complete"]);

test("fragments become one utterance a side", () => {
  assert.deepEqual(told(heard("What's the "), heard("weather?"), said("It is "), said("clear."), done), [
    ["user", "What's the weather?", "", false],
    ["agent", "It is clear.", "", false],
  ]);
});

test("interim text is replaced, first by better guesses, then by what is final", () => {
  assert.deepEqual(told(heard("What", false), heard("What's he", false)), [["user", "", "What's he", false]]);
  assert.deepEqual(told(heard("What", false), heard("What's the time?")), [["user", "What's the time?", "", false]]);
});

test("a new turn begins new utterances", () => {
  assert.deepEqual(told(heard("One"), said("first"), done, heard("Two"), said("second"), done).map((u) => u[1]), [
    "One",
    "first",
    "Two",
    "second",
  ]);
});

test("late words of the question stay with the question", () => {
  assert.deepEqual(told(heard("What's the"), said("It is"), heard(" weather?"), said(" clear."), done), [
    ["user", "What's the weather?", "", false],
    ["agent", "It is clear.", "", false],
  ]);
});

test("a barge-in marks what was cut and does not glue the new question to the old one", () => {
  const all = told(
    heard("Tell me a story"),
    said("Once upon a"),
    ["activity.start"],
    heard("Sto", false),
    ["agent.interrupted"],
    heard("Stop."),
    done,
    said("All right."),
    done,
  );
  assert.deepEqual(all, [
    ["user", "Tell me a story", "", false],
    ["agent", "Once upon a", "", true],
    ["user", "Stop.", "", false],
    ["agent", "All right.", "", false],
  ]);
});

test("a guess that was never confirmed is kept as it was", () => {
  assert.deepEqual(told(heard("Hello", false), said("Hi."), done, heard("Next")), [
    ["user", "Hello", "", false],
    ["agent", "Hi.", "", false],
    ["user", "Next", "", false],
  ]);
});

test("typed text is an utterance of its own; silence is none", () => {
  const captions = new Captions();
  captions.apply({ t: 1, kind: "user.text", data: { text: "typed" } });
  captions.apply({ t: 2, kind: "caption.user", data: { text: "spoken", final: true } });
  assert.deepEqual(captions.utterances.map((u) => [u.text, u.typed, u.t]), [["typed", true, 1], ["spoken", false, 2]]);
  assert.deepEqual(told(heard("  ", false)), []);
});

test("of an answer that was cut, the end that nobody heard is marked as that", () => {
  const captions = new Captions();
  const tell = (/** @type {string} */ kind, t = 0, data = {}) => captions.apply({ t, kind, data });
  tell("caption.agent", 1, { text: "Once upon " });
  tell("caption.agent", 1, { text: "a time" });
  tell("agent.interrupted", 2);
  captions.cut(2, " a time");
  const [first] = captions.utterances;
  assert.deepEqual([first.unheard, first.interrupted], [" a time", true]);
  captions.cut(2, " time"); // more of it turns out to have been heard
  assert.equal(first.unheard, " time");
  captions.cut(2, "");
  assert.deepEqual([first.unheard, first.interrupted], ["", true]);
  captions.cut(99, "time"); // of nothing that is here
  tell("caption.agent", 3, { text: "All right." });
  assert.equal(captions.utterances[1].unheard, "");
});

test("an answer told to its end and cut while it still played is cut, too; one that was heard is not", () => {
  const captions = new Captions();
  const tell = (/** @type {string} */ kind, t = 0, data = {}) => captions.apply({ t, kind, data });
  tell("caption.agent", 1, { text: "First." });
  tell("agent.turn_complete", 2);
  tell("agent.interrupted", 3);
  assert.equal(captions.utterances[0].interrupted, false);
  captions.cut(3, "");
  assert.equal(captions.utterances[0].interrupted, false);
  captions.cut(3, "First.");
  assert.deepEqual([captions.utterances[0].interrupted, captions.utterances[0].unheard], [true, "First."]);
});

test("what is heard anew after a loss replaces what was understood before it", () => {
  const resumed = (/** @type {number} */ replayed_s) => /** @type {[string, object]} */ (["session.resumed", { replayed_s }]);
  const begin = /** @type {[string, object]} */ (["activity.start", {}]);
  const before = /** @type {[string, object?][]} */ ([heard("Hello."), said("Hi."), done, heard("What's the"), begin, heard("weather", false)]);
  assert.deepEqual(told(...before, resumed(2)).slice(2), [["user", "", "What's the weather", false]]);
  assert.deepEqual(told(...before, resumed(2), begin, heard("What's the weather in Paris?"), said("Clear."), done).slice(2), [
    ["user", "What's the weather in Paris?", "", false],
    ["agent", "Clear.", "", false],
  ]);
  assert.deepEqual(told(...before, resumed(0), heard("weather in Paris?")).slice(2), [
    ["user", "What's the", "", false],
    ["user", "weather in Paris?", "", false],
  ]);
  assert.deepEqual(told(["user.text", { text: "typed" }], resumed(2)), [["user", "typed", "", false]]);
});

test("a question that gets no answer says so, until it is answered after all", () => {
  const captions = new Captions();
  const told = (/** @type {string} */ kind, data = {}) => captions.apply({ t: 1, kind, data });
  told("caption.user", { text: "Tell me a secret.", final: true });
  told("agent.turn_complete", { reason: "SAFETY", said: "nothing" });
  assert.deepEqual(captions.utterances.map(({ text, silence }) => [text, silence]), [["Tell me a secret.", "no answer: SAFETY"]]);
  told("caption.agent", { text: "Well." });
  assert.equal(captions.utterances[0].silence, "");
  told("agent.turn_complete", { reason: null });
  told("agent.silent");
  assert.deepEqual(captions.utterances.map(({ who, text, silence }) => [who, text, silence]), [
    ["user", "Tell me a secret.", ""],
    ["agent", "Well.", ""],
    ["user", "", "no answer"],
  ]);
});
