/** What a transport is told beside a request: the extensions that this package's own transport knows, and any others. */
import type { Timeout, TimeoutTypes } from "../config/timeout.js";

/** What is told with an event of a {@link TraceListener}. Which fields there are depends on the event. */
export interface TraceInfo {
  /** When it happened, in milliseconds by the clock of `performance.now()`. */
  time: number;
  /** What went wrong, with events that end in `.failed`: the error of the call, or the reason for which it was aborted. */
  exception?: unknown;
  [field: string]: unknown;
}

/**
 * Is told what happens to a request, step by step. Events are a step's name with `.started`, then `.complete` or
 * `.failed`: those of HTTPX, such as `connection.connect_tcp.started`. A request on a connection that is there already
 * begins with `http11.send_request_headers`.
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
 *
 * `connection.close` comes inside `http11.response_closed`, when the connection ends with the request.
 *
 * A listener that throws makes the call fail with what it threw, and is told nothing more. One that answers a promise
 * is not waited for; if that is rejected before the call has settled, the call fails too.
 */
export type TraceListener = (event: string, info: TraceInfo) => unknown;

/**
 * What a transport is told beside a request. It may know others than these, and need not know all of them.
 *
 * @example
 * await client.get("https://example.org/", {
 *   extensions: { trace: (event, { time }) => console.log(time.toFixed(3), event) },
 * });
 */
export interface RequestExtensions {
  /** In milliseconds. `timeout` of the call or the client, unless given. */
  timeout?: TimeoutTypes | Timeout | undefined;
  /** Is told what happens to the request. Without one, nothing is measured. */
  trace?: TraceListener | null | undefined;
  /**
   * The name for TLS instead of the URL's host: it is sent to the server (SNI), and the certificate must be for it.
   * Requests of different names never share a connection.
   */
  sniHostname?: string | null | undefined;
  /**
   * What stands in the request line instead of the URL's path and query: `*` for OPTIONS, `host:port` for CONNECT, a
   * whole URL for a proxy. Text is sent as latin1. Spaces and control characters are refused.
   */
  target?: string | Uint8Array | null | undefined;
  [name: string]: unknown;
}

/**
 * Those that also hold for the request that follows a redirect: `target` stood for the URL that was left, and
 * `sniHostname` for its host.
 *
 * @internal
 */
export function afterRedirect(extensions: RequestExtensions, sameOrigin: boolean): RequestExtensions {
  const { target: _, sniHostname, ...kept } = extensions;
  return sameOrigin && sniHostname !== undefined ? { ...kept, sniHostname } : kept;
}
