import assert from "node:assert/strict";
import { test } from "node:test";
import { Requests } from "../lib/requests.js";

/** What was sent, as [type, request]. */
function asking() {
  const sent = /** @type {[string, number][]} */ ([]);
  const requests = new Requests((/** @type {any} */ { type, request }) => sent.push([type, request]));
  return { requests, sent };
}

test("requests are numbered, and what is unanswered is said again in order on a new connection", () => {
  const { requests, sent } = asking();
  requests.give({ type: "mute", on: true });
  requests.give({ type: "say", text: "hi" });
  requests.give({ type: "mute", on: false });
  requests.answered(1);
  assert.ok(requests.waits("mute"));
  sent.length = 0;
  requests.again();
  assert.deepEqual(sent, [["say", 2], ["mute", 3]]);
  requests.answered(3);
  assert.ok(!requests.waits("mute"));
  sent.length = 0;
  requests.again();
  assert.deepEqual(sent, []);
});

test("what belongs to a conversation that is over is not said again, and its numbers are not used again", () => {
  const { requests, sent } = asking();
  requests.give({ type: "talk", on: true });
  requests.forget();
  requests.again();
  requests.give({ type: "talk", on: true });
  assert.deepEqual(sent, [["talk", 1], ["talk", 2]]);
});
