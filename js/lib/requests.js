/**
 * What the page asks of the kernel in the middle of a conversation: mute, talk, say, faults.
 *
 * Each has a number, which the kernel says back with its status, and is kept until then: a
 * connection that breaks may take it along, so on the next it is said again, in the same order. The
 * kernel obeys a number once.
 */
export class Requests {
  /** @param {(message: object) => void} send sends now or not at all */
  constructor(send) {
    this.send = send;
    this.number = 0;
    /** @type {Record<string, any>[]} */
    this.pending = [];
  }

  /** @param {object} message */
  give(message) {
    this.number += 1;
    const numbered = { ...message, request: this.number };
    this.pending.push(numbered);
    this.send(numbered);
  }

  /** Whether one of this type is unanswered: what the kernel says of it is of the time before. @param {string} type */
  waits(type) {
    return this.pending.some((one) => one.type === type);
  }

  /** The connection is new. */
  again() {
    for (const one of this.pending) this.send(one);
  }

  /** A status came with this number. @param {number} number */
  answered(number) {
    this.pending = this.pending.filter(({ request }) => request > number);
  }

  /** The conversation they were about is over. */
  forget() {
    this.pending = [];
  }
}
