import assert from "node:assert/strict";
import { test } from "node:test";
import { Story } from "../lib/story.js";
import { agentPieces, placeWords, roomFor, userPieces } from "../lib/wording.js";

const widthOf = (/** @type {string} */ text) => 6 * text.length;
const said = (/** @type {string} */ text) => [{ text, look: /** @type {const} */ ("said") }];
const place = (/** @type {ReturnType<typeof said>} */ pieces, /** @type {number} */ width, room = width) => placeWords(pieces, { width, room, lines: 2, space: 6 }, widthOf);

test("where there is room, each word is where it was said", () => {
  const placed = place(said("It is clear today"), 400);
  assert.deepEqual(placed.map(({ text }) => text), ["It", "is", "clear", "today"]);
  assert.equal(placed[0].x, 0);
  for (let n = 1; n < placed.length; n++) assert.ok(placed[n].x >= placed[n - 1].x + placed[n - 1].width + 6);
  const last = placed[placed.length - 1];
  assert.ok(last.x + last.width <= 400);
});

test("else it is text in two lines, that ends where the room does", () => {
  const placed = place(said("It is clear today, and it will be so tomorrow"), 60, 130);
  assert.deepEqual(placed.map(({ text, line }) => [text, line]), [["It is clear today,", 0], ["and it will be so…", 1]]);
  for (const { x, width } of placed) assert.ok(x + width <= 130);
  assert.deepEqual(place(said("unpronounceable"), 20, 50), []);
});

test("what nobody heard, and what may still change, look different", () => {
  const turn = /** @type {any} */ ({ index: 0, user_text: "What is the wea", agent_text: "It is", agent_unheard: "clear." });
  assert.deepEqual(agentPieces(turn).map(({ look }) => look), ["said", "unheard"]);
  const story = new Story();
  story.turns.set(0, turn);
  story.captions.apply({ t: 1, kind: "caption.user", data: { text: "What is", final: true } });
  story.captions.apply({ t: 1, kind: "caption.user", data: { text: " the wea", final: false } });
  assert.deepEqual(userPieces(story, turn), [
    { text: "What is", look: "said" },
    { text: "the wea", look: "interim" },
  ]);
  story.captions.apply({ t: 1, kind: "caption.user", data: { text: " the weather?", final: false } });
  assert.deepEqual(userPieces(story, turn)[1], { text: "the weather?", look: "interim" }, "the guess is newer than the turn");
  story.captions.apply({ t: 1, kind: "caption.user", data: { text: "Zebra", final: false } });
  assert.deepEqual(userPieces(story, turn), [{ text: "What is the wea", look: "interim" }]);
  story.turns.set(1, { ...turn, index: 1 });
  assert.deepEqual(userPieces(story, turn), said("What is the wea"), "the guess is of a later turn");
  const placed = placeWords(agentPieces(turn), { width: 30, room: 300, lines: 2, space: 6 }, widthOf);
  assert.deepEqual(placed.map(({ text, x, line }) => [text, x, line]), [["It is", 0, 0], ["clear.", 36, 0]]);
});

test("room grows in steps, so that words stand still while one speaks", () => {
  const rooms = new Set(Array.from({ length: 1000 }, (_, width) => roomFor(width, Infinity)));
  assert.deepEqual([...rooms], [260, 520, 1040]);
  assert.equal(roomFor(400, 300), 300);
});
