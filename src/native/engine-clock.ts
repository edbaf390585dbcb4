/**
 * Converts times of the engine's clock to `performance.now()`. Both clocks are monotonic and run at one rate, so their
 * offset is kept until it is found to be off by a millisecond: on some systems only one of them runs during sleep.
 */

import { now } from "../platform/clock.js";

/** Milliseconds. */
const TOLERANCE = 1;

/** Readings that are further apart than the tolerance, as the process was stopped between them, are made again so often. */
const ATTEMPTS = 5;

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
    let offset = this.#offset;
    let apart = Infinity;
    for (let attempt = 0; attempt < ATTEMPTS && apart > TOLERANCE; attempt++) {
      const before = now();
      const engine = this.#now();
      const after = now();
      if (after - before >= apart) continue;
      apart = after - before;
      offset = (before + after) / 2 - engine;
    }
    // the best readings leave open that much
    if (!(Math.abs(offset - this.#offset) < Math.max(TOLERANCE, apart))) this.#offset = offset;
  }

  /** @param milliseconds of the engine's clock. */
  toPerformance(milliseconds: number): number {
    return milliseconds + this.#offset;
  }
}
