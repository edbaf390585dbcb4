/**
 * The engine's time in that of `performance.now()`. Both clocks are monotonic and run alike, so they are compared once;
 * again only when they are found a millisecond apart, as on systems where just one of them goes on in sleep.
 */

import { now } from "../platform/clock.js";

/** Milliseconds: less is what a turn of the scheduler between the two readings makes. */
const TOLERANCE = 1;

/** @internal */
export class EngineClock {
  readonly #now: () => number;
  /** From the engine's time to `performance.now()`. */
  #offset = Number.NaN;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** To be called before something is timed. */
  compare(): void {
    const before = now();
    const engine = this.#now();
    const offset = (before + now()) / 2 - engine;
    if (!(Math.abs(offset - this.#offset) < TOLERANCE)) this.#offset = offset;
  }

  /** @param milliseconds by the engine's clock. */
  toPerformance(milliseconds: number): number {
    return milliseconds + this.#offset;
  }
}
