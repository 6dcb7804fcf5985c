import assert from "node:assert/strict";
import { test } from "node:test";
import { commChannel } from "../lib/channels.js";
import { Connection, gatewayUrls } from "../lib/connection.js";
import { Outbox } from "../lib/outbox.js";

const place = { port: 4321, secret: "s" };
const urls = (href, baseUrl) => gatewayUrls(place, { href, baseUrl }).map(({ path, url }) => [path, url]);

test("on a hub only the proxy will do, with the hub's base URL and TLS", () => {
  assert.deepEqual(urls("https://hub.example/user/ann/lab/tree/a.ipynb", "/user/ann/"), [
    ["proxy", "wss://hub.example/user/ann/proxy/4321/media"],
  ]);
});

test("on the same machine the gateway itself comes first, then the proxy", () => {
  assert.deepEqual(urls("http://127.0.0.1:8888/lab", "/"), [
    ["direct", "ws://127.0.0.1:4321/media"],
    ["proxy", "ws://127.0.0.1:8888/proxy/4321/media"],
  ]);
  assert.deepEqual(urls("http://localhost:8888/lab", null), [["direct", "ws://127.0.0.1:4321/media"]]);
});

test("elsewhere there is no gateway, and a base URL of another origin is not followed", () => {
  assert.deepEqual(urls("https://colab.example/notebook", null), []);
  assert.deepEqual(urls("vscode-webview://abc/index.html", "/"), []);
  assert.deepEqual(urls("https://page.example/", "https://evil.example/"), []);
});

/** A channel that takes `room` frames. */
function channelWith(room = Infinity) {
  const got = /** @type {any[]} */ ([]);
  return {
    got,
    sendText: (/** @type {object} */ text) => got.push(text) > 0,
    sendFrame: (/** @type {ArrayBuffer} */ data) => room-- > 0 && got.push(new Uint8Array(data)[0]) > 0,
  };
}
const frame = (/** @type {number} */ n) => Uint8Array.of(n).buffer;

test("what could not be sent waits, messages first, and goes out once", () => {
  const box = new Outbox();
  box.keepFrame(0, frame(0), true);
  box.keepFrame(1, frame(1), false);
  box.holdText({ type: "stop" });
  assert.ok(box.waiting);
  const channel = channelWith();
  box.deliver(channel);
  box.deliver(channel);
  assert.deepEqual(channel.got, [{ type: "stop" }, 1]);
  assert.ok(!box.waiting);
});

test("a channel that takes no more is not pressed", () => {
  const box = new Outbox();
  for (let n = 0; n < 5; n++) box.keepFrame(n, frame(n), false);
  const channel = channelWith(2);
  box.deliver(channel);
  assert.deepEqual(channel.got, [0, 1]);
  assert.ok(box.waiting);
});

test("what was lost on the way is sent again, from where the kernel says", () => {
  const box = new Outbox();
  for (let n = 0; n < 6; n++) box.keepFrame(n, frame(n), n < 5);
  box.rewind(3);
  const channel = channelWith();
  box.deliver(channel);
  assert.deepEqual(channel.got, [3, 4, 5]);
});

test("a kernel that has all frames gets none again; one that counts those of an earlier start gets all", () => {
  for (const [next, again] of [[3, []], [40, [0, 1, 2]]]) {
    const box = new Outbox();
    for (let n = 0; n < 3; n++) box.keepFrame(n, frame(n), true);
    box.rewind(/** @type {number} */ (next));
    const channel = channelWith();
    box.deliver(channel);
    assert.deepEqual(channel.got, again);
  }
});

test("five seconds are kept; what was never sent counts as lost", () => {
  const box = new Outbox();
  for (let n = 0; n < 260; n++) box.keepFrame(n, frame(n), n < 3);
  assert.equal(box.frames.length, 250);
  assert.equal(box.lostFrames, 7);
});

test("frames of an earlier start are forgotten", () => {
  const box = new Outbox();
  box.keepFrame(0, frame(1), false);
  box.keepFrame(0, frame(2), false);
  const channel = channelWith();
  box.deliver(channel);
  assert.deepEqual(channel.got, [2]);
});

