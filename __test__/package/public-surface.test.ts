// The exports of the package: adding or removing a name is a decision, and this list must change with it.
import { createRequire } from "node:module";
import { inspect } from "node:util";
import { isMainThread } from "node:worker_threads";
import test from "ava";
import * as httpxide from "httpxide";

const NAMES = [
  "AppTransport",
  "AsyncClient",
  "AsyncHTTPTransport",
  "Auth",
  "BasicAuth",
  "BearerAuth",
  "CloseError",
  "ConnectError",
  "ConnectTimeout",
  "CookieConflict",
  "Cookies",
  "DecodingError",
  "DigestAuth",
  "FunctionAuth",
  "HTTPError",
  "HTTPStatusError",
  "Headers",
  "InvalidURL",
  "Limits",
  "LocalProtocolError",
  "MockError",
  "MockTransport",
  "NetRCAuth",
  "NetworkError",
  "PoolTimeout",
  "ProtocolError",
  "Proxy",
  "ProxyError",
  "QueryParams",
  "ReadError",
  "ReadTimeout",
  "RemoteProtocolError",
  "ReplayTransport",
  "Request",
  "RequestError",
  "RequestNotRead",
  "Response",
  "ResponseNotRead",
  "ResponseTooLarge",
  "RetryTransport",
  "SSEError",
  "ServerSentEvent",
  "StreamClosed",
  "StreamConsumed",
  "StreamError",
  "Timeout",
  "TimeoutException",
  "TooManyRedirects",
  "TotalTimeout",
  "TransportError",
  "UnsupportedProtocol",
  "VERSION",
  "WebSocketDisconnect",
  "WebSocketInvalidType",
  "WebSocketNetworkError",
  "WebSocketSession",
  "WebSocketUpgradeError",
  "WriteError",
  "WriteTimeout",
  "codes",
  "delete",
  "delete_",
  "get",
  "head",
  "options",
  "patch",
  "post",
  "put",
  "request",
  "runtime",
  "stream",
];

test("the package exports these names and no others", (t) => {
  t.deepEqual(Object.keys(httpxide).toSorted(), NAMES);
});

test("the version is that of package.json", (t) => {
  const { version } = createRequire(import.meta.url)("httpxide/package.json") as { version: string };
  t.is(httpxide.VERSION, version);
});

test("the runtime and its thread are known", (t) => {
  const { runtime } = httpxide;
  t.true(["node", "bun", "deno"].includes(runtime.name));
  t.is(runtime.version, process.versions[runtime.name] ?? "");
  t.is(runtime.thread, isMainThread ? "main" : "worker");
  t.is(inspect(runtime), inspect({ ...runtime }));
});

test("logging a model or a client shows no private state", (t) => {
  const { AsyncClient, MockTransport, Request, Response } = httpxide;
  t.deepEqual(Object.keys(new Request("GET", "http://h/")), []);
  t.deepEqual(Object.keys(new Response(200)), []);
  t.deepEqual(Object.keys(new AsyncClient({ transport: new MockTransport(() => new Response(200)) })), []);
});
