/**
 * What the page asks of the kernel that begins or ends a conversation, numbered.
 *
 * The kernel says the last number back with every status. So what it said before it heard of the
 * last command is told apart, as after Stop and Start within one round trip. A connection that
 * breaks may take a command along, so the last one is said again on the next; the kernel obeys a
 * number once.
 */
export class Commands {
  /** @param {(message: object) => void} send */
  constructor(send) {
    this.send = send;
    this.number = 0;
    /** @type {object | null} */
    this.last = null;
  }

  /** @param {object} message */
  give(message) {
    this.number += 1;
    this.last = { ...message, command: this.number };
    this.send(this.last);
  }

  /** The connection is new. */
  again() {
    if (this.last) this.send(this.last);
  }

  /** Another page has taken over: what was asked is of no interest any more. */
  forget() {
    this.last = null;
  }

  /** Whether a status that came with this number is about what was asked last. @param {number} number */
  isCurrent(number) {
    return number === this.number;
  }
}
