/**
 * Answers of applications are streams: read as they are made, held back while nobody reads, and given up together with
 * their reader.
 */
import type { ServerResponse } from "node:http";
import { setTimeout as pause } from "node:timers/promises";
import test from "ava";
import express from "express";
import fastify from "fastify";
import { Hono } from "hono";
import { streamSSE } from "hono/streaming";
import { type App, AsyncClient, DecodingError, type NodeListener } from "httpxide";
import Koa from "koa";
import { PassThrough } from "node:stream";
import { deferred, eventually, settling } from "../helpers/waiting.js";

const BASE = "http://testserver";

/** Writes an event after the other until its client is gone. */
async function tellForever(response: ServerResponse, gone: () => void): Promise<void> {
  response.once("close", gone);
  response.writeHead(200, { "Content-Type": "text/event-stream" });
  for (let n = 1; !response.destroyed; n++) {
    response.write(`data: ${n}\n\n`);
    await pause(1);
  }
}

const ENDLESS: Record<string, (gone: () => void) => App> = {
  "a listener":
    (gone): NodeListener =>
    (_request, response) =>
      tellForever(response, gone),
  Express: (gone) => express().get("/", (_request, response) => tellForever(response, gone)),
  Koa: (gone) => {
    const app = new Koa();
    // it logs that its client has gone
    app.silent = true;
    return app.use((context) => {
      const body = new PassThrough();
      const timer = setInterval(() => body.write("data: 1\n\n"), 1);
      context.res.once("close", () => {
        clearInterval(timer);
        gone();
      });
      context.type = "text/event-stream";
      context.body = body;
    });
  },
  Fastify: (gone) =>
    fastify().get("/", async (_request, reply) => {
      reply.hijack();
      await tellForever(reply.raw, gone);
    }),
  Hono: (gone) =>
    new Hono().get("/", (context) =>
      streamSSE(context, async (stream) => {
        stream.onAbort(gone);
        for (let n = 1; !stream.aborted; n++) {
          await stream.writeSSE({ data: String(n) });
          await stream.sleep(1);
        }
      }),
    ),
  "a fetch handler": (gone) => (request: globalThis.Request) => {
    let n = 0;
    request.signal.addEventListener("abort", gone);
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
  test(`an answer without end is read event by event, and ends with its reader: ${name}`, async (t) => {
    const gone = deferred();
    await using client = new AsyncClient({ app: make(gone.resolve), baseUrl: BASE });
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
    await using client = new AsyncClient({ app: make(gone.resolve), baseUrl: BASE });
    const response = await client.stream("GET", "/", { signal: controller.signal });
    const reading = response.aread();
    const reason = new Error("enough");
    setTimeout(() => controller.abort(reason), 20);
    t.is(await t.throwsAsync(reading), reason);
    await settling(gone.promise);
  });
}

test("a listener that writes faster than it is read waits for its reader", async (t) => {
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
  await using client = new AsyncClient({ app, baseUrl: BASE });
  await using response = await client.stream("GET", "/");
  await pause(100);
  t.true(written < 20, `${written} pieces were written`);
  t.is((await response.aread()).byteLength, 1000 * 16 * 1024);
});

test("the stream of a fetch handler is pulled by its reader, and cancelled with it", async (t) => {
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
  await using client = new AsyncClient({ app, baseUrl: BASE });
  const response = await client.stream("GET", "/");
  await pause(20);
  t.is(pulled, 0);
  for await (const chunk of response.aiterRaw()) {
    t.is(chunk.byteLength, 1024);
    if (pulled === 3) break;
  }
  t.is(((await settling(cancelled.promise)) as Error).name, "AbortError");
  t.is(pulled, 3);
});

test("the first piece is there before the second one is made", async (t) => {
  const second = deferred();
  const app: NodeListener = async (_request, response) => {
    response.write("first");
    await second.promise;
    response.end("second");
  };
  await using client = new AsyncClient({ app, baseUrl: BASE });
  await using response = await client.stream("GET", "/");
  const pieces = response.aiterText();
  t.is((await pieces.next()).value, "first");
  second.resolve();
  t.is((await pieces.next()).value, "second");
});

test("trailers are there after the end, and interim answers do not disturb", async (t) => {
  const app: NodeListener = (_request, response) => {
    response.writeProcessing();
    response.writeEarlyHints({ link: "</a.css>; rel=preload" });
    response.writeHead(200, { Trailer: "X-Sum" });
    response.write("body");
    response.addTrailers({ "X-Sum": "4" });
    response.end();
  };
  await using client = new AsyncClient({ app, baseUrl: BASE });
  await using response = await client.stream("GET", "/");
  t.is(response.trailers.get("x-sum"), null);
  t.is((await response.aread()).toString(), Buffer.from("body").toString());
  t.is(response.trailers.get("x-sum"), "4");
});

test("a client that asks for 100-continue gets the final answer", async (t) => {
  const app: NodeListener = async (request, response) => {
    let body = "";
    for await (const piece of request) body += String(piece);
    response.end(body);
  };
  await using client = new AsyncClient({ app, baseUrl: BASE });
  const response = await client.post("/", { content: "expected", headers: { Expect: "100-continue" } });
  t.is(response.text, "expected");
});

for (const [name, app] of Object.entries<App>({
  "a listener": ((_request, response) => void response.end("unseen")) as NodeListener,
  "a fetch handler": (_request: globalThis.Request) => new globalThis.Response("unseen"),
})) {
  test(`the answer to HEAD has no body: ${name}`, async (t) => {
    await using client = new AsyncClient({ app, baseUrl: BASE });
    const response = await client.head("/");
    t.is(response.statusCode, 200);
    t.is(response.text, "");
  });
}

test("a response that is dropped unread ends the answer when it is collected", async (t) => {
  const gone = deferred();
  let isGone = false;
  void gone.promise.then(() => (isGone = true));
  const app: NodeListener = (_request, response) => tellForever(response, gone.resolve);
  await using client = new AsyncClient({ app, baseUrl: BASE });
  await (async () => void (await client.stream("GET", "/")))();
  await eventually("the application is told", () => {
    globalThis.gc?.();
    return isGone;
  });
  t.pass();
});

test("several cookies, a phrase and repeated headers of a fetch handler arrive", async (t) => {
  const headers = new Headers([
    ["Set-Cookie", "a=1"],
    ["Set-Cookie", "b=2"],
    ["X-A", "1"],
    ["X-A", "2"],
  ]);
  const app = (): globalThis.Response =>
    new globalThis.Response("x", { status: 299, statusText: "Fine", headers });
  await using client = new AsyncClient({ app, baseUrl: BASE });
  const response = await client.get("/");
  t.is(response.reasonPhrase, "Fine");
  t.deepEqual(response.headers.getSetCookie(), ["a=1", "b=2"]);
  t.is(response.headers.get("x-a"), "1, 2");
  t.is(client.cookies.get("b"), "2");
});

test("all headers of an answer arrive, however many", async (t) => {
  const app: NodeListener = (_request, response) => {
    for (let n = 0; n < 2500; n++) response.setHeader(`X-${n}`, "v");
    response.end();
  };
  await using client = new AsyncClient({ app, baseUrl: BASE });
  t.is((await client.get("/")).headers.get("x-2499"), "v");
});

test("a body that cannot be decoded ends the answer", async (t) => {
  const gone = deferred();
  const app: NodeListener = (_request, response) => {
    response.setHeader("Content-Encoding", "gzip");
    return tellForever(response, gone.resolve);
  };
  await using client = new AsyncClient({ app, baseUrl: BASE });
  const error = await t.throwsAsync<DecodingError>(client.get("/"), { instanceOf: DecodingError });
  t.is(error?.code, "ERR_CONTENT_DECODING");
  await settling(gone.promise);
});

test("an application that ends its answer late is not told that its client has gone", async (t) => {
  const closed = deferred<boolean>();
  const app: NodeListener = async (_request, response) => {
    response.once("close", () => closed.resolve(response.writableFinished));
    response.writeHead(200, { "Content-Length": 4 });
    response.write("told");
    await pause(50);
    response.end();
  };
  await using client = new AsyncClient({ app, baseUrl: BASE });
  t.is((await client.get("/")).text, "told");
  t.true(await settling(closed.promise));
});

test("an application that never ends its answer is told when the client is closed", async (t) => {
  const closed = deferred();
  const app: NodeListener = (_request, response) => {
    response.once("close", closed.resolve);
    response.writeHead(200, { "Content-Length": 4 });
    response.write("told");
  };
  const client = new AsyncClient({ app, baseUrl: BASE });
  t.is((await client.get("/")).text, "told");
  await client.aclose();
  await settling(closed.promise);
});

test("a connection is kept unless the request says that it ends", async (t) => {
  const app: NodeListener = ({ headers }, response) => void response.end(headers.connection);
  await using client = new AsyncClient({ app, baseUrl: BASE });
  t.is((await client.get("/", { headers: { Connection: "close" } })).text, "close");
  t.is((await client.get("/")).text, "keep-alive");
  client.headers.delete("Connection");
  t.is((await client.get("/")).text, "keep-alive");
});
