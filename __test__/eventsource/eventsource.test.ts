/** The platform's class, `httpxide/eventsource`. */
import type { IncomingMessage, ServerResponse } from "node:http";
import test from "ava";
import { AsyncClient, MockTransport, Response, SSEError } from "httpxide";
import {
  EventSource,
  type EventSourceErrorEvent,
  type PlatformEventSource,
  createEventSource,
} from "httpxide/eventsource";
import { certificates } from "../helpers/certificates.js";
import { startHttpServer } from "../helpers/http-server.js";
import { startHttp2Server } from "../helpers/http2-server.js";
import { startTlsServer } from "../helpers/tls-server.js";
import { eventually, pause, settling } from "../helpers/waiting.js";

function open(response: ServerResponse, text: string): ServerResponse {
  response.writeHead(200, { "Content-Type": "text/event-stream" }).write(text);
  return response;
}

function event(source: PlatformEventSource, type: string): Promise<any> {
  return settling(
    new Promise((resolve) => source.addEventListener(type, (given) => resolve(given), { once: true })),
  );
}

test("it opens, tells of events by attributes and by names, and close() ends its connection", async (t) => {
  await using server = await startHttpServer((request, response) => {
    t.is(request.headers.accept, "text/event-stream");
    // fetch forbids caches so, and the standard asks for that
    t.is(request.headers["cache-control"], "no-cache");
    t.is(request.headers.pragma, "no-cache");
    open(response, "id: 7\ndata: one\n\nevent: named\ndata: two\n\n");
  });
  const source = new EventSource(`${server.url}/a b`, { withCredentials: true });
  t.is(source.url, `${server.url}/a%20b`);
  t.true(source.withCredentials);
  t.is(source.readyState, EventSource.CONNECTING);
  const seen: string[] = [];
  const attributes: Partial<PlatformEventSource> = {
    onopen: ({ type }) => seen.push(`${type} ${source.readyState}`),
    onmessage: ({ type, data, lastEventId }) => seen.push(`${type} ${lastEventId} ${data}`),
    onerror: () => t.fail("there was no error"),
  };
  Object.assign(source, attributes);
  const { data, lastEventId, origin } = await event(source, "named");
  t.deepEqual([data, lastEventId, origin], ["two", "7", server.url]);
  t.deepEqual(seen, ["open 1", "message 7 one"]);
  source.close();
  t.is(source.readyState, source.CLOSED);
  await eventually("the connection is closed", () => server.openSockets === 0);
});

test("a connection that is refused is tried again until there is a server", async (t) => {
  const gone = await startHttpServer();
  await gone[Symbol.asyncDispose]();
  let attempts = 0;
  await using server = await startHttpServer((_request, response) => void open(response, "data: there\n\n"));
  const Counting = createEventSource({
    eventHooks: {
      request: [
        (request) => {
          attempts += 1;
          if (attempts === 3) request.url = new URL(server.url);
        },
      ],
    },
  });
  const source = new Counting(gone.url, { reconnect: { initial: 1 } });
  const errors: string[] = [];
  source.addEventListener("error", ({ error }) =>
    errors.push(`${source.readyState} ${(error as { code: string }).code}`),
  );
  t.is((await event(source, "message")).data, "there");
  t.deepEqual(errors, ["0 ECONNREFUSED", "0 ECONNREFUSED"]);
  source.close();
});

test("what no attempt can mend closes it for good, with the error, and leaves no connection", async (t) => {
  await using wrong = await startHttpServer((_request, response) => {
    response.writeHead(404, { "Content-Type": "text/plain" }).write("x".repeat(100_000));
  });
  await using untrusted = await startTlsServer((await certificates()).good);
  const closed = new AsyncClient();
  await closed.aclose();
  const sources: [PlatformEventSource, string][] = [
    [new EventSource(wrong.url), "ERR_SSE"],
    [new EventSource(untrusted.url), "UNABLE_TO_VERIFY_LEAF_SIGNATURE"],
    [new EventSource("ftp://a/"), "ERR_UNSUPPORTED_PROTOCOL"],
    [new (createEventSource(closed))(wrong.url), "ERR_CLIENT_CLOSED"],
  ];
  const failures = sources.map(([source]) => event(source, "error"));
  for (const [index, [source, code]] of sources.entries()) {
    const failure: EventSourceErrorEvent = await failures[index];
    t.is(source.readyState, 2, code);
    t.is((failure.error as { code: string }).code, code);
    t.is(failure.message, (failure.error as Error).message);
  }
  t.is(wrong.requests.length, 1);
  await eventually("the connection is closed", () => wrong.openSockets === 0);
});

test("a listener can read the response of a failure", async (t) => {
  await using server = await startHttpServer((_request, response) => {
    response.writeHead(403).end("why not");
  });
  const source = new EventSource(server.url);
  const text = new Promise<string>((resolve) => {
    source.addEventListener("error", ({ error }) => {
      if (error instanceof SSEError)
        resolve(error.response.aread().then((body) => Buffer.from(body).toString()));
    });
  });
  t.is(await settling(text), "why not");
});

test("close() ends an attempt, a wait, and the events that have come", async (t) => {
  for (const when of ["connecting", "waiting", "message"] as const) {
    await using server = await startHttpServer((_request, response) => {
      if (when !== "connecting") open(response, "data: 1\n\ndata: 2\n\n");
      if (when === "waiting") response.end();
    });
    const source = new EventSource(server.url, { reconnect: { initial: 3_600_000, max: 3_600_000 } });
    const seen: string[] = [];
    for (const type of ["open", "message", "error"]) {
      source.addEventListener(type, ({ data = "" }) => seen.push(`${type}${data}`));
    }
    if (when === "connecting") await eventually("there is a request", () => server.requests.length === 1);
    else await event(source, when === "waiting" ? "error" : "message");
    source.close();
    source.close();
    await eventually("the connection is closed", () => server.openSockets === 0);
    await pause(20);
    const expected = {
      connecting: [],
      waiting: ["open", "message1", "message2", "error"],
      message: ["open", "message1"],
    };
    t.deepEqual(seen, expected[when], when);
  }
});

