/** What a byte stream, and a session on it, take over from the exchange whose response began them. */
import type { TraceRecord } from "./trace.js";

/** @internal */
export interface UpgradedExchange {
  readonly request: unknown;
  /** Kept, because a client that is collected closes its connections. */
  readonly client: unknown;
  readonly signal: AbortSignal | null;
  traced(record: TraceRecord): void;
}
