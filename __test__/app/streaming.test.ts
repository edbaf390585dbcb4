/**
 * Responses of applications are streams: the client reads them as the application writes, backpressure stops the
 * application without a reader, and the response ends when its reader leaves.
 */
import { createServer, type ServerResponse } from "node:http";
import { setTimeout as pause } from "node:timers/promises";
import test from "ava";
import express from "express";
import fastify from "fastify";
import { Hono } from "hono";
import { streamSSE } from "hono/streaming";
import { type App, AsyncClient, DecodingError, type NodeListener } from "httpxide";
import Koa from "koa";
import { PassThrough } from "node:stream";
import { deferred, eventually, settling, steady, turn } from "../helpers/waiting.js";

const BASE = "http://testserver";

/** Writes one event after the other until the client disconnects. */
async function sendEvents(response: ServerResponse, onClose: () => void): Promise<void> {
  response.once("close", onClose);
  response.writeHead(200, { "Content-Type": "text/event-stream" });
  for (let n = 1; !response.destroyed; n++) {
    response.write(`data: ${n}\n\n`);
    await pause(1);
  }
}

const ENDLESS: Record<string, (onClose: () => void) => App> = {
  "a listener":
    (onClose): NodeListener =>
    (_request, response) =>
      sendEvents(response, onClose),
  Express: (onClose) => express().get("/", (_request, response) => sendEvents(response, onClose)),
  Koa: (onClose) => {
    const app = new Koa();
    // It logs that its client has disconnected.
    app.silent = true;
    return app.use((context) => {
      const body = new PassThrough();
      const timer = setInterval(() => body.write("data: 1\n\n"), 1);
      context.res.once("close", () => {
        clearInterval(timer);
        onClose();
      });
      context.type = "text/event-stream";
      context.body = body;
    });
  },
  Fastify: (onClose) =>
    fastify().get("/", async (_request, reply) => {
      reply.hijack();
      await sendEvents(reply.raw, onClose);
    }),
  Hono: (onClose) =>
    new Hono().get("/", (context) =>
      streamSSE(context, async (stream) => {
        stream.onAbort(onClose);
        for (let n = 1; !stream.aborted; n++) {
          await stream.writeSSE({ data: String(n) });
          await stream.sleep(1);
        }
      }),
    ),
  "a fetch handler": (onClose) => (request: globalThis.Request) => {
    let n = 0;
    request.signal.addEventListener("abort", onClose);
    return new globalThis.Response(
      new ReadableStream<Uint8Array>({
        pull: async (controller) => {
          await pause(1);
          n += 1;
          controller.enqueue(Buffer.from(`data: ${n}\n\n`));
        },
      }),
    );
  },
};

for (const [name, make] of Object.entries(ENDLESS)) {
  test(`an endless response is read event by event, and ends when its reader leaves: ${name}`, async (t) => {
    const gone = deferred();
    await using client = new AsyncClient({ app: make(gone.resolve), baseUrl: BASE, timeout: 60_000 });
    const response = await client.stream("GET", "/");
    const events: string[] = [];
    for await (const line of response.aiterLines()) {
      if (line.startsWith("data:")) events.push(line);
      if (events.length === 10) break;
    }
    t.is(events.length, 10);
    t.true(response.isClosed);
    await settling(gone.promise);
  });

  test(`an abort reaches the application: ${name}`, async (t) => {
    const gone = deferred();
    const controller = new AbortController();
    await using client = new AsyncClient({ app: make(gone.resolve), baseUrl: BASE, timeout: 60_000 });
    const response = await client.stream("GET", "/", { signal: controller.signal });
    const reading = response.aread();
    const reason = new Error("enough");
    await turn();
    controller.abort(reason);
    t.is(await t.throwsAsync(reading), reason);
    await settling(gone.promise);
  });
}

