/**
 * A failure's numbers in words. The order of each list is that of the Rust enum (`crates/core/src/error.rs`), whose
 * discriminants are never renumbered.
 */
import type { EngineErrorKind, EngineFailure } from "../errors/engine.js";
import type { Phase, RequestSent } from "../errors/request-error.js";
import type { NativeFailure } from "./binary.js";

const KINDS: EngineErrorKind[] = [
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
];
const PHASES: Phase[] = ["pool", "dns", "connect", "tls", "proxy", "write", "headers", "body", "decode"];
const SENT: RequestSent[] = [false, "maybe", true];

/** @internal */
export function engineFailure(failure: NativeFailure): EngineFailure {
  return {
    kind: KINDS[failure.kind]!,
    phase: PHASES[failure.phase]!,
    requestSent: SENT[failure.requestSent]!,
    code: failure.code,
    message: failure.message,
  };
}
