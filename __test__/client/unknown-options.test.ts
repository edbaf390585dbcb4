// Unknown options are refused at every level, and the error suggests the name that was probably meant.
import test from "ava";
import * as httpxide from "httpxide";
import {
  AppTransport,
  AsyncClient,
  AsyncHTTPTransport,
  Cookies,
  Limits,
  MockTransport,
  ReplayTransport,
  Request,
  Response,
  ServerSentEvent,
  Timeout,
} from "httpxide";
import { createAdapter } from "httpxide/axios";
import { createEventSource } from "httpxide/eventsource";
import { createFetch } from "httpxide/fetch";
import { HttpxideInstrumentation } from "httpxide/opentelemetry";
import { HttpxideHttpHandler } from "httpxide/smithy";
import { HttpxideDispatcher } from "httpxide/undici";
import { createWebSocket } from "httpxide/websocket";
import { startHttpServer } from "../helpers/http-server.js";

const transport = new MockTransport(() => new Response(200));
const client = new AsyncClient({ transport });
const events = new AsyncClient({
  transport: new MockTransport(() => new Response(200, { headers: { "Content-Type": "text/event-stream" } })),
});
const request = new Request("GET", "http://h/");
const server = await startHttpServer();
const { url: URL_ } = server;
test.after(() => server[Symbol.asyncDispose]());

type Options = Record<string, unknown>;

/** Everything that takes options. */
const takers: Record<string, (options: never) => unknown> = {
  AsyncClient: (options) => new AsyncClient(options),
  "client.request()": (options) => client.request("GET", URL_, options),
  "client.get()": (options) => client.get(URL_, options),
  "client.stream()": (options) => client.stream("GET", URL_, options),
  "client.buildRequest()": (options) => client.buildRequest("GET", URL_, options),
  "client.send()": (options) => client.send(request, options),
  "sse()": (options) => events.sse(URL_, options),
  "get()": (options) => httpxide.get(URL_, options),
  "stream()": (options) => httpxide.stream("GET", URL_, options),
  Request: (options) => new Request("GET", URL_, options),
  Response: (options) => new Response(200, options),
  Timeout: (options) => new Timeout(options),
  "timeout of a client": (timeout) => new AsyncClient({ timeout }),
  "timeout of a call": (timeout) => client.get(URL_, { timeout }),
  "client.timeout": (timeout) => (client.timeout = timeout),
  Limits: (options) => new Limits(options),
  "limits of a client": (limits) => new AsyncClient({ limits }),
  verify: (verify) => new AsyncClient({ verify }),
  eventHooks: (eventHooks) => new AsyncClient({ eventHooks }),
  "client.eventHooks": (eventHooks) => (client.eventHooks = eventHooks),
  AsyncHTTPTransport: (options) => new AsyncHTTPTransport(options),
  AppTransport: (options) => new AppTransport(() => new globalThis.Response(), options),
  MockTransport: (options) => new MockTransport(options),
  "mock.get()": (options) => new MockTransport().get(URL_, options),
  "route.reply()": (options) => new MockTransport().get(URL_).reply(200, options),
  ReplayTransport: (options) => new ReplayTransport("unused.json", options),
  "cookies.set()": (options) => new Cookies().set("name", "value", options),
  "cookies.get()": (options) => new Cookies().get("name", options),
  "cookies.delete()": (options) => new Cookies().delete("name", options),
  "cookies.clear()": (options) => new Cookies().clear(options),
  ServerSentEvent: (options) => new ServerSentEvent(options),
  createAdapter: (options) => createAdapter(options),
  createFetch: (options) => createFetch(options),
  createEventSource: (options) => createEventSource(options),
  "client of createWebSocket": (options) => createWebSocket(options),
  createWebSocket: (options) => createWebSocket(client, options),
  HttpxideDispatcher: (options) => new HttpxideDispatcher(options),
  HttpxideHttpHandler: (options) => new HttpxideHttpHandler(options),
  HttpxideInstrumentation: (options) => new HttpxideInstrumentation(options).disable(),
  "instrumentation.setConfig()": (options) =>
    new HttpxideInstrumentation({ enabled: false }).setConfig(options),
};

/** The error that `take` throws, or rejects with. */
async function errorOf(take: (options: never) => unknown, options: unknown): Promise<Error | null> {
  try {
    await take(options as never);
    return null;
  } catch (error) {
    return error as Error;
  }
}

