import assert from "node:assert/strict";
import { test } from "node:test";
import { PlayerController } from "../lib/player.js";
import { clock } from "../ui/player.js";

/** A player whose kernel and loudspeaker are the test's. */
function player(t, { duration_s = 60, fails = null } = {}) {
  t.mock.timers.enable({ apis: ["setTimeout", "setInterval"] });
  const sent = [];
  const told = [];
  let heard;
  const model = { on: (_, handler) => (heard = handler), off: () => (heard = null), send: (message) => sent.push(message) };
  const sound = {
    now_s: 0,
    latency_s: 0,
    closed: false,
    from: null,
    async open(_, onMessage) {
      if (fails) throw fails;
      this.from = onMessage;
    },
    tell: (message) => told.push(message),
    decode: async (flac) => [flac, flac],
    close() {
      this.closed = true;
    },
  };
  const scope = new AbortController();
  t.after(() => scope.abort());
  const controller = new PlayerController(model, scope.signal, /** @type {any} */ (sound));
  const kernel = (content, buffers) => heard?.({ to: controller.instance, ...content }, buffers);
  const turns = [[1, 3], [10, 12], [20, 22]].map(([user_start, agent_start], index) => ({ index, user_start, user_end: user_start + 1, agent_start, agent_end: agent_start + 1 }));
  kernel({ type: "feed", now_s: duration_s, turns });
  kernel({ type: "ready", duration_s, label: "Google · gemini-3.8-live", problem: "" });
  return { controller, kernel, sound, sent, told, scope };
}

test("it asks for the recording, and only believes what is for it", (t) => {
  const { controller, kernel, sent } = player(t);
  assert.deepEqual(sent, [{ type: "open", from: controller.instance }]);
  kernel({ type: "ready", to: "another", duration_s: 5, label: "", problem: "" });
  assert.equal(controller.duration_s, 60);
  assert.equal(controller.story.turns.size, 3);
});

test("nothing plays before Play is pressed; then it goes with the audio clock", async (t) => {
  const { controller, sound, told } = player(t);
  assert.deepEqual([controller.playing, sound.from], [false, null]);
  await controller.toggle();
  assert.deepEqual(told.at(-1), { seek: 0, speed: 1, gains: { user: 1, agent: 1 }, tap: false, play: true });
  sound.now_s = 2;
  sound.from({ state: { t_s: 1.9, time_s: 1.95, outcome: "playing" } });
  assert.ok(Math.abs(controller.t_s - 1.95) < 1e-9);
  controller.setSpeed(2);
  sound.now_s = 3;
  assert.ok(Math.abs(controller.t_s - 3.95) < 1e-9);
  controller.pause();
  sound.now_s = 9;
  assert.ok(Math.abs(controller.t_s - 3.95) < 1e-9);
});

test("while it waits for sound it stands still", async (t) => {
  const { controller, sound, kernel, sent, told } = player(t);
  await controller.toggle();
  sound.from({ need: [0, 1] });
  assert.deepEqual(sent.slice(1).map(({ type, piece }) => [type, piece]), [["sound", 0], ["sound", 1]]);
  sound.from({ state: { t_s: 0, time_s: 0.1, outcome: "waiting" } });
  sound.now_s = 5;
  assert.deepEqual([controller.t_s, controller.waiting], [0, true]);
  kernel({ type: "sound", piece: 0, problem: "" }, [new DataView(new ArrayBuffer(8))]);
  await Promise.resolve();
  await Promise.resolve();
  assert.equal(told.at(-1).piece.number, 0);
  sound.from({ state: { t_s: 0, time_s: 5, outcome: "playing" } });
  sound.now_s = 6;
  assert.deepEqual([controller.t_s, controller.waiting], [1, false]);
});

test("sound that is not to be had stops it and says why", async (t) => {
  const { controller, kernel, sound, sent } = player(t);
  const asked = () => sent.filter(({ type }) => type === "sound").map(({ piece }) => piece);
  await controller.toggle();
  kernel({ type: "sound", piece: 3, problem: "The file is gone." }, []);
  await Promise.resolve();
  assert.equal(controller.playing, false);
  assert.equal(controller.problem?.remedy, "The file is gone.");
  sound.from({ need: [3, 4] });
  assert.deepEqual(asked(), [], "it is not asked for over and over");
  await controller.toggle();
  assert.deepEqual(asked(), [3, 4]);
});

