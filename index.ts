/** The public surface of httpxide: every name that users can import. */
export { Auth } from "./src/auth/auth.js";
export { BasicAuth } from "./src/auth/basic.js";
export { BearerAuth } from "./src/auth/bearer.js";
export type { AuthTypes } from "./src/auth/coerce.js";
export { DigestAuth } from "./src/auth/digest.js";
export { FunctionAuth } from "./src/auth/function.js";
export { NetRCAuth } from "./src/auth/netrc.js";
export { AsyncClient } from "./src/client/async-client.js";
export type {
  AsyncClientOptions,
  OneShotOptions,
  RequestOptions,
  SendOptions,
  SseOptions,
  WebSocketOptions,
} from "./src/client/options.js";
export type { ContentTypes } from "./src/body/encode/encode.js";
export type { FileContent, FilesTypes, FileTypes } from "./src/body/encode/files.js";
export type { FormTypes, FormValue } from "./src/body/encode/form.js";
export { type CookieFilter, Cookies, type CookiesInit } from "./src/cookies/cookies.js";
export type { CookieOptions, SameSite } from "./src/cookies/cookie.js";
export type { CookieJSON } from "./src/cookies/json.js";
export type {
  ErrorHook,
  EventHooks,
  EventHooksInit,
  RequestHook,
  ResponseHook,
} from "./src/middleware/event-hooks.js";
export {
  CloseError,
  ConnectError,
  ConnectTimeout,
  CookieConflict,
  DecodingError,
  HTTPError,
  type HTTPErrorInit,
  HTTPStatusError,
  InvalidURL,
  LocalProtocolError,
  NetworkError,
  type Phase,
  PoolTimeout,
  ProtocolError,
  ProxyError,
  type ProxyErrorInit,
  ReadError,
  ReadTimeout,
  RemoteProtocolError,
  RequestError,
  type RequestErrorInit,
  RequestNotRead,
  type RequestSent,
  ResponseNotRead,
  ResponseTooLarge,
  SSEError,
  type SSEErrorInit,
  StreamClosed,
  StreamConsumed,
  StreamError,
  TimeoutException,
  type Timings,
  TooManyRedirects,
  TotalTimeout,
  TransportError,
  UnsupportedProtocol,
  WebSocketDisconnect,
  type WebSocketDisconnectInit,
  WebSocketInvalidType,
  WebSocketNetworkError,
  WebSocketUpgradeError,
  WriteError,
  WriteTimeout,
} from "./src/errors/index.js";
export {
  delete_,
  delete_ as delete,
  get,
  head,
  options,
  patch,
  post,
  put,
  request,
  stream,
} from "./src/client/one-shot.js";
export { Headers, type HeadersInit } from "./src/headers/headers.js";
export type { DiagnosticsOptions } from "./src/config/diagnostics.js";
export type { RequestMessage } from "./src/middleware/diagnostics.js";
export type { Http2Options } from "./src/config/http2.js";
export type { ConnectPolicy, ConnectRules } from "./src/transports/http/addresses/connect-policy.js";
export type { DnsCacheOptions, DnsOptions } from "./src/transports/http/addresses/dns.js";
export type {
  LookupCallback,
  LookupFunction,
  LookupOptions,
  ResolvedAddress,
  Resolver,
  ResolverOptions,
} from "./src/transports/http/addresses/resolver.js";
export { Limits, type LimitsOptions } from "./src/config/limits.js";
export { Proxy, type ProxyOptions } from "./src/config/proxy.js";
export type { SocketOptions } from "./src/config/socket-options.js";
export type { CertOptions } from "./src/config/client-certificate.js";
export type { PEM, TlsOptions, VerifyOptions } from "./src/config/tls.js";
export type { Mounts } from "./src/client/mounts.js";
export { type ParamsInit, type Primitive, QueryParams } from "./src/url/query.js";
export { ServerSentEvent, type ServerSentEventInit } from "./src/body/read/server-sent-event.js";
export { Request, type URLTypes } from "./src/request/request.js";
export type { RequestInitOptions } from "./src/request/options.js";
export type { RequestExtensions, TraceInfo, TraceListener } from "./src/request/extensions.js";
export type { NetworkStream, StartTlsOptions } from "./src/response/network-stream.js";
export type { Progress, ProgressListener } from "./src/body/progress.js";
export type { InformationalResponse, MessageOptions } from "./src/request/message-options.js";
export type { TrailersInit } from "./src/request/trailers.js";
export type { ConnectionMessage, ConnectionRoute } from "./src/transports/http/connection-channels.js";
export type { ConnectionInfo, TlsInfo } from "./src/response/connection-info.js";
export type { ResponseExtensions } from "./src/response/extensions.js";
export { Response, type ResponseInitOptions } from "./src/response/response.js";
export type { DefaultEncoding } from "./src/response/charset.js";
export { type Runtime, runtime } from "./src/platform/runtime.js";
export { codes } from "./src/response/status-codes.js";
export { Timeout, type TimeoutOptions, type TimeoutTypes } from "./src/config/timeout.js";
export {
  type App,
  AppTransport,
  type AppTransportOptions,
  type FastifyLike,
  type FetchApp,
  type FetchContext,
  type FetchHandler,
  type FetchInfo,
  type KoaLike,
  type NodeListener,
} from "./src/transports/app/transport.js";
export type { AsyncHTTPTransportOptions } from "./src/transports/http/options.js";
export { AsyncHTTPTransport } from "./src/transports/http/transport.js";
export {
  type MockHandler,
  MockTransport,
  type MockTransportOptions,
} from "./src/transports/mock/transport.js";
export type { MockWebSocket, MockWebSocketScript } from "./src/transports/mock/script.js";
export type { MockContent } from "./src/transports/mock/body-match.js";
export { MockError, type MockErrorCode } from "./src/transports/mock/mock-error.js";
export type { MockFailure, MockReplier, MockReplyInit } from "./src/transports/mock/replies.js";
export type { MockHeader, MockHeaders } from "./src/transports/mock/header-match.js";
export type { MockMatch, MockRouteMatch } from "./src/transports/mock/request-match.js";
export type { MockCall, MockCalls, MockRoute } from "./src/transports/mock/route.js";
export type { MockURL, PathNames } from "./src/transports/mock/url-match.js";
export type { ConnectionCounts, PoolStats, RequestCounts } from "./src/transports/pool-stats.js";
export type { ReplayMatch } from "./src/transports/replay/match.js";
export {
  type ReplayMode,
  ReplayTransport,
  type ReplayTransportOptions,
} from "./src/transports/replay/transport.js";
export type {
  RetriedAttempt,
  RetryAttempt,
  RetryBackoff,
  RetryBudget,
  RetryOptions,
  RetryTypes,
} from "./src/transports/retry/options.js";
export { RetryTransport } from "./src/transports/retry/transport.js";
export type { AsyncTransport, TransportOptions } from "./src/transports/transport.js";
export type { SessionOptions } from "./src/session/options.js";
export type { MessageData } from "./src/session/payload.js";
export type { EventStreamOptions, ReconnectOptions } from "./src/sse/options.js";
export type { EventStream } from "./src/sse/stream.js";
export { WebSocketSession } from "./src/session/session.js";
export { VERSION } from "./src/platform/version.js";
