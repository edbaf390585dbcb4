/** Converts the rejections of the native layer to errors of this package. */
import { errorFromEngine } from "../../errors/engine.js";
import { captureCallersStack, withCallersStack } from "../../errors/callers-stack.js";
import type { Timings } from "../../errors/timings.js";
import { Headers } from "../../headers/headers.js";
import { Failed, type Failure } from "../../native/failure.js";
import type { Request } from "../../request/request.js";

/**
 * The error of a failure; anything else, such as the reason of an abort, stays as it is.
 *
 * @param timings of a failure that does not know them, because the body broke off.
 * @internal
 */
export function errorOf(reason: unknown, timings: Timings | null = null): unknown {
  if (!(reason instanceof Failed)) return reason;
  const { failure, request } = reason;
  return errorOfFailure({ ...failure, timings: failure.timings ?? timings }, request as Request);
}

/** @internal */
export function errorOfFailure(failure: Failure, request: Request): Error {
  const { proxyAnswer, ...fields } = failure;
  if (proxyAnswer === null) return errorFromEngine(fields, request);
  const { status, head, body } = proxyAnswer;
  const headers = Headers.fromLines(head.slice(head.indexOf("\n") + 1));
  return errorFromEngine({ ...fields, answer: { status, headers, content: body } }, request);
}

/** Handles the rejection of a caller's promise: only there does V8 know the stack that leads to the caller. @internal */
export function rethrow(reason: unknown): never {
  if (!(reason instanceof Failed)) throw withCallersStack(reason);
  const error = errorOf(reason);
  captureCallersStack(error as Error, rethrow);
  throw error;
}
