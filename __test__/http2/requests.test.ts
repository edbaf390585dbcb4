/** HTTP/2 against `node:http2`: requests mean what they mean over HTTP/1.1, and share a connection. */
import { once } from "node:events";
import { constants } from "node:http2";
import { join } from "node:path";
import test from "ava";
import {
  AsyncClient,
  AsyncHTTPTransport,
  ConnectError,
  LocalProtocolError,
  PoolTimeout,
  RemoteProtocolError,
} from "httpxide";
import { certificates } from "../helpers/certificates.js";
import { failsAs, rejection } from "../helpers/failures.js";
import { answering, startHttpServer } from "../helpers/http-server.js";
import { DATA, END_HEADERS, frame, GOAWAY, HEADERS, OK, startFrameServer } from "../helpers/http2-frames.js";
import {
  answeringStreams,
  startHttp2Server,
  startPlainHttp2Server,
  type StreamHandler,
} from "../helpers/http2-server.js";
import { startTlsServer } from "../helpers/tls-server.js";
import { complete, Recorder } from "../helpers/tracing.js";
import { temporaryFolder } from "../helpers/unix-server.js";
import { eventually, settling } from "../helpers/waiting.js";

const made = certificates();

test("a server that chooses HTTP/2 by ALPN is spoken to in HTTP/2", async (t) => {
  const { good, ca } = await made;
  await using server = await startHttp2Server(good, (stream, headers) => {
    stream.respond({ ":status": 201, "x-one": ["1", "2"], "set-cookie": ["a=b", "c=d"] });
    stream.end(JSON.stringify(headers));
  });
  await using client = new AsyncClient({ verify: { ca }, http2: true, headers: { "X-Name": "value" } });
  const response = await client.post(`${server.url}/path?q=1`, { json: { a: 1 } });
  t.is(response.httpVersion, "HTTP/2");
  t.is(response.statusCode, 201);
  t.is(response.reasonPhrase, "Created");
  t.is(response.extensions["streamId"], 1);
  t.deepEqual(response.headers.getList("x-one"), ["1", "2"]);
  t.is(response.cookies.get("a"), "b");
  const received = response.json<Record<string, string>>();
  t.is(received[":authority"], `localhost:${server.port}`);
  t.is(received[":path"], "/path?q=1");
  t.is(received[":scheme"], "https");
  t.is(received["x-name"], "value");
  t.is(received["content-length"], "7");
  t.false("connection" in received || "host" in received);
  const next = await client.get(server.url);
  t.is(next.extensions["streamId"], 3);
  t.is(server.sessions.length, 1);
});

test("a server without HTTP/2 is spoken to in HTTP/1.1", async (t) => {
  const { good, ca } = await made;
  await using server = await startTlsServer(good, answering("old"));
  await using client = new AsyncClient({ verify: { ca }, http2: true });
  const responses = await Promise.all(Array.from({ length: 8 }, () => client.get(server.url)));
  for (const response of responses) {
    t.is(response.httpVersion, "HTTP/1.1");
    t.is(response.text, "old");
    t.is(response.extensions["streamId"], null);
  }
});

test("with http1: false, HTTP/2 is spoken over plain TCP and Unix sockets too", async (t) => {
  await using plain = await startPlainHttp2Server(answeringStreams("plain"));
  await using client = new AsyncClient({ http1: false, http2: true });
  const response = await client.get(plain.url);
  t.is(response.httpVersion, "HTTP/2");
  t.is(response.text, "plain");
  if (process.platform === "win32") return;
  await using folder = await temporaryFolder();
  const uds = join(folder.path, "http2.sock");
  await using unix = await startPlainHttp2Server(answeringStreams("unix"), uds);
  await using other = new AsyncClient({ http1: false, http2: true, uds });
  t.is((await other.get(unix.url)).text, "unix");
});

test("a server without HTTP/2 is recognized where nothing else is spoken", async (t) => {
  const { good, ca } = await made;
  await using tls = await startTlsServer(good, answering("old"));
  await using plain = await startHttpServer(answering("old"));
  await using client = new AsyncClient({ verify: { ca }, http1: false, http2: true });
  await failsAs(t, client.get(tls.url), { as: ConnectError, phase: "tls", requestSent: false });
  const error = await failsAs(t, client.get(plain.url), {
    as: RemoteProtocolError,
    code: "ERR_INVALID_RESPONSE",
    requestSent: "some",
  });
  t.regex(error.message, /the server answered in HTTP\/1/);
});

