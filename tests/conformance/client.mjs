// Plays scenarios with the official JavaScript client, and tells what that client told it.
//
// The counterpart of client.py: a job (JSON) comes on standard input, and to standard output goes one
// line of JSON that says what this is, then one for each scenario, as it ends. The steps and what is logged are described in
// steps.py. The argument names the package of the client, which reads the key from the environment
// itself.

import { readFile } from "node:fs/promises";
import { text } from "node:stream/consumers";

const { GoogleGenAI } = await import(process.argv[2]);
const about = new URL(`node_modules/${process.argv[2]}/package.json`, import.meta.url);

const DEADLINE_MS = 90_000; // a message that has not come by then will not come
const MESSAGE_BYTES = 3_200; // 100 ms of 16 kHz audio
const FRAME_BYTES = 640;
const FRAME_MS = 20;

class Player {
  constructor(scenario, media) {
    this.steps = scenario.steps;
    this.address = scenario.address;
    this.media = media;
    this.log = [];
    this.seen = 0; // how much of the log was waited for
    this.news = () => {};
    this.handle = undefined;
    this.token = undefined;
    this.calls = [];
    this.speech = Buffer.alloc(0); // what the microphone has yet to pick up
    this.session = undefined;
    this.microphone = undefined;
    this.left = undefined;
    this.leaving = false;
  }

  note(entry) {
    this.log.push(entry);
    this.news();
  }

  async play() {
    try {
      for (const [number, { do: action, ...how }] of this.steps.entries()) {
        await this[action](how);
        this.note({ step: number });
      }
    } catch (error) {
      this.note({ failed: String(error) });
    }
    await this.close();
    return this.log;
  }

  // Connections -----------------------------------------------------------------------------------

  async connect({ model, setup, resume, token }) {
    const config = resume ? { ...setup, sessionResumption: { handle: this.handle } } : setup;
    const client = token ? this.client("v1alpha", this.token) : this.client();
    let closed;
    this.left = new Promise((resolve) => (closed = resolve));
    const callbacks = {
      onmessage: (message) => this.read(message),
      onerror: (event) => this.note({ error: event.message }),
      onclose: (event) => {
        if (!this.leaving) this.note({ close: { code: event.code, reason: event.reason } });
        closed();
      },
    };
    client.live.connect({ model, config, callbacks }).then(
      (session) => {
        this.session = session;
        this.note({ connected: true });
      },
      (error) => this.note({ refused: error.message }),
    );
    await this.waitFor((entry) => "connected" in entry || "close" in entry, "an answer");
  }

  client(apiVersion, token) {
    const httpOptions = { baseUrl: this.address, ...(apiVersion && { apiVersion }) };
    return new GoogleGenAI({ httpOptions, ...(token && { apiKey: token }) });
  }

  read(message) {
    this.handle = message.sessionResumptionUpdate?.newHandle || this.handle;
    this.calls = message.toolCall?.functionCalls ?? this.calls;
    this.note({ message });
  }

  async close() {
    clearTimeout(this.microphone);
    this.microphone = undefined;
    if (this.session) {
      this.leaving = true;
      this.session.close();
      await this.left;
      this.session = undefined;
      this.leaving = false;
    }
  }

  async mint({ config }) {
    const made = await this.client("v1alpha").authTokens.create({ config });
    this.token = made.name;
    this.note({ token: made.name });
  }

  // What the user does ----------------------------------------------------------------------------

  text({ text }) {
    this.session.sendRealtimeInput({ text });
  }

  content({ turns, complete }) {
    this.session.sendClientContent({ turns, turnComplete: complete });
  }

  say({ clip, silence_s, rate_hz }) {
    const silence = Buffer.alloc(2 * Math.floor(silence_s * rate_hz));
    const pcm = Buffer.concat([Buffer.from(this.media[clip], "base64"), silence]);
    if (this.microphone) {
      this.speech = Buffer.concat([this.speech, pcm]);
      return;
    }
    for (let start = 0; start < pcm.length; start += MESSAGE_BYTES) {
      this.sendAudio(pcm.subarray(start, start + MESSAGE_BYTES), rate_hz);
    }
  }

