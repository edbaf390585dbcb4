/** Abort signals for work that does not support them. */
import { unwatchSignal, watchSignal } from "./signals.js";

/**
 * The result of `work`, or the signal's reason if that comes first. A result that comes too late goes to `discard`.
 * @internal
 */
export function raceAbort<T>(
  work: Promise<T>,
  signal: AbortSignal,
  discard: (late: T) => unknown,
): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const race = {
      abort(reason: unknown): void {
        reject(reason);
        work.then(discard).catch(() => undefined);
      },
    };
    if (signal.aborted) return race.abort(signal.reason);
    watchSignal(signal, race);
    work.then(resolve, reject).finally(() => unwatchSignal(signal, race));
  });
}
