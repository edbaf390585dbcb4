/** Waiting that an abort ends. */
import { type Timer, clearTimeout, setTimeout } from "./timers.js";
import { unwatchSignal, watchSignal } from "./signals.js";

/** Resolves after so many milliseconds of real time. @throws the reason of the first signal that aborts before. @internal */
export function sleep(milliseconds: number, ...signals: readonly AbortSignal[]): Promise<void> {
  return new Promise((resolve, reject) => {
    for (const signal of signals) signal.throwIfAborted();
    const unwatch = (): void => {
      for (const signal of signals) unwatchSignal(signal, waiting);
    };
    const waiting: { timer: Timer; abort(reason: unknown): void } = {
      timer: setTimeout(() => {
        unwatch();
        resolve();
      }, milliseconds),
      abort(reason) {
        clearTimeout(waiting.timer);
        unwatch();
        reject(reason);
      },
    };
    for (const signal of signals) watchSignal(signal, waiting);
  });
}
