/** Errors from code that does not know its request: a header's check, an auth flow, a hook. */
import type { Request } from "./exchange.js";
import { RequestError } from "./request-error.js";

/**
 * Gives `error` its request, if it is a `RequestError` without one. Its message then begins with method and URL.
 *
 * @param request or, if none exists, method and URL as text.
 * @internal
 */
export function aboutRequest(error: unknown, request: Request | string): unknown {
  if (!(error instanceof RequestError) || hasRequest(error)) return error;
  const isWhole = typeof request !== "string";
  // The stack contains the message from when it was created, and is what gets printed.
  const { message, stack } = error;
  const told = `${isWhole ? request.summary : request}: ${message}`;
  if (isWhole) error.request = request;
  error.message = told;
  if (stack !== undefined) error.stack = stack.replace(message, () => told);
  return error;
}

/** Whether `error` is a `RequestError` of this request. @internal */
export function isAbout(error: unknown, request: Request): error is RequestError {
  return error instanceof RequestError && hasRequest(error) && error.request === request;
}

function hasRequest(error: RequestError): boolean {
  try {
    return error.request !== undefined;
  } catch {
    return false;
  }
}
