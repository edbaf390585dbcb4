/** Connections that become byte streams, after a 101 or a 2xx to CONNECT. */
import { createHash } from "node:crypto";
import { createServer } from "node:http2";
import { once } from "node:events";
import { type AddressInfo, createServer as createTcpServer } from "node:net";
import { TLSSocket, createSecureContext } from "node:tls";
import test, { type ExecutionContext } from "ava";
import {
  AsyncClient,
  ConnectError,
  type NetworkStream,
  ReadError,
  type Response,
  StreamClosed,
  StreamConsumed,
  WriteError,
} from "httpxide";
import { certificates } from "../helpers/certificates.js";
import { failsAs, rejection } from "../helpers/failures.js";
import { type RawConnection, head, startRawServer } from "../helpers/raw-server.js";
import { complete, Recorder } from "../helpers/tracing.js";
import { deferred, eventually, steady } from "../helpers/waiting.js";

const UPGRADE = { Connection: "Upgrade", Upgrade: "echo" };
const SWITCHED = head("101 Switching Protocols", "Connection: Upgrade", "Upgrade: echo");

function streamOf(response: Response): NetworkStream {
  return response.extensions["networkStream"] as NetworkStream;
}

async function readText(stream: NetworkStream, length: number): Promise<string> {
  let text = "";
  while (text.length < length) {
    const chunk = await stream.read();
    if (chunk === null) return `${text}[end]`;
    text += Buffer.from(chunk).toString("latin1");
  }
  return text;
}

/** Switches protocols, then echoes. */
async function echo(connection: RawConnection): Promise<void> {
  await connection.readRequest();
  await connection.send(SWITCHED);
  while (await connection.more()) await connection.send(connection.take(connection.held.length));
}

/** A server that switches protocols and then runs a script. */
function startSwitching(script: (connection: RawConnection) => Promise<void>) {
  return startRawServer(async (connection) => {
    await connection.readRequest();
    await connection.send(SWITCHED);
    await script(connection);
  });
}

for (const [how, send] of [
  ["get()", (client: AsyncClient, url: string) => client.get(url, { headers: UPGRADE })],
  ["stream()", (client: AsyncClient, url: string) => client.stream("GET", url, { headers: UPGRADE })],
] as const) {
  for (const [path, hooks] of [
    ["straight", {}],
    ["through hooks", { eventHooks: { response: [() => {}] } }],
  ] as const) {
    test(`${how}, ${path}: a 101 leaves a stream that carries bytes both ways`, async (t) => {
      await using server = await startRawServer(echo);
      await using client = new AsyncClient(hooks);
      const response = await send(client, server.url);
      t.is(response.statusCode, 101);
      t.is(response.text, "");
      t.false(response.isClosed);
      const stream = streamOf(response);
      await stream.write("hel");
      await stream.write(new TextEncoder().encode("lo"));
      t.is(await readText(stream, 5), "hello");
      t.like(client.stats(), { connections: { active: 1, idle: 0 }, requests: { inFlight: 1 } });
      await response.aclose();
      t.true(response.isClosed);
      t.like(client.stats(), { connections: { active: 0, idle: 0 }, requests: { inFlight: 0 } });
      t.true((await rejection(stream.read())) instanceof StreamClosed);
      t.true((await rejection(stream.write("x"))) instanceof StreamClosed);
    });
  }
}

test("the trace of a connection that became a stream ends with its close", async (t) => {
  await using server = await startRawServer(echo);
  await using client = new AsyncClient();
  const recorder = new Recorder();
  const response = await client.get(server.url, { headers: UPGRADE, extensions: { trace: recorder.trace } });
  const stream = streamOf(response);
  await stream.write("hello");
  t.is(await readText(stream, 5), "hello");
  t.false(recorder.events.includes("connection.close.started"));
  await response.aclose();
  t.deepEqual(recorder.events.slice(-4), [
    "http11.response_closed.started",
    "connection.close.started",
    "connection.close.complete",
    "http11.response_closed.complete",
  ]);
});

test("bytes behind the head come first, in pieces as large as asked for", async (t) => {
  await using server = await startRawServer(async (connection) => {
    await connection.readRequest();
    await connection.send(Buffer.concat([SWITCHED, Buffer.from("early")]));
    await connection.closed();
  });
  await using client = new AsyncClient();
  await using response = await client.stream("GET", server.url, { headers: UPGRADE });
  const stream = streamOf(response);
  const pieces = await Promise.all([stream.read(2), stream.read(2), stream.read(2)]);
  t.deepEqual(
    pieces.map((piece) => String(Buffer.from(piece!))),
    ["ea", "rl", "y"],
  );
  t.true((await rejection(stream.read(0))) instanceof RangeError);
});

