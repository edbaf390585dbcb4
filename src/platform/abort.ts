/** Abort signals for work that does not support them. */
import { unwatchSignal, watchSignal } from "./signals.js";

/**
 * The result of `work`, or the signal's reason if that comes first. A result that comes too late goes to `discard`.
 *
 * @param grace how long `work` may still take to end by itself after an abort.
 * @internal
 */
export function raceAbort<T>(
  work: Promise<T>,
  signal: AbortSignal,
  discard: (late: T) => unknown,
  grace?: () => Promise<void>,
): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    let isLost = false;
    const lose = (reason: unknown): void => {
      isLost = true;
      reject(reason);
    };
    const race = {
      abort(reason: unknown): void {
        if (grace === undefined) lose(reason);
        else void grace().then(() => lose(reason));
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
