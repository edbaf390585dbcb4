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
  MockTransport,
  ReadError,
  ReadTimeout,
  type Request,
  type RequestError,
  type RequestOptions,
  Response,
} from "httpxide";
import { rejection } from "../helpers/failures.js";
import { answering, startHttpServer } from "../helpers/http-server.js";
import { silent, startRawServer } from "../helpers/raw-server.js";

/** A client that notes how its requests end. */
function notingClient(options: ConstructorParameters<typeof AsyncClient>[0] = {}) {
  const ends: string[] = [];
  const client = new AsyncClient({
    ...options,
    eventHooks: {
      response: [({ statusCode, request }) => void ends.push(`${statusCode} ${request.url.pathname}`)],
      error: [(error, request) => void ends.push(`${error.name} ${request.url.pathname}`)],
    },
  });
  return { client, ends };
}

const cutShort = (_request: unknown, response: ServerResponse): void => {
  response.writeHead(200, { "Content-Length": 100 }).write("x", () => response.destroy());
};

test("a request that gets no response calls them, with the error of the call and the request", async (t) => {
  await using server = await startRawServer(silent);
  const calls: [RequestError, Request][] = [];
  await using client = new AsyncClient({ eventHooks: { error: [(...call) => void calls.push(call)] } });
  const request = client.buildRequest("GET", server.url, { timeout: { read: 30 } });
  const error = await rejection(client.send(request));
  t.true(error instanceof ReadTimeout);
  t.is(calls.length, 1);
  t.true(calls[0]?.[0] === error);
  t.is(calls[0]?.[1], request);
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

test("a streamed body that breaks off is its reader's to see", async (t) => {
  await using server = await startHttpServer(cutShort);
  const { client, ends } = notingClient({ baseUrl: server.url });
  const response = await client.stream("GET", "/");
  t.is(((await rejection(response.aread())) as Error).name, "RemoteProtocolError");
  t.deepEqual(ends, ["200 /"]);
  await client.aclose();
});

test("the exceptions of other hooks and an error status do not call them", async (t) => {
  await using server = await startRawServer(silent);
  const { client, ends } = notingClient();
  client.eventHooks.request.push(() => {
    throw new ReadError("of a request hook");
  });
  t.true((await rejection(client.get(server.url))) instanceof ReadError);
  t.deepEqual(ends, []);
  await client.aclose();

  await using mocked = new AsyncClient({
    transport: new MockTransport(() => new Response(500)),
    eventHooks: {
      response: [(response) => response.raiseForStatus()],
      error: [() => void ends.push("error hook")],
    },
  });
  await rejection(mocked.get("http://h/"));
  t.deepEqual(ends, []);
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

/** A client whose error hook keeps what it gets. */
function keepingClient(options: ConstructorParameters<typeof AsyncClient>[0] = {}) {
  const errors: RequestError[] = [];
  const client = new AsyncClient({
    ...options,
    eventHooks: { error: [(error) => void errors.push(error)] },
  });
  return { client, errors };
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
      await using server = await startRawServer(silent);
      const { client, errors } = keepingClient({
        baseUrl: server.url,
        ...(over === "an application" && { app: () => new Promise<never>(() => {}) }),
        ...(over === "a mock" && { transport: new MockTransport(() => new Promise<never>(() => {})) }),
      });
      await using _closing = client;
      const controller = new AbortController();
      setTimeout(() => controller.abort(reason), 20);
      const rejected = await rejection(client.get("/there", { signal: controller.signal }));
      t.is(rejected, controller.signal.reason);
      t.is(errors.length, 1);
      t.is(errors[0]!.cause, rejected);
      t.is(errors[0]!.code, "ERR_ABORTED");
    });
  }
}

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
