/** A Controller on a page that has only the comm; what is played and heard is made up. */
import { register } from "node:module";
import { opened } from "./audio.js";

// The worklets that lib/audio.js carries are only there in the built module.
const double = new URL("./audio.js", import.meta.url).href;
register(
  `data:text/javascript,${encodeURIComponent(`export async function resolve(specifier, context, next) {
    if (!specifier.endsWith("./audio.js") || !context.parentURL?.includes("/lib/")) return next(specifier, context);
    return { url: ${JSON.stringify(double)}, shortCircuit: true };
  }`)}`,
);

/** Makes a video element that shows what it is given. */
function fakeVideo() {
  return { muted: false, srcObject: null, videoWidth: 0, videoHeight: 0, play: async () => {} };
}

const page = {
  window: globalThis,
  addEventListener() {},
  location: { href: "https://page.example/", origin: "https://page.example" },
  document: { getElementById: () => null, createElement: fakeVideo },
  navigator: { userAgent: "none", mediaDevices: {} },
  isSecureContext: true,
  MediaStream: class {
    constructor(/** @type {any[]} */ tracks) {
      this.getTracks = this.getAudioTracks = this.getVideoTracks = () => tracks;
    }
  },
};
for (const [name, value] of Object.entries(page)) {
  Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
}

const { Controller } = await import("../../lib/controller.js");

/** Let what was promised happen. */
export async function settle() {
  for (let n = 0; n < 100; n++) await Promise.resolve();
}

/**
 * The page and a kernel of which the test says everything but the welcome.
 * @param {import("node:test").TestContext} t
 * @param {{traits?: Record<string, any>, models?: Record<string, any>}} [options] of the widget; other widgets
 */
export async function studio(t, { traits = {}, models = {} } = {}) {
  t.mock.timers.enable({ apis: ["setTimeout", "setInterval"] });
  opened.microphones.length = 0;
  opened.engines.length = 0;
  const life = new AbortController();
  t.after(() => life.abort());
  const handlers = /** @type {Set<[string, Function]>} */ (new Set());
  const kernel = {
    /** It was restarted: whatever the page wants to say is refused. */
    restarted: false,
    /** What the page said, in order. @type {any[]} */
    told: [],
    /** Numbers of the microphone's frames that came. @type {number[]} */
    heard: [],
    /** What the welcome says of the microphone. @type {number | null} */
    mic: null,
    /** @param {object} message */
    tell: (message) => kernel.post({ type: "media", n: 0, texts: [message] }),
    /** @param {object} content */
    post: (content) => handlers.forEach(([name, handler]) => name === "msg:custom" && handler({ to: instance, ...content }, [])),
    /** @param {string} status @param {number} command @param {object} [more] */
    status: (status, command, more = {}) =>
      kernel.tell({ type: "status", status, endpoint: "", command, request: 0, muted: false, manual: false, faults: false, fault: "", notice: "", ...more }),
    restart() {
      kernel.restarted = true;
      handlers.forEach(([name, handler]) => name === "comm_live_update" && handler());
    },
    /** What was asked for in mid-conversation. */
    requests: () => kernel.told.filter(({ request }) => request),
    commands: () => kernel.told.filter(({ command }) => command).map(({ type, command }) => [type, command]),
  };
  let instance = "";
  const model = {
    get: (/** @type {string} */ name) => traits[name] ?? null,
    on: (/** @type {string} */ name, /** @type {Function} */ handler) => handlers.add([name, handler]),
    off: () => handlers.clear(),
    widget_manager: { get_model: async (/** @type {string} */ id) => models[id] },
    send(/** @type {any} */ content, /** @type {unknown} */ _, /** @type {ArrayBuffer[]} */ buffers = []) {
      if (kernel.restarted) throw new Error("Cannot send");
      instance = content.from;
      if (content.type === "where") kernel.post({ type: "here", port: 0, secret: "" });
      if (content.type === "open") kernel.tell({ type: "welcome", path: "comm", mic: kernel.mic });
      if (content.type !== "media") return;
      kernel.told.push(...content.texts);
      kernel.heard.push(...buffers.map((frame) => new DataView(frame).getUint32(4, true)));
    },
  };
  const controller = new Controller(model, life.signal);
  await settle();
  return {
    controller,
    kernel,
    traits,
    life,
    opened,
    /** The connection breaks. */
    async drop() {
      kernel.post({ type: "close", code: 1006 });
      await settle();
    },
    /** The next one is there. */
    async back() {
      for (let n = 0; n < 8 && controller.connection.state !== "open"; n++) {
        t.mock.timers.tick(200);
        await settle();
      }
    },
    async start() {
      void controller.start();
      await settle();
    },
  };
}
