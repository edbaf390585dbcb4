// The life of a client and of its calls: verbs, streams, closing, aborting, refused arguments.
import test from "ava";
import * as httpxide from "httpxide";
import {
  AsyncClient,
  AsyncHTTPTransport,
  InvalidURL,
  MockTransport,
  Response,
  UnsupportedProtocol,
} from "httpxide";

const echo = new MockTransport(
  (request) => new Response(200, { text: `${request.method} ${request.url.pathname}` }),
);
const endless = (onClose: () => void): MockTransport =>
  new MockTransport(
    () =>
      new Response(200, {
        content: (async function* () {
          try {
            for (;;) yield "data";
          } finally {
            onClose();
          }
        })(),
      }),
  );

const { delete: delete_, get, head, options, patch, post, put, stream } = httpxide;
const functions = { get, options, head, post, put, patch, delete: delete_ };

for (const verb of ["get", "options", "head", "post", "put", "patch", "delete"] as const) {
  test(`client.${verb} and the function ${verb} send ${verb.toUpperCase()}`, async (t) => {
    await using client = new AsyncClient({ transport: echo });
    t.is((await client[verb]("http://h/x")).text, `${verb.toUpperCase()} /x`);
    t.is((await functions[verb]("http://h/y", { transport: echo })).text, `${verb.toUpperCase()} /y`);
  });
}

test("request and send return the response with its body read", async (t) => {
  await using client = new AsyncClient({ transport: echo });
  t.is((await client.request("purge", "http://h/")).text, "PURGE /");
  t.is((await client.send(client.buildRequest("GET", "http://h/z"))).text, "GET /z");
});

test("send with stream, and stream, leave the body unread", async (t) => {
  let closed = 0;
  await using client = new AsyncClient({ transport: endless(() => (closed += 1)) });
  for (const response of [
    await client.send(client.buildRequest("GET", "http://h/"), { stream: true }),
    await client.stream("GET", "http://h/"),
  ]) {
    t.false(response.isStreamConsumed);
    for await (const text of response.aiterText()) {
      t.is(text, "data");
      break;
    }
  }
  t.is(closed, 2);
});

test("stream with a function closes the response on every exit", async (t) => {
  await using client = new AsyncClient({ transport: endless(() => undefined) });
  const seen: Response[] = [];
  const result = await client.stream("GET", "http://h/", {}, (response) => {
    seen.push(response);
    return response.statusCode;
  });
  t.is(result, 200);
  await t.throwsAsync(
    client.stream("GET", "http://h/", undefined, async (response) => {
      seen.push(response);
      throw new Error("mine");
    }),
    { message: "mine" },
  );
  t.deepEqual(
    seen.map((response) => response.isClosed),
    [true, true],
  );
});

test("a closed client sends no request", async (t) => {
  const client = new AsyncClient({ transport: echo });
  t.false(client.isClosed);
  await client.aclose();
  t.true(client.isClosed);
  await client.aclose();
  const message = "Cannot send a request, as the client has been closed.";
  await t.throwsAsync(client.get("http://h/"), { message });
  await t.throwsAsync(client.stream("GET", "http://h/"), { message });
  await t.throwsAsync(client.send(client.buildRequest("GET", "http://h/")), { message });
});

test("await using closes a client", async (t) => {
  const client = new AsyncClient({ transport: echo });
  {
    await using same = client;
    t.is(same, client);
  }
  t.true(client.isClosed);
});

test("closing a client closes its transport once, and reports its failure", async (t) => {
  const failure = new Error("cannot close");
  let closings = 0;
  const client = new AsyncClient({
    transport: {
      handleAsyncRequest: () => Promise.reject(new Error("unused")),
      aclose() {
        closings += 1;
        return Promise.reject(failure);
      },
    },
  });
  t.is(await t.throwsAsync(client.aclose()), failure);
  t.true(client.isClosed);
  t.is(await t.throwsAsync(client.aclose()), failure);
  t.is(closings, 1);
});

test("invalid arguments reject the promise and do not throw", async (t) => {
  await using client = new AsyncClient({ transport: echo });
  await t.throwsAsync(client.get("http://[/"), { instanceOf: InvalidURL });
  await t.throwsAsync(client.get("/relative"), { instanceOf: UnsupportedProtocol });
  await t.throwsAsync(client.stream("GET", "/relative"), { instanceOf: UnsupportedProtocol });
  await t.throwsAsync(client.post("http://h/", { content: 7 as never }), { instanceOf: TypeError });
  await t.throwsAsync(client.post("http://h/", { json: NaN }), { instanceOf: RangeError });
  await t.throwsAsync(get("/relative", { transport: echo }), { instanceOf: UnsupportedProtocol });
});

test("a signal that is already aborted stops the call before any request is sent", async (t) => {
  let sent = 0;
  const transport = new MockTransport(() => {
    sent += 1;
    return new Response(200);
  });
  await using client = new AsyncClient({ transport });
  const reason = new Error("changed my mind");
  const signal = AbortSignal.abort(reason);
  t.is(await t.throwsAsync(client.get("http://h/", { signal })), reason);
  t.is(await t.throwsAsync(client.stream("GET", "http://h/", { signal })), reason);
  t.is(await t.throwsAsync(client.send(client.buildRequest("GET", "http://h/"), { signal })), reason);
  t.is(sent, 0);
});

