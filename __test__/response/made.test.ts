// Responses made in JavaScript: the headers for their content.
import test from "ava";
import { AsyncClient, Request, Response } from "httpxide";

test("a response made from text, html or bytes has the matching headers", (t) => {
  const raw = (init: ConstructorParameters<typeof Response>[1]): [string, string][] =>
    new Response(200, init).headers.raw;
  t.deepEqual(raw({ text: "é" }), [
    ["Content-Length", "2"],
    ["Content-Type", "text/plain; charset=utf-8"],
  ]);
  t.deepEqual(raw({ text: "" }), [
    ["Content-Length", "0"],
    ["Content-Type", "text/plain; charset=utf-8"],
  ]);
  t.deepEqual(raw({ html: "<p>" }), [
    ["Content-Length", "3"],
    ["Content-Type", "text/html; charset=utf-8"],
  ]);
  t.deepEqual(raw({ content: "abc" }), [["Content-Length", "3"]]);
  t.deepEqual(raw({ content: "" }), []);
  t.deepEqual(raw({}), []);
  t.deepEqual(raw({ content: [] }), [["Transfer-Encoding", "chunked"]]);
});

test("a response's own headers override those for its content", (t) => {
  const typed = new Response(200, { headers: { "content-type": "text/x" }, text: "a" });
  t.deepEqual(typed.headers.raw, [
    ["content-type", "text/x"],
    ["Content-Length", "1"],
  ]);
  const sized = new Response(200, { headers: { "Content-Length": "5" }, content: ["hello"] });
  t.deepEqual(sized.headers.raw, [["Content-Length", "5"]]);
});

test("changing a response's headers does not change the headers it was made from", async (t) => {
  const { headers } = new Request("GET", "http://h/", { headers: { A: "1" } });
  const response = new Response(200, { headers });
  response.headers.set("A", "2");
  t.is(headers.get("A"), "1");
});

test("the status is a number of three digits", (t) => {
  for (const status of [100, 200, 404, 599, 999]) t.is(new Response(status).statusCode, status);
  for (const status of ["200", "x", null, undefined, 200n, {}, { status: 200 }]) {
    t.throws(() => new Response(status as never), {
      instanceOf: TypeError,
      message: /^The status of a Response must be a number, not /,
      code: "ERR_INVALID_ARG_TYPE",
    });
  }
  for (const status of [NaN, 1.5, -1, 0, 99, 1000, Infinity]) {
    t.throws(() => new Response(status), {
      instanceOf: RangeError,
      message: `The status of a Response must be a whole number of three digits, not ${status}.`,
      code: "ERR_OUT_OF_RANGE",
    });
  }
});

test("no bytes of a response are in memory that other threads have", async (t) => {
  const shared = new Uint8Array(new SharedArrayBuffer(3)).fill(7);
  async function* pieces(): AsyncGenerator<Uint8Array> {
    yield shared;
  }
  const stream = (): ReadableStream<Uint8Array> =>
    new ReadableStream({
      start(controller) {
        controller.enqueue(shared);
        controller.close();
      },
    });
  const handler = (): globalThis.Response => new globalThis.Response(stream() as ReadableStream<never>);
  await using app = new AsyncClient({ app: handler });
  for (const make of [
    () => new Response(200, { content: shared }),
    () => new Response(200, { content: pieces() }),
    () => new Response(200, { content: stream() }),
    () => app.stream("GET", "http://a/"),
  ]) {
    t.is(await new Blob([await (await make()).aread()]).text(), "\u0007".repeat(3));
    for await (const bytes of (await make()).aiterBytes()) t.true(bytes.buffer instanceof ArrayBuffer);
  }
});
