/**
 * Converts times of the engine's clock to `performance.now()`. Both clocks are monotonic and run at one rate, so their
 * offset is kept until it is found to be off by a millisecond: on some systems only one of them runs during sleep.
 */

import { now } from "../platform/clock.js";

/** Milliseconds. The scheduler may take less than this between the two readings. */
const TOLERANCE = 1;

/** @internal */
export class EngineClock {
  readonly #now: () => number;
  /** Added to the engine's time. */
  #offset = Number.NaN;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Compares the clocks. Call it before something is timed. */
  compare(): void {
    const before = now();
    const engine = this.#now();
    const offset = (before + now()) / 2 - engine;
    if (!(Math.abs(offset - this.#offset) < TOLERANCE)) this.#offset = offset;
  }

  /** @param milliseconds of the engine's clock. */
  toPerformance(milliseconds: number): number {
    return milliseconds + this.#offset;
  }
}
