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
    let isLost = false;
    const race = {
      abort(reason: unknown): void {
        isLost = true;
        reject(reason);
      },
    };
    if (signal.aborted) race.abort(signal.reason);
    else watchSignal(signal, race);
    // Here and not in `abort`: the result may be a user's, whose code runs in the async context of the call.
    work
      .then((result) => (isLost ? discard(result) : resolve(result)))
      .catch(reject)
      .finally(() => unwatchSignal(signal, race));
  });
}
