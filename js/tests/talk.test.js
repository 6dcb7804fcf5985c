import assert from "node:assert/strict";
import { test } from "node:test";
import { lastFrame, TalkKey } from "../lib/talk.js";

function held() {
  const changes = /** @type {boolean[]} */ ([]);
  return { key: new TalkKey((on) => changes.push(on)), changes };
}

test("a key that repeats holds once, and talk lasts until the last of them lets go", () => {
  const { key, changes } = held();
  key.hold("space");
  key.hold("space");
  key.hold("pointer 1");
  key.letGo("space");
  assert.deepEqual(changes, [true]);
  key.letGo("pointer 1");
  key.letGo("pointer 1");
  assert.deepEqual(changes, [true, false]);
});

test("who loses sight of the key lets go of all, once", () => {
  const { key, changes } = held();
  key.letGoOfAll();
  key.hold("space");
  key.hold("click");
  key.letGoOfAll();
  key.letGo("space");
  assert.deepEqual(changes, [true, false]);
});

test("the last frame is the one that holds what is said now and for 120 ms more, after the device's latency", () => {
  const newest = { seq: 100, timeMs: 1000 }; // holds 1000 to 1020 ms
  assert.equal(lastFrame(newest, 1020, 0), 106); // 1120 to 1140 holds 1140
  assert.equal(lastFrame(newest, 1020, 40), 108);
  assert.equal(lastFrame(newest, 1020, 5000), lastFrame(newest, 1020, 300)); // not believed
  assert.equal(lastFrame(newest, 1020, NaN), 106);
  assert.equal(lastFrame(newest, 0, 0), 100); // it holds later sound already
  assert.equal(lastFrame(null, 1020, 0), 0);
});
