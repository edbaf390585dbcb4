/** Promises that wait for records of the engine, in order. They keep the event loop alive. */
import type { Bridge } from "./bridge.js";
import { type Refusal, type Settle, newPromise, refuse, settleOfLast } from "./settling.js";

/** @internal */
export class WaitingLine<T> {
  readonly #bridge: Pick<Bridge, "hold" | "unhold">;
  /** Null while none waits. */
  #first: Settle<T> | null = null;
  /** Those behind it. Null while there are none: most lines have one promise at a time, and then need no array for it. */
  #others: Settle<T>[] | null = null;
  #next = 0;
  /** Null while none waits: it may hold an object that is to be collected when nobody uses it. */
  #refused: Refusal | null = null;

  constructor(bridge: Pick<Bridge, "hold" | "unhold">) {
    this.#bridge = bridge;
  }

  /**
   * A promise at the end of the line. It rejects with what `refused` throws, which is the same for all that wait, or with the
   * reason itself.
   */
  join(refused: Refusal | null = null): Promise<T> {
    this.#bridge.hold();
    this.#refused = refused;
    const promise = newPromise<T>();
    const settle = settleOfLast<T>();
    if (this.#first === null) this.#first = settle;
    else (this.#others ??= []).push(settle);
    return promise;
  }

  /** Resolves the first promise; false if none waits. */
  resolveFirst(value: T): boolean {
    const first = this.#first;
    if (first === null) return false;
    this.#first = this.#takeNext();
    if (this.#first === null) this.#refused = null;
    this.#bridge.unhold();
    first(value);
    return true;
  }

  resolveAll(this: WaitingLine<void>): void {
    for (const settle of this.#takeAll()) settle();
  }

  rejectAll(reason: unknown): void {
    const refused = this.#refused;
    for (const settle of this.#takeAll()) refuse(settle, reason, refused);
  }

  #takeNext(): Settle<T> | null {
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

  #takeAll(): Settle<T>[] {
    const waiting = this.#first === null ? [] : [this.#first, ...(this.#others ?? []).slice(this.#next)];
    this.#first = null;
    this.#others = null;
    this.#next = 0;
    this.#refused = null;
    for (const _ of waiting) this.#bridge.unhold();
    return waiting;
  }
}