test("where one seeks about, what lies between is not asked for", async (t) => {
  const { controller, kernel, sound, sent } = player(t);
  const asked = () => sent.filter(({ type }) => type === "sound").map(({ piece }) => piece);
  await controller.toggle();
  for (const need of [[0, 1, 2], [10, 11, 12], [20, 21, 22], [30, 31, 32]]) sound.from({ need });
  assert.deepEqual(asked(), [0, 1]);
  const arrive = async (piece) => {
    kernel({ type: "sound", piece, problem: "" }, [new DataView(new ArrayBuffer(8))]);
    for (let n = 0; n < 4; n++) await Promise.resolve();
  };
  await arrive(0);
  await arrive(1);
  assert.deepEqual(asked(), [0, 1, 30, 31]);
  await arrive(30);
  assert.deepEqual(asked(), [0, 1, 30, 31, 32]);
  sound.from({ need: [32] });
  await arrive(31);
  assert.deepEqual(asked(), [0, 1, 30, 31, 32]);
});

test("a browser that lets no sound out is told of", async (t) => {
  const { controller } = player(t, { fails: Object.assign(new Error(), { problem: { title: "No sound.", remedy: "Click." } }) });
  await controller.toggle();
  assert.equal(controller.playing, false);
  assert.equal(controller.problem?.title, "No sound.");
});

test("from turn to turn, as with songs", (t) => {
  const { controller } = player(t);
  const at = [];
  for (const step of [1, 1, 1, 1, -1, -1]) {
    controller.turn(step);
    at.push(controller.t_s);
  }
  assert.deepEqual(at, [1, 10, 20, 60, 20, 10]);
  controller.seek(10.5);
  controller.turn(-1);
  assert.equal(controller.t_s, 1);
  controller.turn(-1);
  assert.equal(controller.t_s, 0);
});

test("one cannot seek out of it, and Play at the end begins anew", async (t) => {
  const { controller, sound } = player(t);
  controller.seek(-3);
  assert.equal(controller.t_s, 0);
  controller.seek(1000);
  assert.equal(controller.t_s, 60);
  await controller.toggle();
  assert.equal(controller.t_s, 0);
  sound.from({ state: { t_s: 60, time_s: 60, outcome: "ended" } });
  assert.deepEqual([controller.playing, controller.t_s], [false, 60]);
});

test("each side has its own loudness", async (t) => {
  const { controller, told } = player(t);
  await controller.toggle();
  controller.setVolume("agent", 0.5);
  assert.deepEqual(told.at(-1), { gains: { user: 1, agent: 0.25 } });
  controller.mute("user");
  assert.deepEqual(told.at(-1), { gains: { user: 0, agent: 0.25 } });
  controller.mute("user");
  assert.deepEqual(told.at(-1), { gains: { user: 1, agent: 0.25 } });
});

test("an empty recording says so, and a kernel that says nothing is told of", (t) => {
  const { controller, kernel } = player(t, { duration_s: 0 });
  kernel({ type: "ready", duration_s: 0, label: "", problem: "There is nothing to play." });
  assert.equal(controller.problem?.title, "There is nothing to play.");
  const silent = new PlayerController({ on() {}, off() {}, send() {} }, new AbortController().signal, /** @type {any} */ ({ close() {} }));
  t.mock.timers.tick(10_000);
  assert.ok(silent.problem);
});

test("with its last view it falls silent", async (t) => {
  const { controller, sound, scope } = player(t);
  await controller.toggle();
  scope.abort();
  assert.deepEqual([controller.playing, sound.closed], [false, true]);
});

test("times are read as from a player", () => {
  assert.deepEqual([0, 9.94, 59.97, 65, 3723.4].map(clock), ["0:00.0", "0:09.9", "1:00.0", "1:05.0", "1:02:03.4"]);
});
