/**
 * One request over one transport: the innermost step of sending. It makes every transport behave alike: the
 * response belongs to its request, is timed, bounded and abortable, and its cookies are kept.
 */
import { raceAbort } from "../platform/abort.js";
import { RequestError } from "../errors/request-error.js";
import type { Request } from "../request/request.js";
import { Response } from "../response/response.js";
import type { AsyncTransport, TransportOptions } from "../transports/transport.js";
import type { Call, Sender } from "./sender.js";

/** @internal The body of the response is left unread, unless the transport has read it already. */
export async function sendSingleRequest(sender: Sender, request: Request, call: Call): Promise<Response> {
  const startedAt = performance.now();
  const { settings, eventHooks } = sender;
  // a body is only bounded while it comes, and a hook for responses is called before
  const stream = call.stream || settings.maxResponseBytes !== null || eventHooks.response.length > 0;
  const timeout = request.timeout.after(startedAt - call.startedAt);
  const response = await exchange(sender, request, { stream, signal: call.signal, timeout });
  if (!(response instanceof Response)) {
    throw new TypeError("A transport's handleAsyncRequest must return a Response of httpxide.");
  }
  try {
    response.attach(request, startedAt, settings);
    if (call.signal) response.streamed?.abortWith(call.signal);
    keepCookies(sender, response);
    return response;
  } catch (error) {
    await response.aclose();
    throw error;
  }
}

/** @internal Takes what the response sets into the client's jar. */
export function keepCookies(sender: Sender, response: Response): void {
  if (!sender.keepsCookies) return;
  const lines = response.headers.getSetCookie();
  if (lines.length > 0) sender.cookies.extract(response.request.target.href, lines);
}

function exchange(sender: Sender, request: Request, options: TransportOptions): Promise<Response> {
  const transport = sender.transportFor(request);
  const { signal } = options;
  if (!signal) return answerOf(transport, request, options);
  signal.throwIfAborted();
  return raceAbort(answerOf(transport, request, options), signal, (late) => late.aclose());
}

/** The errors of a transport belong to the request, whether or not it says so. */
async function answerOf(
  transport: AsyncTransport,
  request: Request,
  options: TransportOptions,
): Promise<Response> {
  try {
    return await transport.handleAsyncRequest(request, options);
  } catch (error) {
    if (error instanceof RequestError) error.request = request;
    throw error;
  }
}
