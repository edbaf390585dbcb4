/**
 * Aborted calls reject with the signal's own reason, release everything, and leave the client usable.
 */
import { getEventListeners } from "node:events";
import test, { type ExecutionContext } from "ava";
import { AsyncClient, AsyncHTTPTransport, BearerAuth, Request } from "httpxide";
import { gatherBytes } from "../helpers/bytes.js";
import { rejection } from "../helpers/failures.js";
import { answering, startHttpServer } from "../helpers/http-server.js";
import { chunk, chunkedHead, type RawServer, silent, startRawServer } from "../helpers/raw-server.js";
import { eventually, pause } from "../helpers/waiting.js";

const REASONS: readonly (readonly [name: string, reason: unknown])[] = [
  ["an error of the caller's", new RangeError("mine")],
  ["a text", "enough"],
  ["an object", { why: "because" }],
  ["the platform's AbortError", undefined],
];

/** Sends a request, and asserts that the server received no other before it. */
async function isFirstRequest(t: ExecutionContext, client: AsyncClient, server: RawServer): Promise<void> {
  const abort = new AbortController();
  const call = rejection(client.get(`${server.url}/next`, { signal: abort.signal }));
  await eventually("the next request arrived", () => server.requests.length > 0);
  t.deepEqual(
    server.requests.map(({ line }) => line),
    ["GET /next HTTP/1.1"],
  );
  abort.abort();
  await call;
}

for (const [name, reason] of REASONS) {
  test(`an aborted call rejects with the reason itself: ${name}`, async (t) => {
    await using server = await startRawServer(silent);
    await using client = new AsyncClient();
    const abort = new AbortController();
    const call = client.get(server.url, { signal: abort.signal });
    await eventually("the request arrived", () => server.requests.length === 1);
    abort.abort(reason);
    t.is(await rejection(call), abort.signal.reason);
    await eventually("the server's socket is closed", () => server.openSockets === 0);
  });
}

test("AbortSignal.timeout() rejects with its TimeoutError", async (t) => {
  await using server = await startRawServer(silent);
  await using client = new AsyncClient();
  const signal = AbortSignal.timeout(100);
  const error = await rejection(client.get(server.url, { signal }));
  t.is(error, signal.reason);
  t.is((error as DOMException).name, "TimeoutError");
});

test("a signal that is already aborted sends no request", async (t) => {
  await using server = await startRawServer(silent);
  await using client = new AsyncClient();
  const signal = AbortSignal.abort(new Error("before"));
  const calls = [
    client.get(server.url, { signal }),
    client.stream("GET", server.url, { signal }),
    client.post(server.url, { signal, content: ["never pulled"] }),
    client.send(client.buildRequest("GET", server.url), { signal }),
  ];
  for (const call of calls) t.is(await rejection(call), signal.reason);
  await isFirstRequest(t, client, server);
});

test("an abort in the same turn as the call sends no request", async (t) => {
  await using server = await startRawServer(silent);
  await using client = new AsyncClient();
  const abort = new AbortController();
  const call = client.get(server.url, { signal: abort.signal });
  abort.abort();
  t.is(await rejection(call), abort.signal.reason);
  await isFirstRequest(t, client, server);
});

test("no listener stays on the signal, however the call ends", async (t) => {
  await using server = await startHttpServer(answering("x".repeat(100_000)));
  await using client = new AsyncClient();
  const { signal } = new AbortController();
  const listeners = (): number => getEventListeners(signal, "abort").length;
  for (let time = 0; time < 50; time++) await client.get(server.url, { signal });
  t.is(listeners(), 0, "after answers");
  await rejection(client.get("http://127.0.0.1:1/", { signal }));
  t.is(listeners(), 0, "after a failure");
  const read = await client.stream("GET", server.url, { signal });
  await read.aread();
  t.is(listeners(), 0, "after a stream that was read");
  const left = await client.stream("GET", server.url, { signal });
  await left.aclose();
  t.is(listeners(), 0, "after a stream that was closed");
  const abort = new AbortController();
  const call = client.get(server.url, { signal: abort.signal });
  abort.abort();
  await rejection(call);
  t.is(getEventListeners(abort.signal, "abort").length, 0, "after an abort");
});

test("an abort after the response has no effect", async (t) => {
  await using server = await startHttpServer(answering("ok"));
  await using client = new AsyncClient();
  const abort = new AbortController();
  const response = await client.get(server.url, { signal: abort.signal });
  abort.abort();
  t.is(response.text, "ok");
  t.is((await client.get(server.url)).text, "ok");
  t.is(server.connections, 1);
});

test("an abort in the middle of a body ends its reading", async (t) => {
  await using server = await startRawServer(async (connection) => {
    await connection.readRequest();
    await connection.send(chunkedHead());
    while (await connection.send(chunk("piece"))) await pause(5);
  });
  await using client = new AsyncClient();
  const abort = new AbortController();
  const whole = client.get(server.url, { signal: abort.signal });
  const response = await client.stream("GET", server.url, { signal: abort.signal });
  const reading = gatherBytes(response.aiterBytes());
  await eventually("some bytes arrived", () => server.bytesSent > 500);
  abort.abort(new Error("enough"));
  t.is(await rejection(whole), abort.signal.reason);
  t.is(await rejection(reading), abort.signal.reason);
  t.true(response.isClosed);
  await eventually("the server's sockets are closed", () => server.openSockets === 0);
});

