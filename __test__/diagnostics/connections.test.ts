// The channels of connections: what a subscriber hears of each, and in whose async context.
import { AsyncLocalStorage } from "node:async_hooks";
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import test, { type ExecutionContext } from "ava";
import { AsyncClient, type ConnectionMessage, type NetworkStream } from "httpxide";
import { certificates } from "../helpers/certificates.js";
import { answering, startHttpServer } from "../helpers/http-server.js";
import { answeringStreams, startHttp2Server } from "../helpers/http2-server.js";
import { startProxyServer } from "../helpers/proxy-server.js";
import { head, ok, startRawServer } from "../helpers/raw-server.js";
import { startUnixServer } from "../helpers/unix-server.js";
import { eventually } from "../helpers/waiting.js";

interface Heard {
  readonly opened: ConnectionMessage[];
  readonly closed: ConnectionMessage[];
}

/** What the channels tell until the end of the test. `each` runs in the context of the subscriber. */
function listen(t: ExecutionContext, each?: (event: "opened" | "closed") => void): Heard {
  const heard: Heard = { opened: [], closed: [] };
  for (const [name, event] of [
    ["httpxide:connection:open", "opened"],
    ["httpxide:connection:close", "closed"],
  ] as const) {
    const listener = (message: unknown): void => {
      heard[event].push(message as ConnectionMessage);
      each?.(event);
    };
    subscribe(name, listener);
    t.teardown(() => void unsubscribe(name, listener));
  }
  return heard;
}

test.serial(
  "a connection is told when it opens, before its first response, and when it closes",
  async (t) => {
    await using server = await startHttpServer(answering("hello"));
    await using client = new AsyncClient();
    const { opened, closed } = listen(t);
    const first = await client.get(server.url);
    t.is(opened.length, 1, "before the response is there");
    await client.get(server.url);
    const [message] = opened;
    const { id, localPort } = first.extensions.connection!;
    const { route, timings, ...addresses } = message!;
    t.deepEqual(addresses, {
      id,
      localAddress: "127.0.0.1",
      localPort,
      remoteAddress: "127.0.0.1",
      remotePort: server.port,
    });
    t.like(route, { origin: server.url, serverName: null, proxy: null, uds: null });
    t.deepEqual(Object.keys(client.stats().origins), [String(route)]);
    t.true(timings.connect! >= 0);
    t.is(timings.tls, null);
    t.deepEqual(closed, []);
    await client.aclose();
    t.is(closed.length, 1, "before aclose() is done");
    t.is(closed[0], message, "one object for both");
    t.is(opened.length, 1);
  },
);

test.serial("a close that no request waits for is told at once", async (t) => {
  await using server = await startHttpServer(answering("hello"));
  const { opened, closed } = listen(t);
  await using client = new AsyncClient({ limits: { keepaliveExpiry: 30 } });
  await client.get(server.url);
  await eventually("the idle connection has expired", () => closed.length === 1);
  await using raw = await startRawServer(async (connection) => {
    await connection.readRequest();
    await connection.send(ok());
  });
  await client.get(raw.url);
  await eventually("the server has closed it", () => closed.length === 2);
  t.deepEqual(closed, opened);
});

test.serial(
  "a connection opens and closes in the context of the call that needed it, whoever closes it",
  async (t) => {
    await using server = await startHttpServer(answering("hello"));
    const store = new AsyncLocalStorage<string>();
    const seen: (string | undefined)[] = [];
    const { closed } = listen(t, (event) => seen.push(`${event} in ${store.getStore()}`));
    await using client = new AsyncClient({ limits: { keepaliveExpiry: 1000 } });
    await Promise.all(["a", "b"].map((name) => store.run(name, () => client.get(server.url))));
    await store.run("c", () => client.get(server.url));
    t.deepEqual(seen.sort(), ["opened in a", "opened in b"]);
    await store.run("d", () => client.aclose());
    t.is(closed.length, 2);
    t.deepEqual(seen.slice(2).sort(), ["closed in a", "closed in b"]);
  },
);

test.serial(
  "the route names what a connection is shared by: TLS's name, proxy and Unix socket",
  async (t) => {
    const { opened } = listen(t);
    await using server = await startHttpServer(answering("plain"));
    await using proxy = await startProxyServer();
    await using through = new AsyncClient({ proxy: `http://user:secret@127.0.0.1:${proxy.port}` });
    await through.get(server.url);
    t.like(opened[0]?.route, { origin: null, proxy: proxy.url });
    t.is(opened[0]?.remotePort, proxy.port);
    t.deepEqual(Object.keys(through.stats().origins), [String(opened[0]?.route)]);
    t.false(JSON.stringify(opened[0]).includes("secret"));

    await using unix = await startUnixServer(answering("unix"));
    await using local = new AsyncClient({ uds: unix.path });
    await local.get("http://example.org/");
    t.like(opened[1]?.route, { origin: "http://example.org:80", uds: unix.path });
    t.is(opened[1]?.remoteAddress, null);
  },
);

test.serial("the streams of a connection that carries many share its one message", async (t) => {
  const { ca, wrongHost } = await certificates();
  await using server = await startHttp2Server(wrongHost, answeringStreams("hello"));
  const { opened, closed } = listen(t);
  await using client = new AsyncClient({ http2: true, verify: { ca } });
  const named = { extensions: { sniHostname: "other.example" } };
  await Promise.all(Array.from({ length: 5 }, () => client.get(server.url, named)));
  t.is(opened.length, 1);
  t.is(opened[0]?.route.serverName, "other.example");
  t.true(opened[0]!.timings.tls! > 0);
  await client.aclose();
  t.deepEqual(closed, opened);
});

test.serial("a connection that has changed its protocol closes with its stream", async (t) => {
  await using server = await startRawServer(async (connection) => {
    await connection.readRequest();
    await connection.send(head("101 Switching Protocols", "Connection: Upgrade", "Upgrade: echo"));
    while (await connection.more()) await connection.send(connection.take(connection.held.length));
  });
  const { opened, closed } = listen(t);
  await using client = new AsyncClient();
  const upgrade = { Connection: "Upgrade", Upgrade: "echo" };
  const response = await client.get(server.url, { headers: upgrade });
  const stream = response.extensions["networkStream"] as NetworkStream;
  await stream.write("ping");
  t.is(Buffer.from((await stream.read())!).toString(), "ping");
  t.is(closed.length, 0);
  await stream.aclose();
  await eventually("the connection is closed", () => closed.length === 1);
  t.deepEqual(closed, opened);
});

test.serial("nobody opens or closes what never was open", async (t) => {
  const { opened, closed } = listen(t);
  await using client = new AsyncClient();
  await t.throwsAsync(client.get("http://127.0.0.1:1234/"));
  await client.aclose();
  t.deepEqual([opened, closed], [[], []]);
});

test.serial("a subscriber that comes later hears of the end of a connection that is open", async (t) => {
  await using server = await startHttpServer(answering("hello"));
  await using client = new AsyncClient();
  const { extensions } = await client.get(server.url);
  const { opened, closed } = listen(t);
  await client.get(server.url);
  await client.aclose();
  t.deepEqual(opened, []);
  t.deepEqual(
    closed.map(({ id, route }) => [id, route.origin]),
    [[extensions.connection?.id, server.url]],
  );
});
