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
 * @property {(message: object) => void} sendText
 * @property {(frame: ArrayBuffer) => void} sendFrame
 * @property {boolean} congested whether what was sent piles up in the browser
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
  return {
    sendText: (message) => socket.readyState === 1 && socket.send(JSON.stringify(message)),
    sendFrame: (frame) => socket.readyState === 1 && socket.send(frame),
    get congested() {
      return socket.bufferedAmount > CONGESTED_BYTES;
    },
    close: () => socket.close(),
    opened,
    closed,
  };
}

/** Frames wait for company at most this long: a comm costs per message, not per byte. */
const BATCH_MS = 60;
const BATCH_FRAMES = 3;

/**
 * @param {(content: object, buffers?: ArrayBuffer[]) => void} post
 * @param {ChannelHandlers} handlers
 * @returns {Channel & {receive: (content: any, buffers: DataView[]) => void}}
 */
export function commChannel(post, handlers) {
  /** @type {ArrayBuffer[]} */
  let batch = [];
  let timer = 0;
  /** @type {(code: number) => void} */
  let resolveClosed = () => {};
  const closed = new Promise((/** @type {(code: number) => void} */ resolve) => {
    resolveClosed = resolve;
  });
  const flush = () => {
    clearTimeout(timer);
    timer = 0;
    if (batch.length > 0) post({ type: "media", texts: [] }, batch);
    batch = [];
  };
  return {
    sendText(message) {
      flush(); // order is kept
      post({ type: "media", texts: [message] });
    },
    sendFrame(frame) {
      batch.push(frame);
      if (batch.length >= BATCH_FRAMES) flush();
      else if (!timer) timer = Number(setTimeout(flush, BATCH_MS));
    },
    congested: false,
    receive(content, buffers) {
      if (content.type === "close") {
        clearTimeout(timer);
        resolveClosed(content.code ?? 1000);
        return;
      }
      // One message holds either texts or frames, so there is no order to lose between them.
      for (const text of content.texts ?? []) handlers.onText(text);
      for (const frame of buffers ?? []) handlers.onFrame(frame);
      post({ type: "ack", count: content.n });
    },
    close() {
      clearTimeout(timer);
      post({ type: "leave" });
      resolveClosed(1000);
    },
    closed,
  };
}
