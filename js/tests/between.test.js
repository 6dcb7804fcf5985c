import assert from "node:assert/strict";
import { test } from "node:test";
import { windowOf } from "../lib/geometry.js";
import { Story } from "../lib/story.js";
import { pictureAt, shownPictures } from "../ui/between.js";
import { layoutOf } from "../ui/layout.js";

const sent = Array.from({ length: 60 }, (_, n) => ({ t: n * 1.03, number: n + 1, width: 640, height: 480, bytes: 1 }));
const at = (/** @type {number} */ now_s, span_s = 20) => windowOf({ now_s, span_s, end_s: null, left: 0, right: 800 });
const { picture: height } = layoutOf(true);

test("small pictures do not cover each other, and stay the same ones while it scrolls", () => {
  const before = new Set(shownPictures(sent, at(40), height).map(({ picture }) => picture.number));
  for (const now_s of [40.1, 43, 47.7]) {
    const shown = shownPictures(sent, at(now_s), height);
    assert.deepEqual(new Set(shown.map(({ picture }) => picture.number)), before);
    for (let n = 1; n < shown.length; n++) assert.ok(shown[n].x >= shown[n - 1].x + shown[n - 1].width);
  }
  assert.ok(shownPictures(sent, at(40, 5), height).length > before.size);
});

test("the pointer means the small picture under it, or the tick", () => {
  const story = new Story();
  story.apply({ now_s: 62, events: sent.map(({ t, ...data }) => ({ t, kind: "video.frame", data })) }, 0);
  const layout = layoutOf(true);
  const window = at(30);
  for (const { x, width, picture } of shownPictures(sent, window, height)) {
    if (x < 0 || x > 750) continue;
    assert.equal(pictureAt(story, window, layout, x + width / 2, layout.pictures + 10)?.number, picture.number);
  }
  assert.equal(pictureAt(story, window, layout, 5, layout.user), null, "the lanes are no pictures");
  assert.equal(pictureAt(story, window, layoutOf(false), 5, layout.pictures), null);
  const tick = sent.find(({ t }) => t > 15);
  const x = ((Number(tick?.t) - window.from_s) / 20) * 800;
  assert.equal(pictureAt(story, window, layout, x + 2, layout.axis - 4)?.number, tick?.number);
});
