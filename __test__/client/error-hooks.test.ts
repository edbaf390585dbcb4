/**
 * Error hooks: together with response hooks they see how every single request ended, redirects and auth included, over
 * any transport.
 */
import type { ServerResponse } from "node:http";
import test from "ava";
import {
  AsyncClient,
  DigestAuth,
  type ErrorHook,
  HTTPStatusError,
  MockTransport,
  ReadError,
  ReadTimeout,
  type Request,
  type RequestError,
  type RequestOptions,
  Response,
} from "httpxide";
import { rejection } from "../helpers/failures.js";
import { startHttpServer } from "../helpers/http-server.js";
import { cutShort, keepingClient, notingClient } from "../helpers/noting-clients.js";
import { silent, startRawServer } from "../helpers/raw-server.js";
import { deferred } from "../helpers/waiting.js";

test("a request that gets no response calls them, with the error of the call and the request", async (t) => {
  await using server = await startRawServer(silent);
  const calls: Parameters<ErrorHook>[] = [];
  await using client = new AsyncClient({ eventHooks: { error: [(...call) => void calls.push(call)] } });
  const request = client.buildRequest("GET", server.url, { timeout: { read: 30 } });
  const error = await rejection(client.send(request));
  t.true(error instanceof ReadTimeout);
  t.is(calls.length, 1);
  t.true(calls[0]?.[0] === error);
  t.is(calls[0]?.[1], request);
  t.is(calls[0]?.[2], null);
});

test("hooks are called in order, each awaited before the next and before the call fails", async (t) => {
  const events: string[] = [];
  const hook =
    (name: string): ErrorHook =>
    async () => {
      events.push(`${name} begins`);
      await new Promise((resolve) => setTimeout(resolve, 5));
      events.push(`${name} ends`);
    };
  await using client = new AsyncClient({ eventHooks: { error: [hook("first")] } });
  client.eventHooks.error.push(hook("second"));
  await client.get("http://127.0.0.1:1/").catch(() => events.push("the call fails"));
  t.deepEqual(events, ["first begins", "first ends", "second begins", "second ends", "the call fails"]);
});

for (const isAsync of [false, true]) {
  test(`an exception of a hook replaces the error and calls no further hook (async: ${isAsync})`, async (t) => {
    const mine = new RangeError("mine");
    const hook: ErrorHook = (error) => {
      mine.cause = error;
      if (isAsync) return Promise.reject(mine);
      throw mine;
    };
    const never: ErrorHook = () => void t.fail("called");
    await using client = new AsyncClient({ eventHooks: { error: [hook, never] } });
    t.is(await rejection(client.get("http://127.0.0.1:1/")), mine);
  });
}

test("each failed request of a chain of redirects calls them once", async (t) => {
  await using server = await startHttpServer((_request, response, { path }) => {
    if (path === "/there") response.destroy();
    else response.writeHead(302, { Location: "/there" }).end();
  });
  const { client, ends } = notingClient({ baseUrl: server.url, followRedirects: true });
  await rejection(client.post("/first"));
  t.deepEqual(ends, ["302 /first", "RemoteProtocolError /there"]);
  await client.aclose();
});

test("the failed token request of an auth flow calls them", async (t) => {
  const { client, ends } = notingClient({
    transport: new MockTransport((request) => {
      throw new ReadError("gone", { request });
    }),
  });
  const auth = async function (request: Request): Promise<Request> {
    await client.get("http://id.example/token");
    return request;
  };
  await rejection(client.get("http://api.example/data", { auth }));
  t.deepEqual(ends, ["ReadError /token"]);
});

test("the exceptions of other hooks and an error status do not call them: the program has seen the request", async (t) => {
  for (const which of ["request", "response"] as const) {
    const reason = new ReadError(`of a ${which} hook`);
    const { client, errors } = keepingClient({ transport: new MockTransport(() => new Response(500)) });
    await using _closing = client;
    client.eventHooks[which].push(() => {
      throw reason;
    });
    t.is(await rejection(client.get("http://h/")), reason);
    t.deepEqual(errors, []);
  }
  const { client, errors } = keepingClient({ transport: new MockTransport(() => new Response(500)) });
  await using _closing = client;
  client.eventHooks.response.push((response) => response.raiseForStatus());
  t.true((await rejection(client.get("http://h/"))) instanceof HTTPStatusError);
  t.deepEqual(errors, []);
});

