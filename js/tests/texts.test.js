import assert from "node:assert/strict";
import { test } from "node:test";
import { socketChannel } from "../lib/channels.js";
import { cut, wellFormed } from "../lib/texts.js";
import { studio } from "./doubles/page.js";

test("lone halves of pairs are replaced wherever they are, and nothing else", () => {
  const message = { type: "start", device: { "a\udc00": ["x\ud83dy", 1, null, true], label: "🎤" } };
  assert.deepEqual(wellFormed(message), { type: "start", device: { "a\ufffd": ["x\ufffdy", 1, null, true], label: "🎤" } });
});

test("a text is not cut within a character", () => {
  assert.equal(cut("ab🎤", 4), "ab🎤");
  assert.equal(cut("ab🎤", 3), "ab");
  assert.equal(cut("ab🎤c", 4), "ab🎤");
});

test("what goes out over a socket can be decoded", () => {
  const sent = /** @type {string[]} */ ([]);
  class Socket {
    readyState = 1;
    addEventListener() {}
    send(/** @type {string} */ text) {
      sent.push(text);
    }
  }
  const channel = socketChannel("ws://x/", { onText() {}, onFrame() {} }, /** @type {any} */ (Socket));
  channel.sendText({ type: "say", text: "a\ud800" });
  assert.deepEqual(sent, [JSON.stringify({ type: "say", text: "a\ufffd" })]);
});

test("a typed message is cut to what the kernel takes, and not within a character", async (t) => {
  const { controller, kernel, start } = await studio(t);
  await start();
  kernel.status("listening", 1);
  controller.say(`${"x".repeat(1999)}🎤`);
  controller.say("half \ud83d");
  assert.deepEqual(kernel.requests().map(({ text }) => text), ["x".repeat(1999), "half \ufffd"]);
});

test("whatever a browser says of a problem, the kernel takes it", async (t) => {
  const { controller, kernel } = await studio(t);
  navigator.mediaDevices.getUserMedia = () => Promise.reject({ name: "N".repeat(100), message: `\udc00${"m".repeat(1000)}` });
  await controller.toggleCamera();
  const [{ name, message }] = kernel.told.filter(({ type }) => type === "error");
  assert.deepEqual([name.length, message.length], [64, 500]);
  assert.ok(message.startsWith("The camera failed: \ufffdmm"));
});
