// Arguments that would be ignored: a further one, and HTTPX's names for extensions.
import test from "ava";
import * as httpxide from "httpxide";
import {
  AppTransport,
  AsyncClient,
  AsyncHTTPTransport,
  BasicAuth,
  BearerAuth,
  Cookies,
  DigestAuth,
  FunctionAuth,
  Headers,
  Limits,
  MockTransport,
  NetRCAuth,
  QueryParams,
  ReplayTransport,
  Request,
  Response,
  RetryTransport,
  ServerSentEvent,
  Timeout,
} from "httpxide";
import { createAdapter } from "httpxide/axios";
import { createEventSource } from "httpxide/eventsource";
import { createFetch } from "httpxide/fetch";
import { HttpxideHttpHandler } from "httpxide/smithy";
import { HttpxideDispatcher } from "httpxide/undici";
import { createWebSocket } from "httpxide/websocket";
import { rejection } from "../helpers/failures.js";

const transport = new MockTransport(() => new Response(200, { text: "a\nb" }));
const client = new AsyncClient({ transport });

type Anything = (...parameters: unknown[]) => Promise<unknown>;

for (const verb of ["get", "options", "head", "delete", "post", "put", "patch"] as const) {
  test(`${verb}() takes no third argument`, async (t) => {
    for (const call of [client[verb].bind(client), httpxide[verb === "delete" ? "delete_" : verb]]) {
      const error = await rejection((call as Anything)("http://h/", { a: 1 }, { headers: {} }));
      t.true(error instanceof TypeError);
      t.regex((error as Error).message, new RegExp(`^${verb}\\(\\) takes a URL and options`));
    }
  });
}

test("request() takes no fourth argument", async (t) => {
  for (const call of [client.request.bind(client), httpxide.request]) {
    const error = await rejection((call as Anything)("GET", "http://h/", {}, {}));
    t.regex((error as Error).message, /^request\(\) takes a method, a URL and options/);
  }
});

/** Everything else that takes a fixed number of arguments, with one more. */
const surplus: Record<string, [call: () => unknown, takes: string]> = {
  AsyncClient: [
    () => construct(AsyncClient, { transport }, {}),
    "one object of options: { baseUrl, headers, … }",
  ],
  Request: [() => construct(Request, "GET", "http://h/", {}, {}), "a method, a URL and options"],
  Response: [() => construct(Response, 200, {}, {}), "a status and options"],
  Headers: [() => construct(Headers, {}, {}), "one set of headers"],
  QueryParams: [() => construct(QueryParams, {}, {}), "one set of params"],
  Cookies: [() => construct(Cookies, {}, {}), "one set of cookies"],
  Timeout: [() => construct(Timeout, 5, {}, {}), "a limit and exceptions"],
  Limits: [() => construct(Limits, {}, {}), "one object of options"],
  Proxy: [() => construct(httpxide.Proxy, "http://h:1", {}, {}), "a URL and options"],
  BasicAuth: [() => construct(BasicAuth, "u", "p", {}), "a user name and a password"],
  DigestAuth: [() => construct(DigestAuth, "u", "p", {}), "a user name and a password"],
  BearerAuth: [() => construct(BearerAuth, "t", {}), "a token"],
  NetRCAuth: [() => construct(NetRCAuth, "f", {}), "the path of a file"],
  FunctionAuth: [() => construct(FunctionAuth, (request: Request) => request, {}), "a function"],
  MockTransport: [() => construct(MockTransport, () => new Response(200), {}), "a handler or options"],
  AppTransport: [
    () => construct(AppTransport, () => new globalThis.Response(), {}, {}),
    "an application and options",
  ],
  AsyncHTTPTransport: [() => construct(AsyncHTTPTransport, {}, {}), "one object of options"],
  ReplayTransport: [() => construct(ReplayTransport, "f", {}, {}), "a file and options"],
  RetryTransport: [() => construct(RetryTransport, transport, {}, {}), "a transport and options"],
  ServerSentEvent: [() => construct(ServerSentEvent, {}, {}), "one object of fields"],
  HttpxideDispatcher: [() => construct(HttpxideDispatcher, {}, {}), "a client or its options"],
  HttpxideHttpHandler: [() => construct(HttpxideHttpHandler, {}, {}), "a client or its options"],
  "createFetch()": [() => call(createFetch, null, client, {}), "a client or its options"],
  "createAdapter()": [() => call(createAdapter, null, client, {}), "a client or its options"],
  "createEventSource()": [() => call(createEventSource, null, client, {}), "a client or its options"],
  "createWebSocket()": [() => call(createWebSocket, null, client, {}, {}), "a client and options"],
  "send()": [
    () => call(client.send, client, new Request("GET", "http://h/"), {}, {}),
    "a request and options",
  ],
  "buildRequest()": [
    () => call(client.buildRequest, client, "GET", "http://h/", {}, {}),
    "a method, a URL and options",
  ],
  "sse()": [() => call(client.sse, client, "http://h/", {}, {}), "a URL and options"],
  "websocket()": [
    () => call(client.websocket, client, "http://h/", {}, () => undefined, {}),
    "a URL, options and a function",
  ],
  "stream()": [
    () => call(client.stream, client, "GET", "http://h/", {}, () => undefined, {}),
    "a method, a URL, options and a function",
  ],
  "aread()": [() => call(Response.prototype.aread, new Response(200), {}), "no arguments"],
  "aread() of a request": [
    () => call(Request.prototype.aread, new Request("GET", "http://h/"), {}),
    "no arguments",
  ],
  "json()": [() => call(Response.prototype.json, new Response(200, { json: 1 }), () => 1), "no arguments"],
  "aiterBytes()": [() => call(Response.prototype.aiterBytes, new Response(200), 1, {}), "a size"],
  "aiterText()": [() => call(Response.prototype.aiterText, new Response(200), 1, {}), "a size"],
  "aiterSse()": [() => call(Response.prototype.aiterSse, new Response(200), {}), "no arguments"],
  "aiterJsonLines()": [() => call(Response.prototype.aiterJsonLines, new Response(200), {}), "no arguments"],
  "route()": [() => call(transport.route, transport, {}, {}), "one object of conditions"],
};

