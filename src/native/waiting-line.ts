/** Promises that wait for records of the engine, in order. They keep the event loop alive. */
import type { Bridge } from "./bridge.js";

interface Waiter<T> {
  resolve(value: T): void;
  reject(reason: unknown): void;
}

/** @internal */
export class WaitingLine<T> {
  readonly #bridge: Pick<Bridge, "hold" | "unhold">;
  /** Null while none waits: ten thousand quiet sessions have several lines each. */
  #waiters: Waiter<T>[] | null = null;
  #next = 0;

  constructor(bridge: Pick<Bridge, "hold" | "unhold">) {
    this.#bridge = bridge;
  }

  /** A promise at the end of the line. */
  join(): Promise<T> {
    this.#bridge.hold();
    return new Promise((resolve, reject) => {
      (this.#waiters ??= []).push({ resolve, reject });
    });
  }

  /** Resolves the first promise; false if none waits. */
  resolveFirst(value: T): boolean {
    const waiters = this.#waiters;
    if (waiters === null) return false;
    const first = waiters[this.#next]!;
    this.#next += 1;
    if (this.#next === waiters.length) {
      this.#waiters = null;
      this.#next = 0;
    }
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

  #takeAll(): Waiter<T>[] {
    const waiters = this.#waiters?.slice(this.#next) ?? [];
    this.#waiters = null;
    this.#next = 0;
    for (const _ of waiters) this.#bridge.unhold();
    return waiters;
  }
}
