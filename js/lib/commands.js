/**
 * What the page asks of the kernel that begins or ends a conversation, numbered.
 *
 * The kernel says the last number back with every status. So what it said before it heard of the
 * last command is told apart, as after Stop and Start within one round trip. A connection that
 * breaks may take a command along, so one that was not answered is said again on the next; the
 * kernel obeys a number once. One that was answered is over: said again to a kernel that meanwhile
 * talked to another page, it would begin a conversation that nobody asked for.
 */
export class Commands {
  /** @param {(message: object) => void} send */
  constructor(send) {
    this.send = send;
    this.number = 0;
    /** The last one, until the kernel has answered it. @type {Record<string, any> | null} */
    this.pending = null;
  }

  /** @param {object} message @returns {number} its number */
  give(message) {
    this.number += 1;
    this.pending = { ...message, command: this.number };
    this.send(this.pending);
    return this.number;
  }

  /** Whether the kernel may not know yet that the microphone counts anew. */
  get startPending() {
    return this.pending?.type === "start";
  }

  /** The connection is new. */
  again() {
    if (this.pending) this.send(this.pending);
  }

  /** Another page has taken over: what was asked is of no interest any more. */
  forget() {
    this.pending = null;
  }

  /**
   * A status came with this number. Returns whether it is about what was asked last; with nothing
   * unanswered every status is, also one of a kernel that has forgotten this page.
   * @param {number} number
   */
  answered(number) {
    if (number === this.number) this.pending = null;
    return this.pending === null;
  }
}
