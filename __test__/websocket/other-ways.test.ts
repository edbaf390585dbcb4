/** Sessions that do not come over HTTP/1.1 and TCP: TLS, HTTP/2, applications in this process, and a real server. */
import { once } from "node:events";
import { createServer } from "node:http";
import { createServer as createPlainHttp2Server, createSecureServer } from "node:http2";
import { type AddressInfo, connect } from "node:net";
import { createHash } from "node:crypto";
import fastifyWebSocket from "@fastify/websocket";
import test from "ava";
import Fastify from "fastify";
import {
  AsyncClient,
  MockTransport,
  ReadTimeout,
  RemoteProtocolError,
  Response,
  type WebSocketDisconnect,
} from "httpxide";
import { Server as SocketServer } from "socket.io";
import { WebSocketServer } from "ws";
import { certificates } from "../helpers/certificates.js";
import { failsAs, rejection } from "../helpers/failures.js";
import { startRawServer } from "../helpers/raw-server.js";
import { eventually } from "../helpers/waiting.js";
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

test("Fastify's plugin works in the process", async (t) => {
  const app = Fastify();
  await app.register(fastifyWebSocket);
  app.get("/chat", { websocket: true }, (socket) => {
    socket.on("message", (data: Buffer) => socket.send(`fastify heard ${data.toString()}`));
  });
  await app.ready();
  await using client = new AsyncClient({ app, baseUrl: "http://app" });
  await using session = await client.websocket("/chat");
  await session.send("hello");
  t.is(await session.receive(), "fastify heard hello");
  await session.close();
  await app.close();
});

test("Socket.IO works in the process", async (t) => {
  const app = createServer();
  const io = new SocketServer(app);
  io.on("connection", (socket) => socket.on("greet", (name, answer) => answer(`hello ${name}`)));
  await using client = new AsyncClient({ app, baseUrl: "http://app" });
  await using session = await client.websocket("/socket.io/?EIO=4&transport=websocket");
  // its own framing: 0 opens, 40 connects, 420[…] is an event that wants an answer
  t.regex(await session.receiveText(), /^0\{"sid"/);
  await session.send("40");
  t.regex(await session.receiveText(), /^40\{"sid"/);
  await session.send('420["greet","Ada"]');
  t.is(await session.receiveText(), '430["hello Ada"]');
  await session.close();
  await io.close();
});

test("two thousand sessions that were opened and closed leave nothing behind", async (t) => {
  await using server = await startWs();
  await using client = new AsyncClient({ limits: { maxConnections: null }, timeout: null });
  for (let round = 0; round < 20; round += 1) {
    const sessions = await Promise.all(Array.from({ length: 100 }, () => client.websocket(server.url)));
    await Promise.all(sessions.map((session) => session.send("x")));
    await Promise.all(sessions.map((session) => session.receive()));
    await Promise.all(
      sessions.map((session, index) => (index % 2 === 0 ? session.close() : session.response.aclose())),
    );
  }
  t.like(client.stats(), { connections: { active: 0, idle: 0, connecting: 0 }, requests: { inFlight: 0 } });
  await eventually("the server has no client", () => server.server.clients.size === 0);
});

test("with prior knowledge of HTTP/2, a server that takes no WebSocket is an error of its own", async (t) => {
  for (const allows of [true, false]) {
    const server = createPlainHttp2Server({ settings: { enableConnectProtocol: allows } });
    server.on("stream", (stream) => {
      stream.respond({ ":status": 200 });
      stream.on("error", () => {}).end(frame(8, Buffer.from([3, 232])));
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    await using client = new AsyncClient({ http1: false, http2: true });
    const opening = client.websocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    if (allows) {
      const session = await opening;
      t.like(await rejection(session.receive()), { code: 1000 });
      await session.close();
    } else {
      await failsAs(t, opening, { as: RemoteProtocolError, code: "ERR_HTTP2_NO_WEBSOCKET" });
    }
    t.is(client.stats().connections.active, 0);
    await client.aclose();
    server.close();
  }
});

test("a server of HTTP/2 that never sends its settings is waited for until the read timeout", async (t) => {
  await using server = await startRawServer((connection) => connection.closed());
  await using client = new AsyncClient({ http1: false, http2: true, timeout: { read: 200 } });
  await failsAs(t, client.websocket(server.url), { as: ReadTimeout });
  const controller = new AbortController();
  const opening = rejection(client.websocket(server.url, { signal: controller.signal, timeout: null }));
  const reason = new Error("enough");
  setTimeout(() => controller.abort(reason), 50);
  t.is(await opening, reason);
});

test("a proxy of HTTP carries a WebSocket in a tunnel, also without TLS", async (t) => {
  await using server = await startWs();
  const tunnels: (string | undefined)[] = [];
  const proxy = createServer().on("connect", (request, socket) => {
    tunnels.push(request.url);
    const to = connect((server.server.address() as AddressInfo).port, "127.0.0.1");
    socket.write("HTTP/1.1 200 OK\r\n\r\n");
    socket.pipe(to).pipe(socket);
    for (const end of [socket, to]) end.on("error", () => {});
  });
  proxy.listen(0, "127.0.0.1");
  await once(proxy, "listening");
  await using client = new AsyncClient({
    proxy: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
  });
  await using session = await client.websocket("ws://behind.example:8080/");
  await session.send("through");
  t.is(await session.receive(), "through");
  t.deepEqual(tunnels, ["behind.example:8080"]);
  await session.close();
  proxy.close();
});