test("each direction ends alone, and iterating ends with the peer's", async (t) => {
  const server = createTcpServer({ allowHalfOpen: true }, (socket) => {
    socket.once("data", () => socket.write(SWITCHED));
    socket.on("end", () => socket.end("answer after the end"));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  await using client = new AsyncClient();
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await using response = await client.stream("GET", url, { headers: UPGRADE });
  const stream = streamOf(response);
  await stream.closeWrite();
  t.true((await rejection(stream.write("x"))) instanceof StreamClosed);
  let text = "";
  for await (const chunk of stream) text += Buffer.from(chunk).toString();
  t.is(text, "answer after the end");
  t.is(await stream.read(), null);
  server.close();
});

test("CONNECT with a target opens a tunnel, and what is written before a close arrives", async (t) => {
  let received = "";
  await using server = await startRawServer(async (connection) => {
    const request = await connection.readRequest();
    t.is(request?.line, "CONNECT inner.example:22 HTTP/1.1");
    await connection.send(head("200 Connection established"));
    while (await connection.more()) received += connection.take(connection.held.length).toString();
  });
  await using client = new AsyncClient();
  const response = await client.stream("CONNECT", server.url, { extensions: { target: "inner.example:22" } });
  t.is(response.statusCode, 200);
  await streamOf(response).write("x".repeat(100_000));
  await response.aclose();
  await eventually("all arrived", () => received.length === 100_000);
  t.pass();
});

test("a refused CONNECT is an ordinary response", async (t) => {
  await using server = await startRawServer(async (connection) => {
    await connection.readRequest();
    await connection.send(Buffer.concat([head("403 Forbidden", "Content-Length: 2"), Buffer.from("no")]));
  });
  await using client = new AsyncClient();
  const response = await client.request("CONNECT", server.url, { extensions: { target: "a:1" } });
  t.is(response.text, "no");
  t.is(response.extensions["networkStream"] as unknown, undefined);
});

test("a writer waits for a peer that does not read", async (t) => {
  const go = deferred();
  await using server = await startSwitching(async (connection) => {
    await go.promise;
    await connection.closed();
  });
  await using client = new AsyncClient();
  await using response = await client.stream("GET", server.url, { headers: UPGRADE });
  const stream = streamOf(response);
  const piece = new Uint8Array(64 * 1024);
  const all = 32 * 2 ** 20;
  let written = 0;
  const writing = (async () => {
    for (; written < all; written += piece.length) await stream.write(piece);
  })();
  const accepted = await steady(() => written);
  t.true(accepted > 0 && accepted < 24 * 2 ** 20, `${accepted} bytes were accepted`);
  go.resolve();
  await writing;
  await response.aclose();
  await eventually("all arrived", () => server.bytesReceived >= all);
});

test("a peer that floods waits for a reader", async (t) => {
  const all = 32 * 2 ** 20;
  await using server = await startSwitching(async (connection) => {
    for (let sent = 0; sent < all; sent += 64 * 1024) await connection.send(new Uint8Array(64 * 1024));
  });
  await using client = new AsyncClient();
  await using response = await client.stream("GET", server.url, { headers: UPGRADE });
  const stream = streamOf(response);
  let received = (await stream.read())!.length;
  const sent = await steady(() => server.bytesSent);
  t.true(sent < 24 * 2 ** 20, `${sent} bytes were sent`);
  for await (const chunk of stream) received += chunk.length;
  t.is(received, all);
});

test("an abort ends reads and writes with its reason", async (t) => {
  await using server = await startSwitching((connection) => connection.closed());
  await using client = new AsyncClient();
  const controller = new AbortController();
  const response = await client.stream("GET", server.url, { headers: UPGRADE, signal: controller.signal });
  const stream = streamOf(response);
  const reading = rejection(stream.read());
  const reason = new Error("enough");
  controller.abort(reason);
  t.is(await reading, reason);
  t.is(await rejection(stream.read()), reason);
  t.is(await rejection(stream.write("x")), reason);
  await eventually("the connection is closed", () => client.stats().connections.active === 0);
  await response.aclose();
});

test("a closed client ends its streams", async (t) => {
  await using server = await startSwitching((connection) => connection.closed());
  const client = new AsyncClient();
  const response = await client.stream("GET", server.url, { headers: UPGRADE });
  const stream = streamOf(response);
  const reading = failsAs(t, stream.read(), { as: ReadError, code: "ERR_CLIENT_CLOSED" });
  await client.aclose();
  await reading;
  await failsAs(t, stream.write("x"), { as: WriteError, code: "ERR_CLIENT_CLOSED", phase: "write" });
  await response.aclose();
});

test("a read after a failed write fails to read", async (t) => {
  await using server = await startSwitching(async (connection) => {
    await connection.more();
    connection.reset();
  });
  await using client = new AsyncClient();
  const response = await client.stream("GET", server.url, { headers: UPGRADE });
  const stream = streamOf(response);
  const failed = await rejection(
    (async () => {
      for (;;) await stream.write(new Uint8Array(2 ** 20));
    })(),
  );
  t.like(failed, { name: "WriteError", phase: "write" });
  await failsAs(t, stream.read(), { as: ReadError, phase: "body" });
  await response.aclose();
});

test("a reset fails reads and writes", async (t) => {
  await using server = await startSwitching(async (connection) => {
    await connection.more();
    connection.reset();
  });
  await using client = new AsyncClient();
  await using response = await client.stream("GET", server.url, { headers: UPGRADE });
  const stream = streamOf(response);
  await stream.write("x");
  await failsAs(t, stream.read(), { as: ReadError, code: "ECONNRESET", phase: "body" });
  const error = await rejection(stream.write("x"));
  t.true(error instanceof WriteError, String(error));
});

test("the two web streams of a network stream carry bytes, and closing both closes it", async (t) => {
  await using server = await startRawServer(echo);
  await using client = new AsyncClient();
  const response = await client.stream("GET", server.url, { headers: UPGRADE });
  const { readable, writable } = streamOf(response).toWeb();
  const writer = writable.getWriter();
  await writer.write(new TextEncoder().encode("over the web"));
  await writer.close();
  t.is(await new globalThis.Response(readable as never).text(), "over the web");
  await eventually("the connection is closed", () => client.stats().connections.active === 0);
});

async function startStartTls(t: ExecutionContext) {
  const { ca, otherCa, good } = await certificates();
  const server = await startSwitching(async (connection) => {
    await connection.more();
    t.is(connection.take(8).toString(), "STARTTLS");
    await connection.send("READY");
    connection.socket.removeAllListeners("readable");
    const secureContext = createSecureContext({ ...good, ca });
    const secure = new TLSSocket(connection.socket, {
      isServer: true,
      secureContext,
      requestCert: true,
      rejectUnauthorized: false,
    });
    secure
      .on("error", () => {})
      .on("data", (data) => secure.write(`${hasCertificate(secure) ? "known" : "secure"} ${data}`));
    // a client that does not trust the certificate says so, which is an error here
    await once(secure, "close").catch(() => {});
  });
  return { server, ca, otherCa };
}

/** Whether the client has shown one. */
function hasCertificate(socket: TLSSocket): boolean {
  return Object.keys(socket.getPeerCertificate()).length > 0;
}

test("TLS can start in the middle of a stream", async (t) => {
  const { server, ca } = await startStartTls(t);
  await using _server = server;
  await using client = new AsyncClient();
  await using response = await client.stream("GET", server.url, { headers: UPGRADE });
  const stream = streamOf(response);
  await stream.write("STARTTLS");
  t.is(await readText(stream, 5), "READY");
  for (const wrong of [
    { verify: { cas: ca } },
    { verify: null },
    { alpn: "h2" },
    { alpn: [2] },
    { serverName: null },
  ]) {
    await t.throwsAsync(stream.startTls(wrong as never), { instanceOf: TypeError }, JSON.stringify(wrong));
  }
  const secure = await stream.startTls({ serverName: "localhost", verify: { ca } });
  await secure.write("hello");
  t.is(await readText(secure, 12), "secure hello");
  await secure.aclose();
  await t.throwsAsync(secure.startTls({ serverName: "localhost", verify: { ca } }), {
    instanceOf: StreamClosed,
  });
});

test("TLS that starts in a stream verifies as the client does, with its pins and its certificate", async (t) => {
  const { server, ca, otherCa } = await startStartTls(t);
  await using _server = server;
  const { good } = await certificates();
  const tls = { pins: [`sha256/${createHash("sha256").update("another key").digest("base64")}`] };
  for (const [options, start, accepted] of [
    [{}, {}, false],
    [{ verify: { ca } }, {}, true],
    [{ verify: false }, {}, true],
    [{ verify: { ca: otherCa } }, {}, false],
    [{ verify: { ca: otherCa } }, { verify: { ca } }, true],
    [{ verify: { ca } }, { verify: true }, false],
    [{ verify: { ca }, tls }, {}, false],
    [{ tls }, { verify: { ca } }, false],
    [{ verify: { ca }, cert: good }, {}, true],
  ] as const) {
    // handshakes on a busy machine take seconds
    await using client = new AsyncClient({ ...options, timeout: 60_000 });
    await using response = await client.stream("GET", server.url, { headers: UPGRADE });
    const stream = streamOf(response);
    await stream.write("STARTTLS");
    await readText(stream, 5);
    const starting = stream.startTls({ serverName: "localhost", ...start });
    if (accepted) {
      const secure = await starting;
      await secure.write("hello");
      const text = "cert" in options ? "known hello" : "secure hello";
      t.is(await readText(secure, text.length), text);
    } else {
      await failsAs(t, starting, { as: ConnectError, phase: "tls" });
    }
  }
});

test("TLS that starts in a stream refuses a certificate that is not trusted, and the stream ends", async (t) => {
  const { server, otherCa } = await startStartTls(t);
  await using _server = server;
  await using client = new AsyncClient({ timeout: 60_000 });
  await using response = await client.stream("GET", server.url, { headers: UPGRADE });
  const stream = streamOf(response);
  await stream.write("STARTTLS");
  await readText(stream, 5);
  const handshake = stream.startTls({ serverName: "localhost", verify: { ca: otherCa } });
  await failsAs(t, handshake, { as: ConnectError, phase: "tls" });
  await eventually("the connection is closed", () => client.stats().connections.active === 0);
});

test("over HTTP/2, CONNECT turns one stream into a tunnel beside the others", async (t) => {
  const server = createServer().on("stream", (stream, headers) => {
    if (headers[":method"] === "CONNECT") {
      t.is(headers[":authority"], "inner.example:22");
      stream.respond({ ":status": 200 });
      stream.on("error", () => {}).pipe(stream);
    } else {
      stream.end("beside");
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  try {
    await using client = new AsyncClient({ http1: false, http2: true });
    const recorder = new Recorder();
    const extensions = { target: "inner.example:22", trace: recorder.trace };
    const response = await client.stream("CONNECT", url, { extensions });
    const stream = streamOf(response);
    const sent = "x".repeat(200_000);
    const reading = readText(stream, sent.length);
    await stream.write(sent);
    t.is(await reading, sent);
    t.is((await client.get(url)).text, "beside");
    t.like(client.stats(), { connections: { active: 1 } });
    await stream.closeWrite();
    t.is(await stream.read(), null);
    await response.aclose();
    t.like(client.stats(), { connections: { active: 0, idle: 1 } });
    t.deepEqual(recorder.events.slice(-2), complete("http2.response_closed"), "its connection is still open");
  } finally {
    server.close();
  }
});

test("what a stream cannot do is refused, and the stream goes on", async (t) => {
  await using server = await startRawServer(echo);
  await using client = new AsyncClient();
  const stream = streamOf(await client.get(server.url, { headers: UPGRADE }));
  for (const wrong of [1.5, 0, -1, NaN]) {
    t.like(await rejection(stream.read(wrong)), { name: "RangeError", code: "ERR_OUT_OF_RANGE" });
  }
  for (const wrong of ["3", null] as unknown[]) {
    t.like(await rejection(stream.read(wrong as number)), {
      name: "TypeError",
      code: "ERR_INVALID_ARG_TYPE",
    });
  }
  const read = stream.read.bind(stream) as (...all: unknown[]) => Promise<unknown>;
  t.like(await rejection(read(1, 2)), { name: "TypeError", code: "ERR_INVALID_ARG_TYPE" });
  const write = stream.write.bind(stream) as (...all: unknown[]) => Promise<unknown>;
  t.like(await rejection(write("a", "utf8")), { name: "TypeError", code: "ERR_INVALID_ARG_TYPE" });
  await stream.write("hello");
  t.is(await readText(stream, 5), "hello");
  t.truthy(stream.toWeb());
  t.throws(() => stream.toWeb(), { instanceOf: StreamConsumed, code: "ERR_STREAM_CONSUMED" });
});
