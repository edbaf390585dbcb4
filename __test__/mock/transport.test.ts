// MockTransport, and the guarantees of a client over any transport.
import test from "ava";
import { AsyncClient, type AsyncTransport, MockTransport, ReadError, RequestError, Response } from "httpxide";
import { eventually } from "../helpers/waiting.js";

test("the handler receives the request and makes the response", async (t) => {
  const transport = new MockTransport(
    (request) => new Response(200, { json: { path: request.url.pathname } }),
  );
  await using client = new AsyncClient({ transport });
  const response = await client.get("http://h/x");
  t.deepEqual(response.json(), { path: "/x" });
  t.is(response.request.method, "GET");
  t.is(response.url.href, "http://h/x");
});

test("the handler may be async", async (t) => {
  const transport = new MockTransport(async () => Promise.resolve(new Response(204)));
  await using client = new AsyncClient({ transport });
  t.is((await client.get("http://h/")).statusCode, 204);
});

test("the handler receives the body already read, even from a generator", async (t) => {
  const transport = new MockTransport((request) => new Response(200, { content: request.content }));
  await using client = new AsyncClient({ transport });
  const content = (async function* () {
    yield "a";
    yield new TextEncoder().encode("b");
  })();
  t.is((await client.post("http://h/", { content })).text, "ab");
  t.is((await client.post("http://h/", { json: [1] })).text, "[1]");
  t.is((await client.post("http://h/", { data: { a: ["1", "2"] } })).text, "a=1&a=2");
  t.is((await client.get("http://h/")).text, "");
});

test("an exception of the handler reaches the caller", async (t) => {
  const failure = new Error("no");
  const transport = new MockTransport(() => {
    throw failure;
  });
  await using client = new AsyncClient({ transport });
  t.is(await t.throwsAsync(client.get("http://h/")), failure);
});

test("the errors of a transport get the request, also those created without one", async (t) => {
  const headers = { "Content-Encoding": "gzip" };
  for (const signal of [null, new AbortController().signal]) {
    for (const handler of [
      () => new Response(200, { headers, content: "no gzip" }),
      () => Promise.reject(new ReadError("broken")),
    ]) {
      await using client = new AsyncClient({ transport: new MockTransport(handler) });
      const error = await t.throwsAsync<RequestError>(client.get("http://h/x", { signal }), {
        instanceOf: RequestError,
      });
      t.is(error.request.url.href, "http://h/x");
    }
  }
});

test("a handler that returns no Response of this package gets an error that says so", async (t) => {
  const transport = new MockTransport((() => new globalThis.Response("hi")) as never);
  await using client = new AsyncClient({ transport });
  await t.throwsAsync(client.get("http://h/"), { instanceOf: TypeError, message: /must return a Response/ });
});

test("a custom transport is used, gets the options, and is closed once", async (t) => {
  const calls: unknown[] = [];
  const transport: AsyncTransport = {
    async handleAsyncRequest(request, options) {
      calls.push([request.method, options?.stream]);
      return new Response(200, { content: "a" });
    },
    async aclose() {
      calls.push("closed");
    },
  };
  const client = new AsyncClient({ transport });
  await client.get("http://h/");
  await client.stream("POST", "http://h/");
  await client.aclose();
  await client.aclose();
  t.deepEqual(calls, [["GET", false], ["POST", true], "closed"]);
});

test("elapsed counts until the headers while the response is open, and until its end afterwards", async (t) => {
  const message = "'.elapsed' may only be accessed after a client has received the response.";
  const content = async function* (): AsyncGenerator<string> {
    yield "a";
  };
  await using client = new AsyncClient({
    transport: new MockTransport(() => new Response(200, { content: content() })),
  });
  t.true((await client.get("http://h/")).elapsed > 0);
  const response = await client.stream("GET", "http://h/");
  const untilHeaders = response.elapsed;
  t.true(untilHeaders > 0);
  const before = performance.now();
  await eventually("the clock moves on", () => performance.now() > before);
  t.is(response.elapsed, untilHeaders);
  await response.aclose();
  t.true(response.elapsed > untilHeaders);
  t.throws(() => new Response(200).elapsed, { message });
});

test("one response can answer several requests", async (t) => {
  const shared = new Response(200, { text: "same" });
  await using client = new AsyncClient({ transport: new MockTransport(() => shared) });
  t.is((await client.get("http://h/1")).text, "same");
  t.is((await client.get("http://h/2")).url.pathname, "/2");
});
