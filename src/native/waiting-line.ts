/** Promises that wait for records of the engine, in order. They keep the event loop alive. */
import type { Bridge } from "./bridge.js";

interface Waiter<T> {
  resolve(value: T): void;
  reject(reason: unknown): void;
}

/** @internal */
export class WaitingLine<T> {
  readonly #bridge: Pick<Bridge, "hold" | "unhold">;
  /** Null while none waits. */
  #first: Waiter<T> | null = null;
  /** Those behind it. Null while there are none: most lines have one promise at a time, and then need no array for it. */
  #others: Waiter<T>[] | null = null;
  #next = 0;

  constructor(bridge: Pick<Bridge, "hold" | "unhold">) {
    this.#bridge = bridge;
  }

  /** A promise at the end of the line. */
  join(): Promise<T> {
    this.#bridge.hold();
    return new Promise((resolve, reject) => {
      const waiter = { resolve, reject };
      if (this.#first === null) this.#first = waiter;
      else (this.#others ??= []).push(waiter);
    });
  }

  /** Resolves the first promise; false if none waits. */
  resolveFirst(value: T): boolean {
    const first = this.#first;
    if (first === null) return false;
    this.#first = this.#takeNext();
    this.#bridge.unhold();
    first.resolve(value);
    return true;
  }

  resolveAll(this: WaitingLine<void>): void {
    for (const waiter of this.#takeAll()) waiter.resolve();
  }

  rejectAll(reason: unknown): void {
    for (const waiter of this.#takeAll()) waiter.reject(reason);
  }

  #takeNext(): Waiter<T> | null {
    const others = this.#others;
    if (others === null) return null;
    const next = others[this.#next]!;
    this.#next += 1;
    if (this.#next === others.length) {
      this.#others = null;
      this.#next = 0;
    }
    return next;
  }

  #takeAll(): Waiter<T>[] {
    const waiters = this.#first === null ? [] : [this.#first, ...(this.#others ?? []).slice(this.#next)];
    this.#first = null;
    this.#others = null;
    this.#next = 0;
    for (const _ of waiters) this.#bridge.unhold();
    return waiters;
  }
}