test("a burst to a cold origin shares one connection", async (t) => {
  const { good, ca } = await made;
  await using server = await startHttp2Server(good, answeringStreams("shared"));
  await using client = new AsyncClient({ verify: { ca }, http2: true, timeout: 30_000 });
  const responses = await Promise.all(Array.from({ length: 64 }, () => client.get(server.url)));
  t.true(responses.every(({ text }) => text === "shared"));
  t.is(new Set(responses.map(({ extensions }) => extensions["streamId"])).size, 64);
  t.is(server.sessions.length, 1);
  t.is(client.stats().connections.idle, 1);
});

test("uploads and downloads stream, with trailers", async (t) => {
  const { good, ca } = await made;
  await using server = await startHttp2Server(good, (stream) => {
    stream.respond({ ":status": 200 }, { waitForTrailers: true });
    stream.on("wantTrailers", () => stream.sendTrailers({ checksum: "1234" }));
    stream.pipe(stream);
  });
  await using client = new AsyncClient({ verify: { ca }, http2: true });
  const chunk = new Uint8Array(100_000).fill(7);
  async function* chunks(): AsyncGenerator<Uint8Array> {
    for (let count = 0; count < 50; count++) yield chunk;
  }
  const response = await client.stream("POST", server.url, { content: chunks() });
  let received = 0;
  for await (const part of response.aiterBytes()) {
    t.true(part.every((byte) => byte === 7));
    received += part.length;
  }
  t.is(received, 5_000_000);
  t.is(response.trailers.get("checksum"), "1234");
});

test("an abort and a closed response reset their streams and nothing else", async (t) => {
  const codes: number[] = [];
  const { good, ca } = await made;
  await using server = await startHttp2Server(good, (stream, headers) => {
    stream.on("close", () => codes.push(stream.rstCode));
    if (headers[":path"] === "/") return;
    stream.respond({ ":status": 200 });
    stream.write("begin");
    if (headers[":path"] === "/whole") stream.end();
  });
  await using client = new AsyncClient({ verify: { ca }, http2: true });
  const controller = new AbortController();
  const aborted = client.get(server.url, { signal: controller.signal });
  const response = await client.stream("GET", `${server.url}/begun`);
  controller.abort(new Error("enough"));
  await t.throwsAsync(aborted, { message: "enough" });
  await response.aclose();
  await eventually("both streams are reset", () => codes.length === 2);
  t.deepEqual(codes, [constants.NGHTTP2_CANCEL, constants.NGHTTP2_CANCEL]);
  t.is((await client.get(`${server.url}/whole`)).text, "begin");
  t.is(server.sessions.length, 1);
});

test("a request waits in the pool for a stream", async (t) => {
  const { good, ca } = await made;
  const answerFirst: StreamHandler = (stream, { ":path": path }) => {
    if (path === "/first") answeringStreams("ok")(stream, {});
  };
  await using server = await startHttp2Server(good, answerFirst, { settings: { maxConcurrentStreams: 2 } });
  await using client = new AsyncClient({
    verify: { ca },
    http2: true,
    limits: { maxConnections: 1 },
  });
  // the limit comes before the response: until then, further requests would be sent
  t.is((await client.get(`${server.url}/first`)).text, "ok");
  const controller = new AbortController();
  const options = { signal: controller.signal, timeout: null };
  const running = [1, 2].map(() => client.get(server.url, options));
  await eventually("both streams are open", () => client.stats().requests.inFlight === 2);
  await failsAs(t, client.get(server.url, { timeout: { pool: 50 } }), {
    as: PoolTimeout,
    requestSent: false,
  });
  controller.abort();
  await Promise.allSettled(running);
});

test("a session that the server closes gracefully costs no request", async (t) => {
  const { good, ca } = await made;
  await using server = await startHttp2Server(good, (stream) => {
    stream.respond({ ":status": 200 });
    stream.end("ok");
    stream.session?.close();
  });
  await using client = new AsyncClient({ verify: { ca }, http2: true });
  for (let round = 0; round < 5; round++) {
    const responses = await Promise.all(Array.from({ length: 20 }, () => client.post(server.url)));
    t.true(responses.every(({ text }) => text === "ok"));
  }
});

test("a reset stream is an error with a code and what was sent", async (t) => {
  const { good, ca } = await made;
  await using server = await startHttp2Server(good, (stream) => {
    stream.close(constants.NGHTTP2_INTERNAL_ERROR);
  });
  await using client = new AsyncClient({ verify: { ca }, http2: true });
  const error = await failsAs(t, client.get(server.url), {
    as: RemoteProtocolError,
    code: "ERR_HTTP2_STREAM_ERROR",
    phase: "headers",
    requestSent: true,
  });
  t.is(error.http2ErrorCode, constants.NGHTTP2_INTERNAL_ERROR);
});

