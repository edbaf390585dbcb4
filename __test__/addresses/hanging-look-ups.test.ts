/** A look-up that hangs: it costs its own request, and no room in the pool. */
import type { Writable } from "node:stream";
import test from "ava";
import {
  AsyncClient,
  type AsyncClientOptions,
  ConnectError,
  ConnectTimeout,
  PoolTimeout,
  type Resolver,
} from "httpxide";
import { failsAs, rejection } from "../helpers/failures.js";
import { answering, startHttpServer } from "../helpers/http-server.js";
import { startPlainHttp2Server } from "../helpers/http2-server.js";
import { startSocksServer } from "../helpers/socks-server.js";
import { deferred, eventually, pause, settling } from "../helpers/waiting.js";

/** Names that begin with `hangs` get no answer. */
const resolver: Resolver = (hostname) =>
  hostname.startsWith("hangs") ? new Promise<never>(() => {}) : ["127.0.0.1"];

function client(options: AsyncClientOptions = {}): AsyncClient {
  return new AsyncClient({ limits: { maxConnections: 1 }, trustEnv: false, resolver, ...options });
}

const patient = { timeout: { connect: null, pool: null, read: null } } as const;

test("look-ups that hang take no room: other requests are served by the one connection", async (t) => {
  await using server = await startHttpServer(answering("ok"));
  await using own = client();
  const hanging = Array.from({ length: 300 }, (_, index) =>
    rejection(own.get(`http://hangs${index % 200}.example/`, patient)),
  );
  for (const host of ["a.example", "b.example", "127.0.0.1"]) {
    t.is((await own.get(`http://${host}:${server.port}/`, { timeout: { pool: 5000 } })).text, "ok");
  }
  const { connections, requests } = own.stats();
  t.deepEqual(connections, { active: 0, idle: 1, connecting: 0 });
  t.deepEqual(requests, { queued: 300, inFlight: 0 });
  await own.aclose();
  await settling(Promise.all(hanging));
});

test("a request whose look-up hangs fails within its own connect timeout", async (t) => {
  await using server = await startHttpServer(answering("ok"));
  await using own = client();
  const hanging = own.get("http://hangs.example/", { timeout: { connect: 200 } });
  await own.get(`http://a.example:${server.port}/`);
  await failsAs(t, hanging, { as: ConnectTimeout, phase: "dns", requestSent: false });
  t.deepEqual(own.stats().requests, { queued: 0, inFlight: 0 });
});

/** A client of one connection, which a response holds, and a request that has its address and waits for room. */
async function waitingForRoom(options: AsyncClientOptions, port: number, timeout: object) {
  const asked = deferred();
  const answer = deferred<string[]>();
  const own = client({
    ...options,
    resolver: (hostname) => {
      if (hostname !== "late.example") return ["127.0.0.1"];
      asked.resolve();
      return answer.promise;
    },
  });
  const request = own.get(`http://late.example:${port}/`, { timeout });
  await settling(Promise.race([asked.promise, request]));
  const holding = await own.stream("GET", `http://127.0.0.1:${port}/held`);
  answer.resolve(["127.0.0.1"]);
  return { own, request, holding };
}

/** The response of `/held` does not end. */
function answer(path: string | undefined, response: Writable): void {
  if (path === "/held") response.write("held");
  else response.end("ok");
}

const servers = [
  ["HTTP/1.1", {}, () => startHttpServer((request, response) => answer(request.url, response))],
  [
    "HTTP/2",
    { http1: false, http2: true },
    () => startPlainHttp2Server((stream, headers) => answer(headers[":path"], stream)),
  ],
] as const;
for (const [version, options, start] of servers) {
  test(`a request that has its address waits for room in the pool, beyond its connect timeout: ${version}`, async (t) => {
    await using server = await start();
    const { own, request, holding } = await waitingForRoom(options, server.port, {
      connect: 3000,
      pool: 20_000,
    });
    await pause(3300);
    t.is(own.stats().requests.queued, 1);
    await holding.aclose();
    const response = await settling(request);
    t.is(response.text, "ok");
    const { pool, dns } = response.extensions["timings"] as { pool: number; dns: number };
    t.true(pool >= 1000, `${pool} ms in the pool`);
    t.true(dns < pool);
    await own.aclose();
  });

  test(`a request that has its address fails with a PoolTimeout if no room comes: ${version}`, async (t) => {
    await using server = await start();
    const { own, request } = await waitingForRoom(options, server.port, { connect: 20_000, pool: 400 });
    await failsAs(t, request, { as: PoolTimeout, phase: "pool", requestSent: false });
    t.deepEqual(own.stats().requests, { queued: 0, inFlight: 1 });
    await own.aclose();
  });
}

test("the name of a proxy, and that of a server behind SOCKS 4, take no room while they are looked up", async (t) => {
  await using server = await startHttpServer(answering("ok"));
  await using socks = await startSocksServer();
  await using own = client();
  const hanging = [
    own.get("http://a.example/", { ...patient, proxy: "http://hangs-proxy.example:1" }),
    own.get("http://hangs-server.example/", { ...patient, proxy: `socks4://127.0.0.1:${socks.port}` }),
  ].map((request) => rejection(request));
  t.is((await own.get(`http://a.example:${server.port}/`)).text, "ok");
  t.is(socks.connections, 0);
  await own.aclose();
  await settling(Promise.all(hanging));
});

test("further attempts of retries give their room back too", async (t) => {
  await using server = await startHttpServer(answering("ok"));
  let asked = 0;
  await using own = client({
    retries: 1,
    resolver: (hostname) => {
      if (hostname !== "fails.example") return ["127.0.0.1"];
      asked += 1;
      return asked === 1 ? Promise.reject(new Error("down")) : new Promise<never>(() => {});
    },
  });
  const hanging = rejection(own.get("http://fails.example/", patient));
  await eventually("the second attempt asks", () => asked === 2);
  t.is((await own.get(`http://a.example:${server.port}/`)).text, "ok");
  await own.aclose();
  await settling(hanging);
});

// not beside the others, which have time limits
test.serial("at most 10,000 names are looked up at a time, and the next one is an error", async (t) => {
  let asked = 0;
  await using own = client({
    limits: { maxConnections: null },
    timeout: null,
    resolver: () => {
      asked += 1;
      return new Promise<never>(() => {});
    },
  });
  const hanging = Array.from({ length: 10_000 }, (_, index) =>
    rejection(own.get(`http://hangs${index}.example/`)),
  );
  await eventually("the resolver has all of them", () => asked === 10_000);
  await failsAs(t, own.get("http://one-more.example/"), {
    as: ConnectError,
    code: "ERR_DNS_QUEUE_FULL",
    phase: "dns",
    requestSent: false,
  });
  t.is(asked, 10_000);
  await own.aclose();
  await settling(Promise.all(hanging));
});
