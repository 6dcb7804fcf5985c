import assert from "node:assert/strict";
import { test } from "node:test";
import { Peaks } from "../lib/peaks.js";
import { Spans } from "../lib/spans.js";

/** @typedef {{t: number, to: number}} Thing */
const spansOf = (/** @type {Thing[]} */ things) => {
  const spans = new Spans((/** @type {Thing} */ { t, to }) => /** @type {[number, number]} */ ([t, to]));
  for (const thing of things) spans.add(thing);
  return spans;
};
/** Random numbers that are the same every time. */
function* dice() {
  let seed = 7;
  for (;;) yield (seed = (seed * 16807) % 2147483647) / 2147483647;
}

test("what touches a stretch is found, however things come and change", () => {
  const random = dice();
  const roll = () => Number(random.next().value);
  /** @type {Thing[]} */
  let things = [];
  const spans = spansOf([]);
  for (let n = 0; n < 400; n++) {
    const t = 100 * roll();
    const thing = { t, to: roll() < 0.1 ? Infinity : t + 5 * roll() };
    things.push(thing);
    spans.add(thing);
    if (n % 7 === 6) {
      const gone = things[Math.floor(roll() * things.length)];
      things = things.filter((one) => one !== gone);
      spans.remove(gone);
    }
    if (n % 5 === 4) {
      const other = things[Math.floor(roll() * things.length)];
      other.to = other.t + roll();
      spans.changed(other);
    }
    const from = 100 * roll();
    const to = from + 10 * roll();
    const expected = things.filter((one) => one.t <= to && one.to >= from).sort((one, two) => one.t - two.t);
    assert.deepEqual(spans.within(from, to), expected);
    const after = things.filter((one) => one.t > to).sort((one, two) => one.t - two.t);
    assert.equal(spans.next(to), after[0]);
  }
});

test("only what is near is looked at", () => {
  const spans = spansOf(Array.from({ length: 5000 }, (_, n) => ({ t: n, to: n + 0.5 })));
  let looked = 0;
  spans.spanOf = ({ t, to }) => {
    looked += 1;
    return [t, to];
  };
  assert.equal(spans.within(2500, 2510).length, 11);
  assert.ok(looked < 20, String(looked));
});

test("peaks of any stretch are those of its bins", () => {
  const random = dice();
  const roll = () => Number(random.next().value);
  const peaks = new Peaks();
  const values = Array.from({ length: 20_000 }, roll);
  for (let n = 0; n < values.length; n += 137) peaks.put(n * 0.02, values.slice(n, n + 137));
  peaks.put(60, values.slice(0, 500).map((value) => value / 2)); // told anew, and quieter
  values.splice(3000, 500, ...values.slice(0, 500).map((value) => value / 2));
  for (let n = 0; n < 500; n++) {
    const first = Math.floor(roll() * 19_000);
    const stop = first + 1 + Math.floor(roll() ** 3 * 15_000);
    assert.equal(peaks.max(first * 0.02, stop * 0.02), Math.fround(Math.max(...values.slice(first, stop))));
  }
});
