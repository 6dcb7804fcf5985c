import assert from "node:assert/strict";
import { test } from "node:test";
import { HEADER_BYTES, KIND, packFrame, unpackFrame } from "../lib/frames.js";

test("a frame survives the round trip", () => {
  const payload = Uint8Array.of(1, 2, 3, 255);
  const frame = unpackFrame(packFrame(KIND.MIC, 4294967295, 1234.5, payload));
  assert.deepEqual(frame, { kind: 1, seq: 4294967295, timeMs: 1234.5, payload });
});

test("the header is the agreed sixteen bytes", () => {
  const buffer = packFrame(KIND.PLAY, 258, 1, new Uint8Array(0));
  assert.equal(buffer.byteLength, HEADER_BYTES);
  assert.deepEqual(
    [...new Uint8Array(buffer)],
    [16, 1, 0, 0, 2, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0xf0, 0x3f],
  );
});

test("views into larger buffers are packed tightly and unpacked in place", () => {
  const big = Int16Array.of(9, 9, 1, 2, 9);
  const buffer = packFrame(KIND.MIC, 0, 0, big.subarray(2, 4));
  assert.equal(buffer.byteLength, HEADER_BYTES + 4);
  const shifted = new Uint8Array(buffer.byteLength + 3);
  shifted.set(new Uint8Array(buffer), 3);
  const { payload } = unpackFrame(new DataView(shifted.buffer, 3));
  assert.deepEqual([...new Int16Array(payload.buffer)], [1, 2]);
});

test("short frames and other versions are refused", () => {
  assert.throws(() => unpackFrame(new ArrayBuffer(15)), RangeError);
  const other = new Uint8Array(packFrame(KIND.MIC, 0, 0, new Uint8Array(2)));
  other[1] = 2;
  assert.throws(() => unpackFrame(other), RangeError);
});
