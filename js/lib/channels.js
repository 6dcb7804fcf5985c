import { wellFormed } from "./texts.js";

/**
 * The two ways between page and kernel, with one shape: a WebSocket to the kernel's media gateway,
 * or the widget's own comm. Each hands incoming messages to `onText`/`onFrame`, and resolves
 * `closed` with a close code once it is over.
 */

/**
 * @typedef {object} ChannelHandlers
 * @property {(message: any) => void} onText
 * @property {(frame: ArrayBuffer | DataView) => void} onFrame
 */

/**
 * @typedef {object} Channel
 * @property {(message: object) => boolean} sendText false when it was not taken
 * @property {(frame: ArrayBuffer) => boolean} sendFrame likewise; also when too much piles up
 * @property {() => void} close
 * @property {Promise<number>} closed
 */

/** What a microphone makes in two seconds. */
const CONGESTED_BYTES = 2 * 50 * 656;

/**
 * @param {string} url @param {ChannelHandlers} handlers
 * @param {typeof WebSocket} WebSocketClass
 * @returns {Channel & {opened: Promise<boolean>}}
 */
export function socketChannel(url, handlers, WebSocketClass = WebSocket) {
  const socket = new WebSocketClass(url);
  socket.binaryType = "arraybuffer";
  const opened = new Promise((resolve) => {
    socket.addEventListener("open", () => resolve(true));
    socket.addEventListener("close", () => resolve(false));
  });
  const closed = new Promise((resolve) => {
    socket.addEventListener("close", (event) => resolve(event.code));
  });
  socket.addEventListener("message", ({ data }) => {
    if (typeof data === "string") handlers.onText(JSON.parse(data));
    else handlers.onFrame(data);
  });
  const send = (/** @type {string | ArrayBuffer} */ data) => {
    if (socket.readyState !== 1) return false;
    socket.send(data);
    return true;
  };
  return {
    sendText: (message) => send(JSON.stringify(wellFormed(message))),
    sendFrame: (frame) => socket.bufferedAmount <= CONGESTED_BYTES && send(frame),
    close: () => socket.close(),
    opened,
    closed,
  };
}

/** Close code of a connection that ended without one. */
const ABNORMAL = 1006;

/** Frames wait for company at most this long: a comm costs per message, not per byte. */
const BATCH_MS = 60;
const BATCH_FRAMES = 3;

/**
 * @param {(content: object, buffers?: ArrayBuffer[]) => void} post to the kernel, in this page's name
 * @param {ChannelHandlers} handlers
 * @returns {Channel & {receive: (content: any, buffers: DataView[]) => void}}
 */
export function commChannel(post, handlers) {
  /** @type {ArrayBuffer[]} */
  let batch = [];
  /** @type {ReturnType<typeof setTimeout> | 0} */
  let timer = 0;
  /** @type {(code: number) => void} */
  let resolveClosed = () => {};
  const closed = new Promise((/** @type {(code: number) => void} */ resolve) => {
    resolveClosed = resolve;
  });
  /** A comm that was disposed of throws, which is how it says that it is over. */
  const send = (/** @type {object} */ content, /** @type {ArrayBuffer[]} */ buffers = []) => {
    try {
      post(content, buffers);
      return true;
    } catch {
      clearTimeout(timer);
      resolveClosed(ABNORMAL);
      return false;
    }
  };
  const flush = () => {
    clearTimeout(timer);
    timer = 0;
    const frames = batch;
    batch = [];
    return frames.length === 0 || send({ type: "media", texts: [] }, frames);
  };
  return {
    sendText(message) {
      flush(); // order is kept
      return send({ type: "media", texts: [wellFormed(message)] });
    },
    sendFrame(frame) {
      batch.push(frame);
      if (batch.length >= BATCH_FRAMES) return flush();
      if (!timer) timer = setTimeout(flush, BATCH_MS);
      return true;
    },
    receive(content, buffers) {
      if (content.type === "close") {
        clearTimeout(timer);
        resolveClosed(content.code ?? 1000);
        return;
      }
      // One message holds either texts or frames, so there is no order to lose between them.
      for (const text of content.texts ?? []) handlers.onText(text);
      for (const frame of buffers ?? []) handlers.onFrame(frame);
      send({ type: "ack", count: content.n });
    },
    close() {
      clearTimeout(timer);
      send({ type: "leave" });
      resolveClosed(1000);
    },
    closed,
  };
}
