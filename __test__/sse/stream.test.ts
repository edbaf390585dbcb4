/** `client.sse()`: an event stream that connects again. */
import type { IncomingMessage, ServerResponse } from "node:http";
import test from "ava";
import {
  AsyncClient,
  ConnectError,
  MockTransport,
  ReadError,
  ReadTimeout,
  Response,
  SSEError,
  TotalTimeout,
} from "httpxide";
import { rejection } from "../helpers/failures.js";
import { bodyOf, startHttpServer } from "../helpers/http-server.js";
import { withLimit } from "../helpers/limits.js";
import { eventually, pause, settling, steady } from "../helpers/waiting.js";

const QUICK = { initial: 1, max: 20 };

function open(response: ServerResponse, text = ""): ServerResponse {
  response.writeHead(200, { "Content-Type": "text/event-stream" });
  response.flushHeaders();
  if (text !== "") response.write(text);
  return response;
}

const lastEventId = (request: IncomingMessage) => request.headers["last-event-id"];

test("after its end and after a cut, the stream goes on from the last event ID", async (t) => {
  const ids: unknown[] = [];
  await using server = await startHttpServer(async (request, response) => {
    ids.push(lastEventId(request));
    t.is(request.headers.accept, "text/event-stream");
    t.is(request.headers["cache-control"], "no-store");
    if (ids.length === 1) open(response, "id: é1\ndata: one\n\n").end();
    else if (ids.length === 2) {
      open(response, "id: 2\n\ndata: two\n\nid: 3\ndata: cut");
      await pause(20);
      response.destroy();
    } else if (ids.length === 3) open(response, "data: three\n\n").end();
    else response.writeHead(204).end();
  });
  await using client = new AsyncClient();
  await using stream = await client.sse(server.url, { reconnect: QUICK, lastEventId: "0" });
  const seen: string[] = [];
  for await (const { data, id } of stream) seen.push(`${id} ${data}`);
  t.deepEqual(seen, ["é1 one", "2 two", "2 three"]);
  t.deepEqual(ids, ["0", Buffer.from("é1").toString("latin1"), "2", "2"]);
  t.is(stream.lastEventId, "2");
  t.is(stream.response.statusCode, 204);
});

test("a scripted stream goes on after errors, a cut and an end, from the last event ID", async (t) => {
  const ids: (string | null)[] = [];
  async function* cut(): AsyncGenerator<string> {
    yield "id: 2\ndata: two\n\ndata: lost";
    throw new ReadError("cut");
  }
  const contents = [
    () => "retry: 1\nid: 1\ndata: one\n\n",
    () => {
      throw new ConnectError("refused");
    },
    cut,
    () => "id\ndata: three\n\n",
    () => "data: four\n\n",
  ];
  const transport = new MockTransport(({ headers }) => {
    ids.push(headers.get("last-event-id"));
    const content = contents.shift();
    if (content === undefined) return new Response(204);
    return new Response(200, { headers: { "Content-Type": "text/event-stream" }, content: content() });
  });
  await using client = new AsyncClient({ transport });
  const seen: string[] = [];
  for await (const { data, id } of await client.sse("http://a/", { reconnect: QUICK })) {
    seen.push(`${id} ${data}`);
  }
  t.deepEqual(seen, ["1 one", "2 two", " three", " four"]);
  t.deepEqual(ids, [null, "1", "1", "2", null, null]);
});

test("a POST sends its body again", async (t) => {
  const bodies: string[] = [];
  await using server = await startHttpServer(async (request, response) => {
    bodies.push(`${request.method} ${(await bodyOf(request)).toString()}`);
    if (bodies.length === 3) response.writeHead(204).end();
    else open(response, "data: x\n\n").end();
  });
  await using client = new AsyncClient();
  const stream = await client.sse(server.url, { method: "POST", json: { a: 1 }, reconnect: QUICK });
  for await (const { data } of stream) t.is(data, "x");
  t.deepEqual(bodies, Array(3).fill('POST {"a":1}'));
});

