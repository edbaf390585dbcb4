// Generated from src/undici/ by scripts/subpath-declarations.mjs (npm run build): never edited.
import { AbortSignalLike, AsyncClient, AsyncClientOptions } from "httpxide";
import { Readable } from "node:stream";
import { EventEmitter } from "node:events";

/** Options of `dispatch`, those of undici. */
interface DispatchOptions {
  origin?: string | URL | undefined;
  /** Path and query, sent as they are. */
  path: string;
  method: string;
  /** Text, bytes, a Blob, a form, a stream or an iterable. */
  body?: unknown;
  /** A flat list of names and values, a record, or pairs. */
  headers?: unknown;
  /** Appended to the path. */
  query?: Readonly<Record<string, unknown>> | null | undefined;
  /** The protocol that the connection is to change to. */
  upgrade?: boolean | string | null | undefined;
  /** Milliseconds until the head of the response; 0: no limit. */
  headersTimeout?: number | null | undefined;
  /** Milliseconds between two pieces of its body; 0: no limit. */
  bodyTimeout?: number | null | undefined;
  /** Whether the connection closes after the response. */
  reset?: boolean | undefined;
}
/** Sends a request and tells its handler what happens. */
type Dispatch = (options: DispatchOptions, handler: object) => boolean;
/** A dispatcher around another one. */
type Interceptor = (dispatch: Dispatch) => Dispatch;
/** Options of `dispatcher.request()`. */
interface RequestOptions extends DispatchOptions {
  signal?: AbortSignalLike | null | undefined;
  /** Comes back with the response. */
  opaque?: unknown;
}
/** The body of a response: a stream that is read once, piece by piece or as a whole. */
declare class DispatcherBody extends Readable {
  text(): Promise<string>;
  json(): Promise<unknown>;
  arrayBuffer(): Promise<ArrayBuffer>;
  bytes(): Promise<Uint8Array>;
  blob(): Promise<Blob>;
}
/** What `dispatcher.request()` resolves with. */
interface DispatcherResponse {
  readonly statusCode: number;
  readonly statusText: string;
  readonly headers: Record<string, string | string[]>;
  /** Filled when the body has ended. */
  readonly trailers: Record<string, string | string[]>;
  readonly body: DispatcherBody;
  readonly opaque: unknown;
}
/** Base class of dispatchers. */
declare abstract class DispatcherBase extends EventEmitter {
  abstract dispatch(options: DispatchOptions, handler: object): boolean;
  /** Waits for the requests under way. */
  abstract close(callback?: () => void): Promise<void>;
  /** Ends the requests under way with the error. */
  abstract destroy(error?: Error | null | (() => void), callback?: () => void): Promise<void>;
  /** A dispatcher that sends through the interceptors; the last one is the outermost. */
  compose(...interceptors: readonly (Interceptor | readonly Interceptor[])[]): DispatcherBase;
  /** Sends a request, and resolves at the head of its response. */
  request(options: RequestOptions): Promise<DispatcherResponse>;
}
/**
 * A dispatcher for undici's `setGlobalDispatcher`, for its `dispatcher` options and interceptors, and for the platform's own
 * `fetch`. It takes handlers of undici 6, 7 and 8. Responses are neither decoded nor redirected, and no headers are added: the
 * caller does that.
 *
 * @example
 * // the `fetch` of Node.js, without undici
 * globalThis[Symbol.for("undici.globalDispatcher.1")] = new HttpxideDispatcher();
 */
declare class HttpxideDispatcher extends DispatcherBase {
  #private;
  /** The platform's `fetch` asks for it. */
  readonly isMockActive = false;
  /**
   * @param client or options for a new one, which `close()` and `destroy()` close; without it, connections that all
   *   interfaces of this package share.
   * @throws TypeError, RangeError for invalid options.
   */
  constructor(client?: AsyncClient | AsyncClientOptions);
  get closed(): boolean;
  get destroyed(): boolean;
  /**
   * Sends a request, whose handler learns of everything that happens, errors included.
   * @returns true: there is always room for another request.
   * @throws TypeError if the handler is none.
   */
  dispatch(options: DispatchOptions, handler: object): boolean;
  close(callback?: () => void): Promise<void>;
  destroy(error?: Error | null | (() => void), callback?: () => void): Promise<void>;
}
export { type DispatchOptions, type DispatcherResponse, HttpxideDispatcher };
