/** The opening handshake (RFC 6455, 4): the headers that ask for a session, and the judgement of the answer. */
import { WebSocketUpgradeError } from "../errors/websocket-error.js";
import { Headers, type HeadersInit } from "../headers/headers.js";
import type { Compression } from "../transports/http/engine-session.js";
import type { Request } from "../request/request.js";
import type { NetworkStream } from "../response/network-stream.js";
import type { Response } from "../response/response.js";
import { OFFER, agreedCompression } from "./compression.js";
import { acceptanceOf } from "./key.js";
import type { SessionOptions } from "./options.js";

/** The body of a refusal is read at once up to this many bytes, which frees its connection. */
const MAX_REFUSAL = 64 * 1024;

/** What was agreed. @internal */
export interface Agreement {
  readonly subprotocol: string | null;
  readonly compression: Compression | null;
}

interface Opened {
  readonly stream: NetworkStream;
  readonly agreement: Agreement;
}

const KEY = "Sec-WebSocket-Key";
const ofEach = [
  ["Connection", "Upgrade"],
  ["Upgrade", "websocket"],
  ["Sec-WebSocket-Version", "13"],
  [KEY, ""],
] as const;
/** Those of handshakes that differ only in their keys, without and with an offer to compress. */
const usual = [new Headers(ofEach), new Headers([...ofEach, ["Sec-WebSocket-Extensions", OFFER]])] as const;

/** The caller's headers and those of the handshake. @internal */
export function handshakeHeaders(
  given: HeadersInit | null | undefined,
  key: string,
  options: SessionOptions,
): Headers {
  const { subprotocols = [], compression = true } = options;
  if ((given === undefined || given === null) && subprotocols.length === 0) {
    const headers = usual[compression ? 1 : 0].copy();
    headers.set(KEY, key);
    return headers;
  }
  const headers = new Headers(given).copy();
  for (const [name, value] of ofEach) headers.set(name, name === KEY ? key : value);
  if (subprotocols.length > 0) headers.set("Sec-WebSocket-Protocol", subprotocols.join(", "));
  if (compression) headers.set("Sec-WebSocket-Extensions", OFFER);
  return headers;
}

/**
 * Ends a handshake whose answer is no agreement.
 * @throws WebSocketUpgradeError; its response is closed if it began a stream.
 * @internal
 */
export async function refuseAnswer(response: Response, why: string): Promise<never> {
  if (response.extensions["networkStream"] !== undefined) await response.aclose();
  else if (Number(response.headers.get("content-length") ?? Infinity) <= MAX_REFUSAL)
    await readRefusal(response);
  throw upgradeError(response, why);
}

/** @internal */
export function upgradeError(response: Response, why: string): WebSocketUpgradeError {
  const { request } = response;
  const message = `${request.summary}: the server did not agree to a WebSocket: ${why}`;
  return new WebSocketUpgradeError(message, { request, response });
}

/** @internal */
export function faultOfSubprotocol(
  chosen: string | null,
  { subprotocols = [] }: SessionOptions,
): string | null {
  if (chosen === null || subprotocols.includes(chosen)) return null;
  return `it chooses the subprotocol ${JSON.stringify(chosen)}, which was not offered`;
}

/** A body that breaks off is no worse than none: the refusal is the error. */
async function readRefusal(response: Response): Promise<void> {
  try {
    await response.aread();
  } catch {
    await response.aclose();
  }
}

/** Judges the answer to a handshake with this key. A text says why it is no agreement. @internal */
export function agreementOf(response: Response, key: string, options: SessionOptions): Opened | string {
  const { statusCode, request } = response;
  const { headers, httpVersion, networkStream: stream } = response.handshakeAnswer;
  // in HTTP/2 the request asks by its `:protocol`, and 2xx agrees (RFC 8441, 5)
  const isStreamOfHTTP2 = httpVersion === "HTTP/2";
  if (isStreamOfHTTP2 ? !response.isSuccess : statusCode !== 101)
    return `it answers with status ${statusCode}`;
  if (!isStreamOfHTTP2) {
    const fault = faultOfSwitch(headers, sentKey(request, key));
    if (fault !== null) return fault;
  }
  if (stream === undefined) return "its response has no network stream";
  const subprotocol = headers.get("sec-websocket-protocol");
  const fault = faultOfSubprotocol(subprotocol, options);
  if (fault !== null) return fault;
  const answer = headers.get("sec-websocket-extensions");
  const compression = agreedCompression(answer, options.compression ?? true);
  return typeof compression === "string" ? compression : { stream, agreement: { subprotocol, compression } };
}

/** A hook may have sent another one. */
function sentKey(request: Request, key: string): string {
  // what is parsed for it is not kept, as of the answer
  return request.untouched === null
    ? (Headers.fromLines(request.headerBlock).get("sec-websocket-key") ?? "")
    : key;
}

function faultOfSwitch(headers: Headers, key: string): string | null {
  if (headers.get("upgrade")?.toLowerCase() !== "websocket") return "its Upgrade header is not websocket";
  const options = headers.getList("connection", true).map((option) => option.toLowerCase());
  if (!options.includes("upgrade")) return "its Connection header has no upgrade";
  return headers.get("sec-websocket-accept") === acceptanceOf(key)
    ? null
    : "its Sec-WebSocket-Accept is not that of the key";
}