test("messages are bounded as well", () => {
  const box = new Outbox();
  for (let n = 0; n < 500; n++) box.holdText({ n });
  assert.deepEqual([box.texts.length, box.texts.at(-1)], [200, { n: 499 }]);
});

test("of messages those about playback go first", () => {
  const box = new Outbox();
  box.holdText({ type: "start", command: 1 });
  for (let n = 0; n < 300; n++) box.holdText({ type: "playback", n });
  assert.equal(box.texts.length, 200);
  assert.deepEqual(box.texts[0], { type: "start", command: 1 });
  assert.deepEqual([box.texts[1].n, box.texts.at(-1)?.n], [101, 299]);
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

test("a comm that was disposed of counts as closed, and what it refused is not lost", async () => {
  const channel = commChannel(() => { throw new Error("disposed"); }, { onText() {}, onFrame() {} });
  assert.equal(channel.sendText({ type: "stop" }), false);
  assert.equal(await channel.closed, 1006);
});

/** A connection whose page has only the comm; `kernel` answers what it posts. */
function connected(t, kernel, href = "https://page.example/") {
  t.mock.timers.enable({ apis: ["setTimeout", "setInterval"] });
  const life = new AbortController();
  t.after(() => life.abort());
  const handlers = /** @type {Set<[string, Function]>} */ (new Set());
  const told = /** @type {any[]} */ ([]);
  const states = /** @type {string[]} */ ([]);
  const fire = (name, ...values) => handlers.forEach(([wanted, handler]) => wanted === name && handler(...values));
  const tell = (content) => fire("msg:custom", content, []);
  const connection = new Connection({
    model: {
      on: (name, handler) => handlers.add([name, handler]),
      off: () => handlers.clear(),
      send: (content) => kernel(content, tell),
    },
    signal: life.signal,
    page: { href, baseUrl: null },
    instance: "me",
    hello: () => ({}),
    onText: (message) => told.push(message),
    onFrame: () => {},
    onChange: ({ state }) => states.push(state),
  });
  return { connection, told, states, tell, fire, life };
}

/** Let what was promised happen. */
async function settle() {
  for (let n = 0; n < 50; n++) await Promise.resolve();
}

test("a comm that throws does not end the search for the kernel", async (t) => {
  let broken = true;
  const { connection } = connected(t, (content, tell) => {
    if (broken) throw new Error("disposed");
    if (content.type === "where") tell({ type: "here", to: "me", port: 0, secret: "" });
    if (content.type === "open") tell({ type: "media", to: "me", n: 1, texts: [{ type: "welcome", path: "comm" }] });
  });
  await settle();
  assert.equal(connection.state, "searching");
  broken = false;
  t.mock.timers.tick(200);
  await settle();
  assert.equal(connection.state, "open");
});

test("what the comm carries for another page of the widget is not for this one", async (t) => {
  const posted = /** @type {any[]} */ ([]);
  const { connection, told, tell } = connected(t, (content) => posted.push(content));
  tell({ type: "here", to: "you", port: 1, secret: "yours" });
  await settle();
  assert.deepEqual(posted.map(({ type, from }) => [type, from]), [["where", "me"]]);
  tell({ type: "here", to: "me", port: 0, secret: "" });
  await settle();
  assert.deepEqual([posted[1].type, posted[1].page.instance], ["open", "me"]);
  tell({ type: "media", to: "me", n: 1, texts: [{ type: "welcome", path: "comm" }] });
  await settle();
  tell({ type: "media", to: "you", n: 9, texts: [{ type: "clear" }] });
  tell({ type: "close", to: "you", code: 4001 });
  tell({ type: "media", to: "me", n: 2, texts: [{ type: "flush" }] });
  await settle();
  assert.equal(connection.state, "open");
  assert.deepEqual(told, [{ type: "flush" }]);
  assert.deepEqual(posted.slice(2), [1, 2].map((count) => ({ type: "ack", count, from: "me" })));
  tell({ type: "close", to: "me", code: 4001 });
  await settle();
  assert.equal(connection.state, "replaced");
});

test("a kernel that closes right after its welcome is not asked in a tight loop", async (t) => {
  let opened = 0;
  const { connection, tell } = connected(t, (content, say) => {
    if (content.type === "where") say({ type: "here", to: "me", port: 0, secret: "" });
    if (content.type === "open") {
      opened += 1;
      say({ type: "media", to: "me", n: 1, texts: [{ type: "welcome", path: "comm" }] });
    }
  });
  await settle();
  const waits = [200, 400, 800, 1600, 3200, 5000, 5000];
  for (const [n, wait_ms] of waits.entries()) {
    assert.equal(opened, n + 1);
    tell({ type: "close", to: "me", code: 1013 });
    await settle();
    t.mock.timers.tick(wait_ms - 1);
    await settle();
    assert.equal(opened, n + 1);
    t.mock.timers.tick(1);
    await settle();
  }
  t.mock.timers.tick(5000); // this one lasts, so after it there is no waiting
  tell({ type: "close", to: "me", code: 1013 });
  await settle();
  assert.equal(opened, waits.length + 2);
  assert.equal(connection.state, "open");
});

test("a kernel that was restarted is noticed when the comm is given up, though nothing is sent", async (t) => {
  let restarted = false;
  const { connection, states, tell, fire } = connected(t, (content, say) => {
    if (restarted) throw new Error("Cannot send");
    if (content.type === "where") say({ type: "here", to: "me", port: 0, secret: "" });
    if (content.type === "open") say({ type: "media", to: "me", n: 1, texts: [{ type: "welcome", path: "comm" }] });
  });
  await settle();
  fire("comm_live_update"); // also told when a comm comes back
  t.mock.timers.tick(1);
  assert.deepEqual([connection.state, connection.gone], ["open", false]);
  const changes = states.length;
  fire("comm_live_update");
  restarted = true; // JupyterLab tells first
  t.mock.timers.tick(1);
  assert.equal(connection.gone, true);
  assert.equal(states.length, changes + 1);
  restarted = false;
  tell({ type: "here", to: "me", port: 0, secret: "" });
  assert.equal(connection.gone, false);
});

test("a comm that is given up before its welcome is left, so the kernel does not talk to nobody", async (t) => {
  const posted = /** @type {string[]} */ ([]);
  connected(t, ({ type }, say) => {
    posted.push(type);
    if (type === "where") say({ type: "here", to: "me", port: 0, secret: "" });
  });
  await settle();
  assert.deepEqual(posted, ["where", "open"]);
  t.mock.timers.tick(60_000);
  await settle();
  assert.deepEqual(posted, ["where", "open", "leave"]);
});

test("a page that goes away leaves the comm it was about to use", async (t) => {
  const posted = /** @type {string[]} */ ([]);
  const { connection, states, life } = connected(t, ({ type }, say) => {
    posted.push(type);
    if (type === "where") say({ type: "here", to: "me", port: 0, secret: "" });
  });
  await settle();
  life.abort();
  await settle();
  assert.deepEqual([connection.state, states], ["closed", []]);
  assert.deepEqual(posted, ["where", "open", "leave"]);
});

test("a socket whose page went away before the welcome is closed, also when the welcome just came", async (t) => {
  const { WebSocket } = globalThis;
  t.after(() => void (globalThis.WebSocket = WebSocket));
  for (const welcome of [false, true]) {
    const sockets = /** @type {any[]} */ ([]);
    globalThis.WebSocket = /** @type {any} */ (
      class extends EventTarget {
        readyState = 1;
        sent = /** @type {string[]} */ ([]);
        constructor() {
          super();
          sockets.push(this);
        }
        send(/** @type {string} */ text) {
          this.sent.push(JSON.parse(text).type);
        }
        close() {
          this.readyState = 3;
        }
      }
    );
    const { connection, states, life } = connected(
      t,
      ({ type }, say) => type === "where" && say({ type: "here", to: "me", port: 4321, secret: "s" }),
      "http://localhost/",
    );
    await settle();
    sockets[0].dispatchEvent(new Event("open"));
    await settle();
    assert.deepEqual(sockets[0].sent, ["hello"]);
    if (welcome) sockets[0].dispatchEvent(new MessageEvent("message", { data: '{"type":"welcome","path":"gateway"}' }));
    life.abort();
    await settle();
    assert.deepEqual([connection.state, states, sockets[0].readyState], ["closed", [], 3]);
    t.mock.timers.reset();
  }
});