test("a body that cannot be sent again ends the stream with its connection", async (t) => {
  await using server = await startHttpServer(async (request, response) => {
    await bodyOf(request);
    open(response, "data: x\n\n").end();
  });
  await using client = new AsyncClient();
  async function* content() {
    yield "once";
  }
  const stream = await client.sse(server.url, { method: "POST", content: content(), reconnect: QUICK });
  const seen: string[] = [];
  for await (const { data } of stream) seen.push(data);
  t.deepEqual(seen, ["x"]);
  t.is(server.requests.length, 1);
});

test("the server's retry is the least delay, and max caps it", async (t) => {
  for (const [max, retry] of [
    [10_000, 300],
    [1, 5000],
  ] as const) {
    const times: number[] = [];
    await using server = await startHttpServer((_request, response) => {
      times.push(performance.now());
      if (times.length === 2) response.writeHead(204).end();
      else open(response, `retry: ${retry}\n\n`).end();
    });
    await using client = new AsyncClient();
    const stream = await client.sse(server.url, { reconnect: { initial: 1, max } });
    t.true((await stream[Symbol.asyncIterator]().next()).done);
    const delay = times[1]! - times[0]!;
    if (max < retry) t.true(delay < retry, `${delay} ms`);
    else t.true(delay >= retry - 5, `${delay} ms`);
  }
});

test("a server that wants no delay is asked at once, and with delays while it gives no event", async (t) => {
  await using server = await startHttpServer(
    (_request, response) => void open(response, "retry: 0\n\n").end(),
  );
  await using client = new AsyncClient();
  const reconnect = { initial: 3_600_000, max: 3_600_000 };
  const stream = await client.sse(server.url, { reconnect });
  const ended = rejection(stream[Symbol.asyncIterator]().next());
  await eventually("the first attempt", () => server.requests.length === 2);
  t.is(await steady(() => server.requests.length), 2);
  await client.aclose();
  t.truthy(await settling(ended));
});

test("attempts without an event are counted, and the last failure is thrown", async (t) => {
  await using server = await startHttpServer(
    (_request, response) => void open(response, "data: x\n\n").end(),
  );
  await using client = new AsyncClient();
  await using stream = await client.sse(server.url, { reconnect: { ...QUICK, attempts: 2 } });
  const events = stream[Symbol.asyncIterator]();
  t.is((await events.next()).value.data, "x");
  t.is((await events.next()).value.data, "x");
  server.stopListening();
  server.closeConnections();
  const error = await rejection(
    (async () => {
      while (!(await events.next()).done);
    })(),
  );
  t.true(error instanceof ConnectError);
});

test("reconnect: false ends with the connection", async (t) => {
  await using server = await startHttpServer(
    (_request, response) => void open(response, "data: x\n\n").end(),
  );
  await using client = new AsyncClient();
  let events = 0;
  for await (const _event of await client.sse(server.url, { reconnect: false })) events += 1;
  t.is(events, 1);
  t.is(server.requests.length, 1);
});

test("the first connection rejects", async (t) => {
  await using server = await startHttpServer();
  const { url } = server;
  await using client = new AsyncClient();
  const wrong = await rejection(client.sse(url));
  t.true(wrong instanceof SSEError);
  await using response = (wrong as SSEError).response;
  t.regex((await response.aread()).toString(), /\d/);
  server.stopListening();
  server.closeConnections();
  t.true((await rejection(client.sse(url))) instanceof ConnectError);
});

test("another status or type of a later connection is an SSEError", async (t) => {
  for (const status of [500, 200]) {
    let count = 0;
    await using server = await startHttpServer((_request, response) => {
      if (++count === 1) open(response, "data: x\n\n").end();
      else response.writeHead(status, { "Content-Type": "text/html" }).end("<p>");
    });
    await using client = new AsyncClient();
    const events = (await client.sse(server.url, { reconnect: QUICK }))[Symbol.asyncIterator]();
    t.is((await events.next()).value.data, "x");
    const error = await rejection(events.next());
    t.true(error instanceof SSEError);
    t.is((error as SSEError).response.statusCode, status);
    await (error as SSEError).response.aclose();
  }
});

