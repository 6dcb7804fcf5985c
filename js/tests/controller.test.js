import assert from "node:assert/strict";
import { test } from "node:test";
import { fakeStream } from "./doubles/audio.js";
import { settle, studio } from "./doubles/page.js";

test("a conversation whose status connecting was lost goes on, and its end releases the microphone", async (t) => {
  const { controller, kernel, opened, start, drop, back } = await studio(t);
  kernel.status("idle", 0);
  await start();
  assert.deepEqual(kernel.commands(), [["start", 1]]);
  kernel.status("idle", 0); // still of the time before
  assert.equal(controller.status, "connecting");
  const [track] = opened.microphones[0].getTracks();
  await drop(); // and the kernel's "connecting" with it
  await back();
  kernel.status("listening", 1);
  assert.equal(controller.status, "listening");
  kernel.status("stopped", 1);
  assert.equal(controller.status, "stopped");
  assert.equal(track.readyState, "ended");
  assert.equal(controller.microphone, null);
});

test("what is told while the microphone is asked for is of the time before, also with number 0", async (t) => {
  const { controller, kernel } = await studio(t);
  void controller.start();
  kernel.status("stopped", 0);
  assert.equal(controller.status, "connecting");
  await settle();
  assert.equal(controller.microphone?.getTracks()[0].readyState, "live");
});

test("a Start that was answered is not said again, one that was not is", async (t) => {
  const { kernel, start, drop, back } = await studio(t);
  await start();
  await drop();
  await back();
  assert.deepEqual(kernel.commands(), [["start", 1], ["start", 1]]);
  kernel.status("connecting", 1);
  await drop();
  await back();
  assert.deepEqual(kernel.commands(), [["start", 1], ["start", 1]]);
});

test("a kernel that talked to another page meanwhile does not keep the microphone of this one", async (t) => {
  const { controller, kernel, opened, start, drop, back } = await studio(t);
  await start();
  kernel.status("connecting", 1);
  kernel.status("listening", 1);
  await drop();
  await back();
  kernel.status("stopped", 0); // it has forgotten what this page asked for
  assert.deepEqual(kernel.commands(), [["start", 1]]);
  assert.equal(controller.status, "stopped");
  assert.equal(opened.microphones[0].getTracks()[0].readyState, "ended");
});

test("frames of a Start that the kernel has not heard of are all sent, however it counted before", async (t) => {
  const { controller, kernel, opened, start, drop, back } = await studio(t);
  await start();
  kernel.status("connecting", 1);
  controller.stop();
  kernel.status("stopped", 2);
  await start();
  await drop(); // and the second Start with it
  for (let seq = 0; seq < 12; seq++) opened.engines[1].handlers.onFrame({ seq, timeMs: seq, peak: 0, pcm: new ArrayBuffer(640) });
  kernel.mic = 9; // the first conversation was shorter than the second is already
  kernel.told.length = 0;
  await back();
  t.mock.timers.tick(100);
  assert.deepEqual(kernel.commands(), [["start", 3]]);
  assert.deepEqual(kernel.heard, [...Array(12).keys()]);
});

/** Whoever wants the camera waits until the test lets the prompt be answered. */
function cameraPrompts() {
  const streams = /** @type {any[]} */ ([]);
  const answers = /** @type {(() => void)[]} */ ([]);
  navigator.mediaDevices.getUserMedia = async () => {
    await new Promise((resolve) => answers.push(() => resolve(undefined)));
    streams.push(fakeStream("video"));
    return streams.at(-1);
  };
  return { answers, states: () => streams.map((stream) => stream.getTracks()[0].readyState) };
}

test("two clicks while the camera's prompt is open leave one camera, and none after it is closed", async (t) => {
  const { controller } = await studio(t);
  const { answers, states } = cameraPrompts();
  void controller.toggleCamera();
  await settle();
  void controller.toggleCamera();
  await settle();
  answers.forEach((answer) => answer());
  await settle();
  assert.deepEqual(states(), ["ended", "live"]);
  assert.ok(controller.camera.on);
  void controller.toggleCamera();
  assert.deepEqual(states(), ["ended", "ended"]);
});

test("a camera granted after Stop is let go, and the kernel hears nothing of it", async (t) => {
  const { controller, kernel } = await studio(t);
  const { answers, states } = cameraPrompts();
  void controller.toggleCamera();
  await settle();
  controller.stop();
  answers[0]();
  await settle();
  assert.deepEqual(states(), ["ended"]);
  assert.equal(controller.camera.on, false);
  assert.deepEqual(kernel.told.filter(({ type }) => type === "camera"), []);
});