  sendAudio(pcm, rateHz = 16_000) {
    const audio = { data: pcm.toString("base64"), mimeType: `audio/pcm;rate=${rateHz}` };
    this.session.sendRealtimeInput({ audio });
  }

  // Send what a microphone picks up, in real time; where nobody speaks, silence.
  listen() {
    let due = performance.now();
    const next = () => {
      const frame = Buffer.alloc(FRAME_BYTES);
      this.speech.copy(frame);
      this.speech = this.speech.subarray(FRAME_BYTES);
      this.sendAudio(frame);
      due += FRAME_MS;
      this.microphone = setTimeout(next, Math.max(0, due - performance.now()));
    };
    next();
  }

  show({ picture }) {
    const video = { data: this.media[picture], mimeType: "image/jpeg" };
    this.session.sendRealtimeInput({ video });
  }

  media_chunk({ clip }) {
    const media = { data: this.media[clip], mimeType: "audio/pcm;rate=16000" };
    this.session.sendRealtimeInput({ media });
  }

  mark({ edge }) {
    this.session.sendRealtimeInput({ [edge]: edge === "audioStreamEnd" ? true : {} });
  }

  respond({ response, ...fields }) {
    const functionResponses = this.calls.map(({ id, name }) => ({ id, name, response, ...fields }));
    this.session.sendToolResponse({ functionResponses });
  }

  update({ instructions, tools }) {
    this.session.sendContextUpdate({ systemInstruction: instructions, tools: tools && { tools } });
  }

  // What the user waits for -----------------------------------------------------------------------

  async wait({ path, audio_s }) {
    if (path === "close") {
      await this.waitFor((entry) => "close" in entry, "a close");
    } else if (path) {
      await this.waitFor((entry) => at(entry.message, path), path);
    } else {
      let heard = 0;
      const enough = (entry) => (heard += audioSeconds(entry.message)) >= audio_s;
      await this.waitFor(enough, `${audio_s} s of audio`);
    }
  }

  async waitFor(wanted, name) {
    let late;
    const deadline = new Promise((_, reject) => {
      late = setTimeout(() => reject(new Error(`waited in vain for ${name}`)), DEADLINE_MS);
    });
    try {
      for (;;) {
        while (this.seen < this.log.length) {
          const entry = this.log[this.seen++];
          if (wanted(entry)) return;
          if ("close" in entry) {
            throw new Error(`the connection ended while waiting for ${name}`);
          }
        }
        await Promise.race([new Promise((resolve) => (this.news = resolve)), deadline]);
      }
    } finally {
      clearTimeout(late);
    }
  }
}

// Whether there is something at this path, and it is neither false nor empty text.
function at(message, path) {
  const found = path.split(".").reduce((value, name) => value?.[name], message);
  return found !== undefined && found !== null && found !== false && found !== "";
}

function audioSeconds(message) {
  const parts = message?.serverContent?.modelTurn?.parts ?? [];
  const lengths = parts.map((part) => ((part.inlineData?.data ?? "").length * 3) / 4);
  return lengths.reduce((sum, length) => sum + length, 0) / 48_000;
}

const { version } = JSON.parse(await readFile(about, "utf8"));
process.stdout.write(JSON.stringify({ version, runtime: `Node ${process.versions.node}` }) + "\n");
const job = JSON.parse(await text(process.stdin));
const waiting = [...job.scenarios];

async function run() {
  for (let scenario; (scenario = waiting.shift()); ) {
    const log = await new Player(scenario, job.media).play();
    process.stdout.write(JSON.stringify({ scenario: scenario.name, log }) + "\n");
  }
}

await Promise.all(Array.from({ length: job.at_once }, run));
