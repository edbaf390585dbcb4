/**
 * The budget of retries. While a server fails, each request of a client would be sent several times: a budget allows a
 * share of the requests to be repeated, and a few a second in any case.
 */
import { now } from "../../platform/clock.js";
import type { RetryBudget } from "./options.js";

/** Requests count for this many seconds. */
const WINDOW = 10;

/** @internal */
export class Budget {
  readonly #ratio: number;
  readonly #perSecond: number;
  /** The most that the reserve holds: less than a whole retry would never allow one. */
  readonly #capacity: number;
  /** What the requests of each of the last seconds have earned. */
  readonly #earned: { readonly second: number; retries: number }[] = [];
  /** What is left of the retries that are allowed in any case. */
  #reserve: number;
  #refilledAt = now();

  constructor({ ratio = 0.2, minPerSecond = 10 }: RetryBudget = {}) {
    this.#ratio = ratio;
    this.#perSecond = minPerSecond;
    this.#capacity = minPerSecond > 0 ? Math.max(1, minPerSecond) : 0;
    this.#reserve = this.#capacity;
  }

  /** A request is sent for the first time. */
  deposit(): void {
    const second = Math.floor(now() / 1000);
    const last = this.#earned.at(-1);
    if (last?.second === second) last.retries += this.#ratio;
    else this.#earned.push({ second, retries: this.#ratio });
    while (this.#earned[0]!.second <= second - WINDOW) this.#earned.shift();
  }

  /** Takes one retry; false if none is left. */
  withdraw(): boolean {
    const time = now();
    const elapsed = (time - this.#refilledAt) / 1000;
    // an unlimited rate has no product with no time
    if (elapsed > 0) this.#reserve = Math.min(this.#capacity, this.#reserve + elapsed * this.#perSecond);
    this.#refilledAt = time;
    if (this.#reserve >= 1) {
      this.#reserve -= 1;
      return true;
    }
    return this.#withdrawEarned(time);
  }

  #withdrawEarned(time: number): boolean {
    const oldest = Math.floor(time / 1000) - WINDOW;
    const earned = this.#earned.filter(({ second }) => second > oldest);
    // a sum of fifths is not exact
    if (earned.reduce((sum, { retries }) => sum + retries, 0) < 1 - 1e-9) return false;
    let missing = 1;
    for (const entry of earned) {
      const taken = Math.min(entry.retries, missing);
      entry.retries -= taken;
      missing -= taken;
    }
    return true;
  }
}
