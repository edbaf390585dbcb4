// Diagnostics channels: what a subscriber sees of each request, in the async context of its call.
import { AsyncLocalStorage } from "node:async_hooks";
import { channel, subscribe, tracingChannel, unsubscribe } from "node:diagnostics_channel";
import test, { type ExecutionContext } from "ava";
import { AsyncClient, MockTransport, type RequestMessage, Response } from "httpxide";
import { fetch } from "httpxide/fetch";
import { answering, startHttpServer } from "../helpers/http-server.js";
import { startRawServer } from "../helpers/raw-server.js";

const UNDICI = [
  "undici:request:create",
  "undici:client:sendHeaders",
  "undici:request:headers",
  "undici:request:trailers",
  "undici:request:error",
] as const;

interface UndiciMessage {
  request: {
    origin: string;
    path: string;
    method: string;
    headers: string[];
    addHeader(name: string, value: string): void;
  };
  response?: { statusCode: number; headers: Buffer[]; statusText: string };
  trailers?: Buffer[];
  socket?: { remoteAddress?: string; remotePort?: number };
  error?: unknown;
}

type Event = [name: string, message: UndiciMessage];

/** The messages of undici's channels, until the end of the test, about one server. */
function listen(
  t: ExecutionContext,
  path: string,
  each?: (name: string, message: UndiciMessage) => void,
): Event[] {
  const events: Event[] = [];
  const mine = (message: UndiciMessage): boolean => message.request.path.startsWith(path);
  for (const name of UNDICI) {
    const listener = (message: unknown): void => {
      if (!mine(message as UndiciMessage)) return;
      events.push([name.replace("undici:", ""), message as UndiciMessage]);
      each?.(name, message as UndiciMessage);
    };
    subscribe(name, listener);
    t.teardown(() => void unsubscribe(name, listener));
  }
  return events;
}

test.serial("a request is traced from its start to its head", async (t) => {
  await using server = await startHttpServer(answering("hello"));
  await using client = new AsyncClient();
  const events: [string, RequestMessage][] = [];
  const names = ["start", "end", "asyncStart", "asyncEnd", "error"] as const;
  const listeners = Object.fromEntries(
    names.map((name) => [name, (message: unknown) => void events.push([name, message as RequestMessage])]),
  );
  const tracing = tracingChannel("httpxide:request");
  tracing.subscribe(listeners as never);
  t.teardown(() => void tracing.unsubscribe(listeners as never));

  const response = await client.get(`${server.url}/traced`);
  t.deepEqual(
    events.map(([name]) => name),
    ["start", "end", "asyncStart", "asyncEnd"],
  );
  const [message] = new Set(events.map(([, given]) => given));
  t.is(message?.request.url.pathname, "/traced");
  t.is(message?.response, response);
  t.is(message?.connection, response.extensions.connection);
  t.is(message?.connection?.remotePort, Number(new URL(server.url).port));

  events.length = 0;
  const error = await t.throwsAsync(client.get("http://127.0.0.1:1234/"));
  t.deepEqual(
    events.map(([name]) => name),
    ["start", "end", "error", "asyncStart", "asyncEnd"],
  );
  t.is(events[0]?.[1].error, error);
  t.false("connection" in events[0]![1]);

  events.length = 0;
  await using app = new AsyncClient({ app: () => new globalThis.Response("app") });
  await app.get("http://app.example/");
  t.false("connection" in events[0]![1], "an application has none");
});

test.serial("stores that are bound to the start hold for the request", async (t) => {
  const store = new AsyncLocalStorage<string>();
  const { start } = tracingChannel("httpxide:request");
  start.bindStore(store, () => "of the request");
  t.teardown(() => void start.unbindStore(store));
  let seen: string | undefined;
  const transport = new MockTransport(() => {
    seen = store.getStore();
    return new Response(200);
  });
  await using client = new AsyncClient({ transport });
  await client.get("https://example.org/");
  t.is(seen, "of the request");
  t.is(store.getStore(), undefined);
});

