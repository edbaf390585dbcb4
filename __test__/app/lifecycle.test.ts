/** Starting an application, and stopping it with its client. */
import { createServer } from "node:http";
import test from "ava";
import fastify, { type FastifyInstance } from "fastify";
import { AppTransport, AsyncClient, type NodeListener, type RequestError } from "httpxide";
import { deferred, eventually, turn } from "../helpers/waiting.js";

const BASE = "http://testserver";

function observed(): { app: FastifyInstance; events: string[] } {
  const events: string[] = [];
  const app = fastify();
  app.addHook("onReady", async () => void events.push("ready"));
  app.addHook("onClose", async () => void events.push("closed"));
  app.get("/", async () => "hello");
  return { app, events };
}

test("the first request makes Fastify ready, and closing the client closes it", async (t) => {
  const { app, events } = observed();
  const client = new AsyncClient({ app, baseUrl: BASE, timeout: 60_000 });
  t.deepEqual(events, []);
  await Promise.all([client.get("/"), client.get("/")]);
  t.deepEqual(events, ["ready"]);
  await client.aclose();
  t.deepEqual(events, ["ready", "closed"]);
});

test("a Fastify instance that was ready before stays open, so that clients can share it", async (t) => {
  const { app, events } = observed();
  await app.ready();
  for (let time = 0; time < 2; time++) {
    await using client = new AsyncClient({ app, baseUrl: BASE, timeout: 60_000 });
    t.is((await client.get("/")).text, "hello");
  }
  t.deepEqual(events, ["ready"]);
  await app.close();
});

test("a Fastify instance shared by several clients closes with the last of them", async (t) => {
  const { app, events } = observed();
  const clients = [
    new AsyncClient({ app, baseUrl: BASE, timeout: 60_000 }),
    new AsyncClient({ app, baseUrl: BASE }),
  ];
  for (const client of clients) await client.get("/");
  await clients[0]?.aclose();
  t.deepEqual(events, ["ready"]);
  t.is((await clients[1]?.get("/"))?.text, "hello");
  await clients[1]?.aclose();
  t.deepEqual(events, ["ready", "closed"]);
});

test("a client that made no request does not touch its Fastify instance", async (t) => {
  const { app, events } = observed();
  await new AsyncClient({ app, baseUrl: BASE, timeout: 60_000 }).aclose();
  t.deepEqual(events, []);
});

test("every request to an application that fails to start fails", async (t) => {
  let starts = 0;
  const failing = (): FastifyInstance => {
    const app = fastify();
    app.addHook("onReady", async () => {
      starts += 1;
      throw new Error("no database");
    });
    return app;
  };
  await using client = new AsyncClient({ app: failing(), baseUrl: BASE, timeout: 60_000 });
  await t.throwsAsync(client.get("/"), { message: "no database" });
  await t.throwsAsync(client.get("/"));
  t.is(starts, 1);
});

test("calling Fastify over HTTP/2 is an error that says so", async (t) => {
  const app = fastify({ http2: true });
  await using client = new AsyncClient({ app: app as never, baseUrl: BASE, timeout: 60_000 });
  await t.throwsAsync(client.get("/"), { instanceOf: TypeError, message: /HTTP\/2/ });
});

test("closing the client waits for the promises that a handler passed to waitUntil", async (t) => {
  const work = deferred();
  let isClosed = false;
  const app = {
    fetch: ((_request, _info, context) => {
      context.waitUntil(work.promise);
      context.waitUntil(Promise.reject(new Error("of no concern")));
      return new globalThis.Response("at once");
    }) as Parameters<typeof AppTransport.fetch>[0],
  };
  const client = new AsyncClient({ app, baseUrl: BASE, timeout: 60_000 });
  t.is((await client.get("/")).text, "at once");
  const closing = client.aclose().then(() => (isClosed = true));
  await turn();
  t.false(isClosed);
  work.resolve();
  await closing;
});

test("a handler's completed promise settles when the exchange completes or breaks off", async (t) => {
  const outcomes: string[] = [];
  const transport = AppTransport.fetch((_request, { completed }) => {
    completed.then(
      () => outcomes.push("complete"),
      () => outcomes.push("broken off"),
    );
    return new globalThis.Response("two pieces");
  });
  await using client = new AsyncClient({ transport, baseUrl: BASE, timeout: 60_000 });
  await client.get("/");
  await (await client.stream("GET", "/")).aclose();
  await eventually("both exchanges ended", () => outcomes.length === 2);
  t.deepEqual(outcomes, ["complete", "broken off"]);
});

test("a closed transport accepts no more requests, and can be closed again", async (t) => {
  const app: NodeListener = (_request, response) => void response.end();
  const transport = new AppTransport(app);
  await transport.aclose();
  await transport.aclose();
  await using client = new AsyncClient({ transport, baseUrl: BASE, timeout: 60_000 });
  await t.throwsAsync(client.get("/"), { message: "The transport has been closed." });
});

test("a Fastify instance that becomes ready at the second attempt is closed with the client", async (t) => {
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
  await using client = new AsyncClient({ app, baseUrl: BASE, timeout: 60_000 });
  await t.throwsAsync(client.get("/"), { message: "no database" });
  isBroken = false;
  await client.get("/");
  await client.aclose();
  t.deepEqual(events, ["ready", "closed"]);
});

test("a call waits for an application to start only as long as its timeouts allow", async (t) => {
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

test("closing a client while its application starts ends its calls and the application", async (t) => {
  const started = deferred();
  const { app, events } = observed();
  app.addHook("onReady", () => started.promise);
  const client = new AsyncClient({ app, baseUrl: BASE, timeout: 60_000 });
  const rejected = t.throwsAsync<RequestError>(client.get("/"), { name: "CloseError" });
  const closing = client.aclose();
  t.is((await rejected)?.requestSent, false);
  started.resolve();
  await closing;
  t.deepEqual(events, ["ready", "closed"]);
});
