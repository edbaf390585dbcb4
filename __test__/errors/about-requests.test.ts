// Errors found before the request is sent: they have their request, and name its method and URL.
import { inspect } from "node:util";
import test from "ava";
import {
  AsyncClient,
  BearerAuth,
  ConnectError,
  InvalidURL,
  LocalProtocolError,
  MockTransport,
  RequestError,
  type RequestOptions,
  Response,
  UnsupportedProtocol,
} from "httpxide";

const inert = new MockTransport(() => new Response(200));
const url = "http://ada:hush@h/x?a=1";
const summary = "GET http://[secure]@h/x?a=1";

const wrong: Record<string, [options: RequestOptions, fault: string]> = {
  "a header's value": [{ headers: { a: "b\r\nc: d" } }, "Illegal header value for a"],
  "a header's name": [{ headers: { "a b": "c" } }, 'Illegal header name "a b"'],
  "a cookie's name": [{ cookies: { "a;b": "c" } }, 'Illegal cookie name "a;b"'],
  "the head of a part": [
    { files: { a: ["x", "y", "text/plain\r\nA: b"] } },
    "Illegal header value for Content-Type in a part of 'files'",
  ],
  "the token of an auth flow": [
    { auth: new BearerAuth(() => "a\r\nb") },
    "Illegal header value for Authorization",
  ],
};

for (const [name, [options, fault]] of Object.entries(wrong)) {
  test(`an error about ${name} has its request, and names it without user information`, async (t) => {
    await using client = new AsyncClient({ transport: inert });
    const error = await t.throwsAsync<LocalProtocolError>(client.get(url, options), {
      instanceOf: LocalProtocolError,
      message: `${summary}: ${fault}`,
    });
    t.is(error.request.method, "GET");
    t.is(error.request.url.href, url);
    t.is(error.requestSent, false);
    t.is(inspect(error).split(summary).length, 2, "the stack begins with the whole message, once");
    t.false(/ada|hush/.test(inspect(error)));
  });
}

test("an error in the client's own part of a request is about the request too", async (t) => {
  await using client = new AsyncClient({ transport: inert, baseUrl: "http://h/v1", params: { k: "1" } });
  client.cookies.set("a", "b");
  const error = await t.throwsAsync<RequestError>(client.post("users", { headers: { a: "\0" } }), {
    message: /^POST http:\/\/h\/v1\/users\?k=1: /,
  });
  t.is(error.request.url.href, "http://h/v1/users?k=1");
  t.throws(() => client.buildRequest("POST", "users", { headers: { a: "\0" } }), { message: error.message });
});

test("a URL with an unsupported scheme is named, and the error has its request", async (t) => {
  await using client = new AsyncClient();
  const error = await t.throwsAsync<UnsupportedProtocol>(client.get("ftp://ada:hush@h/x"), {
    instanceOf: UnsupportedProtocol,
    message: "GET ftp://[secure]@h/x: Request URL has an unsupported protocol 'ftp://'.",
  });
  t.is(error.request.url.href, "ftp://ada:hush@h/x");
});

test("an invalid URL is named up to possible user information, and the error has no request", async (t) => {
  await using client = new AsyncClient({ transport: inert });
  for (const [text, shown] of [
    ["example.org/x", "example.org/x"],
    ["//ada:hush@example.org/x", "[secure]@example.org/x"],
    ["ada@host:hush@example.org/x", "[secure]@example.org/x"],
  ] as const) {
    const error = await t.throwsAsync<UnsupportedProtocol>(client.get(text), {
      instanceOf: UnsupportedProtocol,
    });
    t.true(error.message.startsWith(`GET ${shown}: Request URL is missing`), error.message);
    t.throws(() => error.request, { message: /has not been set/ });
  }
});

test("an invalid method is named without breaking the line, with its URL", async (t) => {
  await using client = new AsyncClient({ transport: inert });
  await t.throwsAsync(client.request("GE T\r\n", url), {
    instanceOf: LocalProtocolError,
    message: String.raw`"GE T\r\n" http://[secure]@h/x?a=1: Illegal method characters in "GE T\r\n"`,
  });
  await t.throwsAsync(client.request("GE T", "/x\n"), {
    message: String.raw`"GE T" /x\n: Illegal method characters in "GE T"`,
  });
});

test("a URL assigned to a request later is named too", async (t) => {
  await using client = new AsyncClient({ transport: inert });
  const request = client.buildRequest("GET", "http://h/");
  request.url.href = "mailto:somebody";
  const error = await t.throwsAsync<RequestError>(client.send(request), {
    message: /^GET mailto:somebody: /,
  });
  t.is(error.request, request);
  t.is(inspect(request), "<Request('GET', 'mailto:somebody')>");
});

test("an InvalidURL has no request, because none can be made of it", async (t) => {
  await using client = new AsyncClient({ transport: inert });
  const error = await t.throwsAsync(client.get("http://h:99999/"), { instanceOf: InvalidURL });
  t.false(error instanceof RequestError);
});

test("an error of a hook gets the request; one that has a request keeps it", async (t) => {
  for (const request of [undefined, new AsyncClient({ transport: inert }).buildRequest("PUT", "http://o/")]) {
    const failure = new ConnectError("no", { request });
    const hook = (): never => {
      throw failure;
    };
    await using client = new AsyncClient({ transport: inert, eventHooks: { request: [hook] } });
    t.is(await t.throwsAsync(client.get("http://h/")), failure);
    t.is(failure.request.url.href, request === undefined ? "http://h/" : "http://o/");
    t.is(failure.message, request === undefined ? "GET http://h/: no" : "no");
  }
});
