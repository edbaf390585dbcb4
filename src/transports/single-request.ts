/**
 * One request over one transport: the innermost step of sending. It makes every transport behave alike: the
 * response belongs to its request, is timed, bounded, abortable, and read unless it is to be streamed.
 */
import { raceAbort } from "../abort.js";
import type { Request } from "../request.js";
import { Response, type ResponseSettings } from "../response.js";
import type { AsyncTransport } from "./transport.js";

/** @internal Whatever goes wrong after the response began, the response is closed. */
export async function sendSingleRequest(
  transport: AsyncTransport,
  request: Request,
  stream: boolean,
  signal: AbortSignal | null | undefined,
  settings: ResponseSettings,
): Promise<Response> {
  const startedAt = performance.now();
  // a body is only bounded while it comes, so that one with a bound is read here
  const asStream = stream || settings.maxResponseBytes !== null;
  const response = await exchange(transport, request, asStream, signal);
  if (!(response instanceof Response)) {
    throw new TypeError("A transport's handleAsyncRequest must return a Response of httpxide.");
  }
  try {
    response.attach(request, startedAt, settings);
    if (signal) response.streamed?.abortWith(signal);
    if (!stream) await response.aread();
    return response;
  } catch (error) {
    await response.aclose();
    throw error;
  }
}

function exchange(
  transport: AsyncTransport,
  request: Request,
  stream: boolean,
  signal: AbortSignal | null | undefined,
): Promise<Response> {
  if (!signal) return transport.handleAsyncRequest(request, { stream });
  // Resolved, because a transport in plain JavaScript may answer without a promise.
  const work = Promise.resolve(transport.handleAsyncRequest(request, { stream, signal }));
  return raceAbort(work, signal, (late) => late.aclose());
}