for (const [name, take] of Object.entries(takers)) {
  test(`${name} refuses an option that it does not have`, async (t) => {
    const error = await errorOf(take, { xylophone: 1 });
    t.true(error instanceof TypeError);
    t.regex(error?.message ?? "", /^Unknown option "xylophone" of /);
  });

  test(`${name} refuses a promise of options`, async (t) => {
    const error = await errorOf(take, Promise.resolve({}));
    t.true(error instanceof TypeError);
    t.regex(error?.message ?? "", /must be an object.*, not a promise: await it first/);
  });

  test(`${name} takes no options, and options that are undefined`, async (t) => {
    for (const options of [{}, Object.create(null), { xylophone: undefined }]) {
      t.is(await errorOf(take, options), null);
    }
  });
}

/** Objects whose classes have members with the names of options. */
const objects: Record<string, [object: () => object, takes: readonly string[], words: RegExp]> = {
  "the platform's Response": [
    () => new globalThis.Response("a"),
    ["AsyncClient", "client.get()", "client.send()", "Response", "sse()"],
    /not a Response: read its body first/,
  ],
  "the platform's Request": [
    () => new globalThis.Request(URL_, { method: "POST", body: "secret" }),
    ["AsyncClient", "client.get()", "client.send()", "Request", "sse()", "AsyncHTTPTransport"],
    /not a Request: read its body first/,
  ],
  Response: [() => new Response(200), ["AsyncClient", "client.get()", "Response"], /not a Response: read/],
  Request: [
    () => request,
    ["AsyncClient", "client.get()", "client.send()", "Request"],
    /not a Request: read/,
  ],
  "a client": [() => client, ["AsyncClient", "client.get()", "client.send()"], /not an AsyncClient: /],
  "an AbortController": [
    () => new AbortController(),
    ["client.get()", "client.stream()", "client.send()", "sse()", "get()"],
    /not an AbortController: give its signal as signal/,
  ],
  "an AbortSignal": [
    () => new AbortController().signal,
    ["client.get()", "client.send()"],
    /: give it as signal/,
  ],
  "the platform's Headers": [
    () => new globalThis.Headers({ a: "b" }),
    ["client.get()", "AsyncClient", "Request"],
    /: give it as headers/,
  ],
};

for (const [what, [make, takes, words]] of Object.entries(objects)) {
  for (const name of takes) {
    test(`${name} refuses ${what} as its options`, async (t) => {
      const error = await errorOf(takers[name]!, make());
      t.true(error instanceof TypeError);
      t.regex(error?.message ?? "", /must be an object with fields of its own/);
      t.regex(error?.message ?? "", words);
    });
  }
}

test("options that are inherited from a record count like its own", async (t) => {
  const unknown = await errorOf(takers["client.get()"]!, Object.create({ timout: 5 }));
  t.regex(unknown?.message ?? "", /^Unknown option "timout" of .*timeout/);
  const sent = await client.buildRequest("POST", URL_, Object.create({ content: "inherited" }) as object);
  t.deepEqual(sent.content, new TextEncoder().encode("inherited"));
});

const near: readonly [taker: string, options: Options, meant: string][] = [
  ["AsyncClient", { timout: 5 }, "timeout"],
  ["AsyncClient", { baseURL: URL_ }, "baseUrl"],
  ["AsyncClient", { base_url: URL_ }, "baseUrl"],
  ["AsyncClient", { follow_redirects: true }, "followRedirects"],
  ["AsyncClient", { verfiy: false }, "verify"],
  ["AsyncHTTPTransport", { retris: 1 }, "retries"],
  ["client.get()", { timout: 5 }, "timeout"],
  ["client.get()", { header: {} }, "headers"],
  ["client.get()", { cookie: {} }, "cookies"],
  ["client.send()", { follow_redirects: true }, "followRedirects"],
  ["get()", { timout: 5 }, "timeout"],
  ["Timeout", { conect: 5 }, "connect"],
  ["timeout of a call", { reed: 5 }, "read"],
  ["Limits", { max_connections: 5 }, "maxConnections"],
  ["verify", { check_hostname: false }, "checkHostname"],
  ["eventHooks", { requests: [] }, "request"],
  ["cookies.set()", { Domain: "example.org" }, "domain"],
  ["mock.get()", { header: {} }, "headers"],
  ["ReplayTransport", { modes: "record" }, "mode"],
  ["AppTransport", { root_path: "/x" }, "rootPath"],
  ["createFetch", { timout: 5 }, "timeout"],
  ["createWebSocket", { maxMessageByte: 5 }, "maxMessageBytes"],
  ["HttpxideDispatcher", { limit: {} }, "limits"],
  ["HttpxideInstrumentation", { sensitiveQueryKey: ["ticket"] }, "sensitiveQueryKeys"],
  ["HttpxideInstrumentation", { enabeld: false }, "enabled"],
  ["instrumentation.setConfig()", { sensitive_query_keys: [] }, "sensitiveQueryKeys"],
];

