import assert from "node:assert/strict";
import { test } from "node:test";
import { commChannel } from "../lib/channels.js";
import { gatewayUrls } from "../lib/connection.js";
import { Outbox } from "../lib/outbox.js";

const place = { port: 4321, secret: "s" };
const urls = (href, baseUrl) => gatewayUrls(place, { href, baseUrl }).map(({ path, url }) => [path, url]);

test("on a hub only the proxy will do, with the hub's base URL and TLS", () => {
  assert.deepEqual(urls("https://hub.example/user/ann/lab/tree/a.ipynb", "/user/ann/"), [
    ["proxy", "wss://hub.example/user/ann/proxy/4321/media"],
  ]);
});

test("on the same machine the proxy comes first, then the gateway itself", () => {
  assert.deepEqual(urls("http://127.0.0.1:8888/lab", "/"), [
    ["proxy", "ws://127.0.0.1:8888/proxy/4321/media"],
    ["direct", "ws://127.0.0.1:4321/media"],
  ]);
  assert.deepEqual(urls("http://localhost:8888/lab", null), [["direct", "ws://127.0.0.1:4321/media"]]);
});

test("elsewhere there is no gateway, and a base URL of another origin is not followed", () => {
  assert.deepEqual(urls("https://colab.example/notebook", null), []);
  assert.deepEqual(urls("vscode-webview://abc/index.html", "/"), []);
  assert.deepEqual(urls("https://page.example/", "https://evil.example/"), []);
});

test("the outbox drops the oldest frames and counts them; messages keep their place", () => {
  const box = new Outbox();
  box.pushText({ type: "start" });
  for (let n = 0; n < 260; n++) box.pushFrame(Uint8Array.of(n % 256).buffer);
  assert.equal(box.lostFrames, 10);
  const items = box.drain();
  assert.equal(items.length, 251);
  assert.deepEqual(items[0], { text: { type: "start" } });
  assert.equal(new Uint8Array(/** @type {any} */ (items[1]).frame)[0], 10);
  assert.deepEqual(box.drain(), []);
});

test("the outbox bounds messages as well", () => {
  const box = new Outbox();
  for (let n = 0; n < 500; n++) box.pushText({ n });
  const items = /** @type {any[]} */ (box.drain());
  assert.equal(items.length, 200);
  assert.equal(items.at(-1).text.n, 499);
});

function comm() {
  const posted = /** @type {any[]} */ ([]);
  const got = /** @type {any[]} */ ([]);
  const channel = commChannel((content, buffers = []) => posted.push([content, buffers.length]), {
    onText: (text) => got.push(text),
    onFrame: (frame) => got.push(frame),
  });
  return { channel, posted, got };
}

test("a comm carries frames in batches of sixty milliseconds", () => {
  const { channel, posted } = comm();
  for (let n = 0; n < 6; n++) channel.sendFrame(new ArrayBuffer(656));
  assert.deepEqual(posted.map(([, count]) => count), [3, 3]);
});

test("a lone frame does not wait for ever", async () => {
  const { channel, posted } = comm();
  channel.sendFrame(new ArrayBuffer(656));
  assert.equal(posted.length, 0);
  await new Promise((resolve) => setTimeout(resolve, 100));
  assert.deepEqual(posted, [[{ type: "media", texts: [] }, 1]]);
});

test("a message does not overtake the frames before it", () => {
  const { channel, posted } = comm();
  channel.sendFrame(new ArrayBuffer(656));
  channel.sendText({ type: "stop" });
  assert.deepEqual(posted, [
    [{ type: "media", texts: [] }, 1],
    [{ type: "media", texts: [{ type: "stop" }] }, 0],
  ]);
});

test("what comes over a comm is handed on and acknowledged", async () => {
  const { channel, posted, got } = comm();
  const frame = new DataView(new ArrayBuffer(4));
  channel.receive({ type: "media", n: 7, texts: [{ type: "ping" }] }, []);
  channel.receive({ type: "media", n: 8, texts: [] }, [frame]);
  assert.deepEqual(got, [{ type: "ping" }, frame]);
  assert.deepEqual(posted.map(([content]) => content), [{ type: "ack", count: 7 }, { type: "ack", count: 8 }]);
  channel.receive({ type: "close", code: 4001 }, []);
  assert.equal(await channel.closed, 4001);
});
