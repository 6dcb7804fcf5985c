import assert from "node:assert/strict";
import { test } from "node:test";
import { Commands } from "../lib/commands.js";

function commands() {
  const sent = /** @type {any[]} */ ([]);
  return { sent, commands: new Commands((message) => sent.push(message)) };
}

test("commands are numbered, and only a status after the last one counts", () => {
  const { sent, commands: given } = commands();
  assert.ok(given.answered(0)); // a page that has asked for nothing listens to everything
  given.give({ type: "start", device: {} });
  given.give({ type: "stop" });
  given.give({ type: "start", device: {} });
  assert.deepEqual(sent.map(({ type, command }) => [type, command]), [["start", 1], ["stop", 2], ["start", 3]]);
  assert.deepEqual([1, 2, 3].map((number) => given.answered(number)), [false, false, true]);
});

test("on a new connection a command is said again under its number until it is answered", () => {
  const { sent, commands: given } = commands();
  given.again();
  given.give({ type: "start", device: {} });
  given.give({ type: "stop" });
  given.again();
  assert.deepEqual(sent.slice(2), [{ type: "stop", command: 2 }]);
  assert.ok(given.answered(2));
  given.again();
  assert.equal(sent.length, 3);
  assert.ok(given.answered(0)); // the kernel talked to another page meanwhile
  given.give({ type: "start", device: {} });
  given.forget();
  given.again();
  assert.deepEqual(sent.slice(3).map(({ command }) => command), [3]);
});
