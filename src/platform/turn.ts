/**
 * Turns of the event loop for loops over bodies. Promises that settle from memory never let timers and sockets run: a
 * body that arrives faster than its consumer takes it, or a generator with its pieces ready, would stop the process
 * until it ends.
 */
import { nextTurn, now } from "./clock.js";

/** Milliseconds that a loop may take of one turn. */
const LONGEST = 10;
/** Bytes that a loop may handle in one turn, which takes milliseconds. This bound holds when the clock stands still. */
const MOST_BYTES = 8 * 1024 * 1024;

/** The share of one loop. @internal */
export class Turn {
  #end = now() + LONGEST;
  #bytes = 0;

  /** Whether the loop must let others run, after it handled a piece of so many bytes: then it awaits {@link next}. */
  isOver(bytes: number): boolean {
    this.#bytes += bytes;
    return this.#bytes >= MOST_BYTES || now() >= this.#end;
  }

  /** Resolves after timers and sockets had their turn. */
  async next(): Promise<void> {
    await nextTurn();
    this.#end = now() + LONGEST;
    this.#bytes = 0;
  }
}
