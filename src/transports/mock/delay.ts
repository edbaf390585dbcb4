/** The delay of a reply: an abort ends it, and so do the timeouts that a slow server would exceed. */
import { setTimeout as pause } from "node:timers/promises";
import { ReadTimeout, TotalTimeout } from "../../errors/timeout-error.js";
import type { Request } from "../../request/request.js";
import type { TransportOptions } from "../transport.js";

/** The maximum delay of the platform's timers: longer ones fire at once. */
const LONGEST = 2 ** 31 - 1;

/** @internal @throws RangeError */
export function checkDelay(delay: number): void {
  if (typeof delay === "number" && delay >= 0 && delay <= LONGEST) return;
  throw new RangeError(`A delay must be a number of milliseconds up to ${LONGEST}, not ${String(delay)}`);
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
  try {
    await pause(Math.min(delay, limit), undefined, { signal: signal ?? undefined });
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  }
  if (delay <= limit) return;
  const [Timeout, name] = limit === read ? [ReadTimeout, "read"] : [TotalTimeout, "total"];
  throw new Timeout(`${request.summary}: the ${name} timeout of ${limit} ms passed`, {
    request,
    requestSent: true,
  });
}
