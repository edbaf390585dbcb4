/** A limit of `Timeout` in the message of its error. */

/** A number up to this looks like seconds, the unit of HTTPX. */
const LIKE_SECONDS = 60;

/** `text`, which ends in "timeout", with the limit; one that looks like seconds has its unit explained. @internal */
export function withTimeLimit(text: string, milliseconds: number | null): string {
  if (milliseconds === null) return text;
  const hint = milliseconds > 0 && milliseconds <= LIKE_SECONDS ? ": times are milliseconds" : "";
  return `${text} of ${milliseconds} ms${hint}`;
}
