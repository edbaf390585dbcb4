/** What `response.extensions` and errors tell of connections, of TLS and of the time that each part took. */
import { X509Certificate } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:net";
import { createServer as createHttpsServer } from "node:https";
import type { TLSSocket } from "node:tls";
import test from "ava";
import {
  AppTransport,
  AsyncClient,
  ConnectError,
  ConnectTimeout,
  ReadTimeout,
  type RequestError,
  type Timings,
} from "httpxide";
import { startBlackhole } from "../helpers/blackhole.js";
import { certificates, makeAuthority, signed } from "../helpers/certificates.js";
import { rejection } from "../helpers/failures.js";
import { answering, serveHttp, startHttpServer } from "../helpers/http-server.js";
import { startHttp2Server } from "../helpers/http2-server.js";
import { startRawServer } from "../helpers/raw-server.js";
import { startTlsServer } from "../helpers/tls-server.js";
import { startUnixServer } from "../helpers/unix-server.js";
import { deferred, pause } from "../helpers/waiting.js";

const PARTS = ["pool", "dns", "connect", "tls", "firstByte", "download"] as const;

/** The parts that happened. */
function happened(timings: Timings): string[] {
  return PARTS.filter((part) => timings[part] !== null);
}

function sum(timings: Timings): number {
  return PARTS.reduce((total, part) => total + (timings[part] ?? 0), 0);
}

test("a connection has a number, two addresses, and is reused by the second request", async (t) => {
  const ports: number[] = [];
  await using server = await startHttpServer((request, response) => {
    ports.push(request.socket.remotePort!);
    response.end("hello");
  });
  await using client = new AsyncClient();
  const [first, second] = [await client.get(server.url), await client.get(server.url)];
  const { connection } = first.extensions;
  t.deepEqual(connection, {
    id: connection!.id,
    reused: false,
    localAddress: "127.0.0.1",
    localPort: ports[0]!,
    remoteAddress: "127.0.0.1",
    remotePort: Number(new URL(server.url).port),
    proxy: null,
  });
  t.deepEqual(second.extensions.connection, { ...connection!, reused: true });
  t.is(first.extensions.connection, connection, "the same object each time");
  t.is(first.extensions.tls, null);
  t.is(first.extensions.streamId, null);

  await using other = new AsyncClient();
  t.not((await other.get(server.url)).extensions.connection!.id, connection!.id);
});

test("the facts outlive their connection, also when its number is used again", async (t) => {
  await using server = await startHttpServer(answering("hello"));
  const responses = [];
  for (let round = 0; round < 5; round += 1) {
    await using client = new AsyncClient();
    responses.push(await client.get(server.url));
  }
  const connections = responses.map(({ extensions }) => extensions.connection!);
  t.is(new Set(connections.map(({ id }) => id)).size, 5);
  t.is(new Set(connections.map(({ localPort }) => localPort)).size, 5);
});

const onUnix = process.platform === "win32" ? test.skip : test;

onUnix("a Unix socket has no addresses", async (t) => {
  await using server = await startUnixServer(answering("hello"));
  await using client = new AsyncClient({ uds: server.path });
  const { connection, timings } = (await client.get("http://localhost/")).extensions;
  t.is(connection!.localAddress, null);
  t.is(connection!.remotePort, null);
  t.deepEqual(happened(timings!), ["pool", "connect", "firstByte", "download"]);
});

