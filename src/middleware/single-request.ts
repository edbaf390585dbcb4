/**
 * One request over one transport: the innermost step. It makes all transports behave alike: the response gets its
 * request, its time, its size limit and its abort signal, and its cookies go to the jar.
 */
import { wrongResult } from "../platform/argument-error.js";
import { now } from "../platform/clock.js";
import { RequestError } from "../errors/request-error.js";
import type { Request } from "../request/request.js";
import { Response } from "../response/response.js";
import { type CallEnds, answerUntilEnd, checkTime, limitBody, timeUntil } from "../transports/call-end.js";
import type { AsyncTransport, TransportOptions } from "../transports/transport.js";
import { isObserved, observed } from "./diagnostics.js";
import { finish } from "./finish.js";
import { type Send, type SendingClient, endsOf } from "./middleware.js";

/** @internal */
export function singleRequest(client: SendingClient): Send {
  return async (request, call) => {
    const {
      stream: isStream,
      wholeIfHere,
      codingRules,
      inFlow,
      followRedirects,
      signal,
      retry,
      attempt,
    } = call;
    const startedAt = now();
    const { settings, eventHooks } = client;
    // maxResponseBytes limits a body while it arrives, hooks and auth flows see responses before their bodies are read, and a
    // redirect is followed, a failed answer retried, although its body does not end
    const readsLater =
      isStream ||
      inFlow ||
      retry !== null ||
      settings.maxResponseBytes !== null ||
      eventHooks.response.length > 0;
    const stream = readsLater || followRedirects;
    const wholeUnlessRedirect = followRedirects && !readsLater;
    const transport = client.transportFor(request);
    const ends = endsOf(request, call, client.closed);
    const timeout = request.timeout.within(timeUntil(ends.deadline));
    const send = (): Promise<Response> =>
      exchange(
        transport,
        {
          stream,
          wholeUnlessRedirect,
          wholeIfHere,
          codingRules,
          isRetried: retry !== null,
          signal,
          timeout,
        },
        attempt,
        ends,
      );
    const { reportsAsUndici } = client;
    const response = await (isObserved(reportsAsUndici) ? observed(request, reportsAsUndici, send) : send());
    try {
      finish(response, request, startedAt, client);
      if (attempt > 1) response.streamed?.whenBroken((error) => numbered(error, attempt));
      if (signal !== null) response.streamed?.abortWith(signal);
      limitBody(response, ends);
      return response;
    } catch (error) {
      await response.aclose();
      throw error;
    }
  };
}

/** The reader of a body gets its error long after the retries have ended. */
async function numbered(error: unknown, attempt: number): Promise<void> {
  if (error instanceof RequestError) error.attempt = attempt;
}

async function exchange(
  transport: AsyncTransport,
  options: TransportOptions,
  attempt: number,
  ends: CallEnds,
): Promise<Response> {
  const { request, signal } = ends;
  signal?.throwIfAborted();
  checkTime(request, ends.deadline);
  return await answerUntilEnd(transport, answerOf(transport, request, options, attempt), ends);
}

/**
 * Gives the errors of a transport their request, which a user's transport may omit. The number of a further attempt is set
 * before anyone sees the outcome; that of a first one may be a `RetryTransport`'s.
 */
async function answerOf(
  transport: AsyncTransport,
  request: Request,
  options: TransportOptions,
  attempt: number,
): Promise<Response> {
  let response: Response;
  try {
    response = await transport.handleAsyncRequest(request, options);
  } catch (error) {
    if (error instanceof RequestError) {
      error.request = request;
      if (attempt > 1) error.attempt = attempt;
    }
    throw error;
  }
  if (!(response instanceof Response)) {
    throw wrongResult("A transport's handleAsyncRequest must return a Response of httpxide.");
  }
  if (attempt > 1) response.extensions.attempt = attempt;
  return response;
}