test("no kernel is left: neither microphone nor camera stay on", async (t) => {
  const { controller, kernel, opened, start } = await studio(t);
  const { answers, states } = cameraPrompts();
  await start();
  kernel.status("listening", 1, { recording: { on: true, text: "recording to talk.liverec", file: "talk.liverec" } });
  void controller.toggleCamera();
  await settle();
  answers[0]();
  await settle();
  assert.deepEqual([controller.camera.on, states()], [true, ["live"]]);
  kernel.restart();
  t.mock.timers.tick(1);
  await settle();
  assert.equal(controller.problem?.name, "KernelGone");
  assert.match(controller.problem?.remedy ?? "", /is in talk\.liverec: live\.load opens it\.$/);
  assert.deepEqual([controller.camera.on, states()], [false, ["ended"]]);
  assert.equal(opened.microphones[0].getTracks()[0].readyState, "ended");
});

test("Stop before the kernel is there makes no other widget play", async (t) => {
  const model = recording(Promise.resolve(fakeStream("audio")));
  const asked = t.mock.method(model, "get");
  const { controller, start, drop } = await studio(t, { traits: { stream: "IPY_MODEL_one" }, models: { one: model } });
  await drop();
  await start();
  controller.stop();
  t.mock.timers.tick(50);
  await settle();
  assert.equal(asked.mock.callCount(), 0);
});

test("Stop while another widget begins to play makes it rest", async (t) => {
  let begins = (/** @type {any} */ _) => {};
  const model = recording(new Promise((resolve) => (begins = resolve)));
  const { controller, kernel, start } = await studio(t, { traits: { stream: "IPY_MODEL_one" }, models: { one: model } });
  await start();
  controller.stop();
  assert.deepEqual(model.calls, []);
  begins(fakeStream("audio"));
  await settle();
  assert.deepEqual(model.calls, ["pause"]);
  assert.deepEqual(kernel.commands(), [["stop", 1]]);
});

/** A widget of ipywebrtc that plays a recording. @param {Promise<any>} stream */
function recording(stream) {
  const calls = /** @type {string[]} */ ([]);
  const media = { ended: false, currentTime: 0, play: async () => void calls.push("play"), pause: () => void calls.push("pause") };
  const traits = { _model_name: "VideoStreamModel", playing: true };
  return { calls, media, stream, get: (/** @type {"playing"} */ name) => traits[name] };
}

test("another stream given to the widget is the one that is heard", async (t) => {
  const streams = { one: fakeStream("audio"), two: fakeStream("audio") };
  const models = { one: recording(Promise.resolve(streams.one)), two: recording(Promise.resolve(streams.two)) };
  const traits = { stream: "IPY_MODEL_one" };
  const { controller } = await studio(t, { traits, models });
  const heard = async () => (await controller.other.give("audio"))?.stream.getTracks()[0].of;
  assert.deepEqual([await heard(), await heard()], [streams.one, streams.one]);
  assert.deepEqual(models.one.calls, ["play"]); // again, from the beginning
  traits.stream = "IPY_MODEL_two";
  assert.deepEqual([await heard(), await heard()], [streams.two, streams.two]);
  assert.deepEqual(models.two.calls, ["play"]);
});

/** A conversation that goes on. @param {import("node:test").TestContext} t @param {object} more what the kernel says of it */
async function talking(t, more = {}) {
  const all = await studio(t);
  await all.start();
  all.kernel.status("listening", 1, more);
  const asked = () => all.kernel.requests().map(({ request, ...rest }) => rest);
  const track = all.opened.microphones[0].getTracks()[0];
  const capture = (/** @type {number} */ seq, /** @type {number} */ timeMs) => all.opened.engines[0].handlers.onFrame({ seq, timeMs, peak: 0, pcm: new ArrayBuffer(640) });
  return { ...all, asked, track, capture };
}

test("muting silences the track at once, and the kernel's word counts once it has answered", async (t) => {
  const { controller, kernel, asked, track } = await talking(t);
  controller.toggleMute();
  assert.deepEqual([controller.muted, track.enabled], [true, false]);
  kernel.status("listening", 1, { muted: false }); // of the time before
  assert.equal(track.enabled, false);
  kernel.status("listening", 1, { muted: true, request: 1 });
  assert.equal(track.enabled, false);
  kernel.status("listening", 1, { muted: false, request: 1 }); // a cell has unmuted it
  assert.deepEqual([controller.muted, track.enabled], [false, true]);
  assert.deepEqual(asked(), [{ type: "mute", on: true }]);
});

