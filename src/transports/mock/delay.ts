/**
 * The delay of a reply: an abort ends it, and so do the timeouts that a slow server would exceed. It is the test's time:
 * with fake timers, it passes when the test moves its clock.
 */
import { checkNumber } from "../../platform/number-argument.js";
import { withTimeLimit } from "../../errors/time-limit.js";
import { ReadTimeout, TotalTimeout } from "../../errors/timeout-error.js";
import { unwatchSignal, watchSignal } from "../../platform/signals.js";
import type { Request } from "../../request/request.js";
import type { TransportOptions } from "../transport.js";

/** The maximum delay of the platform's timers: longer ones fire at once. */
const LONGEST = 2 ** 31 - 1;

/** @internal @throws TypeError, RangeError */
export function checkDelay(delay: unknown): void {
  const demand = `A delay must be a number of milliseconds up to ${LONGEST}`;
  checkNumber(delay, demand, (time) => time >= 0 && time <= LONGEST);
}

/**
 * @throws ReadTimeout, TotalTimeout if the request's timeout is shorter; the signal's reason.
 * @internal
 */
export async function delayed(
  delay: number,
  request: Request,
  { signal, timeout = request.timeout }: TransportOptions,
): Promise<void> {
  const { read, total } = timeout;
  const limit = Math.min(read ?? Infinity, total ?? Infinity);
  signal?.throwIfAborted();
  await pause(Math.min(delay, limit), signal ?? null);
  if (delay <= limit) return;
  // what is left of the total is less than the caller's limit
  const [Timeout, name, shown] =
    limit === read
      ? ([ReadTimeout, "read", limit] as const)
      : ([TotalTimeout, "total", request.timeout.total ?? limit] as const);
  throw new Timeout(withTimeLimit(`${request.summary}: no response within the ${name} timeout`, shown), {
    request,
    requestSent: true,
  });
}

function pause(milliseconds: number, signal: AbortSignal | null): Promise<void> {
  return new Promise((resolve, reject) => {
    const waiting = {
      abort(reason: unknown): void {
        // oxlint-disable-next-line no-restricted-globals -- it is the test's time
        clearTimeout(timer);
        reject(reason);
      },
    };
    if (signal !== null) watchSignal(signal, waiting);
    // oxlint-disable-next-line no-restricted-globals -- it is the test's time
    const timer = setTimeout(() => {
      if (signal !== null) unwatchSignal(signal, waiting);
      resolve();
    }, milliseconds);
  });
}
