// The error tree: the base class of each error, its fields, and the secrets that its message hides.
import { once } from "node:events";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { inspect } from "node:util";
import test from "ava";
import * as httpxide from "httpxide";

const tree: Record<string, string> = {
  RequestError: "HTTPError",
  TransportError: "RequestError",
  TimeoutException: "TransportError",
  ConnectTimeout: "TimeoutException",
  ReadTimeout: "TimeoutException",
  WriteTimeout: "TimeoutException",
  PoolTimeout: "TimeoutException",
  TotalTimeout: "TimeoutException",
  NetworkError: "TransportError",
  ConnectError: "NetworkError",
  ReadError: "NetworkError",
  WriteError: "NetworkError",
  CloseError: "NetworkError",
  ProtocolError: "TransportError",
  LocalProtocolError: "ProtocolError",
  RemoteProtocolError: "ProtocolError",
  ProxyError: "TransportError",
  UnsupportedProtocol: "TransportError",
  DecodingError: "RequestError",
  ResponseTooLarge: "RequestError",
  TooManyRedirects: "RequestError",
  StreamConsumed: "StreamError",
  StreamClosed: "StreamError",
  ResponseNotRead: "StreamError",
  RequestNotRead: "StreamError",
};

type ErrorClass = new (message?: string) => Error;

function classOf(name: string): ErrorClass {
  return (httpxide as unknown as Record<string, ErrorClass>)[name]!;
}

for (const [name, parent] of Object.entries(tree)) {
  test(`${name} extends ${parent}, and has its own name`, (t) => {
    const error = new (classOf(name))("words");
    t.true(error instanceof Error);
    t.true(error instanceof classOf(name));
    t.true(error instanceof classOf(parent));
    t.is(Object.getPrototypeOf(classOf(name)), classOf(parent));
    t.is(error.name, name);
    t.is(error.message, "words");
    t.regex(error.stack ?? "", new RegExp(`^${name}: words`));
  });
}

test("an unknown field is refused, with the nearest known one, and a class of the program may have its own", (t) => {
  const make = (name: string, init: unknown) => () =>
    new (classOf(name) as unknown as new (message: string, init: unknown) => Error)("words", init);
  for (const [name, init, expected] of [
    [
      "ReadError",
      { requsetSent: true },
      'Unknown field "requsetSent" of ReadError. Did you mean requestSent?',
    ],
    ["HTTPError", { message: "x" }, 'Unknown field "message" of HTTPError. Its fields: request, cause.'],
    ["ProxyError", { statuscode: 407 }, "of ProxyError"],
    ["ConnectError", { response: null }, "of ConnectError"],
    ["SSEError", { respose: null }, "Did you mean response?"],
    ["WebSocketDisconnect", { code: 1000, raeson: "" }, "Did you mean reason?"],
    ["ReadTimeout", new httpxide.Request("GET", "http://a/"), "The fields of ReadTimeout must be an object"],
    ["WriteError", null, "The fields of WriteError must be an object, not null"],
    ["ReadError", "GET", "The fields of ReadError must be an object"],
  ] as const) {
    const error = t.throws(make(name, init), { instanceOf: TypeError });
    t.true(error.message.includes(expected), error.message);
  }
  class Own extends httpxide.ReadError {
    readonly detail: string;
    constructor(message: string, init: { detail: string }) {
      super(message, init as object);
      this.detail = init.detail;
    }
  }
  t.is(new Own("words", { detail: "more" }).detail, "more");
  t.is(new httpxide.ProxyError("words", { status: 407, phase: "tls" }).status, 407);
});

test("a class does not recognise instances of its siblings, its parents, or other classes", (t) => {
  const error = new httpxide.ReadTimeout("slow");
  t.false(error instanceof httpxide.ConnectTimeout);
  t.false(error instanceof httpxide.NetworkError);
  t.false(new httpxide.TransportError("x") instanceof httpxide.ReadTimeout);
  for (const value of [null, undefined, 1, "x", {}, new Error("x")]) {
    t.false(value instanceof httpxide.HTTPError);
  }
});

