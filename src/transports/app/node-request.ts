/** A request by the client of node:http, on a connection to an application. */
import { type ClientRequest, type IncomingMessage, request as sendRequest } from "node:http";
import type { Connection } from "./connection.js";
import type { AppExchange } from "./exchange.js";
import { reportInformation } from "./message.js";
import { type AppFailure, HEAD_TOO_LARGE, NO_ANSWER, UPGRADED, invalidResponse } from "./failure.js";

/** The head of a response has the engine's size limit. */
const MAX_HEAD_BYTES = 100 * 1024;
/** Methods for which node:http expects no body. */
const WITHOUT_BODY = new Set(["GET", "HEAD", "DELETE", "OPTIONS", "TRACE", "CONNECT"]);

/** Begins a request on a connection: its head is written, its body is not. @internal */
export function requestOn(client: Connection, exchange: AppExchange): ClientRequest {
  const { method, parsedURL } = exchange.request;
  const request = sendRequest({
    createConnection: () => client,
    setHost: false,
    method,
    path: parsedURL.path,
    headers: headerLines(exchange) as unknown as readonly string[],
    maxHeaderSize: MAX_HEAD_BYTES,
  });
  // Otherwise it would close the connection at the end of the response.
  request.shouldKeepAlive = !/\bclose\b/i.test(exchange.request.headers.get("connection") ?? "");
  // By default, node:http drops headers beyond its maximum number.
  request.maxHeadersCount = 0;
  let answer: IncomingMessage | null = null;
  request.once("response", (response: IncomingMessage) => (answer = response));
  request.on("error", (error: NodeJS.ErrnoException) => {
    // Bytes after the end of the response do not belong to it.
    if (answer?.complete !== true) exchange.failWith(failureOfClient(error));
  });
  request.on("information", () => exchange.interim());
  reportInformation(exchange, request);
  return request;
}

/** Calls back when the application turns the connection into a byte stream, as the request asks. @internal */
export function whenUpgraded(
  request: ClientRequest,
  exchange: AppExchange,
  upgraded: (response: IncomingMessage, early: Uint8Array) => void,
): void {
  const { method, headers } = exchange.request;
  const asks = method === "CONNECT" || headers.has("upgrade");
  const switched = (response: IncomingMessage, _socket: unknown, early: Uint8Array): void => {
    const { statusCode = 0 } = response;
    if (asks && (statusCode === 101 || (statusCode >= 200 && statusCode < 300))) upgraded(response, early);
    else exchange.failWith(UPGRADED);
  };
  request.once("upgrade", switched).once("connect", switched);
}

function failureOfClient({ code, message }: NodeJS.ErrnoException): AppFailure {
  if (code === "ECONNRESET" || code === "EPIPE") return NO_ANSWER;
  return code === "HPE_HEADER_OVERFLOW" ? HEAD_TOO_LARGE : invalidResponse(message);
}

/** In the order and case of the wire. */
function headerLines({ request: { headers, method, body } }: AppExchange): [string, string][] {
  const lines = [...headers.raw];
  const isFramed = headers.has("content-length") || headers.has("transfer-encoding");
  // Otherwise node:http would announce that the connection closes with the response.
  if (!headers.has("connection")) lines.push(["Connection", "keep-alive"]);
  // Otherwise node:http would announce a chunked body, and frameworks would wait for it.
  if (!isFramed && body.kind === "empty" && !WITHOUT_BODY.has(method)) lines.push(["Content-Length", "0"]);
  return lines;
}
