/** What a byte stream, and a session on it, take over from the exchange whose response began them. */
import type { Abortable } from "../platform/signals.js";
import type { TraceRecord } from "./trace.js";

/** @internal */
export interface UpgradedExchange {
  readonly request: unknown;
  /** Kept, because a client that is collected closes its connections. */
  readonly client: unknown;
  readonly signal: AbortSignal | null;
  /** Whether somebody hears of {@link traced}. */
  readonly isTraced: boolean;
  traced(record: TraceRecord): void;
  /** The stream has become this, and is not used any more. */
  became?(session: Abortable): void;
}
