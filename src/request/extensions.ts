/** The extensions of a request: options for its transport. This package's own transport knows those declared here. */
import type { Proxy } from "../config/proxy.js";
import type { Timeout, TimeoutTypes } from "../config/timeout.js";
import type { MessageOptions } from "./message-options.js";
import type { WebURL } from "../platform/web-types.js";

/** The fields of an event that a {@link TraceListener} receives. They depend on the event. */
export interface TraceInfo {
  /** When the event happened, in milliseconds of `performance.now()`. */
  time: number;
  /** Of events that end in `.failed`: the error of the call, or the reason of its abort. */
  exception?: unknown;
  [field: string]: unknown;
}

/**
 * Receives the steps of a request as they happen. Each step has an event `.started`, then `.complete` or `.failed`, named
 * as in HTTPX: `connection.connect_tcp.started`. A request on an existing connection begins with
 * `http11.send_request_headers`.
 *
 * | step                              | started                      | complete                                   |
 * | --------------------------------- | ---------------------------- | ------------------------------------------ |
 * | `connection.connect_tcp`          | `host`, `port`, `timeout`    | `clientAddr`, `serverAddr`: `[host, port]` |
 * | `connection.connect_unix_socket`  | `path`, `timeout`            |                                            |
 * | `connection.start_tls`            | `serverHostname`, `timeout`  | `version`, `cipher`, `selectedAlpnProtocol` |
 * | `connection.retry`                | `delay` in milliseconds      |                                            |
 * | `http11.send_request_headers`     | `request`                    |                                            |
 * | `http11.send_request_body`        | `request`                    |                                            |
 * | `http11.receive_response_headers` | `request`                    | `httpVersion`, `status`                    |
 * | `http11.receive_response_body`    | `request`                    |                                            |
 * | `http11.response_closed`          |                              |                                            |
 * | `connection.close`                |                              |                                            |
 * | `http11.receive_informational_headers` |                         | `httpVersion`, `status`                    |
 *
 * In HTTP/2, `http2.` replaces `http11.`, and these events have `streamId`, the number of the request's stream. On a new
 * connection, `http2.send_connection_init` (`request`) precedes them. `http2.receive_remote_settings` (`request`) occurs
 * within `http2.receive_response_headers` of the first traced request after the server sent settings.
 *
 * Through an HTTP proxy that opens a tunnel, `http11.send_request_headers` to `http11.receive_response_headers` of its
 * `CONNECT` come first, and TLS with the server is `proxy.start_tls`. Through a SOCKS proxy, `connect_tcp` and `start_tls`
 * begin with `socks.`, and `socks.setup_socks5_connection` (or `4`) is between them.
 *
 * `http11.receive_informational_headers` occurs for each interim response (1xx). `connection.close` occurs within `http11.response_closed`, if the connection ends with the request.
 *
 * If a listener throws, the call fails with that exception, and the listener is not called again. The call does not wait
 * for a promise that a listener returns; if the promise rejects before the call settles, the call fails with its reason.
 */
export type TraceListener = (event: string, info: TraceInfo) => unknown;

/**
 * Options of a request for its transport. A transport may know others, and ignores those that it does not know.
 *
 * @example
 * await client.get("https://example.org/", {
 *   extensions: { trace: (event, { time }) => console.log(time.toFixed(3), event) },
 * });
 */
export interface RequestExtensions extends MessageOptions {
  /** In milliseconds. @default the `timeout` of the call or the client */
  timeout?: TimeoutTypes | Timeout | undefined;
  /** Receives the steps of the request. Without a listener, nothing is measured. */
  trace?: TraceListener | null | undefined;
  /**
   * The name for TLS instead of the URL's host: the client sends it to the server (SNI), and the certificate
   * must be valid for it. Requests with different names never share a connection.
   */
  sniHostname?: string | null | undefined;
  /**
   * The request target, in place of the URL's path and query: `*` for OPTIONS, `host:port` for CONNECT, a
   * whole URL for a proxy. Text is sent as latin1. Spaces and control characters are refused.
   */
  target?: string | Uint8Array | null | undefined;
  /** The proxy of this request, in place of the client's; `null`: none. @default the `proxy` of the call or the client */
  proxy?: string | WebURL | Proxy | null | undefined;
  [name: string]: unknown;
}

/** Options of a request that become its extensions. @internal */
export interface ExtendingOptions extends MessageOptions {
  extensions?: RequestExtensions | null | undefined;
  proxy?: RequestExtensions["proxy"];
}

const BECOMING_EXTENSIONS = [
  "proxy",
  "trailers",
  "expectContinue",
  "onInformational",
  "onUploadProgress",
  "onDownloadProgress",
] as const;

/** The extensions of a request with these options; null if there are none. @internal */
export function extensionsOf(options: ExtendingOptions, timeout: Timeout | null): RequestExtensions | null {
  const { extensions = null } = options;
  if (extensions === null && BECOMING_EXTENSIONS.every((name) => options[name] === undefined)) return null;
  const all: RequestExtensions = timeout === null ? { ...extensions } : { timeout, ...extensions };
  for (const name of BECOMING_EXTENSIONS) {
    if (options[name] !== undefined) Object.assign(all, { [name]: options[name] });
  }
  return all;
}

/**
 * The extensions that also apply to the request that follows a redirect: `target` belongs to the previous URL,
 * `sniHostname` to its host, and trailers and expectations to the body.
 *
 * @internal
 */
export function afterRedirect(
  extensions: RequestExtensions,
  { sameOrigin, dropsBody }: { sameOrigin: boolean; dropsBody: boolean },
): RequestExtensions {
  const kept = { ...extensions };
  delete kept.target;
  if (!sameOrigin) delete kept.sniHostname;
  if (dropsBody) {
    delete kept.trailers;
    delete kept.expectContinue;
  }
  return kept;
}