test("a call that fails before or between its requests calls no hook for that", async (t) => {
  await using server = await startHttpServer((_request, response) => {
    response.writeHead(302, { Location: "/" }).end();
  });
  const { client, ends } = notingClient({ baseUrl: server.url });
  client.eventHooks.request.push(({ url }) => void ends.push(`sends ${url.pathname}`));
  await rejection(client.get("http://["));
  await rejection(client.get("/", { signal: AbortSignal.abort() }));
  const flow = (): Promise<Request> => Promise.reject(new RangeError("of a flow"));
  await rejection(client.get("/", { auth: flow }));
  t.deepEqual(ends, []);
  await rejection(client.get("/", { followRedirects: true }));
  t.deepEqual(ends.splice(0), Array.from({ length: 21 }, () => ["sends /", "302 /"]).flat());
  await client.aclose();
  await rejection(client.get("/"));
  t.deepEqual(ends, []);
});

test("every request that passes the request hooks reaches the response hooks or the error hooks", async (t) => {
  await using server = await startHttpServer((_request, response, { path }) => {
    if (path === "/destroy") response.destroy();
    else response.end("x");
  });
  const begun = new Set<Request>();
  const client = new AsyncClient({
    baseUrl: server.url,
    eventHooks: {
      request: [(request) => void begun.add(request)],
      response: [({ request }) => void t.true(begun.delete(request))],
      error: [(_error, request) => void t.true(begun.delete(request))],
    },
  });
  for (const path of ["/", "/destroy"]) {
    for (const options of [
      {},
      { followRedirects: true },
      { auth: ["a", "b"] as [string, string] },
      { retry: 2 },
    ]) {
      await client.get(path, options).catch(() => undefined);
      await client.stream("GET", path, options, () => undefined).catch(() => undefined);
    }
  }
  t.is(begun.size, 0);
  const closedMeanwhile = client.get("/").catch(() => undefined);
  await client.aclose();
  await closedMeanwhile;
  t.is(begun.size, 0);
});

test("the error that an exception of an error hook replaces is its cause, unless it has one", async (t) => {
  const given = new Error("given");
  const own = new RangeError("own", { cause: given });
  const shared = new RangeError("shared");
  const thrown: unknown[] = [
    new RangeError("plain"),
    shared,
    shared,
    own,
    Object.freeze(new Error("frozen")),
    "text",
  ];
  const gone: unknown[] = [];
  await using client = new AsyncClient({
    transport: new MockTransport((request) => {
      const error = new ReadError("gone", { request });
      gone.push(error);
      throw error;
    }),
  });
  for (const exception of thrown) {
    client.eventHooks.error = [
      () => {
        throw exception;
      },
    ];
    t.is(await rejection(client.get("http://h/")), exception);
    if (exception instanceof Error && !Object.isFrozen(exception)) {
      t.is(exception.cause, exception === own ? given : gone.at(-1));
      t.false(Object.keys(exception).includes("cause"));
    }
  }
});

test("elapsed is readable in a response hook, and counts until the headers there", async (t) => {
  let release: () => void = () => {};
  await using server = await startHttpServer((_request, response) => {
    response.write("first");
    release = () => void response.end("second");
  });
  let inHook = 0;
  await using client = new AsyncClient({
    eventHooks: {
      response: [
        (response) => {
          inHook = response.elapsed;
          release();
        },
      ],
    },
  });
  const response = await client.get(server.url);
  t.true(inHook > 0);
  t.is(response.text, "firstsecond");
  t.true(response.elapsed > inHook);
});

for (const [what, redirect] of [
  [
    "whose body breaks off",
    (response: ServerResponse) => {
      response.writeHead(302, { Location: "/", "Content-Length": 100 }).write("x", () => response.destroy());
    },
  ],
  [
    "that leads to no valid URL",
    (response: ServerResponse) => void response.writeHead(302, { Location: "http://h:x/" }).end(),
  ],
] as const) {
  test(`a followed redirect ${what} calls them once`, async (t) => {
    await using server = await startHttpServer((_request, response) => redirect(response));
    const { client, ends } = notingClient({ followRedirects: true });
    await using _closing = client;
    const { name } = (await rejection(client.get(`${server.url}/from`))) as RequestError;
    t.deepEqual(ends, ["302 /from", `${name} /from`]);
  });
}