for (const version of ["TLSv1.2", "TLSv1.3"] as const) {
  test(`what ${version} agreed on is told as Node.js tells it`, async (t) => {
    // of its own: sessions belong to the settings and the server's name
    const authority = await makeAuthority("authority");
    const ca = authority.certificate.toString("pem");
    const good = await signed(authority);
    const seen: unknown[] = [];
    await using server = await serveHttp(
      (listener) => createHttpsServer({ ...good, minVersion: version, maxVersion: version }, listener),
      "https://localhost",
      (request, response) => {
        const socket = request.socket as TLSSocket;
        seen.push({
          protocol: socket.getProtocol(),
          cipher: socket.getCipher().standardName,
          alpn: "http/1.1",
          resumed: socket.isSessionReused(),
        });
        response.end();
      },
    );
    for (const resumed of [false, true]) {
      await using client = new AsyncClient({ verify: { ca } });
      const { tls } = (await client.get(server.url)).extensions;
      const { peerCertificates, serverName, ...agreed } = tls!;
      t.is(serverName, "localhost");
      t.deepEqual(agreed, seen.pop());
      t.is(agreed.resumed, resumed);
      t.is(peerCertificates.length, 1);
      t.is(
        new X509Certificate(peerCertificates[0]!).fingerprint256,
        new X509Certificate(good.cert).fingerprint256,
      );
    }
  });
}

test("an address is no server name, and sniHostname is one", async (t) => {
  const { ca, good } = await certificates();
  await using server = await startTlsServer(good);
  await using client = new AsyncClient({ verify: { ca } });
  const url = server.url.replace("localhost", "127.0.0.1");
  t.is((await client.get(url)).extensions.tls!.serverName, null);
  const named = await client.get(url, { extensions: { sniHostname: "localhost" } });
  t.is(named.extensions.tls!.serverName, "localhost");
});

test("in HTTP/2 the requests of a burst share one connection, which was opened for one of them", async (t) => {
  const { ca, good } = await certificates();
  await using server = await startHttp2Server(good, (stream) => {
    stream.respond({ ":status": 200 });
    stream.end("hello");
  });
  await using client = new AsyncClient({ http2: true, verify: { ca } });
  const responses = await Promise.all(Array.from({ length: 8 }, () => client.get(server.url)));
  const extensions = responses.map((response) => response.extensions);
  t.is(new Set(extensions.map(({ connection }) => connection!.id)).size, 1);
  t.is(extensions.filter(({ connection }) => !connection!.reused).length, 1);
  t.is(new Set(extensions.map(({ streamId }) => streamId)).size, 8);
  t.is(extensions[0]!.tls!.alpn, "h2");
  for (const { connection, timings } of extensions) {
    t.is(timings!.tls === null, connection!.reused);
    t.true(timings!.firstByte! >= 0 && timings!.download! >= 0);
  }
});

test("each part of a request has its time", async (t) => {
  const { ca, good } = await certificates();
  await using server = await serveHttp(
    (listener) => createHttpsServer(good, listener),
    "https://localhost",
    async (_request, response) => {
      await pause(60);
      response.write("a");
      await pause(40);
      response.end("b");
    },
  );
  await using client = new AsyncClient({ verify: { ca }, limits: { maxConnections: 1 } });
  const [first, second] = await Promise.all([client.get(server.url), client.get(server.url)]);
  const [opened, waited] = [first.extensions.timings!, second.extensions.timings!];
  t.deepEqual(happened(opened), [...PARTS]);
  // a busy machine may read the head late: its time then is that of the first byte
  t.true(opened.firstByte! >= 55 && opened.firstByte! + opened.download! >= 95, JSON.stringify(opened));
  t.true(opened.tls! > 0, JSON.stringify(opened));
  t.deepEqual(happened(waited), ["pool", "firstByte", "download"]);
  t.true(waited.pool! >= 95, JSON.stringify(waited));
  for (const response of [first, second]) {
    const total = sum(response.extensions.timings!);
    t.true(total <= response.elapsed + 1, `${total} of ${response.elapsed}`);
  }
});

test("the time of a streamed body is known when it is read", async (t) => {
  const goOn = deferred();
  await using server = await startHttpServer(async (_request, response) => {
    response.write("a");
    await goOn.promise;
    response.end("b");
  });
  await using client = new AsyncClient();
  await using response = await client.stream("GET", server.url);
  t.is(response.extensions.timings!.download, null);
  await pause(30);
  goOn.resolve();
  await response.aread();
  t.true(response.extensions.timings!.download! >= 25);
});

