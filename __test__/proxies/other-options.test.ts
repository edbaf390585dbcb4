/** Proxies together with names, addresses, policies, certificates, limits and aborts. */
import { createServer as createTlsServer } from "node:https";
import type { TLSSocket } from "node:tls";
import test from "ava";
import { AsyncClient, ConnectError, ConnectTimeout, Proxy, ProxyError, TotalTimeout } from "httpxide";
import { certificates } from "../helpers/certificates.js";
import { failsAs, rejection } from "../helpers/failures.js";
import { answering, serveHttp, startHttpServer } from "../helpers/http-server.js";
import { failsByLimit } from "../helpers/limits.js";
import { startProxyServer } from "../helpers/proxy-server.js";
import { startRawServer } from "../helpers/raw-server.js";
import { startSocksServer } from "../helpers/socks-server.js";
import { eventually } from "../helpers/waiting.js";

const BLOCKED = { as: ConnectError, code: "ERR_ADDRESS_BLOCKED", requestSent: false } as const;

test("the proxy's name is looked up here, and the target's by the proxy", async (t) => {
  await using server = await startHttpServer(answering("found"));
  await using http = await startProxyServer();
  await using socks = await startSocksServer();
  const asked: string[] = [];
  const resolver = async (name: string): Promise<string[]> => {
    asked.push(name);
    return ["127.0.0.1"];
  };
  for (const [proxy, names] of [
    [`http://proxy.example:${http.port}`, ["proxy.example"]],
    [`socks5://proxy.example:${socks.port}`, ["proxy.example"]],
    [`socks4a://proxy.example:${socks.port}`, ["proxy.example"]],
    [`socks4://proxy.example:${socks.port}`, ["proxy.example", "target.example"]],
  ] as const) {
    await using client = new AsyncClient({ proxy, resolver, dns: { cache: false } });
    t.is((await client.get(`http://target.example:${server.port}/`)).text, "found");
    t.deepEqual(asked.splice(0).toSorted(), [...names]);
  }
});

test("a connect policy judges the proxy's address, and the address in a URL behind it", async (t) => {
  await using proxy = await startProxyServer();
  await using socks = await startSocksServer();
  const ports = [`http://127.0.0.1:${proxy.port}`, `socks5://127.0.0.1:${socks.port}`];
  for (const one of ports) {
    await using guarded = new AsyncClient({ proxy: one, connectPolicy: "public" });
    await failsAs(t, guarded.get("http://a.example/"), BLOCKED);
    await using denying = new AsyncClient({ proxy: one, connectPolicy: { deny: ["10.0.0.0/8"] } });
    for (const url of ["http://10.0.0.1/", "https://10.0.0.1/", "http://[::ffff:10.0.0.1]/"]) {
      await failsAs(t, denying.get(url), BLOCKED);
    }
  }
  t.is(proxy.connections + socks.connections, 0);
});

test("a connect policy judges the addresses that a SOCKS 4 proxy is given", async (t) => {
  await using server = await startHttpServer(answering("allowed"));
  await using socks = await startSocksServer();
  await using client = new AsyncClient({
    proxy: `socks4://127.0.0.1:${socks.port}`,
    connectPolicy: { deny: ["10.0.0.0/8"] },
    dns: { hosts: { "bad.example": "10.0.0.1", "mixed.example": ["10.0.0.1", "127.0.0.1"] } },
  });
  await failsAs(t, client.get("http://bad.example/"), BLOCKED);
  t.is((await client.get(`http://mixed.example:${server.port}/`)).text, "allowed");
});

const onLinux = process.platform === "linux" ? test : test.skip;

onLinux("localAddress is the address from which the client connects to the proxy", async (t) => {
  await using server = await startHttpServer(answering("from there"));
  const seen: (string | undefined)[] = [];
  await using proxy = await startHttpServer((request, response) => {
    seen.push(request.socket.remoteAddress);
    response.end("forwarded");
  });
  await using client = new AsyncClient({ proxy: proxy.url, localAddress: "127.0.0.2" });
  await client.get(server.url);
  t.deepEqual(seen, ["127.0.0.2"]);
});

test("the client's certificate is for the server behind the tunnel, not for the proxy", async (t) => {
  const { good, ca } = await certificates();
  const asking = { ...good, ca, requestCert: true, rejectUnauthorized: false };
  await using server = await serveHttp(
    (listener) => createTlsServer(asking, listener),
    "https://localhost",
    (request, response) => {
      response.end(String((request.socket as TLSSocket).authorized));
    },
  );
  await using proxy = await startProxyServer({ certificate: asking });
  await using client = new AsyncClient({
    proxy: new Proxy(proxy.url, { verify: { ca } }),
    verify: { ca },
    cert: good,
  });
  t.is((await client.get(server.url)).text, "true");
  t.deepEqual(proxy.authorized, [false]);
});

