import { commChannel, socketChannel } from "./channels.js";
import { KIND, packFrame } from "./frames.js";
import { Outbox } from "./outbox.js";

/** @typedef {"proxy" | "direct" | "comm"} Path */
/** @typedef {"searching" | "open" | "replaced" | "closed"} ConnectionState */
/** @typedef {{port: number, secret: string}} Place */

/** Close code: another page has taken this widget over. */
const REPLACED = 4001;
const OPEN_MS = 4000;
const WELCOME_MS = 5000;
const COMM_WELCOME_MS = 60_000;
const SILENCE_MS = 10_000;
const ASK_AGAIN_MS = 10_000;

/** A connection that lasts this long was one; the next is sought at once when it breaks. */
const LASTING_MS = 5000;
const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 5000;

/**
 * Which gateway addresses are worth a try from this page, best first: the gateway itself from the
 * same machine, which spares every frame the way through Jupyter's server; else the proxy.
 * @param {Place} place
 * @param {{href: string, baseUrl: string | null}} page
 * @returns {{path: Path, url: string}[]}
 */
export function gatewayUrls(place, { href, baseUrl }) {
  const page = new URL(href);
  const urls = [];
  if (["localhost", "127.0.0.1", "[::1]"].includes(page.hostname)) {
    urls.push({ path: /** @type {Path} */ ("direct"), url: `ws://127.0.0.1:${place.port}/media` });
  }
  if (baseUrl !== null && /^https?:$/.test(page.protocol)) {
    const base = new URL(baseUrl.endsWith("/") ? baseUrl : `${baseUrl}/`, page);
    if (base.origin === page.origin) {
      const scheme = page.protocol === "https:" ? "wss:" : "ws:";
      urls.push({ path: /** @type {Path} */ ("proxy"), url: `${scheme}//${page.host}${base.pathname}proxy/${place.port}/media` });
    }
  }
  return urls;
}

/** Jupyter's base URL from the page, or null where there is none. @returns {string | null} */
export function jupyterBaseUrl() {
  const text = document.getElementById("jupyter-config-data")?.textContent;
  try {
    return text ? (JSON.parse(text).baseUrl ?? null) : null;
  } catch {
    return null;
  }
}

/**
 * The way to the kernel, kept open: found when the widget appears, found again when it breaks.
 *
 * Where the gateway is and the secret to enter it is asked over the widget's comm; each secret is
 * good for one connection. The welcome brings the next one, so a dropped connection comes back even
 * while a cell keeps the kernel from answering. Without a way to the gateway the comm itself carries
 * the same frames. All pages that show the widget share the comm, so what is said there carries the
 * page's instance: `from` to the kernel, `to` back.
 */
