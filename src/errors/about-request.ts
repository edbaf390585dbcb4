/** Errors from where nobody knew the request that they are about: a header's check, an auth flow, a hook. */
import type { Request } from "./exchange.js";
import { RequestError } from "./request-error.js";

/**
 * `error`, told its request if it is a `RequestError` that has none. Its message begins with method and URL then.
 *
 * @param request those alone, if they are all there is.
 * @internal
 */
export function aboutRequest(error: unknown, request: Request | string): unknown {
  if (!(error instanceof RequestError) || hasRequest(error)) return error;
  const isWhole = typeof request !== "string";
  // The stack has the message in it, as it is when it is first read, and is what is printed.
  const { message, stack } = error;
  const told = `${isWhole ? request.summary : request}: ${message}`;
  if (isWhole) error.request = request;
  error.message = told;
  if (stack !== undefined) error.stack = stack.replace(message, () => told);
  return error;
}

function hasRequest(error: RequestError): boolean {
  try {
    return error.request !== undefined;
  } catch {
    return false;
  }
}
