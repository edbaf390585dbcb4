/**
 * How the pool limits, shares, queues for and keeps connections, as the server sees it by the connections' numbers.
 */
import test from "ava";
import { AsyncClient, type Response } from "httpxide";
import { rejection } from "../helpers/failures.js";
import { answering, type Handler, type HttpServer, startHttpServer } from "../helpers/http-server.js";
import { LIMITS } from "../helpers/limits.js";
import { ok, replying, startRawServer } from "../helpers/raw-server.js";
import { type Deferred, deferred, eventually, settling } from "../helpers/waiting.js";

/** A server that answers each path only when the test opens it. */
class Gate {
  readonly #gates = new Map<string, Deferred<void>>();

  readonly handler: Handler = async (request, response) => {
    await this.#gate(request.url ?? "").promise;
    response.end(request.url);
  };

  open(path: string): void {
    this.#gate(path).resolve();
  }

  #gate(path: string): Deferred<void> {
    const gate = this.#gates.get(path) ?? deferred();
    this.#gates.set(path, gate);
    return gate;
  }
}

function connectionOf(server: HttpServer, path: string): number | undefined {
  return server.requests.find((request) => request.path === path)?.connection;
}

test("no more connections are open than maxConnections", async (t) => {
  await using server: HttpServer = await startHttpServer(async (_request, response) => {
    await eventually("three connections are open", () => server.openSockets === 3);
    response.end();
  });
  await using client = new AsyncClient({ limits: { maxConnections: 3 }, timeout: 30_000 });
  await Promise.all(Array.from({ length: 60 }, () => client.get(server.url)));
  t.is(server.mostOpenSockets, 3);
  t.is(server.requests.length, 60);
});

test("no more connections are open to a host than maxConnectionsPerHost", async (t) => {
  await using one = await startHttpServer(answering("one"));
  await using two = await startHttpServer(answering("two"));
  await using client = new AsyncClient({ limits: { maxConnectionsPerHost: 2 }, timeout: 30_000 });
  await Promise.all(
    Array.from({ length: 40 }, (_, index) =>
      client.get(index % 2 ? one.url : `http://localhost:${two.port}`),
    ),
  );
  t.true(one.mostOpenSockets <= 2);
  t.true(two.mostOpenSockets <= 2);
});

test("without a limit, all requests run at once", async (t) => {
  const gate = new Gate();
  await using server = await startHttpServer(gate.handler);
  await using client = new AsyncClient({ limits: { maxConnections: null }, timeout: 30_000 });
  const calls = Array.from({ length: 150 }, () => client.get(`${server.url}/`));
  await eventually("all requests arrived", () => server.requests.length === 150);
  gate.open("/");
  await Promise.all(calls);
  t.is(server.mostOpenSockets, 150);
});

test("queued requests are served in order of arrival", async (t) => {
  await using server = await startHttpServer(answering(""));
  await using client = new AsyncClient({ limits: { maxConnections: 1 }, timeout: 30_000 });
  const paths = Array.from({ length: 50 }, (_, index) => `/${index}`);
  await Promise.all(paths.map((path) => client.get(server.url + path)));
  t.deepEqual(
    server.requests.map((request) => request.path),
    paths,
  );
});

test("the most recently used connection is reused first", async (t) => {
  const gate = new Gate();
  await using server = await startHttpServer(gate.handler);
  await using client = new AsyncClient();
  const paths = ["/a", "/b", "/c"];
  const calls = paths.map((path) => client.get(server.url + path));
  await eventually("all three requests arrived", () => server.requests.length === 3);
  for (const index of [2, 0, 1]) {
    gate.open(paths[index] ?? "");
    await calls[index];
  }
  await eventually("all three are idle", () => client.stats().connections.idle === 3);
  gate.open("/next");
  await client.get(`${server.url}/next`);
  t.is(connectionOf(server, "/next"), connectionOf(server, "/b"));
});

test("no more idle connections are kept than maxKeepaliveConnections", async (t) => {
  const gate = new Gate();
  await using server = await startHttpServer(gate.handler);
  await using client = new AsyncClient({ limits: { maxKeepaliveConnections: 2 } });
  const calls = Array.from({ length: 6 }, () => client.get(`${server.url}/`));
  await eventually("all requests arrived", () => server.requests.length === 6);
  gate.open("/");
  await Promise.all(calls);
  await eventually("four are closed", () => server.openSockets === 2);
  t.is(client.stats().connections.idle, 2);
});

test("maxKeepaliveConnections: 0 keeps no connection", async (t) => {
  await using server = await startHttpServer(answering(""));
  await using client = new AsyncClient({ limits: { maxKeepaliveConnections: 0 } });
  for (let time = 0; time < 3; time++) await client.get(server.url);
  t.is(server.connections, 3);
  await eventually("all are closed", () => server.openSockets === 0);
});

test("a connection is closed once it was idle for keepaliveExpiry, and not before", async (t) => {
  for (const keepaliveExpiry of LIMITS) {
    await using server = await startHttpServer(answering(""));
    await using client = new AsyncClient({ limits: { keepaliveExpiry } });
    const begun = performance.now();
    await client.get(server.url);
    await client.get(server.url);
    // on a busy machine it may have been idle for so long
    if (performance.now() - begun > keepaliveExpiry && server.connections > 1) continue;
    t.is(server.connections, 1);
    await eventually("it is closed", () => server.openSockets === 0, 20_000);
    await client.get(server.url);
    t.is(server.connections, 2);
    return;
  }
  t.fail("no expiry was long enough");
});

