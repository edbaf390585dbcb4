// Generated from src/smithy/ by scripts/subpath-declarations.mjs (npm run build): never edited.
import { AsyncClient, AsyncClientOptions } from "httpxide";
import { Readable } from "node:stream";

/** Smithy's `HttpRequest`. */
interface SmithyRequest {
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
interface SmithyResponse {
  readonly statusCode: number;
  readonly reason?: string;
  /** Names in lower case; several values joined by `", "`. */
  readonly headers: Record<string, string>;
  readonly body: Readable;
}
/** What a call gives to the handler. Other members, which clients of the SDK may add, are ignored. */
interface HandlerOptions {
  readonly abortSignal?: unknown;
  /** Milliseconds until the head of the response. */
  readonly requestTimeout?: number | undefined;
}
/** What a call gets. */
interface HandlerOutput {
  readonly response: SmithyResponse;
}
/** Settings that a client of the SDK may change. */
interface HttpHandlerConfig {
  /** Milliseconds until the head of the response. */
  requestTimeout?: number | undefined;
  /** Milliseconds to connect. */
  connectionTimeout?: number | undefined;
}
/**
 * A request handler for the AWS SDK. Bodies stream both ways, and responses are neither decoded nor redirected: the SDK does
 * that. Connections have no limit to their number, unless the client has one.
 *
 * @example
 * const s3 = new S3Client({ requestHandler: new HttpxideHttpHandler() });
 */
declare class HttpxideHttpHandler {
  #private;
  readonly metadata: {
    handlerProtocol: string;
  };
  /**
   * @param client or options for a new one, which `destroy()` closes; without it, connections that all interfaces of this
   *   package share.
   * @throws TypeError, RangeError for invalid options.
   */
  constructor(client?: AsyncClient | AsyncClientOptions);
  /**
   * Sends a request.
   *
   * @throws Error named `TimeoutError` for a time limit and for a connection that broke, which the SDK's retries know by this
   *   name, and named `AbortError` for an abort. Other errors are those of this package.
   */
  handle(request: SmithyRequest, options?: HandlerOptions): Promise<HandlerOutput>;
  /** Changes a setting for calls to come. Those of other handlers have no effect. */
  updateHttpClientConfig(key: string | symbol, value: unknown): void;
  httpHandlerConfigs(): HttpHandlerConfig;
  /** Closes the connections of a client that this handler has made. */
  destroy(): void;
}
export {
  type HandlerOptions,
  type HandlerOutput,
  type HttpHandlerConfig,
  HttpxideHttpHandler,
  type SmithyRequest,
  type SmithyResponse,
};
