/**
 * Turns of the event loop for callbacks that follow one another without one. Node.js repeats the callback of a threadsafe
 * function up to a thousand times in a row while it is called again meanwhile: a flood of messages then stops all timers
 * and sockets of the process.
 */
import { type Immediate, now, onTurn } from "./clock.js";

/** Milliseconds that callbacks may take of one turn, from the first look at it. */
const LONGEST = 1;
/** Milliseconds between looks at the turns: a look takes 0.5 µs. */
const LOOK_EACH = 1;

/** @internal */
export class LoopTurn {
  /** Called when the loop has turned, if it was put off before. */
  readonly #proceed: () => void;
  /** Calls back in this turn of the loop. */
  #look: Immediate | null = null;
  #lookedAt = 0;
  #turnedAt = -LOOK_EACH;
  #isPutOff = false;

  constructor(proceed: () => void) {
    this.#proceed = proceed;
  }

  /** Whether the loop must turn first: the caller returns, and `proceed` is called afterwards. */
  putsOff(): boolean {
    const at = now();
    if (this.#look === null) {
      if (at - this.#turnedAt < LOOK_EACH) return false;
      this.#look = onTurn(this.#turned);
      this.#look?.unref();
      this.#lookedAt = at;
      return false;
    }
    if (at - this.#lookedAt < LONGEST) return false;
    this.#isPutOff = true;
    // the loop must neither end nor sleep before
    this.#look.ref();
    return true;
  }

  readonly #turned = (): void => {
    this.#look = null;
    this.#turnedAt = now();
    if (!this.#isPutOff) return;
    this.#isPutOff = false;
    this.#proceed();
  };
}
