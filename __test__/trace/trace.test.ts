/**
 * The trace extension: HTTPX's events in the order in which httpcore 1.0.9 reports them in the same situations.
 */
import { isDeepStrictEqual } from "node:util";
import test, { type ExecutionContext } from "ava";
import {
  AsyncClient,
  type AsyncClientOptions,
  ConnectError,
  ConnectTimeout,
  ReadTimeout,
  RemoteProtocolError,
  type RequestOptions,
  Request,
  TimeoutException,
  WriteTimeout,
} from "httpxide";
import { certificates } from "../helpers/certificates.js";
import { rejection } from "../helpers/failures.js";
import { answering, startHttpServer } from "../helpers/http-server.js";
import { LIMITS } from "../helpers/limits.js";
import {
  head,
  ok,
  type RawConnection,
  replying,
  type Script,
  silent,
  startRawServer,
} from "../helpers/raw-server.js";
import { startTlsServer } from "../helpers/tls-server.js";
import { failed, PARTS, Recorder } from "../helpers/tracing.js";
import { startUnixServer } from "../helpers/unix-server.js";
import { eventually } from "../helpers/waiting.js";

const { TCP, TLS, SENT, HEAD, BODY, CLOSED } = PARTS;
const WHOLE = [...TCP, ...SENT, ...HEAD, ...BODY, ...CLOSED];

/** The head of a body that stops after its first bytes; the script decides what follows. */
const begun = head("200 OK", "Content-Length: 900000");

/** Answers one request with the first bytes of a body, and keeps the connection until the client closes it. */
const stalling: Script = async (connection) => {
  await connection.readRequest();
  await connection.send(Buffer.concat([begun, Buffer.from("first")]));
  await connection.closed();
};

function answeringOnce(answer: string | Uint8Array): Script {
  return async (connection: RawConnection) => {
    await connection.readRequest();
    await connection.send(answer);
  };
}

test("a request over TLS reports every step from connecting to closing", async (t) => {
  const made = await certificates();
  await using server = await startTlsServer(made.good);
  await using client = new AsyncClient({ verify: { ca: made.ca } });
  const recorder = new Recorder();
  const before = performance.now();
  await client.get(server.url, { extensions: { trace: recorder.trace } });
  t.deepEqual(recorder.events, [...TCP, ...TLS, ...SENT, ...HEAD, ...BODY, ...CLOSED]);

  const times = recorder.records.map(({ info }) => info.time);
  t.deepEqual(
    times.toSorted((one, other) => one - other),
    times,
  );
  // The engine's clock and this one agree within a millisecond.
  t.true(times[0]! > before - 1 && times.at(-1)! < performance.now() + 1, `${before}: ${times.join(" ")}`);

  const { host, port, timeout } = recorder.infoOf("connection.connect_tcp.started");
  t.deepEqual({ host, port, timeout }, { host: "localhost", port: server.port, timeout: 5000 });
  const { clientAddr, serverAddr } = recorder.infoOf("connection.connect_tcp.complete");
  t.deepEqual(serverAddr, ["127.0.0.1", server.port]);
  t.is((clientAddr as [string, number])[0], "127.0.0.1");
  t.is(recorder.infoOf("connection.start_tls.started")["serverHostname"], "localhost");
  const { version, cipher, selectedAlpnProtocol } = recorder.infoOf("connection.start_tls.complete");
  t.deepEqual([version, selectedAlpnProtocol], ["TLSv1.3", "http/1.1"]);
  t.regex(String(cipher), /^TLS_(AES|CHACHA20)_/);
  t.true(recorder.infoOf("http11.send_request_headers.started")["request"] instanceof Request);
  const { httpVersion, status } = recorder.infoOf("http11.receive_response_headers.complete");
  t.deepEqual({ httpVersion, status }, { httpVersion: "HTTP/1.1", status: 200 });
});

test("a reused connection reports no connecting, and a listener gets no events of other requests", async (t) => {
  await using server = await startHttpServer(answering("ok"));
  await using client = new AsyncClient();
  const [first, second] = [new Recorder(), new Recorder()];
  await client.get(server.url, { extensions: { trace: first.trace } });
  await client.get(server.url);
  await client.post(server.url, { content: "body", extensions: { trace: second.trace } });
  t.deepEqual(first.events, WHOLE);
  t.deepEqual(second.events, [...SENT, ...HEAD, ...BODY, ...CLOSED]);
});

test("a request made by buildRequest() is traced, and so is each of its redirects", async (t) => {
  await using server = await startHttpServer((_request, response, { path }) => {
    if (path === "/from") response.writeHead(302, { Location: "/to" });
    response.end();
  });
  await using client = new AsyncClient({ followRedirects: true });
  const recorder = new Recorder();
  const request = client.buildRequest("GET", `${server.url}/from`);
  request.extensions.trace = recorder.trace;
  await client.send(request);
  const statuses = recorder.records.flatMap(({ info }) =>
    info["status"] === undefined ? [] : [info["status"]],
  );
  t.deepEqual(statuses, [302, 200]);
  t.is(recorder.events.filter((event) => event === TCP[0]).length, 1);
});

