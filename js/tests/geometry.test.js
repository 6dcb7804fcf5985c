import assert from "node:assert/strict";
import { test } from "node:test";
import { besideStart, defaultSpan, glide, loudness, spanBox, thin, ticks, tOf, waveBars, widen, windowOf, xOf } from "../lib/geometry.js";
import { Peaks } from "../lib/peaks.js";

const view = (now_s, more = {}) => windowOf({ now_s, span_s: 10, end_s: null, left: 100, right: 600, ...more });

test("the window follows now, or stays, and never starts before zero", () => {
  assert.deepEqual([view(3).from_s, view(3).to_s], [0, 10]);
  assert.deepEqual([view(25).from_s, view(25).to_s], [15, 25]);
  assert.deepEqual([view(25, { end_s: 12 }).from_s, view(25, { end_s: 2 }).from_s], [2, 0]);
});

test("times and pixels are each other's inverse", () => {
  const window = view(25);
  assert.equal(xOf(window, 15), 100);
  assert.equal(xOf(window, 25), 600);
  assert.equal(tOf(window, xOf(window, 17.3)), 17.3);
});

test("a wider window keeps its scale", () => {
  const wide = widen(view(25), 50, 30);
  assert.deepEqual([wide.left, wide.right, xOf(wide, 15), xOf(wide, 25)].map(Math.round), [50, 630, 100, 600]);
  assert.ok(ticks(widen(view(3), 90, 0)).every((tick) => tick.t >= 0));
  const peaks = new Peaks();
  peaks.put(0, [0.5]);
  assert.equal(waveBars(peaks, widen(view(3), 90, 0), 3).length, 1);
});

test("the line of now moves until the plot is full, then the picture does", () => {
  const talk = { span_s: 10, end_s: null, width: 500 };
  const near = (/** @type {any[]} */ points, /** @type {any[]} */ wanted) => {
    assert.equal(points.length, wanted.length);
    points.forEach((point, n) => {
      for (const key of ["at", "shift", "x"]) assert.ok(Math.abs(point[key] - wanted[n][key]) < 1e-6, `${n} ${key}: ${point[key]}`);
    });
  };
  near(glide({ ...talk, now_s: 3, ahead_s: 1 }), [{ at: 0, shift: 0, x: 150 }, { at: 1, shift: 0, x: 200 }]);
  near(glide({ ...talk, now_s: 25, ahead_s: 1 }), [{ at: 0, shift: 0, x: 500 }, { at: 1, shift: 50, x: 500 }]);
  near(glide({ ...talk, now_s: 9.75, ahead_s: 1 }), [
    { at: 0, shift: 0, x: 487.5 },
    { at: 0.25, shift: 0, x: 500 },
    { at: 1, shift: 37.5, x: 500 },
  ]);
  near(glide({ ...talk, now_s: 25, ahead_s: 1, end_s: 20 }), [{ at: 0, shift: 0, x: 750 }, { at: 1, shift: 0, x: 800 }]);
});

test("a label of what begins is right of its beginning, or left of it, and stays when that is gone", () => {
  const visible = view(10); // pixels 100 to 600
  assert.equal(besideStart(200, 80, visible), 200);
  assert.equal(besideStart(560, 80, visible), 480);
  assert.equal(besideStart(50, 80, visible), 100);
  assert.equal(besideStart(110, 600, visible), 110); // too long for either side
});

test("ticks are round times that do not crowd", () => {
  for (const span_s of [4, 10, 25, 90, 600, 7200]) {
    const window = view(span_s, { span_s });
    const all = ticks(window);
    assert.ok(all.length >= 2 && all.length <= 9, `${span_s}: ${all.length}`);
    for (let n = 1; n < all.length; n++) assert.ok(xOf(window, all[n].t) - xOf(window, all[n - 1].t) >= 63.9);
  }
  assert.deepEqual(ticks(view(10)).map((tick) => tick.label).slice(0, 2), ["0 s", "2 s"]);
  assert.ok(ticks(view(700, { span_s: 600 })).some((tick) => tick.label === "10:00"));
  assert.deepEqual(ticks(view(62, { span_s: 4, right: 700 })).map((tick) => tick.label).slice(2, 6), ["59.0 s", "59.5 s", "1:00.0", "1:00.5"]);
});

test("spans are clipped, visible, or left out", () => {
  const window = view(20);
  assert.deepEqual(spanBox(window, 5, 12), { x: 100, width: 100 });
  assert.deepEqual(spanBox(window, 19, null), { x: 550, width: 50 });
  assert.equal(spanBox(window, 12, 12)?.width, 2);
  assert.equal(spanBox(window, 1, 5), null);
  assert.equal(spanBox(window, 21, 22), null);
  assert.equal(spanBox(window, null, 12), null);
});

test("waveform bars are tied to the axis: scrolling moves them, it does not change them", () => {
  const peaks = new Peaks();
  peaks.put(0, Array.from({ length: 1000 }, (_, n) => (n % 7) / 7));
  const one = waveBars(peaks, view(15), 3);
  const two = waveBars(peaks, view(15.03), 3);
  const moved = new Map(two.map((bar) => [(bar.x + 1.5).toFixed(3), bar.level]));
  const common = one.filter((bar) => moved.has(bar.x.toFixed(3)));
  assert.ok(common.length > 100);
  for (const bar of common) assert.equal(moved.get(bar.x.toFixed(3)), bar.level);
});

test("silence has no bars, and only what is in the window is drawn", () => {
  const peaks = new Peaks();
  peaks.put(12, [0.5]);
  const bars = waveBars(peaks, view(20), 3);
  assert.equal(bars.length, 1);
  assert.ok(Math.abs(bars[0].x - xOf(view(20), 12.01)) < 3);
  assert.equal(waveBars(peaks, view(40), 3).length, 0);
});

test("loudness grows from silence to full scale", () => {
  assert.deepEqual([loudness(0), loudness(1), loudness(0.001)], [0, 1, 0]);
  assert.ok(loudness(0.05) > 0.3 && loudness(0.05) < loudness(0.5));
});

test("labels that would overlap give way to the first", () => {
  const labels = [{ x: 100, width: 50 }, { x: 120, width: 50 }, { x: 160, width: 10 }];
  assert.deepEqual(thin(labels, 4), [labels[0], labels[2]]);
});

test("wider plots show more time, within reason", () => {
  assert.ok(defaultSpan(300) >= 12 && defaultSpan(700) < defaultSpan(1400) && defaultSpan(5000) <= 40);
});