test("the default reason of an abort is the platform's AbortError", async (t) => {
  await using client = new AsyncClient({ transport: echo });
  const error: unknown = await client
    .get("http://h/", { signal: AbortSignal.abort() })
    .catch((e: unknown) => e);
  t.is((error as Error).name, "AbortError");
});

test("an abort ends a call whose transport never answers", async (t) => {
  const controller = new AbortController();
  const transport = { handleAsyncRequest: () => new Promise<Response>(() => undefined) };
  await using client = new AsyncClient({ transport });
  const pending = client.get("http://h/", { signal: controller.signal });
  const reason = new Error("enough");
  controller.abort(reason);
  t.is(await t.throwsAsync(pending), reason);
});

test("a response that arrives after the abort is closed", async (t) => {
  const controller = new AbortController();
  const late = new Response(200, {
    content: (async function* () {
      yield "a";
    })(),
  });
  let answer!: (response: Response) => void;
  const transport = { handleAsyncRequest: () => new Promise<Response>((resolve) => (answer = resolve)) };
  await using client = new AsyncClient({ transport });
  const pending = client.get("http://h/", { signal: controller.signal });
  controller.abort();
  await t.throwsAsync(pending, { any: true });
  answer(late);
  await new Promise((resolve) => setImmediate(resolve));
  t.true(late.isClosed);
});

test("an abort ends the reading of the body in a plain call", async (t) => {
  const controller = new AbortController();
  const reason = new Error("enough");
  await using client = new AsyncClient({
    transport: new MockTransport(
      () =>
        new Response(200, {
          content: (async function* () {
            yield "a";
            controller.abort(reason);
            await new Promise(() => undefined);
          })(),
        }),
    ),
  });
  t.is(await t.throwsAsync(client.get("http://h/", { signal: controller.signal })), reason);
});

test("calls leave no listeners on a long-lived signal", async (t) => {
  const { signal } = new AbortController();
  let listeners = 0;
  const add = signal.addEventListener.bind(signal);
  const remove = signal.removeEventListener.bind(signal);
  signal.addEventListener = (...args: Parameters<typeof add>) => {
    listeners += 1;
    add(...args);
  };
  signal.removeEventListener = (...args: Parameters<typeof remove>) => {
    listeners -= 1;
    remove(...args);
  };
  await using client = new AsyncClient({
    transport: new MockTransport(
      () =>
        new Response(200, {
          content: (async function* () {
            yield "a";
          })(),
        }),
    ),
  });
  for (let call = 0; call < 20; call += 1) await client.get("http://h/", { signal });
  await new Promise((resolve) => setImmediate(resolve));
  t.is(listeners, 0);
});

test("options of the network that are off are accepted beside a transport", async (t) => {
  await using client = new AsyncClient({
    transport: echo,
    ...({ proxy: null, cert: undefined } as object),
    trustEnv: false,
  });
  t.false(client.trustEnv);
});

test("options that cannot work are refused by the constructor", async (t) => {
  for (const [options, message] of [
    [{ transport: {} }, /handleAsyncRequest/],
    [{ mounts: { "all://": {} } }, /handleAsyncRequest/],
    [{ eventHooks: { request: 5 } }, /request hooks must be a list/],
    [{ eventHooks: { response: [5] } }, /response hooks must be functions/],
  ] as const) {
    t.throws(() => new AsyncClient(options as object), { instanceOf: TypeError, message });
  }
  await using client = new AsyncClient({ transport: echo });
  await t.throwsAsync(client.send({} as never), { instanceOf: TypeError, message: /takes a Request/ });
});

test("maxResponseBytes must be a number of bytes", (t) => {
  for (const maxResponseBytes of [-1, 1.5, NaN]) {
    t.throws(() => new AsyncClient({ transport: echo, maxResponseBytes }), { instanceOf: RangeError });
  }
});

test("stats of a client without a pool are all zero", (t) => {
  t.deepEqual(new AsyncClient({ transport: echo }).stats(), {
    connections: { active: 0, idle: 0, connecting: 0 },
    requests: { queued: 0, inFlight: 0 },
    origins: {},
  });
});

test("a client uses a network transport unless it gets another one", async (t) => {
  await using client = new AsyncClient();
  t.deepEqual(client.stats().origins, {});
  t.is(typeof AsyncHTTPTransport.prototype.handleAsyncRequest, "function");
});

test("a one-shot stream closes its client with the response", async (t) => {
  let transportClosed = 0;
  const make = () => {
    const mock = endless(() => undefined);
    return {
      handleAsyncRequest: mock.handleAsyncRequest.bind(mock),
      async aclose() {
        transportClosed += 1;
      },
    };
  };
  const response = await stream("GET", "http://h/", { transport: make() });
  t.is(transportClosed, 0);
  await response.aclose();
  t.is(transportClosed, 1);
  t.is(await stream("GET", "http://h/", { transport: make() }, (r) => r.statusCode), 200);
  t.is(transportClosed, 2);
  await get("http://h/", {
    transport: { ...make(), handleAsyncRequest: async () => new Response(200) },
  });
  t.is(transportClosed, 3);
});
