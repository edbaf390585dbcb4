/** The signal of a call: an AbortSignal, or an emitter of "abort". */
import { EventEmitter } from "node:events";
import { adoptSignal } from "../platform/adopt-signal.js";
import { aborted } from "./errors.js";
import type { Control } from "./handlers.js";

/** Ends the exchange when the signal does, until `release()`. @internal */
export class AbortBySignal {
  readonly #signal: AbortSignal | EventEmitter | null;
  #abort: (() => void) | null = null;

  /** @throws TypeError if it is no signal. */
  constructor(signal: unknown) {
    this.#signal = signal instanceof EventEmitter ? signal : adoptSignal(signal);
  }

  watch(control: Control): void {
    const signal = this.#signal;
    if (signal === null) return;
    if (signal instanceof EventEmitter) {
      this.#abort = () => control.abort(aborted());
      signal.on("abort", this.#abort);
    } else {
      this.#abort = () => control.abort((signal.reason as Error | undefined) ?? aborted());
      if (signal.aborted) this.#abort();
      else signal.addEventListener("abort", this.#abort);
    }
  }

  release(): void {
    if (this.#abort === null) return;
    if (this.#signal instanceof EventEmitter) this.#signal.off("abort", this.#abort);
    else this.#signal?.removeEventListener("abort", this.#abort);
  }
}
