/**
 * Exceptions of an application: the caller catches the same object, before and after the response began; with
 * `raiseAppExceptions: false` it gets a response with status 500. No exception escapes to the process.
 */
import { createReadStream } from "node:fs";
import { createServer } from "node:http";
import { Readable } from "node:stream";
import test from "ava";
import connect from "connect";
import express from "express";
import fastify from "fastify";
import { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { HTTPException } from "hono/http-exception";
import { type App, AppTransport, AsyncClient, type NodeListener, RemoteProtocolError } from "httpxide";
import Koa from "koa";
import { Refused, samples } from "../helpers/sample-apps.js";
import { deferred, turn } from "../helpers/waiting.js";

const BASE = "http://testserver";
const boom = new Error("boom");

/** Gives the parameters their types. */
function listener(app: NodeListener): NodeListener {
  return app;
}

async function* breaking(begun: Promise<void>): AsyncGenerator<Uint8Array> {
  yield Buffer.from("so far");
  await begun;
  throw boom;
}

async function* harmless(): AsyncGenerator<string> {
  yield "x";
}

function brokenStream(begun: Promise<void>): ReadableStream<Uint8Array> {
  return Readable.toWeb(Readable.from(breaking(begun))) as ReadableStream<Uint8Array>;
}

const BEFORE: Record<string, () => App> = {
  "a listener that throws": () =>
    listener((_request, _response) => {
      throw boom;
    }),
  "a listener whose promise is rejected": () =>
    listener(async (_request, _response) => {
      await turn();
      throw boom;
    }),
  "a listener of a server": () =>
    createServer(() => {
      throw boom;
    }),
  "middleware that calls next": () => listener((_request, _response, next) => next(boom)),
  Connect: () => connect().use((_request, _response, next) => next(boom)),
  "a route of Express": () =>
    express().get("/", async () => {
      await Promise.reject(boom);
    }),
  "a server around Express": () =>
    createServer(
      express().get("/", () => {
        throw boom;
      }),
    ),
  Koa: () =>
    new Koa().use(async () => {
      await Promise.reject(boom);
    }),
  "a handler of Fastify": () => fastify().get("/", async () => Promise.reject(boom)),
  "a hook of Fastify": () =>
    fastify()
      .addHook("onRequest", async () => Promise.reject(boom))
      .get("/", async () => "unreached"),
  "a fetch handler that throws": () => (_request: globalThis.Request) => {
    throw boom;
  },
  "a fetch handler that rejects": () => ({ fetch: async () => Promise.reject(boom) }),
  Hono: () =>
    new Hono().get("/", () => {
      throw boom;
    }),
};

/** Applications that throw once `begun` resolves: when their response has reached the client. */
const AFTER: Record<string, (begun: Promise<void>) => App> = {
  "a listener": (begun) =>
    listener(async (_request, response) => {
      response.write("so far");
      await begun;
      throw boom;
    }),
  "a stream that is piped": (begun) =>
    listener((_request, response) => void Readable.from(breaking(begun)).pipe(response)),
  "a response that is destroyed": (begun) =>
    listener(async (_request, response) => {
      response.write("so far");
      await begun;
      response.destroy(boom);
    }),
  Express: (begun) =>
    express().get("/", async (_request, response) => {
      response.write("so far");
      await begun;
      throw boom;
    }),
  Koa: (begun) => new Koa().use((context) => void (context.body = Readable.from(breaking(begun)))),
  Fastify: (begun) =>
    fastify().get("/", async (_request, reply) =>
      reply.send(Readable.from(breaking(begun), { objectMode: false })),
    ),
  "a fetch handler": (begun) => (_request: globalThis.Request) =>
    new globalThis.Response(brokenStream(begun)),
  Hono: (begun) => new Hono().get("/", (context) => context.body(brokenStream(begun))),
};

for (const [name, make] of Object.entries(BEFORE)) {
  test(`an exception reaches the caller: ${name}`, async (t) => {
    await using client = new AsyncClient({ app: make(), baseUrl: BASE, timeout: 60_000 });
    t.is(await t.throwsAsync(client.get("/")), boom);
    t.is(await t.throwsAsync(client.stream("GET", "/")), boom);
  });
}

for (const [name, make] of Object.entries(AFTER)) {
  test(`an exception after the response began reaches its reader: ${name}`, async (t) => {
    const first = deferred();
    const eventHooks = { response: [() => first.resolve()] };
    await using reading = new AsyncClient({ app: make(first.promise), baseUrl: BASE, eventHooks });
    t.is(await t.throwsAsync(reading.get("/")), boom);
    const second = deferred();
    await using streaming = new AsyncClient({ app: make(second.promise), baseUrl: BASE, timeout: 60_000 });
    await using response = await streaming.stream("GET", "/");
    t.is(response.statusCode, 200);
    second.resolve();
    t.is(await t.throwsAsync(response.aread()), boom);
  });

  test(`without exceptions, a response that has begun is truncated: ${name}`, async (t) => {
    const begun = deferred();
    const transport = new AppTransport(make(begun.promise), { raiseAppExceptions: false });
    await using client = new AsyncClient({ transport, baseUrl: BASE, timeout: 60_000 });
    await using response = await client.stream("GET", "/");
    begun.resolve();
    await t.throwsAsync(response.aread(), { instanceOf: RemoteProtocolError });
  });
}

for (const [name, make] of Object.entries(samples).filter(([name]) => name !== "listener")) {
  test(`without exceptions, the framework answers with its own 500: ${name}`, async (t) => {
    const { app } = await make(boom);
    const transport = new AppTransport(app, { raiseAppExceptions: false });
    await using client = new AsyncClient({ transport, baseUrl: BASE, timeout: 60_000 });
    t.is((await client.get("/boom")).statusCode, 500);
  });
}

test("without exceptions, a plain listener answers 500 and shows nothing of the exception", async (t) => {
  const transport = new AppTransport(
    listener(async (_request, response) => {
      response.setHeader("X-Secret", "1");
      throw boom;
    }),
    { raiseAppExceptions: false },
  );
  await using client = new AsyncClient({ transport, baseUrl: BASE, timeout: 60_000 });
  const response = await client.get("/");
  t.is(response.statusCode, 500);
  t.is(response.text, "Internal Server Error");
  t.false(response.headers.has("x-secret"));
});

test("without exceptions, a fetch handler answers 500", async (t) => {
  const transport = AppTransport.fetch(() => Promise.reject(boom), { raiseAppExceptions: false });
  await using client = new AsyncClient({ transport, baseUrl: BASE, timeout: 60_000 });
  const response = await client.get("/");
  t.is(response.statusCode, 500);
  t.is(response.text, "Internal Server Error");
});

const CLIENTS_FAULT: Record<string, () => App> = {
  "middleware that calls next": () =>
    listener((_request, _response, next) => next(new Refused("not for you"))),
  Connect: () => connect().use((_request, _response, next) => next(new Refused("not for you"))),
  Express: () => {
    const app = express().set("env", "test") as unknown as express.Express;
    return app.get("/", () => {
      throw new Refused("not for you");
    });
  },
  Koa: () => new Koa().use((context) => context.throw(403, "not for you")),
  Fastify: () => fastify().get("/", async () => Promise.reject(new Refused("not for you"))),
  Hono: () =>
    new Hono().get("/", () => {
      throw new HTTPException(403, { message: "not for you" });
    }),
};

for (const [name, make] of Object.entries(CLIENTS_FAULT)) {
  test(`an exception whose status blames the client becomes a response: ${name}`, async (t) => {
    await using client = new AsyncClient({ app: make(), baseUrl: BASE, timeout: 60_000 });
    const response = await client.get("/");
    t.is(response.statusCode, 403);
    t.regex(response.text, /not for you/);
  });
}

const OWN_HANDLER: Record<string, () => App> = {
  Express: () => {
    const app = express().get("/", () => {
      throw boom;
    });
    // Express recognises an error handler by its four parameters.
    app.use(
      ((_error, _request, response, _next) =>
        void response.status(500).send("handled")) as express.ErrorRequestHandler,
    );
    return app;
  },
  Koa: () =>
    new Koa()
      .use(async (context, next) => {
        await next().catch(() => Object.assign(context, { status: 500, body: "handled" }));
      })
      .use(() => {
        throw boom;
      }),
  Fastify: () => {
    const app = fastify().get("/", async () => Promise.reject(boom));
    app.setErrorHandler((_error, _request, reply) => reply.code(500).send("handled"));
    return app;
  },
  Hono: () => {
    const app = new Hono().get("/", () => {
      throw boom;
    });
    return app.onError((_error, context) => context.text("handled", 500));
  },
};

for (const [name, make] of Object.entries(OWN_HANDLER)) {
  test(`a response made by the application's own error handler is a response: ${name}`, async (t) => {
    await using client = new AsyncClient({ app: make(), baseUrl: BASE, timeout: 60_000 });
    const response = await client.get("/");
    t.is(response.statusCode, 500);
    t.is(response.text, "handled");
  });
}

test("exceptions of a Fastify instance that was ready before reach the caller", async (t) => {
  const app = fastify();
  await app.register(async (plugin) => void plugin.get("/", async () => Promise.reject(boom)));
  await app.ready();
  await using client = new AsyncClient({ app, baseUrl: BASE, timeout: 60_000 });
  t.is(await t.throwsAsync(client.get("/")), boom);
  await app.close();
});

test("exceptions of Fastify plugins that were loaded before reach the caller", async (t) => {
  const app = fastify();
  await app.register(async (plugin) => void plugin.get("/", async () => Promise.reject(boom)));
  await using client = new AsyncClient({ app, baseUrl: BASE, timeout: 60_000 });
  t.is(await t.throwsAsync(client.get("/")), boom);
});

test("Koa's own error listeners are called, and its log is not", async (t) => {
  const heard: unknown[] = [];
  const app = new Koa().use(() => {
    throw boom;
  });
  app.on("error", (error) => heard.push(error));
  await using client = new AsyncClient({ app, baseUrl: BASE, timeout: 60_000 });
  t.is(await t.throwsAsync(client.get("/")), boom);
  t.deepEqual(heard, [boom]);
});

test("a Hono application called in process still answers other callers itself", async (t) => {
  const app = new Hono().get("/", () => {
    throw boom;
  });
  await using client = new AsyncClient({ app, baseUrl: BASE, timeout: 60_000 });
  t.is(await t.throwsAsync(client.get("/")), boom);
  t.is((await app.request("/")).status, 500);
});

test("an exception after the response was received does no harm", async (t) => {
  const received = deferred();
  await using client = new AsyncClient({
    app: listener(async (_request, response) => {
      response.end("done");
      await received.promise;
      throw boom;
    }),
    baseUrl: BASE,
  });
  t.is((await client.get("/")).text, "done");
  received.resolve();
  // ava fails on an unhandled rejection, which Node.js reports within a turn.
  await turn();
});

test("a missing file piped into the response is an exception of the application", async (t) => {
  const app = listener((_request, response) => createReadStream("/nowhere/to/be/found").pipe(response));
  await using client = new AsyncClient({ app, baseUrl: BASE, timeout: 60_000 });
  await t.throwsAsync(client.get("/"), { code: "ENOENT" });
});

test("a thrown value that is not an Error is thrown unchanged", async (t) => {
  await using client = new AsyncClient({
    app: () => Promise.reject("just text"),
    baseUrl: BASE,
    timeout: 60_000,
  });
  const caught = await client.get("/").catch((reason: unknown) => reason);
  t.is(caught, "just text");
});

test("an exception replaces the reason phrase that the application set", async (t) => {
  const app = listener((_request, response) => {
    response.statusMessage = "Fine";
    throw boom;
  });
  const transport = new AppTransport(app, { raiseAppExceptions: false });
  await using client = new AsyncClient({ transport, baseUrl: BASE, timeout: 60_000 });
  const response = await client.get("/");
  t.is(response.reasonPhrase, "Internal Server Error");
  t.is(response.headers.get("content-length"), "21");
});

test("Hono middleware continues after an exception that reaches the caller", async (t) => {
  let finished = 0;
  const app = new Hono()
    .use(async (_context, next) => {
      await next();
      finished += 1;
    })
    .use("/try", async (context, next) => {
      await next().catch(() => (context.res = context.text("never caught, as in a server")));
    })
    .get("*", () => {
      throw boom;
    });
  await using client = new AsyncClient({ app, baseUrl: BASE, timeout: 60_000 });
  t.is(await t.throwsAsync(client.get("/")), boom);
  t.is(await t.throwsAsync(client.get("/try")), boom);
  t.is(finished, 2);
});

test("a response that Hono middleware makes from an exception is a response", async (t) => {
  const app = new Hono()
    .use(async (context, next) => {
      await next();
      if (context.error !== undefined) context.res = context.text("sorry");
    })
    .get("/", () => {
      throw boom;
    });
  await using client = new AsyncClient({ app, baseUrl: BASE, timeout: 60_000 });
  t.is((await client.get("/")).text, "sorry");
});

test("an exception reaches the caller when Hono middleware has replaced the request", async (t) => {
  const app = new Hono().use(bodyLimit({ maxSize: 1000 })).post("/", async (context) => {
    await context.req.text();
    throw boom;
  });
  await using client = new AsyncClient({ app, baseUrl: BASE, timeout: 60_000 });
  t.is(await t.throwsAsync(client.post("/", { content: harmless() })), boom);
});
