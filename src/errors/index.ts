/**
 * The error classes, as one tree.
 *
 *     Error
 *     ├─ HTTPError
 *     │  ├─ RequestError
 *     │  │  ├─ TransportError
 *     │  │  │  ├─ TimeoutException   ConnectTimeout · ReadTimeout · WriteTimeout · PoolTimeout · TotalTimeout
 *     │  │  │  ├─ NetworkError       ConnectError · ReadError · WriteError · CloseError · WebSocketNetworkError
 *     │  │  │  ├─ ProtocolError      LocalProtocolError · RemoteProtocolError
 *     │  │  │  ├─ ProxyError
 *     │  │  │  ├─ SSEError
 *     │  │  │  └─ UnsupportedProtocol
 *     │  │  ├─ DecodingError · ResponseTooLarge · TooManyRedirects · WebSocketUpgradeError
 *     │  └─ HTTPStatusError · WebSocketDisconnect · WebSocketInvalidType
 *     ├─ InvalidURL · CookieConflict
 *     └─ StreamError                 StreamConsumed · StreamClosed · ResponseNotRead · RequestNotRead
 */
export { CookieConflict } from "./cookie-conflict.js";
export { HTTPError, type HTTPErrorInit, HTTPStatusError } from "./http-error.js";
export { InvalidURL } from "./invalid-url.js";
export { CloseError, ConnectError, NetworkError, ReadError, WriteError } from "./network-error.js";
export { LocalProtocolError, ProtocolError, RemoteProtocolError } from "./protocol-error.js";
export type { Timings } from "./timings.js";
export { ProxyError, type ProxyErrorInit } from "./proxy-error.js";
export { SSEError, type SSEErrorInit } from "./sse-error.js";
export {
  DecodingError,
  type Phase,
  RequestError,
  type RequestErrorInit,
  type RequestSent,
  ResponseTooLarge,
  TooManyRedirects,
} from "./request-error.js";
export {
  RequestNotRead,
  ResponseNotRead,
  StreamClosed,
  StreamConsumed,
  StreamError,
} from "./stream-error.js";
export {
  ConnectTimeout,
  PoolTimeout,
  ReadTimeout,
  TimeoutException,
  TotalTimeout,
  WriteTimeout,
} from "./timeout-error.js";
export { TransportError, UnsupportedProtocol } from "./transport-error.js";
export {
  WebSocketDisconnect,
  type WebSocketDisconnectInit,
  WebSocketInvalidType,
  WebSocketNetworkError,
  WebSocketUpgradeError,
} from "./websocket-error.js";
