/** The state that a handler's controller shows: aborted once, with a reason; paused until it is resumed or aborted. */
import { aborted } from "./errors.js";
import type { Control } from "./handlers.js";

/** What follows from a call is the affair of the exchange. @internal */
export abstract class ControlState implements Control {
  #reason: Error | null = null;
  #isPaused = false;

  protected abstract onAbort(reason: Error): void;
  protected abstract onResume(): void;

  get aborted(): boolean {
    return this.#reason !== null;
  }

  get paused(): boolean {
    return this.#isPaused;
  }

  get reason(): Error | null {
    return this.#reason;
  }

  abort(reason?: Error): void {
    if (this.#reason !== null) return;
    this.#reason = reason ?? aborted();
    this.#isPaused = false;
    this.onAbort(this.#reason);
  }

  pause(): void {
    // a handler of undici 6 that aborts also asks for a pause, by what it returns
    this.#isPaused = this.#reason === null;
  }

  resume(): void {
    if (!this.#isPaused) return;
    this.#isPaused = false;
    this.onResume();
  }
}