function construct(made: unknown, ...parameters: unknown[]): unknown {
  return Reflect.construct(made as new () => unknown, parameters);
}

function call(method: unknown, self: unknown, ...parameters: unknown[]): unknown {
  return Reflect.apply(method as () => unknown, self, parameters);
}

for (const [name, [attempt, takes]] of Object.entries(surplus)) {
  test(`${name} takes no further argument`, async (t) => {
    await t.throwsAsync(async () => attempt(), {
      instanceOf: TypeError,
      message: `${name.replace(" of a request", "")} takes ${takes}.`,
      code: "ERR_INVALID_ARG_TYPE",
    });
  });
}

test("a last argument that is no function is refused before anything is sent", async (t) => {
  let sent = 0;
  const counting = new AsyncClient({ transport: new MockTransport(() => (sent++, new Response(200))) });
  const refused = (message: string) => ({ instanceOf: TypeError, message, code: "ERR_INVALID_ARG_TYPE" });
  for (const [use, kind] of [
    [5, "a number"],
    [null, "null"],
    [{}, "an Object"],
    [Promise.resolve(), "a promise"],
  ]) {
    const words = `must be a function, not ${kind}.`;
    for (const taker of [counting, httpxide]) {
      await t.throwsAsync(
        async () => call(taker.stream, taker, "GET", "http://h/", {}, use),
        refused(`The last argument of stream() ${words}`),
      );
    }
    await t.throwsAsync(
      async () => call(counting.websocket, counting, "http://h/", {}, use),
      refused(`The last argument of websocket() ${words}`),
    );
  }
  t.is(sent, 0);
  await call(counting.stream, counting, "GET", "http://h/", {}, undefined);
  t.is(sent, 1);
});

test("aiterLines() takes no argument", async (t) => {
  const response = await client.stream("GET", "http://h/");
  t.throws(() => Reflect.apply(response.aiterLines, response, [{ keepEnds: true }]), {
    instanceOf: TypeError,
  });
  t.throws(() => response.aiterBytes({ size: 1 } as never), { instanceOf: TypeError });
  await response.aclose();
});

test("Timeout takes exceptions beside one limit for all phases, as HTTPX does", (t) => {
  const timeout = new Timeout(10, { read: 60_000, pool: null, write: undefined, total: 99 });
  t.deepEqual({ ...timeout }, { connect: 10, read: 60_000, write: 10, pool: null, total: 99 });
  t.is(new Timeout(null, { connect: 5 }).read, null);
  t.throws(() => new Timeout({ read: 1 }, { connect: 5 }), {
    instanceOf: TypeError,
    message: /in one object/,
  });
  t.throws(() => new Timeout(10, { conect: 5 } as never), { instanceOf: TypeError, message: /connect/ });
});

for (const [name, meant] of [
  ["sni_hostname", "sniHostname"],
  ["sniHostName", "sniHostname"],
  ["servername", "sniHostname"],
  ["Trace", "trace"],
  ["Timeout", "timeout"],
  ["trac", "trace"],
  ["tarce", "trace"],
  ["timout", "timeout"],
  ["taget", "target"],
  ["trailer", "trailers"],
  ["expect_continue", "expectContinue"],
  ["onUploadProgres", "onUploadProgress"],
]) {
  test(`the extension ${name} is refused: ${meant} is meant`, async (t) => {
    const extensions = { [name!]: "x" };
    const expected = {
      instanceOf: TypeError,
      message: `Unknown extension "${name}". Did you mean ${meant}?`,
      code: "ERR_UNKNOWN_OPTION",
    };
    await t.throwsAsync(client.get("http://h/", { extensions }), expected);
    t.throws(() => new Request("GET", "http://h/", { extensions }), expected);
  });
}

test("extensions that only a transport knows pass", (t) => {
  const extensions = { tenant: 7, tracker: 8, time: 9, agent: 10 };
  const request = client.buildRequest("GET", "http://h/", { extensions });
  t.like(request.extensions, extensions);
});

test("extensions.timeout is the timeout of the request, and checked with it", async (t) => {
  const request = client.buildRequest("GET", "http://h/", { extensions: { timeout: { read: 7 } } });
  await client.send(request);
  t.is((request.extensions.timeout as { read: number }).read, 7);
  await t.throwsAsync(client.get("http://h/", { extensions: { timeout: { conect: 5 } as never } }), {
    instanceOf: TypeError,
    message: /connect/,
  });
});

test("a refused argument has a code of Node.js", async (t) => {
  const code = async (call: () => unknown): Promise<unknown> => {
    try {
      await call();
    } catch (error) {
      return (error as { code?: unknown }).code;
    }
    return undefined;
  };
  t.is(await code(() => client.get("http://h/", { headers: 5 as never })), "ERR_INVALID_ARG_TYPE");
  t.is(await code(() => client.get("http://h/", { timeout: -1 })), "ERR_OUT_OF_RANGE");
  t.is(await code(() => client.get("http://h/", { timout: 1 } as never)), "ERR_UNKNOWN_OPTION");
  t.is(await code(() => new AsyncClient({ maxRedirects: 1.5 })), "ERR_OUT_OF_RANGE");
  const mock = new MockTransport(() => 5 as never);
  t.is(await code(() => new AsyncClient({ transport: mock }).get("http://h/")), "ERR_INVALID_RETURN_VALUE");
});
