/**
 * Timers that no fake moves, though one was installed before this module loaded. Jest replaces the globals only; Sinon,
 * Vitest and `node:test` also those of `node:timers`.
 */
import { AbortSignal } from "./classes.js";
import * as timersModule from "node:timers";
import { isFake } from "./fakes.js";
import { messageChannel } from "./message-channel.js";

/** A timer that waits. */
export interface Timer {
  /** Keeps the event loop alive until it fires, which is the default. */
  ref(): unknown;
  unref(): unknown;
}

interface Timers {
  setTimeout(run: () => void, milliseconds: number): Timer;
  clearTimeout(timer: Timer): void;
}

/** A timer by a signal's time limit, which the platform measures by itself and which no library replaces. */
class SignalTimer implements Timer {
  /** Keeps the event loop alive, which a signal's time limit does not. */
  readonly #channel = messageChannel();
  #run: (() => void) | null;

  constructor(run: () => void, milliseconds: number) {
    this.#run = run;
    this.#channel.port1.on("message", () => undefined);
    const fire = (): void => {
      const waiting = this.#run;
      this.clear();
      waiting?.();
    };
    AbortSignal.timeout(Math.ceil(milliseconds)).addEventListener("abort", fire);
  }

  clear(): void {
    this.#run = null;
    this.#channel.port1.close();
  }

  ref(): void {
    this.#channel.port1.ref();
  }

  unref(): void {
    this.#channel.port1.unref();
  }
}

const bySignals: Timers = {
  setTimeout: (run, milliseconds) => new SignalTimer(run, milliseconds),
  clearTimeout: (timer) => (timer as SignalTimer).clear(),
};

function genuine(): Timers {
  for (const timers of [timersModule, globalThis]) {
    if (!isFake(timers.setTimeout) && !isFake(timers.clearTimeout)) return timers as Timers;
  }
  return bySignals;
}

const { setTimeout: start, clearTimeout } = genuine();

/** The longest time of the platform's timers: a longer one fires at once. */
const LONGEST = 0x7fffffff;

/** A time that is longer than the platform's longest, 24.8 days, ends with that. @internal */
export function setTimeout(run: () => void, milliseconds: number): Timer {
  return start(run, Math.min(milliseconds, LONGEST));
}

/** @internal */
export { clearTimeout };
