/** `Retry-After` (RFC 9110, 10.2.3): a number of seconds, or a date. */

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
  // a date has letters; without this check, other numbers would be years
  if (!/^[A-Za-z]{3}/.test(given)) return null;
  const date = Date.parse(given);
  return Number.isNaN(date) ? null : Math.max(0, date - time);
}