test("a listener that writes faster than its reader reads has to wait", async (t) => {
  let written = 0;
  const app: NodeListener = (_request, response) => {
    const piece = Buffer.alloc(16 * 1024);
    const write = (): void => {
      while (written < 1000) {
        written += 1;
        if (!response.write(piece)) {
          response.once("drain", write);
          return;
        }
      }
      response.end();
    };
    write();
  };
  await using client = new AsyncClient({ app, baseUrl: BASE, timeout: 60_000 });
  await using response = await client.stream("GET", "/");
  await steady(() => written);
  t.true(written < 20, `${written} pieces were written`);
  t.is((await response.aread()).byteLength, 1000 * 16 * 1024);
});

test("the stream of a fetch handler is pulled by its reader, and cancelled when the reader leaves", async (t) => {
  let pulled = 0;
  const cancelled = deferred<unknown>();
  const app = (_request: globalThis.Request): globalThis.Response =>
    new globalThis.Response(
      new ReadableStream<Uint8Array>(
        {
          pull: (controller) => {
            pulled += 1;
            controller.enqueue(Buffer.alloc(1024));
          },
          cancel: (reason) => cancelled.resolve(reason),
        },
        { highWaterMark: 0 },
      ),
    );
  await using client = new AsyncClient({ app, baseUrl: BASE, timeout: 60_000 });
  const response = await client.stream("GET", "/");
  t.is(await steady(() => pulled), 0);
  for await (const chunk of response.aiterRaw()) {
    t.is(chunk.byteLength, 1024);
    if (pulled === 3) break;
  }
  t.is(((await settling(cancelled.promise)) as Error).name, "AbortError");
  t.is(pulled, 3);
});

test("the client receives the first piece before the application writes the second", async (t) => {
  const second = deferred();
  const app: NodeListener = async (_request, response) => {
    response.write("first");
    await second.promise;
    response.end("second");
  };
  await using client = new AsyncClient({ app, baseUrl: BASE, timeout: 60_000 });
  await using response = await client.stream("GET", "/");
  const pieces = response.aiterText();
  t.is((await pieces.next()).value, "first");
  second.resolve();
  t.is((await pieces.next()).value, "second");
});

test("trailers are available after the end, and interim responses are skipped", async (t) => {
  const app: NodeListener = (_request, response) => {
    response.writeProcessing();
    response.writeEarlyHints({ link: "</a.css>; rel=preload" });
    response.writeHead(200, { Trailer: "X-Sum" });
    response.write("body");
    response.addTrailers({ "X-Sum": "4" });
    response.end();
  };
  await using client = new AsyncClient({ app, baseUrl: BASE, timeout: 60_000 });
  await using response = await client.stream("GET", "/");
  t.is(response.trailers.get("x-sum"), null);
  t.is((await response.aread()).toString(), Buffer.from("body").toString());
  t.is(response.trailers.get("x-sum"), "4");
});

test("a request with Expect: 100-continue gets the final response", async (t) => {
  const app: NodeListener = async (request, response) => {
    let body = "";
    for await (const piece of request) body += String(piece);
    response.end(body);
  };
  await using client = new AsyncClient({ app, baseUrl: BASE, timeout: 60_000 });
  const response = await client.post("/", { content: "expected", headers: { Expect: "100-continue" } });
  t.is(response.text, "expected");
});

for (const [name, app] of Object.entries<App>({
  "a listener": ((_request, response) => void response.end("unseen")) as NodeListener,
  "a fetch handler": (_request: globalThis.Request) => new globalThis.Response("unseen"),
})) {
  test(`the response to HEAD has no body: ${name}`, async (t) => {
    await using client = new AsyncClient({ app, baseUrl: BASE, timeout: 60_000 });
    const response = await client.head("/");
    t.is(response.statusCode, 200);
    t.is(response.text, "");
  });
}

test("collecting a response that was dropped unread ends the application's response", async (t) => {
  const gone = deferred();
  let isGone = false;
  void gone.promise.then(() => (isGone = true));
  const app: NodeListener = (_request, response) => sendEvents(response, gone.resolve);
  await using client = new AsyncClient({ app, baseUrl: BASE, timeout: 60_000 });
  await (async () => void (await client.stream("GET", "/")))();
  await eventually("the application sees the connection close", () => {
    globalThis.gc?.();
    return isGone;
  });
  t.pass();
});

