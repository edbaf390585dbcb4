// What a dispatcher of undici has beside dispatch(): stream, pipeline, connect and upgrade, as promises and with callbacks.
import { EventEmitter, once } from "node:events";
import { PassThrough, Transform, Writable } from "node:stream";
import { text } from "node:stream/consumers";
import test from "ava";
import { HttpxideDispatcher } from "httpxide/undici";
import { answering, startHttpServer } from "../helpers/http-server.js";
import { startRawServer } from "../helpers/raw-server.js";
import { eventually } from "../helpers/waiting.js";
import { undiciOf, versions } from "./versions.js";

const get = { path: "/", method: "GET" };

test("stream: the body goes into the stream of the caller, at its speed", async (t) => {
  const body = "x".repeat(1024 * 1024);
  await using server = await startHttpServer(answering(body));
  const dispatcher = new HttpxideDispatcher();
  let received = 0;
  const slow = new Writable({
    highWaterMark: 1024,
    write(chunk: Buffer, _encoding, done) {
      received += chunk.byteLength;
      setImmediate(done);
    },
  });
  const end = await dispatcher.stream({ ...get, origin: server.url, opaque: "own" }, (head) => {
    t.is(head.statusCode, 200);
    t.is(head.opaque, "own");
    return slow;
  });
  t.is(end.opaque, "own");
  t.is(received, body.length);
  t.true(slow.writableFinished);
});

test("stream: a stream that fails, a factory without one and a broken body reject", async (t) => {
  await using server = await startHttpServer(answering("body"));
  const dispatcher = new HttpxideDispatcher();
  const options = { ...get, origin: server.url };
  const failing = new Writable({ write: (_chunk, _encoding, done) => done(new RangeError("full")) });
  await t.throwsAsync(
    dispatcher.stream(options, () => failing),
    { instanceOf: RangeError, message: "full" },
  );
  const none = await t.throwsAsync(dispatcher.stream(options, () => undefined as never));
  t.is((none as { code?: string }).code, "UND_ERR_INVALID_RETURN_VALUE");

  await using raw = await startRawServer(async (connection) => {
    await connection.readRequest();
    await connection.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf");
  });
  const target = new PassThrough();
  target.on("error", () => {});
  const broken = await t.throwsAsync(dispatcher.stream({ ...get, origin: raw.url }, () => target));
  t.is((broken as { code?: string }).code, "UND_ERR_SOCKET");
  t.true(target.destroyed);
});

test("pipeline: what is written is sent, and what the handler makes of the answer is read", async (t) => {
  await using server = await startHttpServer((request, response) => void request.pipe(response));
  const options = { path: "/", method: "POST", origin: server.url };
  const duplex = new HttpxideDispatcher().pipeline(options, ({ statusCode, body }) => {
    t.is(statusCode, 200);
    const upper = new Transform({
      transform: (chunk: Buffer, _encoding, done) => done(null, String(chunk).toUpperCase()),
    });
    return body.pipe(upper);
  });
  duplex.write("hello ");
  duplex.end("world");
  t.is(await text(duplex), "HELLO WORLD");
});

test("pipeline: a failure destroys it, and destroying it ends the request", async (t) => {
  const dispatcher = new HttpxideDispatcher();
  const refused = dispatcher.pipeline({ ...get, origin: "http://127.0.0.1:1" }, ({ body }) => body);
  const [error] = (await once(refused, "error")) as [Error & { code?: string }];
  t.is(error.code, "ECONNREFUSED");

  let closings = 0;
  await using server = await startHttpServer((request) => void request.socket.on("close", () => closings++));
  const silent = dispatcher.pipeline({ ...get, origin: server.url }, ({ body }) => body);
  silent.on("error", () => {});
  silent.end();
  await eventually("the server has the request", () => server.requests.length > 0);
  silent.destroy();
  await eventually("the connection is closed", () => closings > 0);
  t.pass();
});

