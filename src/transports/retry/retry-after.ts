/** `Retry-After` (RFC 9110, 10.2.3): a number of seconds, or a date. */
import { cookieDate } from "../../cookies/date.js";

/**
 * Milliseconds that a response asks to wait; null if it does not say.
 *
 * @param value of the header.
 * @param time of the wall clock, which a date is compared with.
 * @internal
 */
export function retryAfter(value: string | null, time: number = Date.now()): number | null {
  const given = value?.trim() ?? "";
  // some servers send fractions
  if (/^\d+(\.\d+)?$/.test(given)) return Number(given) * 1000;
  // Cookies have the same three forms of dates (RFC 9110, 5.6.7), all in GMT. `Date.parse` takes that of asctime, which names no
  // zone, for local time.
  const date = cookieDate(given);
  return date === null ? null : Math.max(0, date - time);
}