export class Connection {
  /**
   * @param {object} options
   * @param {{send: Function, on: Function, off: Function}} options.model the widget's model
   * @param {AbortSignal} options.signal its lifetime
   * @param {(message: any) => void} options.onText
   * @param {(frame: ArrayBuffer | DataView) => void} options.onFrame
   * @param {(connection: Connection) => void} options.onChange state or path changed
   * @param {() => object} options.hello what to tell about this page on every connect
   * @param {() => boolean} [options.anew] whether the kernel may count the microphone's frames of an earlier start
   * @param {{href: string, baseUrl: string | null}} options.page
   * @param {string} options.instance made up when the page was loaded
   */
  constructor({ model, signal, onText, onFrame, onChange, hello, anew = () => false, page, instance }) {
    this.model = model;
    this.signal = signal;
    this.handlers = { onText, onFrame };
    this.onChange = onChange;
    this.hello = hello;
    this.anew = anew;
    this.page = page;
    this.instance = instance;
    this.outbox = new Outbox();
    /** @type {ConnectionState} */
    this.state = "searching";
    /** @type {Path | null} */
    this.path = null;
    /** The comm refuses to carry anything: the kernel it led to was restarted or has ended. */
    this.gone = false;
    /** @type {import("./channels.js").Channel | null} */
    this.channel = null;
    /** @type {ReturnType<typeof commChannel> | null} */
    this.comm = null;
    /** @type {Place | null} */
    this.next = null;
    this.lastHeardMs = 0;
    /** @type {(place: Place) => void} */
    this.gotPlace = () => {};
    /** @type {() => void} */
    this.wake = () => {};
    const onComm = (/** @type {any} */ content, /** @type {DataView[]} */ buffers) => this.#onComm(content, buffers);
    // JupyterLab tells it when it restarts the kernel or sees it end, before it gives up the comm.
    const onLife = () => setTimeout(() => this.#probe(), 0);
    /** When the lifetime is over. @type {Promise<false>} */
    this.ended = new Promise((resolve) => signal.addEventListener("abort", () => resolve(false)));
    model.on("msg:custom", onComm);
    model.on("comm_live_update", onLife);
    signal.addEventListener("abort", () => {
      model.off("msg:custom", onComm);
      model.off("comm_live_update", onLife);
      this.#close();
    });
    queueMicrotask(() => void this.#run());
  }

  /** @param {object} message */
  sendText(message) {
    const sent = this.state === "open" && !this.outbox.texts.length && this.channel?.sendText(message);
    if (!sent) this.outbox.holdText(message);
  }

  /**
   * Send a message now or not at all, for those who say it again on the next connection.
   * @param {object} message @returns {boolean} whether it was sent
   */
  sendNow(message) {
    return this.state === "open" && Boolean(this.channel?.sendText(message));
  }

  /** Send a frame of the microphone; it is kept until it has surely arrived. @param {number} seq @param {number} timeMs @param {ArrayBuffer} pcm */
  sendMicrophone(seq, timeMs, pcm) {
    const frame = packFrame(KIND.MIC, seq, timeMs, pcm);
    const sent = this.state === "open" && !this.outbox.waiting && this.channel?.sendFrame(frame);
    this.outbox.keepFrame(seq, frame, Boolean(sent));
    if (!sent) this.#deliver();
  }

  /** Send a picture now or not at all: a late one is worth nothing. @param {number} seq @param {number} timeMs @param {ArrayBuffer} jpeg */
  sendPicture(seq, timeMs, jpeg) {
    if (this.state === "open") this.channel?.sendFrame(packFrame(KIND.FRAME, seq, timeMs, jpeg));
  }

  /** Take the widget back from another page. */
  resume() {
    if (this.state !== "replaced") return;
    this.#set("searching");
    this.wake();
  }

  async #run() {
    let pause_ms = FIRST_PAUSE_MS;
    while (!this.signal.aborted) {
      // A comm that was disposed of throws; a restarted kernel may bring another.
      if (await this.#round().catch(() => false)) {
        pause_ms = FIRST_PAUSE_MS;
      } else {
        await sleep(pause_ms);
        pause_ms = Math.min(2 * pause_ms, LONGEST_PAUSE_MS);
      }
    }
  }

  /** Connect and stay; false when there was no way to the kernel, or none that lasted. */
  async #round() {
    if (!(await this.#connect())) return false;
    let lasting = false;
    const lasts = setTimeout(() => (lasting = true), LASTING_MS);
    const code = await this.#stay();
    clearTimeout(lasts);
    if (this.signal.aborted) return true;
    this.#set(code === REPLACED ? "replaced" : "searching");
    if (code !== REPLACED) return lasting;
    await new Promise((resolve) => (this.wake = () => resolve(undefined)));
    return true;
  }

  #where() {
    this.#post({ type: "where", origin: new URL(this.page.href).origin });
  }

  /** Whether the comm still carries anything; an answer is welcome, and not waited for. */
  #probe() {
    try {
      this.#where();
    } catch {
      // that it throws has been noted
    }
  }

