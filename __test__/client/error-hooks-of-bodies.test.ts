/** Error hooks and bodies: one that breaks off, exceeds a limit or is aborted calls them once, whoever reads it. */
import { once } from "node:events";
import test from "ava";
import {
  AsyncClient,
  type ErrorHook,
  MockTransport,
  RemoteProtocolError,
  type RequestError,
  Response,
} from "httpxide";
import { createEventSource } from "httpxide/eventsource";
import { rejection } from "../helpers/failures.js";
import { answering, startHttpServer } from "../helpers/http-server.js";
import { withLimit } from "../helpers/limits.js";
import { cutShort, keepingClient, notingClient } from "../helpers/noting-clients.js";

test("a body that breaks off while the client reads it calls them, whether or not a hook has read it", async (t) => {
  await using server = await startHttpServer(cutShort);
  const { client, ends } = notingClient({ baseUrl: server.url });
  t.is(((await rejection(client.get("/"))) as Error).name, "RemoteProtocolError");
  t.deepEqual(ends.splice(0), ["200 /", "RemoteProtocolError /"]);
  client.eventHooks.response.push((response) => response.aread());
  await rejection(client.get("/"));
  t.deepEqual(ends.splice(0), ["200 /", "RemoteProtocolError /"]);
  client.eventHooks.response = [];
  await rejection(client.get("/"));
  t.deepEqual(ends, ["RemoteProtocolError /"]);
  await client.aclose();
});

test("a body larger than maxResponseBytes calls them", async (t) => {
  await using server = await startHttpServer(answering("x".repeat(1000)));
  const { client, ends } = notingClient({ maxResponseBytes: 10 });
  await rejection(client.get(`${server.url}/`));
  t.deepEqual(ends, ["200 /", "ResponseTooLarge /"]);
  await client.aclose();
});

async function drained(pieces: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of pieces);
}

const readers: Readonly<Record<string, (response: Response) => unknown>> = {
  "aread()": (response) => response.aread(),
  "aiterRaw()": (response) => drained(response.aiterRaw()),
  "aiterBytes()": (response) => drained(response.aiterBytes()),
  "aiterBytes() of a size": (response) => drained(response.aiterBytes(7)),
  "aiterText()": (response) => drained(response.aiterText()),
  "aiterLines()": (response) => drained(response.aiterLines()),
  "aiterJsonLines()": (response) => drained(response.aiterJsonLines()),
  "two reads": async (response) => {
    await rejection(response.aread());
    await response.aread();
  },
};

for (const [how, read] of Object.entries(readers)) {
  test(`a streamed body that breaks off calls them once, before ${how} rejects with the error`, async (t) => {
    await using server = await startHttpServer((_request, response) => {
      response.writeHead(200, { "Content-Length": 100 }).write("1\n", () => response.destroy());
    });
    const calls: Parameters<ErrorHook>[] = [];
    await using client = new AsyncClient({ eventHooks: { error: [(...call) => void calls.push(call)] } });
    const response = await client.stream("GET", server.url);
    t.is(calls.length, 0);
    const error = (await rejection(Promise.resolve(read(response)))) as RequestError;
    t.true(error instanceof RemoteProtocolError, String(error));
    t.is(calls.length, 1);
    t.is(calls[0]![0], error);
    t.is(calls[0]![1], response.request);
    t.is(calls[0]![2], response);
  });
}

test("a body that is too large, badly encoded or too slow for its reader calls them", async (t) => {
  await using server = await startHttpServer((_request, response, { path }) => {
    if (path === "/gzip") response.writeHead(200, { "Content-Encoding": "gzip" }).end("no gzip");
    else if (path === "/slow") response.writeHead(200, { "Content-Length": 100 }).write("x");
    else response.write("x".repeat(1000), () => response.end("y"));
  });
  const { client, ends } = notingClient({ baseUrl: server.url, maxResponseBytes: 100 });
  await using _closing = client;
  for (const path of ["/large", "/gzip"]) {
    await rejection(client.stream("GET", path, {}, (response) => response.aread()));
  }
  t.deepEqual(ends, ["200 /large", "ResponseTooLarge /large", "200 /gzip", "DecodingError /gzip"]);
  await withLimit(async (read) => {
    ends.length = 0;
    const response = await client.stream("GET", "/slow", { timeout: { read } });
    await rejection(response.aread());
    t.deepEqual(ends, ["200 /slow", "ReadTimeout /slow"]);
  });
});

test("the body of an application and of a mock calls them too, with its exception as the cause", async (t) => {
  const reason = new RangeError("of the body");
  async function* body(): AsyncGenerator<Uint8Array> {
    yield Buffer.from("begun");
    throw reason;
  }
  const clients = [
    keepingClient({ transport: new MockTransport(() => new Response(200, { content: body() })) }),
    keepingClient({ app: { fetch: () => new globalThis.Response(body() as never) } }),
  ];
  for (const { client, errors } of clients) {
    await using _closing = client;
    const response = await client.stream("GET", "http://h/");
    t.is(await rejection(response.aread()), reason);
    t.is(errors.length, 1);
    t.is(errors[0]!.cause, reason);
    t.is(errors[0]!.requestSent, true);
  }
});