test("InvalidURL, CookieConflict and the stream errors are no HTTPError", (t) => {
  for (const name of ["InvalidURL", "CookieConflict", "StreamError", "StreamClosed"]) {
    t.false(new (classOf(name))("x") instanceof httpxide.HTTPError, name);
  }
});

test("an error from another copy of the package is recognised", (t) => {
  const marks = { [Symbol.for("httpxide.ReadTimeout")]: true, [Symbol.for("httpxide.HTTPError")]: true };
  const foreign: unknown = Object.assign(new Error("from elsewhere"), marks);
  t.true(foreign instanceof httpxide.ReadTimeout);
  t.true(foreign instanceof httpxide.HTTPError);
  t.false(foreign instanceof httpxide.ConnectError);
});

test("a user's subclass recognises only its own instances", (t) => {
  class Mine extends httpxide.TransportError {}
  t.true(new Mine("x") instanceof Mine);
  t.true(new Mine("x") instanceof httpxide.TransportError);
  t.false(new httpxide.TransportError("x") instanceof Mine);
});

test("an error made by hand has a code and a phase, and requestSent is false", (t) => {
  for (const [name, code, phase] of [
    ["ConnectTimeout", "ERR_CONNECT_TIMEOUT", "connect"],
    ["ReadTimeout", "ERR_READ_TIMEOUT", "headers"],
    ["WriteError", "ERR_WRITE_ERROR", "write"],
    ["PoolTimeout", "ERR_POOL_TIMEOUT", "pool"],
    ["ProxyError", "ERR_PROXY_ERROR", "proxy"],
    ["DecodingError", "ERR_DECODING_ERROR", "decode"],
  ] as const) {
    const error = new httpxide[name]("x");
    t.deepEqual([error.code, error.phase, error.requestSent], [code, phase, false]);
    t.is(error.cause, undefined);
  }
});

test("an error keeps its given fields", (t) => {
  const request = new httpxide.Request("GET", "http://example.org/");
  const cause = new Error("below");
  const error = new httpxide.ReadError("x", {
    code: "ECONNRESET",
    phase: "body",
    requestSent: true,
    request,
    cause,
  });
  t.deepEqual([error.code, error.phase, error.requestSent], ["ECONNRESET", "body", true]);
  t.is(error.request, request);
  t.is(error.cause, cause);
});

test("logs do not show the request of an error, and reading an absent one throws", (t) => {
  const request = new httpxide.Request("GET", "http://user:secret@example.org/");
  const error = new httpxide.ConnectError("refused", { request });
  t.false(Object.keys(error).includes("request"));
  t.false(inspect(error).includes("secret"));
  t.throws(() => new httpxide.ConnectError("x").request, {
    message: "The .request property has not been set.",
  });
});

test("misuse of a body is reported with HTTPX's messages", (t) => {
  t.regex(new httpxide.StreamConsumed().message, /the content has already been streamed/);
  t.is(
    new httpxide.StreamClosed().message,
    "Attempted to read or stream content, but the stream has been closed.",
  );
  t.regex(new httpxide.ResponseNotRead().message, /^Attempted to access streaming response content/);
  t.regex(new httpxide.RequestNotRead().message, /^Attempted to access streaming request content/);
});

test("the error of a refused connection names method, URL, code and phase, but no password", async (t) => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");

  await using client = new httpxide.AsyncClient({ trustEnv: false });
  const error = await t.throwsAsync<httpxide.ConnectError>(
    client.get(`http://user:secret@127.0.0.1:${port}/path?q=1`),
    { instanceOf: httpxide.ConnectError },
  );
  t.true(error.message.startsWith(`GET http://[secure]@127.0.0.1:${port}/path?q=1: `), error.message);
  t.deepEqual([error.code, error.phase, error.requestSent], ["ECONNREFUSED", "connect", false]);
  t.is(error.request.method, "GET");
  t.is((error.cause as { code?: string }).code, "ECONNREFUSED");
  t.false(inspect(error).includes("secret@"));
});
