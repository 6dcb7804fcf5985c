/**
 * Media frames between the page and the kernel.
 *
 * A 16-byte little-endian header, then the payload: u8 kind, u8 version, u16 flags, u32 seq,
 * f64 time_ms. The Python side of the same table is livekit_nb/browser/frames.py.
 */

/** What a frame carries, and which way it goes. */
export const KIND = Object.freeze({
  /** page → kernel: s16le mono 16 kHz, 20 ms */
  MIC: 1,
  /** page → kernel: one JPEG picture */
  FRAME: 2,
  /** kernel → page: s16le mono 24 kHz */
  PLAY: 16,
});

export const VERSION = 1;
export const HEADER_BYTES = 16;

/**
 * @typedef {object} Frame
 * @property {number} kind
 * @property {number} seq
 * @property {number} timeMs
 * @property {Uint8Array<ArrayBuffer>} payload
 */

/**
 * Pack one frame into an ArrayBuffer of exactly its size: JupyterLab's serializer ignores the
 * offset and length of views.
 * @param {number} kind @param {number} seq @param {number} timeMs
 * @param {ArrayBuffer | ArrayBufferView} payload
 * @returns {ArrayBuffer}
 */
export function packFrame(kind, seq, timeMs, payload) {
  const bytes = asBytes(payload);
  const buffer = new ArrayBuffer(HEADER_BYTES + bytes.byteLength);
  const view = new DataView(buffer);
  view.setUint8(0, kind);
  view.setUint8(1, VERSION);
  view.setUint32(4, seq >>> 0, true);
  view.setFloat64(8, timeMs, true);
  new Uint8Array(buffer, HEADER_BYTES).set(bytes);
  return buffer;
}

/**
 * @param {ArrayBuffer | ArrayBufferView} data a frame, possibly a view into a larger buffer
 * @returns {Frame} the payload is a copy, so it may be transferred
 */
export function unpackFrame(data) {
  const bytes = asBytes(data);
  if (bytes.byteLength < HEADER_BYTES) throw new RangeError(`frame of ${bytes.byteLength} bytes`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint8(1) !== VERSION) throw new RangeError(`frame version ${view.getUint8(1)}`);
  return {
    kind: view.getUint8(0),
    seq: view.getUint32(4, true),
    timeMs: view.getFloat64(8, true),
    payload: new Uint8Array(bytes.slice(HEADER_BYTES)),
  };
}

/** @param {ArrayBuffer | ArrayBufferView} data */
function asBytes(data) {
  return data instanceof ArrayBuffer
    ? new Uint8Array(data)
    : new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}