function* throwing(): Generator<string> {
  yield "begun";
  throw new RangeError("of the generator");
}

const failures: Readonly<
  Record<string, { options?: ConstructorParameters<typeof AsyncClient>[0]; call: RequestOptions }>
> = {
  "a generator": { call: { content: throwing() } },
  "a trace listener": {
    call: {
      extensions: {
        trace: () => {
          throw new RangeError("of the listener");
        },
      },
    },
  },
  "a mock's handler": {
    options: {
      transport: new MockTransport(() => {
        throw new RangeError("of the handler");
      }),
    },
    call: {},
  },
  "an application": {
    options: {
      app: () => {
        throw new RangeError("of the application");
      },
    },
    call: {},
  },
};

for (const [what, { options, call }] of Object.entries(failures)) {
  test(`the exception of ${what} is the cause of the RequestError that they get`, async (t) => {
    await using server = await startRawServer(silent);
    const { client, errors } = keepingClient({ ...options, baseUrl: server.url });
    await using _closing = client;
    const reason = await rejection(client.post("/there", call));
    t.true(reason instanceof RangeError, String(reason));
    t.is(errors.length, 1);
    const [error] = errors;
    t.is(error!.cause, reason);
    t.is(error!.code, "ERR_FUNCTION_FAILED");
    t.is(error!.request.url.pathname, "/there");
    t.regex(error!.message, /^POST http.*\/there: RangeError: of the /);
  });
}

for (const over of ["the network", "an application", "a mock"] as const) {
  for (const reason of [undefined, new RangeError("mine"), "text"]) {
    const what = reason === undefined ? "an abort" : `an abort for ${String(reason)}`;
    test(`${what} calls them before the call rejects with its reason, over ${over}`, async (t) => {
      const arrived = deferred();
      const waiting = (): Promise<never> => (arrived.resolve(), new Promise<never>(() => {}));
      await using server = await startHttpServer(waiting);
      const { client, errors } = keepingClient({
        baseUrl: server.url,
        ...(over === "an application" && { app: waiting }),
        ...(over === "a mock" && { transport: new MockTransport(waiting) }),
      });
      await using _closing = client;
      const controller = new AbortController();
      void arrived.promise.then(() => controller.abort(reason));
      const rejected = await rejection(client.get("/there", { signal: controller.signal }));
      t.is(rejected, controller.signal.reason);
      t.is(errors.length, 1);
      t.is(errors[0]!.cause, rejected);
      t.is(errors[0]!.code, "ERR_ABORTED");
    });
  }
}

test("they are called for an exception and for the reason of an abort, whatever that is", async (t) => {
  const reason = Object.create(null) as object;
  const causes: unknown[] = [];
  const eventHooks = { error: [(error: RequestError) => void causes.push(error.cause)] };
  await using client = new AsyncClient({
    transport: new MockTransport(() => {
      throw reason;
    }),
    eventHooks,
  });
  t.is(await rejection(client.get("http://a.test/")), reason);
  await using server = await startRawServer(silent);
  await using aborted = new AsyncClient({ eventHooks });
  const controller = new AbortController();
  const call = rejection(aborted.get(server.url, { signal: controller.signal }));
  controller.abort(reason);
  t.is(await call, reason);
  t.deepEqual(causes, [reason, reason]);
});

test("an aborted call rejects although an error hook never ends", async (t) => {
  await using server = await startRawServer(silent);
  const never = new Promise<never>(() => {});
  await using client = new AsyncClient({ eventHooks: { error: [() => never] } });
  const signal = AbortSignal.timeout(20);
  t.is(await rejection(client.get(server.url, { signal })), signal.reason);
});

test("each request of an auth flow calls them once, also for a body that breaks off", async (t) => {
  await using server = await startHttpServer((request, response) => {
    if (request.headers.authorization !== undefined) return cutShort(request, response);
    response.writeHead(401, { "WWW-Authenticate": 'Digest realm="r", nonce="n", qop="auth"' }).end("who?");
  });
  const { client, ends } = notingClient({ auth: new DigestAuth("user", "password") });
  await using _closing = client;
  t.is(((await rejection(client.get(`${server.url}/`))) as Error).name, "RemoteProtocolError");
  t.deepEqual(ends, ["401 /", "200 /", "RemoteProtocolError /"]);
});