test("over a Unix socket, the connect event has the socket's path", async (t) => {
  await using server = await startUnixServer(answering("ok"));
  await using client = new AsyncClient({ uds: server.path });
  const recorder = new Recorder();
  await client.get("http://localhost/", { extensions: { trace: recorder.trace } });
  t.deepEqual(recorder.events.slice(0, 2), [
    "connection.connect_unix_socket.started",
    "connection.connect_unix_socket.complete",
  ]);
  t.is(recorder.infoOf("connection.connect_unix_socket.started")["path"], server.path);
});

test("a connection that closes with the response reports connection.close", async (t) => {
  await using server = await startRawServer(replying(ok("ok", "Connection: close")));
  await using client = new AsyncClient();
  const recorder = new Recorder();
  await client.get(server.url, { extensions: { trace: recorder.trace } });
  t.deepEqual(recorder.eventsOfHttpcore, WHOLE);
  t.deepEqual(recorder.events.slice(-4), [
    "http11.response_closed.started",
    "connection.close.started",
    "connection.close.complete",
    "http11.response_closed.complete",
  ]);
});

test("a streamed body is received from the first read on, and its events come before its end is read", async (t) => {
  await using server = await startHttpServer(answering("x".repeat(300_000)));
  await using client = new AsyncClient();
  const recorder = new Recorder();
  await client.stream("GET", server.url, { extensions: { trace: recorder.trace } }, async (response) => {
    t.deepEqual(recorder.events, [...TCP, ...SENT, ...HEAD]);
    for await (const _ of response.aiterBytes())
      t.is(recorder.events.at(TCP.length + SENT.length + 2), BODY[0]);
    t.deepEqual(recorder.events, WHOLE);
  });
});

for (const [name, use, events] of [
  ["that is not read", "nothing", [...TCP, ...SENT, ...HEAD, ...CLOSED]],
  ["that is read in part", "a part", [...TCP, ...SENT, ...HEAD, BODY[0]!, ...CLOSED]],
] as const) {
  test(`a streamed body ${name} is closed without being received`, async (t) => {
    await using server = await startRawServer(stalling);
    await using client = new AsyncClient();
    const recorder = new Recorder();
    const response = await client.stream("GET", server.url, { extensions: { trace: recorder.trace } });
    if (use === "a part") await response.aiterRaw().next();
    await response.aclose();
    t.deepEqual(recorder.eventsOfHttpcore, events);
  });
}

interface Failing {
  readonly name: string;
  readonly script: Script;
  readonly client?: AsyncClientOptions;
  call?(limit: number): RequestOptions & { readonly method?: string };
  readonly tls?: boolean;
  readonly as: abstract new (...parameters: never[]) => Error;
  readonly events: readonly string[];
}

const NO_HEAD = failed("http11.receive_response_headers");
const NO_BODY = failed("http11.receive_response_body");

const FAILING: readonly Failing[] = [
  {
    name: "a server that closes without an answer",
    script: answeringOnce(""),
    as: RemoteProtocolError,
    events: [...TCP, ...SENT, ...NO_HEAD, ...CLOSED],
  },
  {
    name: "a server that answers nonsense",
    script: answeringOnce("nonsense\r\n\r\n"),
    as: RemoteProtocolError,
    events: [...TCP, ...SENT, ...NO_HEAD, ...CLOSED],
  },
  {
    name: "a body that is cut short",
    script: answeringOnce(Buffer.concat([begun, Buffer.from("cut")])),
    as: RemoteProtocolError,
    events: [...TCP, ...SENT, ...HEAD, ...NO_BODY, ...CLOSED],
  },
  {
    name: "a head that does not come",
    script: silent,
    call: (read) => ({ timeout: { read } }),
    as: ReadTimeout,
    events: [...TCP, ...SENT, ...NO_HEAD, ...CLOSED],
  },
  {
    name: "a body that does not go on",
    script: stalling,
    call: (read) => ({ timeout: { read } }),
    as: ReadTimeout,
    events: [...TCP, ...SENT, ...HEAD, ...NO_BODY, ...CLOSED],
  },
  {
    name: "a server that does not read",
    script: async ({ socket }) => new Promise((resolve) => socket.once("close", () => resolve())),
    call: (write) => ({ method: "POST", content: Buffer.alloc(32 * 1024 * 1024), timeout: { write } }),
    as: WriteTimeout,
    events: [...TCP, ...SENT.slice(0, 2), ...failed("http11.send_request_body"), ...CLOSED],
  },
  {
    name: "a server that does not speak TLS",
    script: async (connection) => {
      await connection.more();
      await connection.send("HTTP/1.1 400 Bad Request\r\n\r\n");
    },
    tls: true,
    as: ConnectError,
    events: [...TCP, ...failed("connection.start_tls")],
  },
  {
    name: "a handshake that takes too long",
    script: async (connection) => connection.closed(),
    tls: true,
    call: (connect) => ({ timeout: { connect } }),
    as: ConnectTimeout,
    events: [...TCP, ...failed("connection.start_tls")],
  },
];

