/**
 * Diagnostics channels: what tools for tracing see of each single request. Nobody listening costs a look at the channels.
 *
 * `tracingChannel("httpxide:request")` has this package's own messages. The five channels of undici make a request visible to
 * whatever observes the platform's `fetch`: OpenTelemetry's instrumentation of undici, Sentry and others. All are published in
 * the async context of the call.
 */
import { Buffer } from "node:buffer";
import { channel, tracingChannel } from "node:diagnostics_channel";
import type { Request } from "../request/request.js";
import type { ConnectionInfo } from "../response/connection-info.js";
import type { ResponseExtensions } from "../response/extensions.js";
import type { Response } from "../response/response.js";
import { countSend } from "./resends.js";

/** The message of `tracingChannel("httpxide:request")`. It is one object for all events of a request. */
export interface RequestMessage {
  readonly request: Request;
  /** How often the call has sent it before: for a retry, a redirect or an answer to a challenge. */
  readonly resendCount: number;
  /** From `asyncStart` on, if the request got a response. */
  response?: Response;
  /** From `error` on, if it got none. */
  error?: unknown;
  /** The connection of the response, from `asyncStart` on, if it came over the network. */
  connection?: ConnectionInfo;
  /**
   * Set by a subscriber of `start` that makes a span of the request: undici's channels then do not show it, so that tools which
   * listen to both make one span.
   */
  isTraced?: boolean;
}

/** The request as undici's channels show it: one object for all messages of a request. */
interface UndiciRequest {
  readonly origin: string;
  readonly path: string;
  readonly method: string;
  /** Flat: names and values. */
  readonly headers: string[];
  readonly throwOnError: false;
  completed: boolean;
  aborted: boolean;
  addHeader(name: string, value: string): void;
}

const own = tracingChannel<unknown, RequestMessage>("httpxide:request");
const undici = {
  create: channel("undici:request:create"),
  sendHeaders: channel("undici:client:sendHeaders"),
  headers: channel("undici:request:headers"),
  trailers: channel("undici:request:trailers"),
  error: channel("undici:request:error"),
};

/** Whether anyone listens. @internal */
export function isObserved(reportsAsUndici: boolean): boolean {
  return isOwnHeard() || (reportsAsUndici && isUndiciHeard());
}

/** Each channel by its name, because this is asked for each request: a loop takes three times as long. */
function isOwnHeard(): boolean {
  const { start, end, asyncStart, asyncEnd, error } = own;
  return (
    start.hasSubscribers ||
    end.hasSubscribers ||
    asyncStart.hasSubscribers ||
    asyncEnd.hasSubscribers ||
    error.hasSubscribers
  );
}

function isUndiciHeard(): boolean {
  const { create, sendHeaders, headers, trailers, error } = undici;
  return (
    create.hasSubscribers ||
    sendHeaders.hasSubscribers ||
    headers.hasSubscribers ||
    trailers.hasSubscribers ||
    error.hasSubscribers
  );
}

/** Sends the request by `send` and publishes what happens. @internal */
export async function observed(
  request: Request,
  reportsAsUndici: boolean,
  send: () => Promise<Response>,
): Promise<Response> {
  const message: RequestMessage = { request, resendCount: countSend(request) };
  let shown = null as UndiciRequest | null;
  const start = (): Promise<Response> => {
    if (reportsAsUndici && message.isTraced !== true && isUndiciHeard()) {
      shown = shownRequest(request);
      undici.create.publish({ request: shown });
    }
    try {
      return send();
    } finally {
      own.end.publish(message);
    }
  };
  let response: Response;
  try {
    response = await own.start.runStores(message, start);
  } catch (error) {
    message.error = error;
    own.error.publish(message);
    settled(message);
    if (shown !== null) failed(shown, error);
    throw error;
  }
  message.response = response;
  const { connection }: Partial<ResponseExtensions> = response.extensions;
  if (connection !== undefined) message.connection = connection;
  settled(message);
  if (shown !== null) answered(shown, response);
  return response;
}

function settled(message: RequestMessage): void {
  own.asyncStart.publish(message);
  own.asyncEnd.publish(message);
}

function shownRequest(request: Request): UndiciRequest {
  const { scheme, host, path } = request.parsedURL;
  const headers = request.headers.raw.flat();
  return {
    origin: `${scheme}://${host}`,
    path,
    method: request.method,
    headers,
    throwOnError: false,
    completed: false,
    aborted: false,
    addHeader(name, value) {
      // a request that is sent again, after a redirect for example, has it already
      request.headers.set(name, value);
      headers.push(name, value);
    },
  };
}

/** At the head of the response, because the connection is known only then. */
function sent(request: UndiciRequest, { connection, tls }: Partial<ResponseExtensions>): void {
  const headers = `${request.method} ${request.path} HTTP/1.1\r\n`;
  const socket = {
    remoteAddress: connection?.remoteAddress,
    remotePort: connection?.remotePort,
    localAddress: connection?.localAddress,
    localPort: connection?.localPort,
    alpnProtocol: tls?.alpn,
  };
  undici.sendHeaders.publish({ request, headers, socket });
}

function answered(request: UndiciRequest, response: Response): void {
  sent(request, response.extensions);
  const headers = response.headers.raw.flat().map((text) => Buffer.from(text, "latin1"));
  const { statusCode, reasonPhrase: statusText } = response;
  undici.headers.publish({ request, response: { statusCode, headers, statusText } });
  const body = response.streamed;
  // a connection that has changed its protocol may stay open for days
  if (body === null || response.extensions["networkStream"] !== undefined) {
    completed(request, response);
    return;
  }
  body.whenClosed(() => {
    if (body.failure === null) completed(request, response);
    else failed(request, body.failure.reason);
  });
}

/** Spans end here, so it is published for a response without trailers too. */
function completed(request: UndiciRequest, { trailers }: Response): void {
  request.completed = true;
  undici.trailers.publish({
    request,
    trailers: trailers.raw.flat().map((text) => Buffer.from(text, "latin1")),
  });
}

function failed(request: UndiciRequest, error: unknown): void {
  request.aborted = true;
  undici.error.publish({ request, error });
}