test.serial("undici's channels show a request as they show one of fetch", async (t) => {
  await using server = await startHttpServer((_request, response) => {
    response.writeHead(200, { "X-A": ["1", "2"], trailer: "x-sum" });
    response.write("body");
    response.addTrailers({ "x-sum": "1" });
    response.end();
  });
  await using client = new AsyncClient();
  const events = listen(t, "/shown");
  await client.get(`${server.url}/shown?a=b`, { headers: { "X-Own": "1" } });
  t.deepEqual(
    events.map(([name]) => name),
    ["request:create", "client:sendHeaders", "request:headers", "request:trailers"],
  );
  const [, message] = events[0]!;
  t.true(
    events.every(([, { request }]) => request === message.request),
    "one object for all",
  );
  t.is(message.request.origin, server.url);
  t.is(message.request.path, "/shown?a=b");
  t.is(message.request.method, "GET");
  t.true(message.request.headers.includes("X-Own"));
  t.is(events[1]![1].socket?.remoteAddress, "127.0.0.1");
  t.is(events[1]![1].socket?.remotePort, server.port);
  const { response } = events[2]![1];
  t.is(response?.statusCode, 200);
  t.is(response?.statusText, "OK");
  t.true(response?.headers.every((part) => Buffer.isBuffer(part)));
  t.deepEqual(events[3]![1].trailers?.map(String), ["x-sum", "1"]);
});

test.serial("a header that a subscriber adds is sent", async (t) => {
  await using server = await startHttpServer();
  await using client = new AsyncClient({ followRedirects: true });
  listen(t, "/added", (name, { request }) => {
    if (name === "undici:request:create") request.addHeader("traceparent", "00-1-2-01");
  });
  await client.get(`${server.url}/added/1`);
  await client.post(`${server.url}/added/2`, { json: {} });
  await (await fetch(`${server.url}/added/3`)).text();
  for (const { headers } of server.requests) {
    t.deepEqual(
      headers.filter(([name]) => name === "traceparent"),
      [["traceparent", "00-1-2-01"]],
    );
  }
  t.is(server.requests.length, 3);
});

test.serial("the end of a streamed body ends the request, and so does a failure", async (t) => {
  await using server = await startHttpServer(answering("hello"));
  await using client = new AsyncClient();
  const events = listen(t, "/ends");
  const last = (): string => events.at(-1)![0];
  const response = await client.stream("GET", `${server.url}/ends/read`);
  t.is(last(), "request:headers");
  await response.aread();
  t.is(last(), "request:trailers");

  const closed = await client.stream("GET", `${server.url}/ends/closed`);
  await closed.aclose();
  t.is(last(), "request:trailers");

  await using raw = await startRawServer(async (connection) => {
    await connection.readRequest();
    await connection.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf");
  });
  const broken = await client.stream("GET", `${raw.url}/ends/broken`);
  const error = await t.throwsAsync(broken.aread());
  t.is(last(), "request:error");
  t.is(events.at(-1)![1].error, error);

  await t.throwsAsync(client.get("http://127.0.0.1:1234/ends/refused"));
  t.deepEqual(
    events.slice(-2).map(([name]) => name),
    ["request:create", "request:error"],
  );
});

test.serial("each redirect is a request of its own", async (t) => {
  await using server = await startHttpServer((_request, response, { path }) => {
    if (path === "/hops/1") response.writeHead(302, { location: "/hops/2" }).end("moved");
    else response.end("there");
  });
  await using client = new AsyncClient({ followRedirects: true });
  const events = listen(t, "/hops");
  await client.get(`${server.url}/hops/1`);
  const paths = events.filter(([name]) => name === "request:trailers").map(([, { request }]) => request.path);
  t.deepEqual(paths, ["/hops/1", "/hops/2"]);
});

test.serial("diagnostics: { undici: false } keeps a client's requests off undici's channels", async (t) => {
  await using server = await startHttpServer(answering("hello"));
  await using client = new AsyncClient({ diagnostics: { undici: false } });
  const events = listen(t, "/quiet");
  await client.get(`${server.url}/quiet`);
  t.deepEqual(events, []);
  t.throws(() => new AsyncClient({ diagnostics: { undicy: true } as object }), {
    instanceOf: TypeError,
    message: /undici/,
  });
});

test.serial("nobody listens: no message is made", async (t) => {
  await using server = await startHttpServer(answering("hello"));
  await using client = new AsyncClient();
  t.false(channel("undici:request:create").hasSubscribers);
  t.is((await client.get(server.url)).text, "hello");
});
