/** Sessions that do not come over HTTP/1.1 and TCP: TLS, HTTP/2, applications in this process, and a real server. */
import { once } from "node:events";
import { createServer } from "node:http";
import { createSecureServer } from "node:http2";
import type { AddressInfo } from "node:net";
import { createHash } from "node:crypto";
import test from "ava";
import { AsyncClient, MockTransport, Response, type WebSocketDisconnect } from "httpxide";
import { WebSocketServer } from "ws";
import { certificates } from "../helpers/certificates.js";
import { rejection } from "../helpers/failures.js";
import { startRawServer } from "../helpers/raw-server.js";
import { RawSession, agreement, echo, frame } from "../helpers/websocket-server.js";

/** A server of `ws` that sends every message back. */
async function startWs(options: object = {}) {
  const server = new WebSocketServer({ port: 0, host: "127.0.0.1", ...options });
  server.on("connection", (socket) => {
    socket.on("message", (data, isBinary) => socket.send(data, { binary: isBinary }));
  });
  await once(server, "listening");
  return {
    server,
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      for (const client of server.clients) client.terminate();
      server.close();
    },
  };
}

for (const perMessageDeflate of [
  false,
  true,
  { serverNoContextTakeover: true, clientNoContextTakeover: true },
  { serverMaxWindowBits: 9, clientMaxWindowBits: 9 },
]) {
  test(`messages go both ways with ws and perMessageDeflate: ${JSON.stringify(perMessageDeflate)}`, async (t) => {
    await using server = await startWs({ perMessageDeflate });
    await using client = new AsyncClient();
    await using session = await client.websocket(server.url);
    const long = "a text that repeats itself, again and again. ".repeat(5000);
    for (const message of ["", "short", long, long, new Uint8Array(200_000), new Uint8Array(10)]) {
      await session.send(message);
      t.deepEqual(await session.receive(), message);
    }
    t.true((await session.ping()) >= 0);
    await session.close(4000, "done");
    t.is(session.closeCode, 4000);
  });
}

test("a thousand messages in each direction at once arrive in order", async (t) => {
  await using server = await startWs({ perMessageDeflate: true });
  await using client = new AsyncClient();
  await using session = await client.websocket(server.url);
  const sending = (async () => {
    for (let index = 0; index < 1000; index += 1) await session.send(`${index} ${"x".repeat(index * 7)}`);
  })();
  for (let index = 0; index < 1000; index += 1) {
    const text = await session.receiveText();
    if (!text.startsWith(`${index} `)) return t.fail(`${text.slice(0, 10)} instead of ${index}`);
  }
  await sending;
  t.pass();
});

test("over TLS", async (t) => {
  const { ca, good } = await certificates();
  await using server = await startRawServer(async (connection) => {
    const request = await connection.readRequest();
    await connection.send(agreement(request!));
    await echo(new RawSession(connection, request!));
  }, good);
  await using client = new AsyncClient({ verify: { ca } });
  await using session = await client.websocket(server.url.replace("https", "wss"));
  await session.send("secret");
  t.is(await session.receive(), "secret");
});

for (const [allows, version] of [
  [true, "HTTP/2"],
  [false, "HTTP/1.1"],
] as const) {
  test(`a server of HTTP/2 that ${allows ? "takes" : "does not take"} WebSockets gets it over ${version}`, async (t) => {
    const { ca, good } = await certificates();
    const server = createSecureServer({
      ...good,
      allowHTTP1: true,
      settings: { enableConnectProtocol: allows },
    });
    server.on("stream", (stream, headers) => {
      if (headers[":method"] !== "CONNECT") return void stream.end("beside");
      t.is(headers[":protocol"], "websocket");
      t.is(headers["sec-websocket-key"], undefined);
      t.is(headers[":path"], "/chat");
      stream.respond({ ":status": 200 });
      stream.write(frame(1, "over HTTP/2"));
      stream.on("error", () => {}).on("data", () => stream.end(frame(8, Buffer.from([3, 232]))));
    });
    const sockets = new WebSocketServer({ noServer: true });
    server.on("upgrade", (request, socket, early) => {
      sockets.handleUpgrade(request, socket as never, early, (accepted) => {
        accepted.send("over HTTP/1.1");
      });
    });
    server.listen(0, "localhost");
    await once(server, "listening");
    const url = `https://localhost:${(server.address() as AddressInfo).port}`;
    try {
      await using client = new AsyncClient({ verify: { ca }, http2: true });
      await using session = await client.websocket(`${url}/chat`);
      t.is(session.response.httpVersion, version);
      t.is(await session.receive(), `over ${version}`);
      t.is((await client.get(url)).text, "beside");
      await session.close();
    } finally {
      server.close();
    }
  });
}

test("an application in this process gets its upgrade event", async (t) => {
  const app = createServer();
  const sockets = new WebSocketServer({ server: app });
  sockets.on("connection", (socket, request) => {
    socket.send(`hello ${request.url}`);
    socket.on("message", (data, isBinary) => socket.send(data, { binary: isBinary }));
  });
  await using client = new AsyncClient({ app, baseUrl: "http://app" });
  const session = await client.websocket("/chat");
  t.is(await session.receive(), "hello /chat");
  for (const message of ["text", "x".repeat(300_000), new Uint8Array(100_000)]) {
    await session.send(message);
    t.deepEqual(await session.receive(), message);
  }
  await session.close(4001, "bye");
  t.is(session.closeCode, 4001);
});

test("an application in this process may close, or break off", async (t) => {
  const app = createServer();
  new WebSocketServer({ server: app }).on("connection", (socket, request) => {
    if (request.url === "/close") socket.close(4002, "own");
    else socket.terminate();
  });
  await using client = new AsyncClient({ app, baseUrl: "http://app" });
  const closed = await client.websocket("/close");
  t.like(await rejection(closed.receive()), { code: 4002, reason: "own" });
  const cut = await client.websocket("/cut");
  const error = (await rejection(cut.receive())) as WebSocketDisconnect;
  t.is(error.code, 1006);
});

test("an abort ends a session with an application", async (t) => {
  const app = createServer();
  const sockets = new WebSocketServer({ server: app });
  t.teardown(() => sockets.close());
  await using client = new AsyncClient({ app, baseUrl: "http://app" });
  const controller = new AbortController();
  const session = await client.websocket("/", { signal: controller.signal });
  const receiving = rejection(session.receive());
  const reason = new Error("enough");
  controller.abort(reason);
  t.is(await receiving, reason);
});

test("a transport of the user's may give the network stream", async (t) => {
  const app = createServer();
  new WebSocketServer({ server: app }).on("connection", (socket) => socket.send("through"));
  await using inner = new AsyncClient({ app });
  const transport = new MockTransport(async (request) => {
    const key = request.headers.get("sec-websocket-key")!;
    const answer = await inner.stream("GET", "http://app/", { headers: request.headers });
    const accept = createHash("sha1").update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest("base64");
    t.is(answer.headers.get("sec-websocket-accept"), accept);
    return new Response(101, {
      headers: answer.headers,
      extensions: { networkStream: answer.extensions["networkStream"] },
    });
  });
  await using client = new AsyncClient({ transport });
  await using session = await client.websocket("ws://example.org/");
  t.is(await session.receive(), "through");
});