test("a server that closes the connection with an error is an error with that code, before and within a body", async (t) => {
  const calm = Buffer.from([0, 0, 0, 1, 0, 0, 0, constants.NGHTTP2_ENHANCE_YOUR_CALM]);
  const body = Buffer.concat([frame(HEADERS, END_HEADERS, 1, OK), frame(DATA, 0, 1, Buffer.from("begin"))]);
  for (const [begin, phase, requestSent] of [
    [Buffer.alloc(0), "headers", "maybe"],
    [body, "body", true],
  ] as const) {
    await using server = await startFrameServer(async (socket) => {
      socket.end(Buffer.concat([begin, frame(GOAWAY, 0, 0, calm)]));
    });
    await using client = new AsyncClient({ http1: false, http2: true });
    const response = async (): Promise<unknown> => {
      await using streamed = await client.stream("GET", server.url);
      return await streamed.aread();
    };
    const error = await failsAs(t, response(), {
      as: RemoteProtocolError,
      code: "ERR_HTTP2_GOAWAY_SESSION",
      phase,
      requestSent,
    });
    t.is(error.http2ErrorCode, constants.NGHTTP2_ENHANCE_YOUR_CALM);
  }
});

test("a trace has HTTPX's events of HTTP/2", async (t) => {
  const { good, ca } = await made;
  await using server = await startHttp2Server(good, answeringStreams("traced"));
  await using client = new AsyncClient({ verify: { ca }, http2: true });
  const recorder = new Recorder();
  await client.get(server.url, { extensions: { trace: recorder.trace } });
  const ofRequest = [
    ...complete("http2.send_request_headers", "http2.send_request_body"),
    "http2.receive_response_headers.started",
    "http2.receive_response_headers.complete",
    ...complete("http2.receive_response_body", "http2.response_closed"),
  ];
  const settings = complete("http2.receive_remote_settings");
  t.deepEqual(recorder.events, [
    ...complete("connection.connect_tcp", "connection.start_tls", "http2.send_connection_init"),
    ...ofRequest.toSpliced(5, 0, ...settings),
  ]);
  const second = new Recorder();
  await client.get(server.url, { extensions: { trace: second.trace } });
  t.deepEqual(second.events, ofRequest);
  t.is(recorder.infoOf("connection.start_tls.complete")["selectedAlpnProtocol"], "h2");
  const { streamId, httpVersion, status } = recorder.infoOf("http2.receive_response_headers.complete");
  t.deepEqual([streamId, httpVersion, status], [1, "HTTP/2", 200]);
});

test("a header that would split the head is refused before a byte is sent", async (t) => {
  const { good, ca } = await made;
  await using server = await startHttp2Server(good, answeringStreams("never"));
  await using client = new AsyncClient({ verify: { ca }, http2: true });
  for (const headers of [{ a: "b\r\nc: d" }, { "a\r\nb": "c" }, { ":path": "/other" }]) {
    const error = await rejection(client.get(server.url, { headers }));
    t.true(error instanceof LocalProtocolError);
    t.false((error as LocalProtocolError).requestSent);
  }
  t.is(server.sessions.length, 0);
});

test("times longer than any clock runs are never over", async (t) => {
  await using server = await startPlainHttp2Server(answeringStreams("ok"));
  const longest = Number.MAX_VALUE;
  const limits = { keepaliveExpiry: longest };
  for (const keepAliveInterval of [longest, 1]) {
    const http2 = { keepAliveInterval, keepAliveTimeout: longest };
    await using client = new AsyncClient({ http1: false, http2, limits });
    t.is((await client.get(server.url)).text, "ok");
    const session = server.sessions.at(-1)!;
    if (keepAliveInterval === 1) await settling(once(session, "ping"));
    t.is((await client.get(server.url)).text, "ok");
    t.is(server.sessions.at(-1), session);
  }
});

test("options of HTTP/2 are checked", (t) => {
  const refused = (options: object, expected: RegExp): void => {
    const error = t.throws(() => new AsyncHTTPTransport(options as never), { any: true } as never) as Error;
    t.regex(error.message, expected);
  };
  refused({ http1: false }, /http1: false requires http2/);
  refused({ http2: 2 }, /http2 must be true, false or an object/);
  refused({ http2: { windowSize: 1 } }, /http2\.windowSize must be from 65535/);
  refused({ http2: { maxConcurrentStreams: 0 } }, /http2\.maxConcurrentStreams must be from 1/);
  refused({ http2: { keepAliveInterval: 0 } }, /http2\.keepAliveInterval must be a positive number/);
  refused({ http2: { keepAliveTimout: 1 } }, /Did you mean keepAliveTimeout/);
});