for (const [taker, options, meant] of near) {
  const [name] = Object.keys(options);
  test(`${name} of ${taker}: ${meant} was probably meant`, async (t) => {
    const error = await errorOf(takers[taker]!, options);
    t.true(error instanceof TypeError);
    t.true(error?.message.includes(meant), error?.message);
  });
}

const foreign: readonly [taker: string, options: Options, words: RegExp][] = [
  ["client.request()", { body: "text" }, /json, data, files or content/],
  ["client.get()", { query: { a: 1 } }, /params/],
  ["client.get()", { searchParams: { a: 1 } }, /params/],
  ["client.get()", { redirect: "follow" }, /followRedirects/],
  ["client.get()", { responseType: "json" }, /response\.json\(\)/],
  ["client.get()", { validateStatus: null, throwHttpErrors: false }, /raiseForStatus/],
  ["client.get()", { dispatcher: {} }, /transport/],
  ["client.get()", { verify: false }, /option of the client/],
  ["client.get()", { baseUrl: URL_ }, /option of the client/],
  ["client.get()", { stream: true }, /client\.stream\(\)/],
  ["client.send()", { params: { a: 1 } }, /buildRequest/],
  ["get()", { limits: {} }, /keeps no connections/],
  ["AsyncClient", { proxies: {} }, /proxy/],
  ["AsyncClient", { httpsAgent: {} }, /transport/],
  ["AsyncClient", { prefixUrl: URL_ }, /baseUrl/],
  ["AsyncClient", { json: {} }, /option of a call/],
  ["AsyncClient", { rejectUnauthorized: false }, /verify: false/],
  ["AsyncHTTPTransport", { retry: 1 }, /RetryTransport/],
  ["AsyncHTTPTransport", { socketPath: "/tmp/s" }, /uds/],
  ["Response", { status: 201 }, /first argument/],
  ["Response", { body: "x" }, /content/],
  ["Request", { timeout: 5 }, /extensions: \{ timeout \}/],
  ["Timeout", { request: 5 }, /total/],
  ["verify", { rejectUnauthorized: false }, /verify: false/],
  ["cookies.set()", { maxAge: 5 }, /expires/],
];

for (const [taker, options, words] of foreign) {
  test(`${Object.keys(options)[0]} of ${taker} is refused, with advice`, async (t) => {
    const error = await errorOf(takers[taker]!, options);
    t.true(error instanceof TypeError);
    t.regex(error?.message ?? "", words);
  });
}

test("axios's post(url, body) says where a body goes", async (t) => {
  for (const body of [{ name: "Ada" }, ["a"], "text", new FormData(), new URLSearchParams("a=1"), null]) {
    await t.throwsAsync(client.post(URL_, body as object), {
      instanceOf: TypeError,
      message: /post|options/,
    });
    await t.throwsAsync(httpxide.post(URL_, body as object), { instanceOf: TypeError });
  }
  await t.throwsAsync(client.post(URL_, { name: "Ada" } as object), { message: /\{ json: body \}/ });
});

test("axios's post(url, body, options) is refused for every kind of body", async (t) => {
  type Axios = (url: string, body: unknown, options: object) => Promise<unknown>;
  for (const method of ["post", "put", "patch"] as const) {
    for (const of of [client, httpxide] as unknown as Record<string, Axios>[]) {
      const call = of[method]!.bind(of);
      const message = new RegExp(`^${method}\\(\\) takes a URL and options`);
      await t.throwsAsync(call(URL_, undefined, { headers: {} }), { instanceOf: TypeError, message });
      await t.throwsAsync(call(URL_, {}, { headers: {} }), { instanceOf: TypeError, message });
    }
  }
});

test("an option of the wrong type is refused for a call as for the client", async (t) => {
  const message = /^followRedirects must be true or false, not false\.$/;
  await t.throwsAsync(client.get(URL_, { followRedirects: "false" as never }), { message });
  await t.throwsAsync(client.send(request, { followRedirects: "false" as never }), { message });
  await t.throwsAsync(httpxide.get(URL_, { followRedirects: "false" as never }), { message });
});

test("a setting of the instrumentation that has the wrong type is refused", (t) => {
  const wrong = [
    { enabled: "no" },
    { enabled: null },
    { sensitiveQueryKeys: "ticket" },
    { sensitiveQueryKeys: [1] },
    { sensitiveQueryKeys: { ticket: true } },
  ];
  for (const config of wrong) {
    const [name] = Object.keys(config);
    const error = t.throws(() => new HttpxideInstrumentation(config as object), { instanceOf: TypeError });
    t.true(error?.message.startsWith(`${name} must be `), error?.message);
  }
});

test("an inherited member of an object is no option", async (t) => {
  class Defaults {
    get helper(): number {
      return 1;
    }
  }
  const options = Object.assign(new Defaults(), { headers: { a: "b" } });
  t.is((await client.get(URL_, options)).statusCode, 200);
});
