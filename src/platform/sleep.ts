/** Waiting that an abort ends. */
import { type Timer, clearTimeout, setTimeout } from "./timers.js";
import { unwatchSignal, watchSignal } from "./signals.js";

/** The longest time of a timer: a longer one fires at once. */
const LONGEST = 0x7fffffff;

/** Resolves after so many milliseconds of real time. @throws the signal's reason, if it aborts before. @internal */
export function sleep(milliseconds: number, signal: AbortSignal | null): Promise<void> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const waiting: { timer: Timer; abort(reason: unknown): void } = {
      timer: setTimeout(
        () => {
          if (signal !== null) unwatchSignal(signal, waiting);
          resolve();
        },
        Math.min(milliseconds, LONGEST),
      ),
      abort(reason) {
        clearTimeout(waiting.timer);
        reject(reason);
      },
    };
    if (signal !== null) watchSignal(signal, waiting);
  });
}
