/**
 * The hold on the event loop while something waits for the engine. It starts with the next batch of submissions, as most
 * holds begin with a request: one call of the engine instead of two. The loop cannot end before that batch is handed over.
 */

/** @internal */
export class LoopHold {
  readonly #end: () => void;
  #holders = 0;
  #isDue = false;

  /** @param end ends a hold that has started. */
  constructor(end: () => void) {
    this.#end = end;
  }

  /** Returns whether the hold is now due: {@link start} must be called before the loop can end. */
  add(): boolean {
    if (this.#holders++ > 0) return false;
    return (this.#isDue = true);
  }

  remove(): void {
    if (--this.#holders > 0) return;
    if (this.#isDue) this.#isDue = false;
    else this.#end();
  }

  /** Whether to start the hold now. The caller does so if this is true. */
  start(): boolean {
    const isDue = this.#isDue;
    this.#isDue = false;
    return isDue;
  }
}