async function reportsFailure(
  t: ExecutionContext,
  failing: Failing,
  [limit = 0, ...longer]: readonly number[] = LIMITS,
): Promise<void> {
  const { script, client: options, tls, as, events } = failing;
  await using server = await startRawServer(script);
  await using client = new AsyncClient(options);
  const recorder = new Recorder();
  const { method = "GET", ...rest } = failing.call?.(limit) ?? {};
  const url = tls === true ? server.url.replace("http:", "https:") : server.url;
  const error = await rejection(
    client.request(method, url, { ...rest, extensions: { trace: recorder.trace } }),
  );
  t.true(error instanceof as, String(error));
  const isTooEarly =
    error instanceof TimeoutException && !isDeepStrictEqual(recorder.eventsOfHttpcore, events);
  if (isTooEarly && longer.length > 0) return reportsFailure(t, failing, longer);
  t.deepEqual(recorder.eventsOfHttpcore, events);
  const { exception } = recorder.records.find(({ event }) => event.endsWith(".failed"))!.info;
  t.true(exception instanceof as, String(exception));
  t.is((exception as Error).message, (error as Error).message);
}

for (const failing of FAILING) {
  // Serial tests run before the others: the server shares this thread, and must not be late itself.
  test.serial(`the failed step reports the call's error: ${failing.name}`, (t) => reportsFailure(t, failing));
}

test("each attempt to connect is reported, and each delay between two", async (t) => {
  const free = await startRawServer(silent);
  const url = free.url;
  await free[Symbol.asyncDispose]();
  await using client = new AsyncClient({ retries: 2 });
  const recorder = new Recorder();
  const error = await rejection(client.get(url, { extensions: { trace: recorder.trace } }));
  t.true(error instanceof ConnectError);
  const refused = failed("connection.connect_tcp");
  const delay = ["connection.retry.started", "connection.retry.complete"];
  t.deepEqual(recorder.events, [...refused, ...delay, ...refused, ...delay, ...refused]);
  const delays = recorder.records.filter(({ event }) => event === delay[0]).map(({ info }) => info["delay"]);
  t.deepEqual(delays, [0, 500]);
});

test("a name that does not resolve fails in connect_tcp", async (t) => {
  await using client = new AsyncClient();
  const recorder = new Recorder();
  await rejection(client.get("http://nope.invalid/", { extensions: { trace: recorder.trace } }));
  t.deepEqual(recorder.events, failed("connection.connect_tcp"));
  t.is(recorder.infoOf("connection.connect_tcp.started")["host"], "nope.invalid");
});

test("an aborted call reports the failure of its current step, with the reason", async (t) => {
  await using server = await startRawServer(silent);
  await using client = new AsyncClient();
  const recorder = new Recorder();
  const abort = new AbortController();
  const call = client.get(server.url, { signal: abort.signal, extensions: { trace: recorder.trace } });
  await eventually("the request arrived", () => server.requests.length === 1);
  abort.abort("enough");
  t.is(await rejection(call), "enough");
  const events = [...TCP, ...SENT, ...NO_HEAD, ...CLOSED];
  await eventually("all events arrived", () => recorder.eventsOfHttpcore.length === events.length);
  t.deepEqual(recorder.eventsOfHttpcore, events);
  t.is(recorder.infoOf(NO_HEAD[1]!).exception, "enough");
});

test("a generator that throws fails in send_request_body", async (t) => {
  await using server = await startRawServer(silent);
  await using client = new AsyncClient();
  const recorder = new Recorder();
  const mine = new RangeError("mine");
  async function* body(): AsyncGenerator<string> {
    yield "some";
    await eventually("the request arrived", () =>
      recorder.events.includes("http11.send_request_body.started"),
    );
    throw mine;
  }
  t.is(
    await rejection(client.post(server.url, { content: body(), extensions: { trace: recorder.trace } })),
    mine,
  );
  const events = [...TCP, ...SENT.slice(0, 2), ...failed("http11.send_request_body"), ...CLOSED];
  await eventually("all events arrived", () => recorder.eventsOfHttpcore.length === events.length);
  t.deepEqual(recorder.eventsOfHttpcore, events);
  t.is(recorder.infoOf("http11.send_request_body.failed").exception, mine);
});