test("the client's read timeout ends with the head, and that of the call makes a new connection", async (t) => {
  await using server = await startHttpServer(async (_request, response, { path }) => {
    open(response);
    await pause(1.25 * Number(path.split("/").at(-1)));
    response.write(`data: ${path}\n\n`);
  });
  await withLimit(async (total) => {
    const read = 0.75 * total;
    await using client = new AsyncClient({ timeout: { read, total } });
    await using quiet = await client.sse(`${server.url}/quiet/${total}`);
    t.is((await quiet[Symbol.asyncIterator]().next()).value.data, `/quiet/${total}`);
    const options = { timeout: { read }, reconnect: { ...QUICK, attempts: 1 } };
    await using watched = await client.sse(`${server.url}/watched/${total}`, options);
    t.true((await rejection(watched[Symbol.asyncIterator]().next())) instanceof ReadTimeout);
    t.is(server.requests.filter(({ path }) => path === `/watched/${total}`).length, 2);
  });
});

test("a head that does not come is a timeout", async (t) => {
  await using server = await startHttpServer(() => {});
  await using client = new AsyncClient({ timeout: { read: 100 } });
  t.true((await settling(rejection(client.sse(server.url)))) instanceof ReadTimeout);
  const total = client.sse(server.url, { timeout: { read: null, total: 100 } });
  t.true((await settling(rejection(total))) instanceof TotalTimeout);
});

test("an abort, aclose() and a closed client end a quiet stream and a wait", async (t) => {
  for (const isWaiting of [false, true]) {
    for (const way of ["abort", "aclose", "client"]) {
      await using server = await startHttpServer((_request, response) => {
        open(response, "data: x\n\n");
        if (isWaiting) response.end();
      });
      const client = new AsyncClient();
      const controller = new AbortController();
      const reconnect = { initial: 3_600_000, max: 3_600_000 };
      const stream = await client.sse(server.url, { signal: controller.signal, reconnect });
      const events = stream[Symbol.asyncIterator]();
      await events.next();
      const next = events.next();
      const outcome = next.then(
        ({ done }) => done,
        (error: unknown) => error,
      );
      await pause(50);
      const reason = new Error("enough");
      if (way === "abort") controller.abort(reason);
      else if (way === "aclose") await stream.aclose();
      else await client.aclose();
      const result = await settling(outcome);
      if (way === "abort") t.is(result, reason);
      else if (way === "aclose") t.true(result);
      else t.true(result instanceof Error, String(result));
      await client.aclose();
      await eventually("the connection is closed", () => server.openSockets === 0);
    }
  }
});

test("leaving the loop closes the connection", async (t) => {
  await using server = await startHttpServer((_request, response) => void open(response, "data: x\n\n"));
  await using client = new AsyncClient();
  for await (const { data } of await client.sse(server.url)) {
    t.is(data, "x");
    break;
  }
  await eventually("the connection is closed", () => server.openSockets === 0);
});

test("unknown options and wrong values are refused", async (t) => {
  await using client = new AsyncClient();
  const cases: [object, RegExp][] = [
    [{ reconect: true }, /reconnect/],
    [{ reconnect: { delay: 1 } }, /delay/],
    [{ reconnect: { initial: -1 } }, /initial/],
    [{ reconnect: { initial: Infinity } }, /initial/],
    [{ maxEventBytes: 0.5 }, /maxEventBytes/],
  ];
  for (const [options, message] of cases) {
    const error = await rejection(client.sse("http://127.0.0.1:1/", options));
    t.regex((error as Error).message, message);
  }
});