test("an abort of an open body calls them once, whether or not the program reads it", async (t) => {
  await using server = await startHttpServer((_request, response) => void response.write("begun"));
  for (const reads of [true, false]) {
    const calls: Parameters<ErrorHook>[] = [];
    const client = new AsyncClient();
    await using _closing = client;
    const called = new Promise<void>((resolve) => {
      client.eventHooks.error.push((...call) => {
        calls.push(call);
        resolve();
      });
    });
    const controller = new AbortController();
    const response = await client.stream("GET", server.url, { signal: controller.signal });
    const iterator = response.aiterBytes();
    await iterator.next();
    const next = reads ? rejection(iterator.next()) : null;
    controller.abort();
    if (next !== null) t.is(await next, controller.signal.reason);
    await called;
    if (next === null) t.is(await rejection(iterator.next()), controller.signal.reason);
    t.is(calls.length, 1);
    t.is(calls[0]![0].code, "ERR_ABORTED");
    t.is(calls[0]![0].cause, controller.signal.reason);
    t.is(calls[0]![2], response);
  }
});

test("what the program does to a body is no failure", async (t) => {
  await using server = await startHttpServer((_request, response, { path }) => {
    response.write("x".repeat(1000), () => {
      if (path === "/whole") response.end();
    });
  });
  const { client, ends } = notingClient({ baseUrl: server.url });
  await using _closing = client;
  const controller = new AbortController();
  for await (const _ of (await client.stream("GET", "/left")).aiterBytes()) break;
  const closed = await client.stream("GET", "/closed");
  const iterator = closed.aiterBytes();
  await iterator.next();
  const pending = rejection(iterator.next());
  await closed.aclose();
  await pending;
  const thrownInto = (await client.stream("GET", "/thrown")).aiterBytes();
  await thrownInto.next();
  await rejection(thrownInto.throw!(new RangeError("of the program")));
  const whole = await client.stream("GET", "/whole", { signal: controller.signal });
  await whole.aread();
  controller.abort();
  t.throws(() => whole.json());
  t.deepEqual(ends, ["200 /left", "200 /closed", "200 /thrown", "200 /whole"]);
});

/** What the program does to an event stream of which at least the head has come. */
const leavings: Readonly<Record<string, (client: AsyncClient, url: string) => Promise<unknown>>> = {
  "a loop over it breaks": async (client, url) => {
    for await (const _ of await client.sse(url)) break;
  },
  "a loop over it throws": async (client, url) => {
    const stream = await client.sse(url);
    await rejection(
      (async () => {
        for await (const _ of stream) throw new RangeError("of the program");
      })(),
    );
  },
  "it is closed unread": async (client, url) => (await client.sse(url)).aclose(),
  "it is closed after a read": async (client, url) => {
    const stream = await client.sse(url);
    await stream[Symbol.asyncIterator]().next();
    await stream.aclose();
  },
  "it is closed while a read waits": async (client, url) => {
    const stream = await client.sse(url);
    const events = stream[Symbol.asyncIterator]();
    await events.next();
    const waiting = events.next();
    await stream.aclose();
    await waiting;
  },
  "it is disposed of": async (client, url) => {
    await using _stream = await client.sse(url);
  },
  "an EventSource is closed in its open event": async (client, url) => {
    const source = new (createEventSource(client))(url);
    await once(source, "open");
    source.close();
  },
  "an EventSource is closed by a listener": (client, url) =>
    new Promise<void>((resolve) => {
      const source = new (createEventSource(client))(url);
      source.addEventListener("message", () => {
        source.close();
        resolve();
      });
    }),
};

for (const [how, leave] of Object.entries(leavings)) {
  test(`an event stream is no failure when ${how}, and its connection ends`, async (t) => {
    let left!: () => void;
    const isLeft = new Promise<void>((resolve) => (left = resolve));
    await using server = await startHttpServer((_request, response) => {
      response.on("close", left);
      response.writeHead(200, { "Content-Type": "text/event-stream" }).write("data: 1\n\n");
    });
    const { client, ends } = notingClient();
    await using _closing = client;
    await leave(client, server.url);
    await isLeft;
    // an abort would have called the hook by now
    await new Promise(setImmediate);
    t.deepEqual(ends, ["200 /"]);
  });
}

test("an event stream is a failure when its signal aborts, its client closes or it breaks off", async (t) => {
  await using server = await startHttpServer((_request, response, { path }) => {
    response.writeHead(200, { "Content-Type": "text/event-stream" });
    response.write("data: 1\n\n", () => path === "/cut" && response.destroy());
  });
  const ways: [path: string, leave: (client: AsyncClient, abort: () => void) => unknown, code: string][] = [
    ["/aborted", (_client, abort) => abort(), "ERR_ABORTED"],
    ["/client", (client) => void client.aclose(), "ERR_CLIENT_CLOSED"],
    ["/cut", () => undefined, "ERR_INCOMPLETE_RESPONSE"],
  ];
  for (const [path, leave, code] of ways) {
    const { client, errors } = keepingClient({ baseUrl: server.url });
    await using _closing = client;
    const controller = new AbortController();
    const stream = await client.sse(path, { reconnect: false, signal: controller.signal });
    const events = stream[Symbol.asyncIterator]();
    await events.next();
    leave(client, () => controller.abort());
    await rejection(events.next());
    t.deepEqual(
      errors.map((error) => error.code),
      [code],
      path,
    );
  }
});

test("an exception of an error hook replaces the error of a streamed body too", async (t) => {
  await using server = await startHttpServer(cutShort);
  const mine = new RangeError("mine");
  await using client = new AsyncClient({
    eventHooks: {
      error: [
        () => {
          throw mine;
        },
      ],
    },
  });
  const response = await client.stream("GET", server.url);
  t.is(await rejection(response.aread()), mine);
  t.true(mine.cause instanceof RemoteProtocolError);
});
