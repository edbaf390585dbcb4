/** Trailers: fields that follow the body (RFC 9110, 6.5). */
import { aboutRequest } from "../errors/about-request.js";
import type { Request } from "../errors/exchange.js";
import { LocalProtocolError } from "../errors/protocol-error.js";
import { Headers, type HeadersInit } from "../headers/headers.js";
import { wrongType } from "../platform/argument-error.js";
import { isCallable } from "../platform/callable.js";
import { kindOf } from "../platform/record.js";

/**
 * Fields that follow the body, or a function that returns them. The function is called when all of the body has been sent,
 * so it can give a checksum.
 */
export type TrailersInit = HeadersInit | (() => HeadersInit | Promise<HeadersInit>);

/**
 * Fields that a recipient needs before the body: for framing, routing, conditions, authentication and the content's
 * form (RFC 9110, 6.5.1), and those of one connection (7.6.1).
 */
const FORBIDDEN = new Set([
  "age",
  "authorization",
  "cache-control",
  "connection",
  "content-encoding",
  "content-length",
  "content-range",
  "content-type",
  "cookie",
  "date",
  "expect",
  "expires",
  "host",
  "keep-alive",
  "location",
  "max-forwards",
  "pragma",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "range",
  "retry-after",
  "set-cookie",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
  "vary",
  "warning",
  "www-authenticate",
]);
const CONDITION = /^if-/;

/** @internal @throws TypeError, LocalProtocolError for fields that cannot be trailers. */
export function checkTrailers(trailers: unknown, name: string): asserts trailers is TrailersInit {
  if (isCallable(trailers)) return;
  if (typeof trailers !== "object" || trailers === null) {
    throw wrongType(`${name} must be header fields or a function, not ${kindOf(trailers)}.`);
  }
  trailerLines(trailers as HeadersInit, name);
}

/**
 * The lines of the fields that a function of the program has given for this request.
 *
 * @throws TypeError if it gave none, LocalProtocolError for fields that cannot be trailers.
 * @internal
 */
export function givenTrailerLines(given: unknown, request: Request): string {
  if (typeof given !== "object" || given === null) {
    throw wrongType(`The function of trailers must return header fields, not ${kindOf(given)}.`);
  }
  try {
    return trailerLines(given as HeadersInit);
  } catch (error) {
    throw error instanceof LocalProtocolError ? whileSending(error, request) : error;
  }
}

/** The server may have the head and the body by now. */
function whileSending({ message, code }: LocalProtocolError, request: Request): unknown {
  const error = new LocalProtocolError(message, { code, phase: "write", requestSent: "maybe" });
  return aboutRequest(error, request);
}

/** The lines of the fields, each ended by CRLF. @internal @throws LocalProtocolError for fields that cannot be trailers. */
function trailerLines(fields: HeadersInit, name = "trailers"): string {
  const headers = Headers.from(fields, name);
  for (const [field] of headers.raw) {
    const lower = field.toLowerCase();
    if (!FORBIDDEN.has(lower) && !CONDITION.test(lower)) continue;
    throw new LocalProtocolError(`${field} cannot be a trailer: recipients need it before the body.`, {
      code: "ERR_FORBIDDEN_TRAILER",
      phase: "write",
    });
  }
  return headers.block;
}
