/** The kinds of applications that can be called, and how a transport recognises them. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createSecureServer } from "node:https";
import test from "ava";
import { type App, AppTransport, AsyncClient, get, type FetchHandler, type NodeListener } from "httpxide";
import Koa from "koa";
import { samples } from "../helpers/sample-apps.js";

const BASE = "http://testserver";

function hello(_request: IncomingMessage, response: ServerResponse): void {
  response.end("hello from a listener");
}

function middleware(request: IncomingMessage, response: ServerResponse, next: () => void): void {
  if (request.url === "/") response.end("hello from middleware");
  else next();
}

function fetchHello(request: globalThis.Request): globalThis.Response {
  return new globalThis.Response(`hello from a handler at ${request.url}`);
}

const KINDS: readonly (readonly [name: string, app: App, text: string])[] = [
  ["a request listener", hello, "hello from a listener"],
  ["a server of node:http", createServer(hello), "hello from a listener"],
  ["a server of node:https", createSecureServer(hello), "hello from a listener"],
  ["a fetch handler", fetchHello, "hello from a handler at http://testserver/"],
  ["an object with fetch", { fetch: fetchHello }, "hello from a handler at http://testserver/"],
  [
    "a module whose default export is an application",
    { default: { fetch: fetchHello } },
    "hello from a handler at http://testserver/",
  ],
  ["middleware of Connect", middleware, "hello from middleware"],
  ["a Koa application", new Koa().use((context) => void (context.body = "hello from Koa")), "hello from Koa"],
];

for (const [name, app, text] of KINDS) {
  test(`${name} is recognised, and called`, async (t) => {
    await using client = new AsyncClient({ app, baseUrl: BASE, timeout: 60_000 });
    const response = await client.get("/");
    t.is(response.statusCode, 200);
    t.is(response.text, text);
  });
}

test("a request that middleware passes to next is not found", async (t) => {
  for (const raiseAppExceptions of [true, false]) {
    const transport = new AppTransport(middleware, { raiseAppExceptions });
    await using client = new AsyncClient({ transport, baseUrl: BASE, timeout: 60_000 });
    t.is((await client.get("/elsewhere")).statusCode, 404);
  }
});

for (const [name, make] of Object.entries(samples)) {
  test(`an application of ${name} is recognised, and called`, async (t) => {
    const { app } = await make(new Error("boom"));
    await using client = new AsyncClient({ app, baseUrl: BASE, timeout: 60_000 });
    t.is((await client.get("/text")).text, "Grüße, Welt");
  });
}

for (const app of [undefined, null, {}, 1, "app"]) {
  test(`${JSON.stringify(app) ?? "undefined"} is no application`, (t) => {
    t.throws(() => new AppTransport(app as never), {
      instanceOf: TypeError,
      message: /^app must be a request listener/,
    });
  });
}

test("a router that responds to every property name is recognised by its real kind", async (t) => {
  const router = new Proxy(
    { fetch: fetchHello },
    { get: (target, name) => Reflect.get(target, name) ?? (() => router) },
  );
  await using client = new AsyncClient({ app: router, baseUrl: BASE, timeout: 60_000 });
  t.is((await client.get("/x")).text, "hello from a handler at http://testserver/x");
});

test("a server's listener with a third parameter of its own gets no third argument", async (t) => {
  const listener = (_request: IncomingMessage, response: ServerResponse, parsed?: unknown): void =>
    void response.end(typeof parsed);
  await using client = new AsyncClient({ app: createServer(listener), baseUrl: BASE, timeout: 60_000 });
  t.is((await client.get("/")).text, "undefined");
});

test("AppTransport.node calls a listener that has the shape of a handler", async (t) => {
  const listener = ((...args: [IncomingMessage, ServerResponse]) => hello(...args)) as NodeListener;
  await using client = new AsyncClient({
    transport: AppTransport.node(listener),
    baseUrl: BASE,
    timeout: 60_000,
  });
  t.is((await client.get("/")).text, "hello from a listener");
});

test("AppTransport.fetch calls a handler that has the shape of a listener", async (t) => {
  const handler: FetchHandler = (request, info) =>
    new globalThis.Response(`${request.method} by ${info.remoteAddr.hostname}`);
  await using client = new AsyncClient({
    transport: AppTransport.fetch(handler),
    baseUrl: BASE,
    timeout: 60_000,
  });
  t.is((await client.get("/")).text, "GET by 127.0.0.1");
});

test("a handler mistaken for a listener gets an error that says so", async (t) => {
  const handler = (request: globalThis.Request, _env: unknown): globalThis.Response => fetchHello(request);
  await using client = new AsyncClient({ app: handler as unknown as App, baseUrl: BASE, timeout: 60_000 });
  await t.throwsAsync(client.get("/"), { instanceOf: TypeError, message: /AppTransport\.fetch/ });
});

test("a listener mistaken for a handler gets an error that says so", async (t) => {
  const listener = (() => undefined) as unknown as App;
  await using client = new AsyncClient({ app: listener, baseUrl: BASE, timeout: 60_000 });
  await t.throwsAsync(client.get("/"), { instanceOf: TypeError, message: /AppTransport\.node/ });
});

test("AppTransport.node and AppTransport.fetch accept only functions", (t) => {
  t.throws(() => AppTransport.node({} as never), { instanceOf: TypeError });
  t.throws(() => AppTransport.fetch(null as never), { instanceOf: TypeError });
});

test("a client takes an app or a transport, not both", (t) => {
  const transport = new AppTransport(hello);
  t.throws(() => new AsyncClient({ app: hello, transport }), { instanceOf: TypeError, message: /not both/ });
});

test("one-shot functions accept an app", async (t) => {
  t.is((await get(`${BASE}/`, { app: hello })).text, "hello from a listener");
});

test("a URL with a scheme other than http and https is refused", async (t) => {
  await using client = new AsyncClient({ app: hello });
  await t.throwsAsync(client.get("ftp://testserver/"), { name: "UnsupportedProtocol" });
});

test("unknown options are refused", (t) => {
  t.throws(() => new AppTransport(hello, { rootPath: "api" }), { instanceOf: TypeError, message: /slash/ });
  t.throws(() => new AppTransport(hello, { rootPath: "/a b" }), { instanceOf: TypeError });
  t.throws(() => new AppTransport(hello, { rootPath: "/a?b" }), { instanceOf: TypeError });
  t.throws(() => new AppTransport(hello, { client: ["1.2.3.4", 1e6] }), {
    instanceOf: TypeError,
    message: /^client/,
  });
});
