/** Why a request failed, as a plain record. */
import type { NativeFailure } from "./binding.js";
import type { Thrown } from "./name-resolver.js";
import {
  ERROR_KINDS,
  type ErrorKind,
  PHASES,
  type Phase,
  REQUEST_SENT,
  type RequestSent,
} from "./protocol.js";

/** @internal */
export interface Failure {
  readonly kind: ErrorKind;
  readonly phase: Phase;
  readonly requestSent: RequestSent;
  /** The system's own code where there is one (`ECONNREFUSED`), else one that starts with `ERR_`. */
  readonly code: string;
  /** The engine's words, such as "connection refused", without method and URL. */
  readonly message: string;
  /** The error code of HTTP/2, of a server or with which the connection was closed. */
  readonly http2Code: number | null;
  /** The exception of the resolver that it goes back to. */
  readonly thrown: Thrown | null;
  /** How long the parts of a request took in milliseconds; null for a body that broke off. */
  readonly timings: FailureTimings | null;
  /** What the HTTP proxy answered that opened no tunnel; null for any other failure. */
  readonly proxyAnswer: ProxyAnswer | null;
}

/** Null: it did not happen. @internal */
export interface FailureTimings {
  readonly pool: number | null;
  readonly dns: number | null;
  readonly connect: number | null;
  readonly tls: number | null;
  readonly firstByte: number | null;
  readonly download: number | null;
}

/** An answer to `CONNECT` other than 2xx. @internal */
export interface ProxyAnswer {
  readonly status: number;
  /** Status line and header lines, latin1. */
  readonly head: string;
  /** The first KiB of the body. */
  readonly body: Uint8Array;
}

/** What a promise of this layer rejects with when the engine reports a failure. @internal */
export class Failed<R> {
  constructor(
    readonly failure: Failure,
    readonly request: R,
  ) {}
}

/** A failure's numbers as names. @internal */
export function failureOf({ kind, phase, requestSent, code, message, http2Code }: NativeFailure): Failure {
  return {
    kind: ERROR_KINDS[kind]!,
    phase: PHASES[phase]!,
    requestSent: REQUEST_SENT[requestSent]!,
    code,
    message,
    http2Code: http2Code ?? null,
    thrown: null,
    timings: null,
    proxyAnswer: null,
  };
}