for (const version of ["TLSv1.2", "TLSv1.3"] as const) {
  test(`a proxy that wants a client certificate over ${version} is named as such, and no \`cert\` is advised`, async (t) => {
    const { good, ca } = await certificates();
    const versions = { minVersion: version, maxVersion: version };
    const certificate = { ...good, ...versions, ca, requestCert: true, rejectUnauthorized: true };
    await using proxy = await startProxyServer({ certificate });
    await using client = new AsyncClient({ proxy: new Proxy(proxy.url, { verify: { ca } }) });
    for (const [method, url] of [
      ["GET", "http://a.example/"],
      ["POST", "http://a.example/"],
      ["GET", "https://a.example/"],
    ] as const) {
      const content = method === "POST" ? "x".repeat(100_000) : null;
      const error = await failsAs(t, client.request(method, url, { content }), {
        as: ConnectError,
        phase: "tls",
        requestSent: false,
      });
      t.true(error.message.includes(`no connection to the proxy ${proxy.url}`), error.message);
      t.regex(error.message, /client certificate/);
      t.notRegex(error.message, /give it as/);
    }
    t.is(proxy.requests.length + proxy.connects.length, 0);
  });
}

test("connect limits the handshake with a proxy, and total the whole call", async (t) => {
  await using proxy = await startRawServer(async (connection) => {
    await connection.readHead();
    await connection.send("HTTP/1.1 200 OK\r\nX-Slow");
    await connection.closed();
  });
  await using client = new AsyncClient({ proxy: proxy.url, limits: { maxConnections: 1 } });
  for (const [timeoutOf, as] of [
    [(connect: number) => ({ connect }), ConnectTimeout],
    [(total: number) => ({ connect: null, total }), TotalTimeout],
  ] as const) {
    const call = (limit: number) => client.get("https://a.example/", { timeout: timeoutOf(limit) });
    await failsByLimit(t, call, { as, phase: "proxy", requestSent: false }, [500, 1500, 4800]);
    await eventually("no connection is left", () => proxy.openSockets === 0);
    t.deepEqual(client.stats().connections, { active: 0, idle: 0, connecting: 0 });
  }
  const signal = AbortSignal.timeout(100);
  const timeout = { connect: null };
  t.is(await rejection(client.get("https://a.example/", { timeout, signal })), signal.reason);
  await eventually("no connection is left", () => proxy.openSockets === 0);
});

test("a client that is closed ends the handshake with a proxy", async (t) => {
  await using proxy = await startRawServer(async (connection) => {
    await connection.closed();
  });
  const client = new AsyncClient({ proxy: proxy.url, timeout: null });
  const sending = rejection(client.get("https://a.example/"));
  await eventually("a connection", () => proxy.openSockets === 1);
  await client.aclose();
  t.true((await sending) instanceof Error);
  await eventually("no connection is left", () => proxy.openSockets === 0);
});

test("a redirect from a forwarded request into a tunnel carries no credentials of the proxy to a server", async (t) => {
  const { good, ca } = await certificates();
  const headers: (readonly [string, string])[] = [];
  await using secure = await serveHttp(
    (listener) => createTlsServer(good, listener),
    "https://localhost",
    (_request, response, seen) => {
      headers.push(...seen.headers);
      response.end("end");
    },
  );
  await using plain = await startHttpServer((_request, response) => {
    response.writeHead(302, { Location: `${secure.url}/end` }).end();
  });
  await using proxy = await startProxyServer();
  const url = proxy.url.replace("://", "://user:secret@");
  await using client = new AsyncClient({ proxy: url, verify: { ca }, followRedirects: true });
  t.is((await client.get(plain.url)).text, "end");
  t.true(headers.length > 0);
  t.false(headers.some(([name]) => name.toLowerCase() === "proxy-authorization"));
});

test("many requests at once wait for a proxy that refuses them all, and each gets its error", async (t) => {
  await using proxy = await startRawServer(async (connection) => {
    await connection.readHead();
    await connection.send("HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n");
  });
  await using client = new AsyncClient({ proxy: proxy.url, limits: { maxConnections: 3 }, timeout: 20_000 });
  const calls = Array.from({ length: 30 }, (_, number) => client.get(`https://h${number}.example/`));
  for (const [number, result] of (await Promise.allSettled(calls)).entries()) {
    const reason: unknown = result.status === "rejected" ? result.reason : null;
    if (!(reason instanceof ProxyError)) return t.fail(String(reason));
    t.is(reason.status, 503);
    t.is(reason.request.url.href, `https://h${number}.example/`);
  }
  t.deepEqual(client.stats().connections, { active: 0, idle: 0, connecting: 0 });
});
