/** A WebSocket session as it goes to the engine and comes back. */
import type { Failure } from "./failure.js";

/** The agreed parameters of permessage-deflate. @internal */
export interface Compression {
  readonly serverNoContextTakeover: boolean;
  readonly clientNoContextTakeover: boolean;
  /** 8 to 15. */
  readonly clientMaxWindowBits: number;
}

/** What a session was agreed to be, and its limits. Milliseconds; null is none. @internal */
export interface SessionSettings {
  readonly compression: Compression | null;
  readonly maxMessageBytes: number;
  readonly pingInterval: number | null;
  readonly pingTimeout: number | null;
  readonly closeTimeout: number;
}

/** How a session ended. @internal */
export interface SessionEnd {
  /** That of the server's close frame: 1005 if it has none, 1006 if none came; or the one sent because of an offence. */
  readonly code: number;
  readonly reason: string;
  /** Why it ended without a close frame of the server. */
  readonly failure: Failure | null;
}

/** What a promise of a session rejects with when the session has ended. @internal */
export class SessionEnded {
  constructor(readonly end: SessionEnd) {}
}