test("without keepaliveExpiry, an idle connection stays open", async (t) => {
  await using server = await startHttpServer(answering(""));
  await using client = new AsyncClient({ limits: { keepaliveExpiry: null } });
  await client.get(server.url);
  // Another client's connection expires meanwhile: time has passed.
  await using expiring = new AsyncClient({ limits: { keepaliveExpiry: 300 } });
  await expiring.get(server.url);
  await eventually("the other connection expired", () => server.openSockets < 2);
  await client.get(server.url);
  t.deepEqual(
    server.requests.map(({ connection }) => connection),
    [1, 2, 1],
  );
});

test("an idle connection to another host is closed when the pool needs its place", async (t) => {
  await using one = await startHttpServer(answering("one"));
  await using two = await startHttpServer(answering("two"));
  await using client = new AsyncClient({ limits: { maxConnections: 1 } });
  for (let time = 0; time < 3; time++) {
    t.is((await client.get(one.url)).text, "one");
    t.is((await client.get(two.url)).text, "two");
  }
  await eventually("the first host's are closed", () => one.openSockets === 0);
  t.is(two.openSockets, 1);
});

test("each request uses a connection to its own host", async (t) => {
  await using one = await startHttpServer(answering("one"));
  await using two = await startHttpServer(answering("two"));
  await using client = new AsyncClient({ timeout: 30_000 });
  const ask = async (index: number): Promise<boolean> => {
    const [url, answer] = index % 2 ? [one.url, "one"] : [two.url, "two"];
    return (await client.get(url)).text === answer;
  };
  t.true((await Promise.all(Array.from({ length: 200 }, (_, index) => ask(index)))).every(Boolean));
});

test("a queued request that is aborted is never sent, and those behind it move up", async (t) => {
  const gate = new Gate();
  await using server = await startHttpServer(gate.handler);
  await using client = new AsyncClient({ limits: { maxConnections: 1 } });
  const abort = new AbortController();
  const first = client.get(`${server.url}/first`);
  await eventually("the first request arrived", () => server.requests.length === 1);
  const aborted = client.get(`${server.url}/aborted`, { signal: abort.signal });
  const last = client.get(`${server.url}/last`);
  await eventually("two requests wait", () => client.stats().requests.queued === 2);
  abort.abort();
  t.is(await rejection(aborted), abort.signal.reason);
  await eventually("one request waits", () => client.stats().requests.queued === 1);
  gate.open("/first");
  gate.open("/last");
  t.is((await settling(first)).text, "/first");
  t.is((await settling(last)).text, "/last");
  t.deepEqual(
    server.requests.map((request) => request.path),
    ["/first", "/last"],
  );
  t.is(server.connections, 1);
});

test("an unread stream holds its connection, and closing it releases the next request", async (t) => {
  await using server = await startHttpServer(answering(Buffer.alloc(5_000_000)));
  await using client = new AsyncClient({ limits: { maxConnections: 1 } });
  const held = await client.stream("GET", server.url);
  const waiting = client.stream("GET", server.url);
  await eventually("the second request waits", () => client.stats().requests.queued === 1);
  await held.aclose();
  await (await settling(waiting)).aclose();
  t.is(server.requests.length, 2);
});

test("stats() counts connections and requests, in total and for each origin", async (t) => {
  const gate = new Gate();
  await using server = await startHttpServer(gate.handler);
  await using client = new AsyncClient({ limits: { maxConnections: 2 } });
  const empty = { active: 0, idle: 0, connecting: 0 };
  t.deepEqual(client.stats().connections, empty);
  t.deepEqual(client.stats().requests, { queued: 0, inFlight: 0 });
  const calls = ["/a", "/b", "/c"].map((path) => client.get(server.url + path));
  await eventually("two requests arrived", () => server.requests.length === 2);
  const busy = client.stats();
  t.deepEqual(busy.connections, { active: 2, idle: 0, connecting: 0 });
  t.deepEqual(busy.requests, { queued: 1, inFlight: 2 });
  t.deepEqual(Object.keys(busy.origins), [server.url]);
  t.deepEqual(busy.origins[server.url]?.connections, busy.connections);
  for (const path of ["/a", "/b", "/c"]) gate.open(path);
  await Promise.all(calls);
  await eventually("both are idle", () => client.stats().connections.idle === 2);
  t.deepEqual(client.stats().requests, { queued: 0, inFlight: 0 });
});

const NOT_KEPT: readonly (readonly [name: string, answer: string | Buffer])[] = [
  ["Connection: close", ok("ok", "Connection: close")],
  ["Connection: Close, among others", ok("ok", "Connection: x-other, Close")],
  ["HTTP/1.0", "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok"],
];

for (const [name, answer] of NOT_KEPT) {
  test(`${name}: the connection is not reused`, async (t) => {
    await using server = await startRawServer(replying(answer));
    await using client = new AsyncClient();
    const answers: Response[] = [];
    for (let time = 0; time < 3; time++) answers.push(await client.get(server.url));
    t.true(answers.every((response) => response.text === "ok"));
    t.deepEqual(
      server.requests.map((request) => request.connection),
      [1, 2, 3],
    );
    await eventually("all are closed", () => server.openSockets === 0);
  });
}

test("successive bursts reuse the same connections", async (t) => {
  await using server = await startHttpServer(answering(""));
  await using client = new AsyncClient({
    limits: { maxConnections: 10, maxKeepaliveConnections: 10 },
    timeout: 30_000,
  });
  for (let burst = 0; burst < 10; burst++) {
    await Promise.all(Array.from({ length: 100 }, () => client.get(server.url)));
  }
  t.is(server.connections, 10);
  t.is(server.requests.length, 1000);
});
