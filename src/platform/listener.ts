/**
 * A caller's function that is told about one request, called in the async context in which the request was sent. The
 * completion loop, which leads to it, runs in the context of another call, or in none.
 */
import { currentContext } from "./async-context.js";
import { isThenable } from "./thenable.js";

/** @internal */
export class Listener<Arguments extends unknown[]> {
  readonly #context = currentContext();
  /** Null after it has thrown or its promise has rejected. */
  #listener: ((...args: Arguments) => unknown) | null;
  /** Whether it has returned a promise. Its rejection becomes known a microtask later. */
  isAsync = false;

  constructor(listener: (...args: Arguments) => unknown) {
    this.#listener = listener;
  }

  /** Whether it is called no more. */
  get isSilent(): boolean {
    return this.#listener === null;
  }

  /** Calls it. An exception, or the reason with which its promise rejects, aborts the exchange. */
  call(exchange: { abort(reason: unknown): void }, ...args: Arguments): void {
    if (this.#listener === null) return;
    const fail = (reason: unknown): void => {
      this.#listener = null;
      exchange.abort(reason);
    };
    try {
      const answer = this.#context<Arguments, unknown>(this.#listener, ...args);
      if (!isThenable(answer)) return;
      this.isAsync = true;
      Promise.resolve(answer).then(undefined, fail);
    } catch (error) {
      fail(error);
    }
  }
}
