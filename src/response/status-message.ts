/** The message of `raiseForStatus()`'s error, in HTTPX's words. */
import { maskedHref } from "../url/masked.js";

const KINDS = [
  "Informational response",
  "Successful response",
  "Redirect response",
  "Client error",
  "Server error",
];

/** @internal `location`: the target of a redirect; null if there is none. */
export function statusMessage(
  statusCode: number,
  reasonPhrase: string,
  href: string,
  location: string | null,
): string {
  const kind = KINDS[Math.floor(statusCode / 100) - 1] ?? "Invalid status code";
  const lines = [`${kind} '${statusCode} ${reasonPhrase}' for url '${maskedHref(href)}'`];
  if (location !== null) lines.push(`Redirect location: '${location}'`);
  lines.push(
    `For more information check: https://developer.mozilla.org/en-US/docs/Web/HTTP/Status/${statusCode}`,
  );
  return lines.join("\n");
}
