import assert from "node:assert/strict";
import { test } from "node:test";
import { Asks } from "../lib/asks.js";
import { settle, studio } from "./doubles/page.js";

/** What was sent; the way there is open until `closed` is set. */
function asking() {
  const sent = /** @type {any[]} */ ([]);
  const way = { closed: false };
  const asks = new Asks((message) => !way.closed && sent.push(message) > 0);
  const tell = (/** @type {number} */ id, /** @type {any} */ answer) => asks.told({ id, text: JSON.stringify(answer), last: true });
  return { asks, sent, way, tell };
}

test("an answer reaches who asked, whichever came first", async () => {
  const { asks, sent, tell } = asking();
  const [one, two] = [asks.ask({ what: "body", number: 7 }), asks.ask({ what: "frame" })];
  assert.deepEqual(sent, [
    { type: "ask", id: 1, what: "body", about: { number: 7 } },
    { type: "ask", id: 2, what: "frame", about: {} },
  ]);
  tell(2, { jpeg: "…" });
  tell(1, { text: "{}" });
  assert.deepEqual([await one, await two], [{ text: "{}" }, { jpeg: "…" }]);
});

test("a long answer is put together, and each piece asks for the next", async () => {
  const { asks, sent } = asking();
  const answer = asks.ask({ what: "messages" });
  const text = JSON.stringify({ rows: "äöü😀".repeat(9) });
  sent.length = 0;
  for (let at = 0; at < text.length; at += 7) asks.told({ id: 1, text: text.slice(at, at + 7), last: at + 7 >= text.length });
  assert.deepEqual(await answer, { rows: "äöü😀".repeat(9) });
  assert.equal(sent.length, Math.ceil(text.length / 7) - 1);
  assert.deepEqual(sent[0], { type: "more", id: 1, on: true });
});

test("an error, a way that is closed and a connection that is lost reject", async () => {
  const { asks, sent, way, tell } = asking();
  const refused = asks.ask({ what: "nonsense" });
  tell(1, { error: "No such thing." });
  await assert.rejects(refused, /No such thing/);
  const lost = [1, 2, 3, 4, 5, 6].map(() => asks.ask({ what: "body" }));
  assert.equal(sent.length, 5); // four with the kernel, two wait
  asks.forget("The connection was lost.");
  for (const one of lost) await assert.rejects(one, /was lost/);
  way.closed = true;
  await assert.rejects(asks.ask({ what: "body" }), /not connected/);
});

test("what nobody waits for any more is not sent to its end", () => {
  const { asks, sent } = asking();
  asks.ask({ what: "spectra" }).catch(() => {});
  asks.forget("Another recording has begun.");
  sent.length = 0;
  asks.told({ id: 1, text: "{", last: false });
  assert.deepEqual(sent, [{ type: "more", id: 1, on: false }]);
});

test("those that wait are asked when others are answered, in order", async () => {
  const { asks, sent, tell } = asking();
  const all = [1, 2, 3, 4, 5].map((number) => asks.ask({ what: "body", number }));
  tell(2, { text: "two" });
  assert.deepEqual(sent.map(({ about }) => about.number), [1, 2, 3, 4, 5]);
  for (const id of [1, 3, 4, 5]) tell(id, { text: `${id}` });
  assert.deepEqual((await Promise.all(all)).map(({ text }) => text), ["1", "two", "3", "4", "5"]);
});

test("a studio rejects what it asked when the connection breaks, and when a new recording begins", async (t) => {
  const { controller, kernel, drop, back } = await studio(t);
  const first = controller.asks.ask({ what: "body", number: 1 });
  await drop();
  await assert.rejects(first, /connection to the kernel was lost/);
  await assert.rejects(controller.asks.ask({ what: "body", number: 1 }), /not connected/);
  await back();
  const second = controller.asks.ask({ what: "body", number: 1 });
  kernel.tell({ type: "reset" });
  await assert.rejects(second, /Another recording/);
  const third = controller.asks.ask({ what: "body", number: 1 });
  await settle();
  const { id } = kernel.told.filter(({ type }) => type === "ask").at(-1);
  kernel.tell({ type: "answer", id, text: '{"text":"{}"}', last: true });
  assert.deepEqual(await third, { text: "{}" });
});
