/**
 * One request over one transport: the innermost step. It makes all transports behave alike: the response gets its
 * request, its time, its size limit and its abort signal, and its cookies go to the jar.
 */
import { wrongResult } from "../platform/argument-error.js";
import { raceAbort } from "../platform/abort.js";
import { now } from "../platform/clock.js";
import { RequestError } from "../errors/request-error.js";
import type { Request } from "../request/request.js";
import { Response } from "../response/response.js";
import type { AsyncTransport, TransportOptions } from "../transports/transport.js";
import { isObserved, observed } from "./diagnostics.js";
import { finish } from "./finish.js";
import type { Send, SendingClient } from "./middleware.js";

/** @internal */
export function singleRequest(client: SendingClient): Send {
  return async (request, { stream: isStream, inFlow, followRedirects, signal, startedAt: callStartedAt }) => {
    const startedAt = now();
    const { settings, eventHooks } = client;
    // maxResponseBytes limits a body while it arrives, hooks and auth flows see responses before their bodies are read, and a
    // redirect is followed although its body does not end
    const readsLater =
      isStream || inFlow || settings.maxResponseBytes !== null || eventHooks.response.length > 0;
    const stream = readsLater || followRedirects;
    const wholeUnlessRedirect = followRedirects && !readsLater;
    const timeout = request.timeout.after(startedAt - callStartedAt);
    const transport = client.transportFor(request);
    const send = (): Promise<Response> =>
      exchange(transport, request, { stream, wholeUnlessRedirect, signal, timeout });
    const { reportsAsUndici } = client;
    const response = await (isObserved(reportsAsUndici) ? observed(request, reportsAsUndici, send) : send());
    try {
      finish(response, request, startedAt, client);
      if (signal !== null) response.streamed?.abortWith(signal);
      return response;
    } catch (error) {
      await response.aclose();
      throw error;
    }
  };
}

function exchange(transport: AsyncTransport, request: Request, options: TransportOptions): Promise<Response> {
  const { signal } = options;
  if (!signal) return answerOf(transport, request, options);
  signal.throwIfAborted();
  return raceAbort(answerOf(transport, request, options), signal, (late) => late.aclose());
}

/** The response of a transport, which may be a user's. Its errors get their request, which it may omit. */
async function answerOf(
  transport: AsyncTransport,
  request: Request,
  options: TransportOptions,
): Promise<Response> {
  try {
    const response: unknown = await transport.handleAsyncRequest(request, options);
    if (response instanceof Response) return response;
    throw wrongResult("A transport's handleAsyncRequest must return a Response of httpxide.");
  } catch (error) {
    if (error instanceof RequestError) error.request = request;
    throw error;
  }
}
