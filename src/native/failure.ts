/**
 * Why a request failed: the engine's numbers as names. The order of each list is that of the Rust enum (`crates/core/src/error.rs`), whose
 * discriminants are never renumbered.
 */
import type { NativeFailure } from "./binary.js";

const ERROR_KINDS = [
  "ConnectTimeout",
  "ReadTimeout",
  "WriteTimeout",
  "PoolTimeout",
  "TotalTimeout",
  "ConnectError",
  "ReadError",
  "WriteError",
  "CloseError",
  "LocalProtocolError",
  "RemoteProtocolError",
  "ProxyError",
  "UnsupportedProtocol",
  "DecodingError",
  "ResponseTooLarge",
] as const;
const PHASES = ["pool", "dns", "connect", "tls", "proxy", "write", "headers", "body", "decode"] as const;
const REQUEST_SENT = [false, "maybe", true] as const;

/** @internal */
export type ErrorKind = (typeof ERROR_KINDS)[number];
/** @internal */
export type Phase = (typeof PHASES)[number];
/** @internal */
export type RequestSent = (typeof REQUEST_SENT)[number];

/** Why a request failed. @internal */
export interface Failure {
  readonly kind: ErrorKind;
  readonly phase: Phase;
  readonly requestSent: RequestSent;
  /** The system's own code where there is one (`ECONNREFUSED`), else one that starts with `ERR_`. */
  readonly code: string;
  /** The engine's words, such as "connection refused", without method and URL. */
  readonly message: string;
}

/** What a promise of this layer rejects with when the engine reports a failure. @internal */
export class Failed<R> {
  constructor(
    readonly failure: Failure,
    readonly request: R,
  ) {}
}

/** @internal */
export function engineFailure(failure: NativeFailure): Failure {
  return {
    kind: ERROR_KINDS[failure.kind]!,
    phase: PHASES[failure.phase]!,
    requestSent: REQUEST_SENT[failure.requestSent]!,
    code: failure.code,
    message: failure.message,
  };
}
