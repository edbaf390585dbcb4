/**
 * The engine's time in that of `performance.now()`. Both clocks are monotonic and run alike, so they are compared once;
 * again only when they are found a millisecond apart, as on systems where just one of them goes on in sleep.
 */

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
    const before = performance.now();
    const engine = this.#now();
    const offset = (before + performance.now()) / 2 - engine;
    if (!(Math.abs(offset - this.#offset) < TOLERANCE)) this.#offset = offset;
  }

  /** @param milliseconds by the engine's clock. */
  toPerformance(milliseconds: number): number {
    return milliseconds + this.#offset;
  }
}