test("several cookies, a reason phrase and repeated headers of a fetch handler arrive", async (t) => {
  const headers = new Headers([
    ["Set-Cookie", "a=1"],
    ["Set-Cookie", "b=2"],
    ["X-A", "1"],
    ["X-A", "2"],
  ]);
  const app = (): globalThis.Response =>
    new globalThis.Response("x", { status: 299, statusText: "Fine", headers });
  await using client = new AsyncClient({ app, baseUrl: BASE, timeout: 60_000 });
  const response = await client.get("/");
  t.is(response.reasonPhrase, "Fine");
  t.deepEqual(response.headers.getSetCookie(), ["a=1", "b=2"]);
  t.is(response.headers.get("x-a"), "1, 2");
  t.is(client.cookies.get("b"), "2");
});

test("any number of response headers arrives", async (t) => {
  const app: NodeListener = (_request, response) => {
    for (let n = 0; n < 2500; n++) response.setHeader(`X-${n}`, "v");
    response.end();
  };
  await using client = new AsyncClient({ app, baseUrl: BASE, timeout: 60_000 });
  t.is((await client.get("/")).headers.get("x-2499"), "v");
});

test("a body that cannot be decoded ends the application's response", async (t) => {
  const gone = deferred();
  const app: NodeListener = (_request, response) => {
    response.setHeader("Content-Encoding", "gzip");
    return sendEvents(response, gone.resolve);
  };
  await using client = new AsyncClient({ app, baseUrl: BASE, timeout: 60_000 });
  const error = await t.throwsAsync<DecodingError>(client.get("/"), { instanceOf: DecodingError });
  t.is(error?.code, "ERR_CONTENT_DECODING");
  await settling(gone.promise);
});

test("an application that ends its response late sees no aborted connection", async (t) => {
  const closed = deferred<boolean>();
  const received = deferred();
  const app: NodeListener = async (_request, response) => {
    response.once("close", () => closed.resolve(response.writableFinished));
    response.writeHead(200, { "Content-Length": 4 });
    response.write("body");
    await received.promise;
    response.end();
  };
  await using client = new AsyncClient({ app, baseUrl: BASE, timeout: 60_000 });
  t.is((await client.get("/")).text, "body");
  received.resolve();
  t.true(await settling(closed.promise));
});

test("an application that never ends its response sees the connection close with the client", async (t) => {
  const closed = deferred();
  const app: NodeListener = (_request, response) => {
    response.once("close", closed.resolve);
    response.writeHead(200, { "Content-Length": 4 });
    response.write("body");
  };
  const client = new AsyncClient({ app, baseUrl: BASE, timeout: 60_000 });
  t.is((await client.get("/")).text, "body");
  await client.aclose();
  await settling(closed.promise);
});

test("a connection is kept unless the request has Connection: close", async (t) => {
  const app: NodeListener = ({ headers }, response) => void response.end(headers.connection);
  await using client = new AsyncClient({ app, baseUrl: BASE, timeout: 60_000 });
  t.is((await client.get("/", { headers: { Connection: "close" } })).text, "close");
  t.is((await client.get("/")).text, "keep-alive");
  client.headers.delete("Connection");
  t.is((await client.get("/")).text, "keep-alive");
});

test("a network stream whose writer often waits listens no more for that", async (t) => {
  const warnings: Error[] = [];
  const note = (warning: Error): void => void warnings.push(warning);
  process.on("warning", note);
  t.teardown(() => process.off("warning", note));
  let received = 0;
  const server = createServer().on("upgrade", (_request, socket) => {
    socket.write("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: own\r\n\r\n");
    socket.on("data", (bytes: Buffer) => {
      received += bytes.byteLength;
      socket.pause();
      setImmediate(() => socket.resume());
    });
  });
  await using client = new AsyncClient({ app: server });
  const headers = { Connection: "Upgrade", Upgrade: "own" };
  await using response = await client.stream("GET", BASE, { headers });
  const stream = response.extensions.networkStream;
  for (let count = 0; count < 30; count++) await stream.write(new Uint8Array(50_000));
  await eventually("the application has all", () => received === 30 * 50_000);
  await turn();
  t.deepEqual(
    warnings.filter(({ name }) => name === "MaxListenersExceededWarning"),
    [],
  );
});
