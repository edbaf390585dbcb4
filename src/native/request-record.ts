/**
 * A request as it goes to the engine. Nothing here knows HTTPX: `R` is the caller's own object for a request, which
 * comes back with the response or the failure, untouched.
 */
import type { TraceObserver } from "./trace.js";

/** Milliseconds; null is no limit. @internal */
export interface Timeouts {
  readonly connect: number | null;
  readonly read: number | null;
  readonly write: number | null;
  readonly pool: number | null;
  readonly total: number | null;
}

/** @internal */
export interface RequestRecord<R> {
  readonly request: R;
  /** Requests share connections only if this is the same: `scheme://host:port`, and a TLS server name behind a `#`. */
  readonly origin: string;
  /** Request line, header lines and the blank line, as latin1. */
  readonly head: string;
  /** The whole body; null if there is none, or if it comes in `chunks`. */
  readonly body: Uint8Array | null;
  /** A body that is read piece by piece. */
  readonly chunks: AsyncIterator<Uint8Array | string> | null;
  readonly timeouts: Timeouts;
  /** Whether the response is answered before its body has arrived. */
  readonly isStreamed: boolean;
  readonly trace: TraceObserver<R> | null;
}
