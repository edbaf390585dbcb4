/**
 * A request as it goes to the engine. Nothing here knows HTTPX: `R` is the caller's own object for a request, which
 * comes back with the response or the failure, untouched.
 */
import type { InformationalObserver } from "./informational.js";
import type { TraceObserver } from "./trace.js";
import type { UploadObserver } from "./upload-observer.js";

/** Milliseconds; null is no limit. @internal */
export interface Timeouts {
  readonly connect: number | null;
  readonly read: number | null;
  readonly write: number | null;
  readonly pool: number | null;
  readonly total: number | null;
}

/** Where a request goes. Requests share connections only if their routes are equal. @internal */
export interface Route {
  /** `http` or `https`. */
  readonly scheme: string;
  /** As it stands in the URL: an IPv6 address in its brackets. */
  readonly hostname: string;
  /** Null is the scheme's default. */
  readonly port: number | null;
}

/**
 * When the response is answered: with its whole body; before its body has arrived; so only if it is a redirect; or with a
 * short body that came with its head, decoded or as received, and otherwise before it has arrived. Codings are undone as HTTPX
 * does it, or as fetch.
 * @internal
 */
export type Delivery =
  | "whole"
  | "streamed"
  | "streamed-as-fetch"
  | "whole-unless-redirect"
  | "whole-if-here-decoded"
  | "whole-if-here-as-fetch"
  | "whole-if-here-raw";

/** Told about the parts of a body whose length is announced. @internal */
export interface PartLengths {
  /** The announced bytes of a part have been pulled. Whether it has more, the next pull tells. */
  full(): void;
  /** A part has more bytes than were announced. */
  tooLong(): void;
}

/** A body that is read piece by piece. @internal */
export interface BodyPieces {
  /** Starts to read, from the beginning. */
  iterate(parts: PartLengths): AsyncIterator<Uint8Array | string>;
  /** Whether it can be read again. */
  readonly replayable: boolean;
  /** The connection has taken bytes of it, so the server may have seen them. */
  taken?(): void;
}

/** @internal */
export interface RequestRecord<R> {
  readonly request: R;
  readonly route: Route;
  /** The name for TLS if it is not the route's host; empty if it is. Connections are not shared between names. */
  readonly serverName: string;
  /** The `NativeProxy` on the way; null if there is none. Connections are not shared between proxies. */
  readonly proxy: { readonly number: number } | null;
  /** Whether the head is written for the HTTP proxy, which forwards it. Otherwise the proxy opens a tunnel to the server. */
  readonly forwards: boolean;
  /** Request line, header lines and the blank line, as latin1. */
  readonly head: string;
  /** The whole body; null if there is none, or if it comes in `pieces`. */
  readonly body: Uint8Array | null;
  /** It is read again if another connection needs it from its beginning. */
  readonly pieces: BodyPieces | null;
  readonly timeouts: Timeouts;
  readonly delivery: Delivery;
  readonly trace: TraceObserver<R> | null;
  /** Receives the interim responses. */
  readonly informational: InformationalObserver | null;
  /** How many milliseconds the body waits for a 100 (Continue); null if it does not. */
  readonly expect: number | null;
  /** Gives the lines of the trailers when all `pieces` have been read. */
  readonly trailers: (() => string | Promise<string>) | null;
  /** Told when the connection takes `pieces`. */
  readonly uploadObserver: UploadObserver | null;
}