test("an abort in the middle of an upload stops the generator", async (t) => {
  await using server = await startRawServer(silent);
  await using client = new AsyncClient();
  const abort = new AbortController();
  let stopped = false;
  async function* upload(): AsyncGenerator<string> {
    try {
      for (;;) {
        yield "piece";
        await pause(2);
      }
    } finally {
      stopped = true;
    }
  }
  const call = client.post(server.url, { content: upload(), signal: abort.signal });
  await eventually("some bytes arrived", () => server.bytesReceived > 1000);
  abort.abort();
  t.is(await rejection(call), abort.signal.reason);
  await eventually("the generator is stopped", () => stopped);
  await eventually("the server's socket is closed", () => server.openSockets === 0);
});

test("an abort does not wait for a blocked generator", async (t) => {
  await using server = await startRawServer(silent);
  await using client = new AsyncClient();
  const abort = new AbortController();
  async function* waiting(): AsyncGenerator<string> {
    yield "one";
    await new Promise(() => {});
  }
  const call = client.post(server.url, { content: waiting(), signal: abort.signal });
  await eventually("the request arrived", () => server.requests.length === 1);
  abort.abort();
  t.is(await rejection(call), abort.signal.reason);
});

test("one signal aborts a hundred calls", async (t) => {
  await using server = await startRawServer(silent);
  await using client = new AsyncClient({ limits: { maxConnections: 10 } });
  const abort = new AbortController();
  const calls = Array.from({ length: 100 }, () =>
    rejection(client.get(server.url, { signal: abort.signal })),
  );
  await eventually("ten requests arrived", () => server.requests.length === 10);
  abort.abort();
  t.true((await Promise.all(calls)).every((reason) => reason === abort.signal.reason));
  t.is(server.requests.length, 10);
  await eventually("the server's sockets are closed", () => server.openSockets === 0);
  t.deepEqual(client.stats().requests, { queued: 0, inFlight: 0 });
});

test("an abort also ends a body that was received but not read", async (t) => {
  await using server = await startHttpServer(answering("x".repeat(200_000)));
  await using client = new AsyncClient();
  const abort = new AbortController();
  await using response = await client.stream("GET", server.url, { signal: abort.signal });
  await eventually("the body arrived", () => client.stats().requests.inFlight === 0);
  abort.abort(new RangeError("mine"));
  t.is(await rejection(response.aread()), abort.signal.reason);
  t.is(getEventListeners(abort.signal, "abort").length, 0);
});

test("a body whose iteration aborts the request is not sent", async (t) => {
  await using server = await startRawServer(silent);
  await using client = new AsyncClient();
  const abort = new AbortController();
  const content = {
    async *[Symbol.asyncIterator](): AsyncGenerator<string> {
      yield "never asked for";
    },
  };
  const begun = {
    [Symbol.asyncIterator]() {
      abort.abort(new Error("changed its mind"));
      return content[Symbol.asyncIterator]();
    },
  };
  const call = client.post(server.url, { content: begun, signal: abort.signal });
  t.is(await rejection(call), abort.signal.reason);
  t.is(server.requests.length, 0);
  t.is(client.stats().requests.inFlight + client.stats().requests.queued, 0);
});

test("a signal that is not an AbortSignal is refused before any request is sent", async (t) => {
  await using server = await startRawServer(silent);
  const transport = new AsyncHTTPTransport();
  const signal = { aborted: false, throwIfAborted() {} } as unknown as AbortSignal;
  const call = transport.handleAsyncRequest(new Request("GET", server.url), { signal });
  t.true((await rejection(call)) instanceof TypeError);
  t.is(transport.stats().requests.inFlight + transport.stats().requests.queued, 0);
  t.is(server.requests.length, 0);
  await transport.aclose();
});

for (const [name, optionsOf] of [
  ["a request hook", (wait: () => Promise<never>) => ({ eventHooks: { request: [wait] } })],
  ["a response hook", (wait: () => Promise<never>) => ({ eventHooks: { response: [wait] } })],
  ["a token", (wait: () => Promise<never>) => ({ auth: new BearerAuth(wait) })],
] as const) {
  test(`an abort does not wait for ${name} that never settles`, async (t) => {
    await using server = await startHttpServer(answering("ok"));
    let isCalled = false;
    const wait = (): Promise<never> => {
      isCalled = true;
      return new Promise(() => undefined);
    };
    await using client = new AsyncClient(optionsOf(wait));
    const abort = new AbortController();
    const call = client.get(server.url, { signal: abort.signal });
    await eventually(`${name} is awaited`, () => isCalled);
    abort.abort("enough");
    t.is(await rejection(call), "enough");
  });
}