test("a class of a client has its auth, headers and base URL, also in the process", async (t) => {
  const seen: unknown[] = [];
  const EventSource = createEventSource({
    app: (request: IncomingMessage, response: ServerResponse) => {
      const { authorization, "x-own": own, "last-event-id": last } = request.headers;
      seen.push([request.url, authorization, own, last]);
      open(response, "data: in the process\n\n");
    },
    baseUrl: "http://app/v1",
    auth: ["user", "password"],
  });
  const source = new EventSource("/events?a=1", { headers: { "X-Own": "1" }, lastEventId: "9" });
  t.is(source.url, "http://app/v1/events?a=1");
  const { data, origin } = await event(source, "message");
  t.deepEqual([data, origin], ["in the process", "http://app"]);
  t.deepEqual(seen, [
    ["/v1/events?a=1", `Basic ${Buffer.from("user:password").toString("base64")}`, "1", "9"],
  ]);
  source.close();
});

test("a MockTransport plays the server, one connection after another", async (t) => {
  const mock = new MockTransport();
  const ids: unknown[] = [];
  mock.get("https://mock.test/events").reply((request) => {
    ids.push(request.headers.get("last-event-id"));
    if (ids.length === 3) return new Response(204);
    return new Response(200, {
      headers: { "Content-Type": "text/event-stream" },
      content: (async function* () {
        yield `id: ${ids.length}\nda`;
        yield `ta: event ${ids.length}\n\n`;
      })(),
    });
  });
  const EventSource = createEventSource({ transport: mock });
  const source = new EventSource("https://mock.test/events", { reconnect: { initial: 1 } });
  const seen: unknown[] = [];
  source.addEventListener("message", ({ data }) => seen.push(data));
  await settling(
    new Promise<void>((resolve) => {
      source.addEventListener("error", () => source.readyState === 2 && resolve());
    }),
  );
  t.deepEqual(seen, ["event 1", "event 2"]);
  t.deepEqual(ids, [null, "1", "2"]);
});

test("over HTTP/2, streams share a connection with other requests", async (t) => {
  const { ca, good: certificate } = await certificates();
  await using server = await startHttp2Server(certificate, (stream, headers) => {
    if (headers[":path"] === "/other") {
      stream.respond({ ":status": 200 });
      stream.end("other");
      return;
    }
    stream.respond({ ":status": 200, "content-type": "text/event-stream" });
    stream.write(`data: ${headers[":path"]}\n\n`);
  });
  await using client = new AsyncClient({ http2: true, verify: { ca } });
  const EventSource = createEventSource(client);
  const sources = ["/1", "/2"].map((path) => new EventSource(server.url + path));
  const data = await Promise.all(
    sources.map(async (source) => (await event(source, "message")).data as string),
  );
  t.deepEqual(data, ["/1", "/2"]);
  t.is((await client.get(`${server.url}/other`)).text, "other");
  t.is(server.sessions.length, 1);
  for (const source of sources) source.close();
});

test("arguments that it cannot have are refused at once", (t) => {
  for (const url of ["not a URL", "", "http://"]) {
    t.throws(() => new EventSource(url), { any: true, name: "SyntaxError", instanceOf: DOMException }, url);
  }
  t.throws(() => Reflect.construct(EventSource, []), { instanceOf: TypeError });
  const url = "http://127.0.0.1:1/";
  for (const init of [7, "text", true]) {
    t.throws(() => new EventSource(url, init as never), { instanceOf: TypeError });
  }
  t.throws(() => new EventSource(Symbol("name") as never), { instanceOf: TypeError });
  t.throws(() => new EventSource(url, { lastEventId: 1 as never }), { instanceOf: TypeError });
  t.throws(() => new EventSource(url, { maxEventBytes: 0.5 }), { instanceOf: RangeError });
  t.throws(() => new EventSource(url, { reconnect: { initial: -1 } }), { instanceOf: RangeError });
  const create = createEventSource as (client: unknown) => unknown;
  t.throws(() => create({ baseURL: "http://a" }), { instanceOf: TypeError, message: /baseUrl/ });
});

test("its state is read-only, and it is named as the platform's class", (t) => {
  const source = new EventSource("http://127.0.0.1:1/");
  for (const name of ["readyState", "url", "withCredentials"] as const) {
    t.throws(() => ((source as unknown as Record<string, unknown>)[name] = 7), { instanceOf: TypeError });
  }
  t.is(String(source), "[object EventSource]");
  t.deepEqual([EventSource.CONNECTING, EventSource.OPEN, EventSource.CLOSED], [0, 1, 2]);
  t.is<unknown, null>(source.onmessage, null);
  Object.assign(source, { onmessage: 7 });
  t.is<unknown, null>(source.onmessage, null);
  t.throws(() => EventSource.prototype.onmessage, { instanceOf: TypeError });
  t.deepEqual([EventSource.length, source.close.length], [1, 0]);
  const names: string[] = [];
  // oxlint-disable-next-line guard-for-in -- inherited members are what is looked at
  for (const name in source) names.push(name);
  t.true(["url", "readyState", "withCredentials", "close", "onopen"].every((name) => names.includes(name)));
  source.close();
});
