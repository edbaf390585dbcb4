/** WebSockets through proxies: each is a tunnel, whatever its scheme. */
import test from "ava";
import { AsyncClient, Proxy, ProxyError } from "httpxide";
import { certificates } from "../helpers/certificates.js";
import { rejection } from "../helpers/failures.js";
import { startProxyServer } from "../helpers/proxy-server.js";
import { startRawServer } from "../helpers/raw-server.js";
import { startSocksServer } from "../helpers/socks-server.js";
import { RawSession, agreement, echo, startWebSocketServer } from "../helpers/websocket-server.js";

test("a session runs through every kind of proxy", async (t) => {
  const { good, ca } = await certificates();
  await using plain = await startWebSocketServer(echo);
  await using secure = await startRawServer(async (connection) => {
    const request = await connection.readHead();
    if (request === null) return;
    await connection.send(agreement(request));
    await echo(new RawSession(connection, request));
  }, good);
  await using http = await startProxyServer();
  await using https = await startProxyServer({ certificate: good });
  await using socks = await startSocksServer();
  const proxies = [
    http.url,
    new Proxy(https.url, { verify: { ca } }),
    `socks5://127.0.0.1:${socks.port}`,
    `socks4a://127.0.0.1:${socks.port}`,
  ];
  for (const proxy of proxies) {
    await using client = new AsyncClient({ proxy, verify: { ca } });
    for (const server of [plain, secure]) {
      await using session = await client.websocket(server.url.replace(/^http/, "ws"));
      await session.send("through the tunnel");
      t.is(await session.receive(), "through the tunnel");
    }
  }
  t.is(http.connects.length, 2);
  t.is(https.connects.length, 2);
  t.is(socks.connections, 4);
});

test("the proxy of a call counts for a session, and its refusal is a ProxyError", async (t) => {
  await using server = await startWebSocketServer(echo);
  await using proxy = await startProxyServer();
  await using client = new AsyncClient();
  await using session = await client.websocket(server.url, { proxy: proxy.url });
  await session.send("x");
  t.is(await session.receive(), "x");
  t.is(proxy.connects.length, 1);
  const error = await rejection(client.websocket("ws://127.0.0.1:1/", { proxy: proxy.url }));
  t.true(error instanceof ProxyError, String(error));
});

test.serial("ws: is http: for the environment, and wss: is https:", async (t) => {
  await using server = await startWebSocketServer(echo);
  await using proxy = await startProxyServer();
  const saved = { ...process.env };
  try {
    process.env["http_proxy"] = proxy.url;
    process.env["no_proxy"] = "";
    await using client = new AsyncClient();
    await using session = await client.websocket(server.url.replace(/^http/, "ws"));
    await session.send("x");
    t.is(await session.receive(), "x");
    t.is(proxy.connects.length, 1);
  } finally {
    for (const name of ["http_proxy", "no_proxy"]) {
      if (saved[name] === undefined) delete process.env[name];
      else process.env[name] = saved[name];
    }
  }
});
