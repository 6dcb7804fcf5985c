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
