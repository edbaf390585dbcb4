/** What is started for an application, and stopped with its client. */
import { createServer } from "node:http";
import test from "ava";
import fastify, { type FastifyInstance } from "fastify";
import { AppTransport, AsyncClient, type NodeListener, type RequestError } from "httpxide";
import { deferred, pause } from "../helpers/waiting.js";

const BASE = "http://testserver";

function observed(): { app: FastifyInstance; events: string[] } {
  const events: string[] = [];
  const app = fastify();
  app.addHook("onReady", async () => void events.push("ready"));
  app.addHook("onClose", async () => void events.push("closed"));
  app.get("/", async () => "hello");
  return { app, events };
}

test("Fastify is made ready by the first request, and closed with the client", async (t) => {
  const { app, events } = observed();
  const client = new AsyncClient({ app, baseUrl: BASE });
  t.deepEqual(events, []);
  await Promise.all([client.get("/"), client.get("/")]);
  t.deepEqual(events, ["ready"]);
  await client.aclose();
  t.deepEqual(events, ["ready", "closed"]);
});

test("Fastify that was ready before stays open, so that clients can share it", async (t) => {
  const { app, events } = observed();
  await app.ready();
  for (let time = 0; time < 2; time++) {
    await using client = new AsyncClient({ app, baseUrl: BASE });
    t.is((await client.get("/")).text, "hello");
  }
  t.deepEqual(events, ["ready"]);
  await app.close();
});

test("Fastify that several clients use at the same time is closed with the last of them", async (t) => {
  const { app, events } = observed();
  const clients = [new AsyncClient({ app, baseUrl: BASE }), new AsyncClient({ app, baseUrl: BASE })];
  for (const client of clients) await client.get("/");
  await clients[0]?.aclose();
  t.deepEqual(events, ["ready"]);
  t.is((await clients[1]?.get("/"))?.text, "hello");
  await clients[1]?.aclose();
  t.deepEqual(events, ["ready", "closed"]);
});

test("Fastify of a client that made no request is left alone", async (t) => {
  const { app, events } = observed();
  await new AsyncClient({ app, baseUrl: BASE }).aclose();
  t.deepEqual(events, []);
});

test("an application that fails to start fails each request, and is tried again", async (t) => {
  let starts = 0;
  const failing = (): FastifyInstance => {
    const app = fastify();
    app.addHook("onReady", async () => {
      starts += 1;
      throw new Error("no database");
    });
    return app;
  };
  await using client = new AsyncClient({ app: failing(), baseUrl: BASE });
  await t.throwsAsync(client.get("/"), { message: "no database" });
  await t.throwsAsync(client.get("/"));
  t.is(starts, 1);
});

test("Fastify over HTTP/2 cannot be called, and says so", async (t) => {
  const app = fastify({ http2: true });
  await using client = new AsyncClient({ app: app as never, baseUrl: BASE });
  await t.throwsAsync(client.get("/"), { instanceOf: TypeError, message: /HTTP\/2/ });
});

test("closing the client waits for what a handler has announced with waitUntil", async (t) => {
  let isDone = false;
  const app = {
    fetch: ((_request, _info, context) => {
      context.waitUntil(pause(50).then(() => (isDone = true)));
      context.waitUntil(Promise.reject(new Error("of no concern")));
      return new globalThis.Response("at once");
    }) as Parameters<typeof AppTransport.fetch>[0],
  };
  const client = new AsyncClient({ app, baseUrl: BASE });
  t.is((await client.get("/")).text, "at once");
  t.false(isDone);
  await client.aclose();
  t.true(isDone);
});

test("a handler's info is told when the exchange is complete, or broke off", async (t) => {
  const outcomes: string[] = [];
  const transport = AppTransport.fetch((_request, { completed }) => {
    completed.then(
      () => outcomes.push("complete"),
      () => outcomes.push("broken off"),
    );
    return new globalThis.Response("two pieces");
  });
  await using client = new AsyncClient({ transport, baseUrl: BASE });
  await client.get("/");
  await (await client.stream("GET", "/")).aclose();
  await pause(10);
  t.deepEqual(outcomes, ["complete", "broken off"]);
});

test("a transport that was closed takes no more requests, and can be closed again", async (t) => {
  const app: NodeListener = (_request, response) => void response.end();
  const transport = new AppTransport(app);
  await transport.aclose();
  await transport.aclose();
  await using client = new AsyncClient({ transport, baseUrl: BASE });
  await t.throwsAsync(client.get("/"), { message: "The transport has been closed." });
});

test("Fastify that was ready at the second attempt only is closed with the client", async (t) => {
  let isBroken = true;
  const events: string[] = [];
  const app = {
    server: createServer((_request, response) => void response.end()),
    addHook: () => undefined,
    inject: () => undefined,
    ready: async () => {
      if (isBroken) throw new Error("no database");
      events.push("ready");
    },
    close: async () => void events.push("closed"),
  };
  await using client = new AsyncClient({ app, baseUrl: BASE });
  await t.throwsAsync(client.get("/"), { message: "no database" });
  isBroken = false;
  await client.get("/");
  await client.aclose();
  t.deepEqual(events, ["ready", "closed"]);
});

test("a call waits no longer for an application to start than it may take", async (t) => {
  const started = deferred();
  const { app } = observed();
  app.addHook("onReady", () => started.promise);
  const client = new AsyncClient({ app, baseUrl: BASE, timeout: null });
  const slow = client.get("/");
  const error = await t.throwsAsync<RequestError>(client.get("/", { timeout: { total: 50 } }), {
    name: "TotalTimeout",
  });
  t.is(error?.requestSent, false);
  const controller = new AbortController();
  const reason = new Error("enough");
  const aborted = client.get("/", { signal: controller.signal });
  controller.abort(reason);
  t.is(await t.throwsAsync(aborted), reason);
  started.resolve();
  t.is((await slow).text, "hello");
  await client.aclose();
});

test("a client that is closed while its application starts ends its calls, and the application", async (t) => {
  const started = deferred();
  const { app, events } = observed();
  app.addHook("onReady", () => started.promise);
  const client = new AsyncClient({ app, baseUrl: BASE });
  const rejected = t.throwsAsync<RequestError>(client.get("/"), { name: "CloseError" });
  const closing = client.aclose();
  t.is((await rejected)?.requestSent, false);
  started.resolve();
  await closing;
  t.deepEqual(events, ["ready", "closed"]);
});