test("a mute that a broken connection took along is said again, and a new Start begins unmuted", async (t) => {
  const { controller, kernel, opened, drop, back, start } = await talking(t);
  await drop();
  controller.toggleMute();
  assert.deepEqual(kernel.requests(), []);
  await back();
  assert.deepEqual(kernel.requests(), [{ type: "mute", on: true, request: 1 }]);
  controller.stop();
  kernel.status("stopped", 2, { request: 1 });
  await start();
  assert.equal(controller.muted, false);
  assert.equal(opened.microphones[1].getTracks()[0].enabled, true);
});

test("recording is switched when the kernel says so, one press at a time", async (t) => {
  const { controller, kernel, asked } = await talking(t, { recording: { on: true, text: "recording" } });
  controller.toggleRecording();
  controller.toggleRecording();
  assert.equal(controller.recording.on, true); // it goes on until the kernel has stopped it
  kernel.status("listening", 1, { recording: { on: false, text: "not recording" }, request: 1 });
  assert.deepEqual(controller.recording, { on: false, text: "not recording" });
  controller.toggleRecording();
  assert.deepEqual(asked(), [
    { type: "record", on: false },
    { type: "record", on: true },
  ]);
  kernel.status("stopped", 1, { request: 2, recording: { on: false, text: "will not record" } });
  controller.toggleRecording();
  assert.equal(asked().length, 2);
});

test("push-to-talk tells its beginning, and at its end which frame is the last", async (t) => {
  const { controller, asked, capture } = await talking(t, { manual: true });
  t.mock.method(performance, "now", () => 1000);
  controller.hold("space");
  controller.hold("space");
  capture(50, 980);
  controller.talkKey.letGo("space");
  assert.deepEqual(asked(), [
    { type: "talk", on: true, last: 0 },
    { type: "talk", on: false, last: 56 }, // what is said until 1120 ms
  ]);
});

test("without activity='manual', or without a conversation, the talk key does nothing", async (t) => {
  const { controller, kernel, asked } = await talking(t, { manual: false });
  controller.hold("space");
  kernel.status("stopped", 1, { manual: true });
  controller.hold("space");
  assert.equal(controller.talking, false);
  assert.deepEqual(asked(), []);
});

test("Stop lets go of the talk key", async (t) => {
  const { controller } = await talking(t, { manual: true });
  controller.hold("pointer 1");
  controller.stop();
  assert.equal(controller.talking, false);
});

test("a message that says nothing is not sent, nor one to nobody; a long one is cut", async (t) => {
  const { controller, kernel, asked } = await talking(t);
  assert.equal(controller.say("  "), false);
  assert.equal(controller.say(" hello "), true);
  assert.equal(controller.say("x".repeat(5000)), true);
  kernel.status("stopped", 1);
  assert.equal(controller.say("too late"), false);
  assert.deepEqual(asked().map(({ text }) => text.length), [5, 2000]);
});

test("faults are only asked for where they are offered", async (t) => {
  const { controller, kernel, asked } = await talking(t, { faults: false });
  controller.fault("drop");
  kernel.status("listening", 1, { faults: true });
  controller.fault("drop");
  assert.deepEqual(asked(), [{ type: "fault", name: "drop" }]);
});

test("reconnecting is part of the conversation: the microphone stays, and frames go on", async (t) => {
  const { controller, kernel, track, capture } = await talking(t);
  kernel.status("reconnecting", 1);
  assert.equal(controller.live, true);
  assert.equal(track.readyState, "live");
  for (let seq = 0; seq < 3; seq++) capture(seq, 20 * seq);
  t.mock.timers.tick(100);
  assert.deepEqual(kernel.heard, [0, 1, 2]);
});

test("a Start that was taken back before it could be sent begins no conversation", async (t) => {
  let begins = (/** @type {any} */ _) => {};
  const model = recording(new Promise((resolve) => (begins = resolve)));
  const { controller, kernel, start, drop, back } = await studio(t, { traits: { stream: "IPY_MODEL_one" }, models: { one: model } });
  await start();
  await drop(); // while the other widget begins to play
  begins(fakeStream("audio"));
  await settle();
  assert.equal(controller.commands.startPending, true);
  controller.stop();
  await back();
  assert.deepEqual(kernel.commands(), [["stop", 2]]);
});

test("audio that was to be cleared before it was sent keeps its numbers", async (t) => {
  const { controller, kernel } = await studio(t);
  kernel.tell({ type: "clear" });
  kernel.tell({ type: "skip", samples: 480 });
  assert.deepEqual([controller.playout.clears, controller.playout.given], [1, 480]);
});
