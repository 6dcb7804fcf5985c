/**
 * What the page asks the kernel because it seldom needs it: messages, their bodies, pictures.
 *
 * Each question has a number, which the answer says back. An answer comes as JSON in pieces, and
 * the next piece comes when this one is told to have arrived, so that no frame of sound ever waits
 * behind a long answer. Nothing is asked again on a new connection: whoever still wants to know it
 * asks anew.
 */

/** So many questions are with the kernel at most; the others wait here. */
const IN_FLIGHT = 4;

/** @typedef {{id: number, question: Record<string, any>, text: string, resolve: (answer: any) => void, reject: (why: Error) => void}} Open */

export class Asks {
  /** @param {(message: object) => boolean} send sends now or not at all, and says which */
  constructor(send) {
    this.send = send;
    this.number = 0;
    /** Those the kernel knows of. @type {Map<number, Open>} */
    this.open = new Map();
    /** @type {Open[]} */
    this.waiting = [];
  }

  /**
   * @param {{what: string} & Record<string, any>} question
   * @returns {Promise<any>} the answer; rejected when there is none, or the connection is lost
   */
  ask(question) {
    return new Promise((resolve, reject) => {
      this.waiting.push({ id: 0, question, text: "", resolve, reject });
      this.#next();
    });
  }

  /** A piece of an answer came. @param {{id: number, text: string, last: boolean}} piece */
  told({ id, text, last }) {
    const one = this.open.get(id);
    if (!last) this.send({ type: "more", id, on: one !== undefined });
    if (!one) return;
    one.text += text;
    if (!last) return;
    this.open.delete(id);
    const answer = JSON.parse(one.text);
    if (answer.error === undefined) one.resolve(answer);
    else one.reject(new Error(answer.error));
    this.#next();
  }

  /** What was asked will not be answered. @param {string} why */
  forget(why) {
    const all = [...this.open.values(), ...this.waiting];
    this.open.clear();
    this.waiting = [];
    for (const { reject } of all) reject(new Error(why));
  }

  #next() {
    while (this.open.size < IN_FLIGHT && this.waiting.length > 0) {
      const one = /** @type {Open} */ (this.waiting.shift());
      const { what, ...about } = one.question;
      one.id = ++this.number;
      if (this.send({ type: "ask", id: one.id, what, about })) this.open.set(one.id, one);
      else one.reject(new Error("The kernel is not connected."));
    }
  }
}