test("the extensions of a response can be copied, and are plain fields in the copy", async (t) => {
  await using server = await startHttpServer(answering("hello"));
  await using client = new AsyncClient();
  const response = await client.get(server.url);
  const copy = { ...response.extensions };
  t.deepEqual(Object.keys(copy).sort(), [
    "attempt",
    "connection",
    "httpVersion",
    "reasonPhrase",
    "streamId",
    "timings",
    "tls",
  ]);
  t.deepEqual(copy.connection, response.extensions.connection);
  t.notThrows(() => structuredClone(copy));
});

test("a response that came over no network has no facts of one", async (t) => {
  const app = () => new globalThis.Response("hello");
  await using client = new AsyncClient({ transport: new AppTransport(app) });
  const { extensions } = await client.get("http://app/");
  t.is(extensions.connection as unknown, undefined);
  t.is(extensions.timings as unknown, undefined);
});

test("an error has the times of the parts until it, that of the failed part included", async (t) => {
  await using server = await startHttpServer(() => undefined);
  await using client = new AsyncClient({ timeout: { read: 80 } });
  const error = (await rejection(client.get(server.url))) as ReadTimeout;
  t.true(error instanceof ReadTimeout);
  t.deepEqual(happened(error.timings!), ["pool", "connect", "firstByte"]);
  t.true(error.timings!.firstByte! >= 75, JSON.stringify(error.timings));
  t.false(Object.keys(error).includes("timings"), "a log of the error stays short");
});

test("an error of connecting has the time of connecting", async (t) => {
  const gone = createServer();
  gone.listen(0, "127.0.0.1");
  await once(gone, "listening");
  const { port } = gone.address() as { port: number };
  gone.close();
  await once(gone, "close");
  await using client = new AsyncClient();
  const refused = (await rejection(client.get(`http://127.0.0.1:${port}/`))) as ConnectError;
  t.true(refused instanceof ConnectError);
  t.deepEqual(happened(refused.timings!), ["pool", "connect"]);
  const nowhere = (await rejection(client.get("http://nowhere.invalid/"))) as ConnectError;
  t.is(nowhere.timings!.connect, null);
  t.not(nowhere.timings!.dns, null);

  await using silent = await startBlackhole();
  const late = (await rejection(client.get(silent.url, { timeout: { connect: 100 } }))) as ConnectTimeout;
  t.true(late instanceof ConnectTimeout, String(late));
  t.true(late.timings!.connect! >= 90, JSON.stringify(late.timings));
});

test("an error of the body has the time of its download", async (t) => {
  await using server = await startRawServer(async (connection) => {
    await connection.more();
    await connection.send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc");
    await pause(40);
    connection.close();
  });
  await using client = new AsyncClient();
  for (const stream of [false, true]) {
    const call = async () => (await client.stream("GET", server.url)).aread();
    const error = (await rejection(stream ? call() : client.get(server.url))) as RequestError;
    t.is(error.phase, "body", String(error));
    const { firstByte, download } = error.timings!;
    // a busy machine may read the head late: its time then is that of the first byte, or begin the pause before it is read
    t.true(firstByte! + download! >= 20, JSON.stringify(error.timings));
  }
});

test("an error that no network made has no times", async (t) => {
  await using client = new AsyncClient();
  const error = (await rejection(client.get("ftp://a/"))) as RequestError;
  t.is(error.timings, null);
  t.is(new ConnectError("by hand").timings, null);
});

test("a proxy is named without its credentials, and its address is that of the peer", async (t) => {
  // a server that answers requests for other hosts, as a proxy that forwards does
  await using proxy = await startHttpServer(answering("hello"));
  const { host, port } = new URL(proxy.url);
  await using client = new AsyncClient({ proxy: `http://user:secret@${host}` });
  const { connection } = (await client.get("http://example.test/")).extensions;
  t.is(connection!.proxy, `http://${host}`);
  t.is(connection!.remotePort, Number(port));
});
