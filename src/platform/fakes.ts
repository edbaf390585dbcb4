/** Fakes of the platform's schedulers and clocks, which libraries for tests install. */

/**
 * Whether a library has marked `scheduler` as its own: `@sinonjs/fake-timers` (Jest, Sinon, Vitest) leaves its clock on
 * it, Jest's older fakes are mock functions, and those of `node:test` are bound methods.
 *
 * @internal
 */
export function isFake(scheduler: unknown): boolean {
  // jsdom in Jest has no setImmediate
  if (typeof scheduler !== "function") return true;
  return (
    Object.hasOwn(scheduler, "clock") ||
    Object.hasOwn(scheduler, "_isMockFunction") ||
    scheduler.name.startsWith("bound ")
  );
}

/** The platform's own `now` stands on a prototype, or on Bun is native. @internal */
export function isFakeClock(clock: { now: () => number }): boolean {
  return Object.hasOwn(clock, "now") && (isFake(clock.now) || !isNative(clock.now));
}

function isNative(method: () => number): boolean {
  return Function.prototype.toString.call(method).includes("[native code]");
}
