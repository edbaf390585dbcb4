/** The error of `raiseForStatus()`, in HTTPX's words. */
import { HTTPStatusError } from "../errors/http-error.js";
import type { Request } from "../request/request.js";
import type { Response } from "./response.js";
import { maskedHref } from "../url/target.js";

const KINDS = [
  "Informational response",
  "Successful response",
  "Redirect response",
  "Client error",
  "Server error",
];

/** @internal */
export function statusError(response: Response, request: Request): HTTPStatusError {
  const { statusCode, reasonPhrase } = response;
  const kind = KINDS[Math.floor(statusCode / 100) - 1] ?? "Invalid status code";
  const lines = [`${kind} '${statusCode} ${reasonPhrase}' for url '${maskedHref(request.target.href)}'`];
  if (response.hasRedirectLocation) lines.push(`Redirect location: '${response.headers.get("location")}'`);
  lines.push(
    `For more information check: https://developer.mozilla.org/en-US/docs/Web/HTTP/Status/${statusCode}`,
  );
  return new HTTPStatusError(lines.join("\n"), { request, response });
}