  /** Ask the kernel for the gateway's place, patiently: it may be busy with a cell. */
  async #ask() {
    for (;;) {
      const answer = new Promise((/** @type {(place: Place) => void} */ resolve) => (this.gotPlace = resolve));
      this.#where();
      const place = await Promise.race([answer, sleep(ASK_AGAIN_MS)]);
      if (place || this.signal.aborted) return place ?? { port: 0, secret: "" };
    }
  }

  /** The gateway at the place we were told last, at the one the kernel tells now, or the comm. */
  async #connect() {
    const known = this.next;
    this.next = null;
    if (known && (await this.#trySockets(known))) return true;
    if (await this.#trySockets(await this.#ask())) return true;
    return !this.signal.aborted && this.#tryComm();
  }

  /** @param {Place} place */
  async #trySockets(place) {
    const candidates = place.port > 0 ? gatewayUrls(place, this.page) : [];
    candidates.sort((a, b) => Number(b.path === this.path) - Number(a.path === this.path));
    for (const { path, url } of candidates) {
      if (this.signal.aborted) return false;
      if (await this.#trySocket(path, url, place.secret)) return true;
    }
    return false;
  }

  /** @param {Path} path @param {string} url @param {string} secret */
  async #trySocket(path, url, secret) {
    const welcome = this.#welcome();
    let channel;
    try {
      channel = socketChannel(url, { onText: welcome.onText, onFrame: (frame) => this.#onFrame(frame) });
    } catch {
      return false; // forbidden by the page's security, as ws: is on some https pages
    }
    const opened = await Promise.race([channel.opened, this.ended, sleep(OPEN_MS)]);
    if (opened) {
      channel.sendText({ type: "hello", secret, page: this.#about(path) });
      if (await this.#adopted(channel, path, welcome.arrived, WELCOME_MS)) return true;
    }
    channel.close();
    return false;
  }

  async #tryComm() {
    const welcome = this.#welcome();
    const channel = commChannel(
      (content, buffers) => this.#post(content, buffers),
      { onText: welcome.onText, onFrame: (frame) => this.#onFrame(frame) },
    );
    this.comm = channel;
    this.#post({ type: "open", page: this.#about("comm") });
    if (await this.#adopted(channel, "comm", welcome.arrived, COMM_WELCOME_MS)) return true;
    // The kernel may read "open" yet, once its cell is over: it should not talk to nobody then.
    channel.close();
    this.comm = null;
    return false;
  }

  /** Watches for the welcome, which comes before everything else. */
  #welcome() {
    /** @type {(ok: boolean) => void} */
    let arrive = () => {};
    const arrived = new Promise((/** @type {(ok: boolean) => void} */ resolve) => (arrive = resolve));
    const onText = (/** @type {any} */ message) => {
      this.lastHeardMs = performance.now();
      if (message.type === "welcome") {
        this.next = message.next ?? null;
        if (typeof message.mic === "number") this.outbox.rewind(this.anew() ? 0 : message.mic);
        arrive(true);
      } else this.handlers.onText(message);
    };
    return { arrived, onText };
  }

  /**
   * Take the channel, if its welcome comes in time and while there is somebody to talk.
   * @param {import("./channels.js").Channel} channel @param {Path} path
   * @param {Promise<boolean>} welcome @param {number} wait_ms
   */
  async #adopted(channel, path, welcome, wait_ms) {
    const closed = channel.closed.then(() => false);
    const came = await Promise.race([welcome, closed, this.ended, sleep(wait_ms)]);
    if (!came || this.signal.aborted) return false;
    this.channel = channel;
    this.path = path;
    this.#set("open");
    this.#deliver();
    return true;
  }

  #deliver() {
    if (this.state === "open" && this.channel) this.outbox.deliver(this.channel);
  }

  /** Until the channel is over. The kernel pings every second, so silence means it is dead. */
  async #stay() {
    const channel = /** @type {import("./channels.js").Channel} */ (this.channel);
    const watch = setInterval(() => {
      if (this.outbox.waiting) this.#deliver();
      if (this.path !== "comm" && performance.now() - this.lastHeardMs > SILENCE_MS) channel.close();
    }, 500);
    const code = await channel.closed;
    clearInterval(watch);
    this.channel = null;
    this.comm = null;
    return code;
  }

  /** @param {any} content @param {DataView[]} buffers */
  #onComm(content, buffers) {
    if (content.to !== this.instance) return; // for another page that shows this widget
    this.#setGone(false);
    if (content.type === "here") this.gotPlace({ port: content.port, secret: content.secret });
    else if (content.type === "media" || content.type === "close") this.comm?.receive(content, buffers);
  }

  /** @param {object} content @param {ArrayBuffer[]} [buffers] */
  #post(content, buffers) {
    try {
      this.model.send({ ...content, from: this.instance }, undefined, buffers);
    } catch (error) {
      this.#setGone(true);
      throw error;
    }
  }

  /** What to tell about this page. @param {Path} path */
  #about(path) {
    return { ...this.hello(), instance: this.instance, path };
  }

  /** @param {ArrayBuffer | DataView} frame */
  #onFrame(frame) {
    this.lastHeardMs = performance.now();
    this.handlers.onFrame(frame);
  }

  /** @param {boolean} gone */
  #setGone(gone) {
    if (gone === this.gone || this.signal.aborted) return;
    this.gone = gone;
    this.onChange(this);
  }

  /** @param {ConnectionState} state */
  #set(state) {
    this.state = state;
    this.onChange(this);
  }

  #close() {
    this.state = "closed";
    this.channel?.close();
    this.wake();
  }
}

/** @param {number} ms @returns {Promise<null>} */
function sleep(ms) {
  return new Promise((resolve) => setTimeout(() => resolve(null), ms));
}
