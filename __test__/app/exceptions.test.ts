/**
 * What an application throws: it is the very object that the caller catches, before and after the answer began; and with
 * `raiseAppExceptions: false`, an answer with status 500. Nothing of it reaches the process.
 */
import { createReadStream } from "node:fs";
import { createServer } from "node:http";
import { Readable } from "node:stream";
import { setTimeout as pause } from "node:timers/promises";
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

const BASE = "http://testserver";
const boom = new Error("boom");

/** For the parameters to have their types. */
function listener(app: NodeListener): NodeListener {
  return app;
}

async function* breaking(): AsyncGenerator<Uint8Array> {
  yield Buffer.from("so far");
  await pause(20);
  throw boom;
}

async function* harmless(): AsyncGenerator<string> {
  yield "x";
}

function brokenStream(): ReadableStream<Uint8Array> {
  return Readable.toWeb(Readable.from(breaking())) as ReadableStream<Uint8Array>;
}

const BEFORE: Record<string, () => App> = {
  "a listener that throws": () =>
    listener((_request, _response) => {
      throw boom;
    }),
  "a listener whose promise is rejected": () =>
    listener(async (_request, _response) => {
      await pause(5);
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

const AFTER: Record<string, () => App> = {
  "a listener": () =>
    listener(async (_request, response) => {
      response.write("so far");
      await pause(20);
      throw boom;
    }),
  "a stream that is piped": () =>
    listener((_request, response) => void Readable.from(breaking()).pipe(response)),
  "a response that is destroyed": () =>
    listener(async (_request, response) => {
      response.write("so far");
      await pause(20);
      response.destroy(boom);
    }),
  Express: () =>
    express().get("/", async (_request, response) => {
      response.write("so far");
      await pause(20);
      throw boom;
    }),
  Koa: () => new Koa().use((context) => void (context.body = Readable.from(breaking()))),
  Fastify: () =>
    fastify().get("/", async (_request, reply) =>
      reply.send(Readable.from(breaking(), { objectMode: false })),
    ),
  "a fetch handler": () => (_request: globalThis.Request) => new globalThis.Response(brokenStream()),
  Hono: () => new Hono().get("/", (context) => context.body(brokenStream())),
};

for (const [name, make] of Object.entries(BEFORE)) {
  test(`what is thrown reaches the caller: ${name}`, async (t) => {
    await using client = new AsyncClient({ app: make(), baseUrl: BASE });
    t.is(await t.throwsAsync(client.get("/")), boom);
    t.is(await t.throwsAsync(client.stream("GET", "/")), boom);
  });
}

for (const [name, make] of Object.entries(AFTER)) {
  test(`what is thrown after the answer began reaches its reader: ${name}`, async (t) => {
    await using client = new AsyncClient({ app: make(), baseUrl: BASE });
    t.is(await t.throwsAsync(client.get("/")), boom);
    await using response = await client.stream("GET", "/");
    t.is(response.statusCode, 200);
    t.is(await t.throwsAsync(response.aread()), boom);
  });

  test(`without exceptions, an answer that was begun is cut short: ${name}`, async (t) => {
    const transport = new AppTransport(make(), { raiseAppExceptions: false });
    await using client = new AsyncClient({ transport, baseUrl: BASE, timeout: 1000 });
    await using response = await client.stream("GET", "/");
    await t.throwsAsync(response.aread(), { instanceOf: RemoteProtocolError });
  });
}

for (const [name, make] of Object.entries(samples).filter(([name]) => name !== "listener")) {
  test(`without exceptions there is the framework's own 500: ${name}`, async (t) => {
    const { app } = await make(boom);
    const transport = new AppTransport(app, { raiseAppExceptions: false });
    await using client = new AsyncClient({ transport, baseUrl: BASE });
    t.is((await client.get("/boom")).statusCode, 500);
  });
}

test("without exceptions a listener without a framework answers 500, and shows nothing of the exception", async (t) => {
  const transport = new AppTransport(
    listener(async (_request, response) => {
      response.setHeader("X-Secret", "1");
      throw boom;
    }),
    { raiseAppExceptions: false },
  );
  await using client = new AsyncClient({ transport, baseUrl: BASE });
  const response = await client.get("/");
  t.is(response.statusCode, 500);
  t.is(response.text, "Internal Server Error");
  t.false(response.headers.has("x-secret"));
});

test("without exceptions a fetch handler answers 500", async (t) => {
  const transport = AppTransport.fetch(() => Promise.reject(boom), { raiseAppExceptions: false });
  await using client = new AsyncClient({ transport, baseUrl: BASE });
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
  test(`an exception that says that the client is to blame is an answer: ${name}`, async (t) => {
    await using client = new AsyncClient({ app: make(), baseUrl: BASE });
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
    // Express knows an error handler by its four parameters
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
  test(`what the application itself makes an answer of is an answer: ${name}`, async (t) => {
    await using client = new AsyncClient({ app: make(), baseUrl: BASE });
    const response = await client.get("/");
    t.is(response.statusCode, 500);
    t.is(response.text, "handled");
  });
}

test("exceptions of a Fastify instance reach the caller although it was ready before", async (t) => {
  const app = fastify();
  await app.register(async (plugin) => void plugin.get("/", async () => Promise.reject(boom)));
  await app.ready();
  await using client = new AsyncClient({ app, baseUrl: BASE });
  t.is(await t.throwsAsync(client.get("/")), boom);
  await app.close();
});

test("exceptions of plugins of Fastify that were loaded before reach the caller", async (t) => {
  const app = fastify();
  await app.register(async (plugin) => void plugin.get("/", async () => Promise.reject(boom)));
  await using client = new AsyncClient({ app, baseUrl: BASE });
  t.is(await t.throwsAsync(client.get("/")), boom);
});

test("Koa's own listeners for errors are called, and its log is not", async (t) => {
  const heard: unknown[] = [];
  const app = new Koa().use(() => {
    throw boom;
  });
  app.on("error", (error) => heard.push(error));
  await using client = new AsyncClient({ app, baseUrl: BASE });
  t.is(await t.throwsAsync(client.get("/")), boom);
  t.deepEqual(heard, [boom]);
});

test("an application of Hono that was called in process answers others as before", async (t) => {
  const app = new Hono().get("/", () => {
    throw boom;
  });
  await using client = new AsyncClient({ app, baseUrl: BASE });
  t.is(await t.throwsAsync(client.get("/")), boom);
  t.is((await app.request("/")).status, 500);
});

test("what an application throws after its answer was received is nobody's, and no harm", async (t) => {
  await using client = new AsyncClient({
    app: listener(async (_request, response) => {
      response.end("done");
      await pause(20);
      throw boom;
    }),
    baseUrl: BASE,
  });
  t.is((await client.get("/")).text, "done");
  await pause(50);
});

test("a file that is piped into the answer, but is not there, is an exception of the application", async (t) => {
  const app = listener((_request, response) => createReadStream("/nowhere/to/be/found").pipe(response));
  await using client = new AsyncClient({ app, baseUrl: BASE });
  await t.throwsAsync(client.get("/"), { code: "ENOENT" });
});

test("a value that is no error is thrown as it is", async (t) => {
  await using client = new AsyncClient({ app: () => Promise.reject("just text"), baseUrl: BASE });
  const caught = await client.get("/").catch((reason: unknown) => reason);
  t.is(caught, "just text");
});

test("a phrase that an application has set is not that of its exception", async (t) => {
  const app = listener((_request, response) => {
    response.statusMessage = "Fine";
    throw boom;
  });
  const transport = new AppTransport(app, { raiseAppExceptions: false });
  await using client = new AsyncClient({ transport, baseUrl: BASE });
  const response = await client.get("/");
  t.is(response.reasonPhrase, "Internal Server Error");
  t.is(response.headers.get("content-length"), "21");
});

test("middleware of Hono goes on after an exception that reaches the caller", async (t) => {
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
  await using client = new AsyncClient({ app, baseUrl: BASE });
  t.is(await t.throwsAsync(client.get("/")), boom);
  t.is(await t.throwsAsync(client.get("/try")), boom);
  t.is(finished, 2);
});

test("what middleware of Hono makes an answer of is an answer", async (t) => {
  const app = new Hono()
    .use(async (context, next) => {
      await next();
      if (context.error !== undefined) context.res = context.text("sorry");
    })
    .get("/", () => {
      throw boom;
    });
  await using client = new AsyncClient({ app, baseUrl: BASE });
  t.is((await client.get("/")).text, "sorry");
});

test("an exception reaches the caller although middleware of Hono has replaced the request", async (t) => {
  const app = new Hono().use(bodyLimit({ maxSize: 1000 })).post("/", async (context) => {
    await context.req.text();
    throw boom;
  });
  await using client = new AsyncClient({ app, baseUrl: BASE });
  t.is(await t.throwsAsync(client.post("/", { content: harmless() })), boom);
});
