/** The types of Smithy's contract, structurally: no package of it needs to be installed. */
import type { Readable } from "node:stream";

/** Smithy's `HttpRequest`. */
export interface SmithyRequest {
  readonly method: string;
  readonly protocol: string;
  readonly hostname: string;
  readonly port?: number | undefined;
  readonly path: string;
  readonly query?: Readonly<Record<string, string | string[] | null>> | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
}

/** Smithy's `HttpResponse`. */
export interface SmithyResponse {
  readonly statusCode: number;
  readonly reason?: string;
  /** Names in lower case; several values joined by `", "`. */
  readonly headers: Record<string, string>;
  readonly body: Readable;
}

/** What a call gives to the handler. Other members, which clients of the SDK may add, are ignored. */
export interface HandlerOptions {
  readonly abortSignal?: unknown;
  /** Milliseconds until the head of the response. */
  readonly requestTimeout?: number | undefined;
}

/** What a call gets. */
export interface HandlerOutput {
  readonly response: SmithyResponse;
}

/** Settings that a client of the SDK may change. */
export interface HttpHandlerConfig {
  /** Milliseconds until the head of the response. */
  requestTimeout?: number | undefined;
  /** Milliseconds to connect. */
  connectionTimeout?: number | undefined;
}
