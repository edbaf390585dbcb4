/**
 * Converts the engine's failures to error classes. The engine reports a kind and fields; this file alone maps kinds to
 * classes.
 */
import { madeInside } from "./callers-stack.js";
import type { Headers, Request } from "./exchange.js";
import { CloseError, ConnectError, ReadError, WriteError } from "./network-error.js";
import { LocalProtocolError, RemoteProtocolError } from "./protocol-error.js";
import { ProxyError, type ProxyErrorInit } from "./proxy-error.js";
import { DecodingError, type Phase, type RequestSent, ResponseTooLarge } from "./request-error.js";
import { ConnectTimeout, PoolTimeout, ReadTimeout, TotalTimeout, WriteTimeout } from "./timeout-error.js";
import { withTimeLimit } from "./time-limit.js";
import type { Timings } from "./timings.js";

/** The engine's report of a failed request. @internal */
export interface EngineFailure {
  kind: EngineErrorKind;
  phase: Phase;
  code: string;
  /** The engine's text, such as "connection refused". */
  message: string;
  requestSent: RequestSent;
  timings?: Timings | null | undefined;
  http2Code?: number | null | undefined;
  /** Of an HTTP proxy that opened no tunnel. */
  answer?: { status: number; headers: Headers; content: Uint8Array } | undefined;
  /** The exception of a user's function that it goes back to. */
  thrown?: { readonly error: unknown } | null;
}

/** @internal */
export type EngineErrorKind = keyof typeof classOfKind;

const classOfKind = {
  ConnectTimeout,
  ReadTimeout,
  WriteTimeout,
  PoolTimeout,
  TotalTimeout,
  ConnectError,
  ReadError,
  WriteError,
  CloseError,
  LocalProtocolError,
  RemoteProtocolError,
  ProxyError,
  DecodingError,
  ResponseTooLarge,
};

/** The limits of `Timeout` that a kind is about. */
const limitOfKind = {
  ConnectTimeout: "connect",
  ReadTimeout: "read",
  WriteTimeout: "write",
  PoolTimeout: "pool",
  TotalTimeout: "total",
} as const;

/** What ends the calls of a client that is closed. @internal */
export const CLIENT_CLOSED = {
  kind: "CloseError",
  code: "ERR_CLIENT_CLOSED",
  message: "the client was closed",
} as const;

/** What ends a call whose total timeout is over. @internal */
export const OUT_OF_TIME = {
  kind: "TotalTimeout",
  code: "ERR_TOTAL_TIMEOUT",
  message: "not complete within the total timeout",
} as const;

/**
 * The error that the caller of `request` gets for `failure`. Its `cause` keeps the engine's own text and fields, with
 * `code` as in Node.js's system errors, unless a function of the user has thrown: then it is what that has thrown.
 *
 * @internal
 */
export function errorFromEngine(failure: EngineFailure, request: Request): Error {
  const { kind, phase, requestSent, timings, http2Code, answer, thrown = null } = failure;
  const code = (thrown && systemCode(thrown.error)) ?? failure.code;
  const limit = limitOfKind[kind as keyof typeof limitOfKind];
  const text = limit === undefined ? failure.message : withTimeLimit(failure.message, request.timeout[limit]);
  const message = `${request.summary}: ${text}`;
  const cause = thrown === null ? engineError(failure.message, code, phase) : thrown.error;
  const fields = { code, phase, requestSent, timings, http2ErrorCode: http2Code };
  const init: ProxyErrorInit = { ...fields, request, cause, ...answer };
  const error = madeInside(new classOfKind[kind](message, init));
  error.stack = `${error.name}: ${message}`;
  return error;
}

function engineError(message: string, code: string, phase: Phase): Error {
  const error = Object.assign(new Error(message), { code, phase });
  // The caller's stack matters; this one would only show the inside of the completion loop.
  error.stack = `Error: ${message}`;
  return error;
}

/** The code of an exception if it is one of the system, such as that of `dns.lookup`; null otherwise. */
function systemCode(error: unknown): string | null {
  const code = typeof error === "object" && error !== null && "code" in error ? error.code : null;
  return typeof code === "string" && /^E[A-Z0-9_]+$/.test(code) ? code : null;
}