test("upgrade and connect give the socket, and an answer without one rejects", async (t) => {
  await using raw = await startRawServer(async (connection) => {
    const request = await connection.readRequest();
    await connection.send(
      request?.line.startsWith("CONNECT")
        ? "HTTP/1.1 200 OK\r\n\r\n"
        : "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n",
    );
    connection.socket.pipe(connection.socket);
    await connection.closed();
  });
  await using server = await startHttpServer(answering("no"));
  const dispatcher = new HttpxideDispatcher();
  const given = [
    await dispatcher.upgrade({ origin: raw.url, path: "/", protocol: "echo", opaque: 1 }),
    await dispatcher.connect({ origin: raw.url, path: "example.org:443", opaque: 2 }),
  ];
  t.deepEqual(
    given.map(({ statusCode, opaque }) => [statusCode, opaque]),
    [
      [101, 1],
      [200, 2],
    ],
  );
  for (const { socket } of given) {
    socket.write("hello");
    t.is(String(((await once(socket, "data")) as [Buffer])[0]), "hello");
    socket.destroy();
  }
  t.is(raw.requests[1]?.line, "CONNECT example.org:443 HTTP/1.1");
  const refused = await t.throwsAsync(
    dispatcher.upgrade({ origin: server.url, path: "/", protocol: "echo" }),
  );
  t.is((refused as { code?: string }).code, "UND_ERR_SOCKET");
});

for (const version of versions) {
  test(`connect of undici ${version}, which writes a slash before the host, gives the socket`, async (t) => {
    await using raw = await startRawServer(async (connection) => {
      await connection.readRequest();
      await connection.send("HTTP/1.1 200 OK\r\n\r\nhello");
      await connection.closed();
    });
    const options = { path: "example.org:443", dispatcher: new HttpxideDispatcher() };
    const { socket } = await undiciOf(version).connect(raw.url, options);
    t.is(String(((await once(socket, "data")) as [Buffer])[0]), "hello");
    socket.destroy();
    t.is(raw.requests[0]?.line, "CONNECT example.org:443 HTTP/1.1");
  });
}

test("callbacks get what promises settle with, and an emitter can be the signal", async (t) => {
  await using server = await startHttpServer(answering("body"));
  const dispatcher = new HttpxideDispatcher();
  const options = { ...get, origin: server.url };
  const status = await new Promise((resolve) =>
    dispatcher.request(options, (error, response) => {
      void response.body.dump();
      resolve([error, response.statusCode]);
    }),
  );
  t.deepEqual(status, [null, 200]);
  const failure = await new Promise<Error | null>((resolve) =>
    dispatcher.stream({ ...options, origin: "http://127.0.0.1:1" }, () => new PassThrough(), resolve),
  );
  t.is((failure as { code?: string }).code, "ECONNREFUSED");
  const signal = new EventEmitter();
  await using silent = await startHttpServer(() => {});
  const pending = dispatcher.request({ ...get, origin: silent.url, signal });
  await eventually("the server has the request", () => silent.requests.length > 0);
  signal.emit("abort");
  t.is((await t.throwsAsync(pending))?.name, "AbortError");
  t.is(signal.listenerCount("abort"), 0);
});

test("a limit of the request for one part leaves the client's for the other", async (t) => {
  await using server = await startHttpServer((_request, response, { path }) => {
    if (path === "/body") response.write("first");
  });
  const dispatcher = new HttpxideDispatcher({ timeout: { read: 50 } });
  const head = { ...get, origin: server.url };
  const body = { ...head, path: "/body" };
  for (const bodyTimeout of [0, 60_000]) {
    const error = await t.throwsAsync(dispatcher.request({ ...head, bodyTimeout }));
    t.is((error as { code?: string }).code, "UND_ERR_HEADERS_TIMEOUT");
  }
  for (const headersTimeout of [0, 60_000]) {
    const answer = await dispatcher.request({ ...body, headersTimeout });
    const error = await t.throwsAsync(answer.body.text());
    t.is((error as { code?: string }).code, "UND_ERR_BODY_TIMEOUT");
  }
});
