// Bodies of requests: with their length where it is known, at the server's speed, and from the Request of any implementation.
import { Readable } from "node:stream";
import test from "ava";
import { fetch } from "httpxide/fetch";
import { type Echo, startHttpServer } from "../helpers/http-server.js";
import { startRawServer } from "../helpers/raw-server.js";
import { eventually, steady } from "../helpers/waiting.js";

const headerOf = (echo: Echo, name: string): string | undefined =>
  echo.headers.find(([given]) => given.toLowerCase() === name)?.[1];

test("a slow server slows the source down", async (t) => {
  let go = (): void => undefined;
  const gone = new Promise<void>((resolve) => (go = resolve));
  await using server = await startRawServer(async (connection) => {
    await connection.readHead();
    await gone;
  });
  let pulled = 0;
  const body = new ReadableStream({
    pull: (stream) => {
      pulled += 64 * 1024;
      stream.enqueue(new Uint8Array(64 * 1024));
    },
  });
  const answer = fetch(server.url, { method: "POST", body, duplex: "half" } as RequestInit);
  await steady(() => pulled);
  t.true(pulled < 32 * 1024 * 1024, `${pulled} bytes`);
  go();
  await t.throwsAsync(answer, { message: "fetch failed" });
});

test("the answer comes before the upload has ended", async (t) => {
  await using server = await startHttpServer((request, response) => {
    response.writeHead(200).write("early");
    request.pipe(response);
  });
  let source: ReadableStreamDefaultController<Uint8Array> | undefined;
  const body = new ReadableStream<Uint8Array>({ start: (controller) => void (source = controller) });
  source!.enqueue(new TextEncoder().encode(" one"));
  const response = await fetch(server.url, { method: "POST", body, duplex: "half" } as RequestInit);
  source!.enqueue(new TextEncoder().encode(" two"));
  source!.close();
  t.is(await response.text(), "early one two");
});

test("a stream of Node.js is sent, and one that fails rejects the call with its error as cause", async (t) => {
  await using server = await startHttpServer();
  const init = (body: Readable): RequestInit =>
    ({ method: "POST", body, duplex: "half" }) as unknown as RequestInit;
  const answer = await fetch(server.url, init(Readable.from([Buffer.from("a"), Buffer.from("b")])));
  t.is(((await answer.json()) as Echo).body, "ab");
  const failing = new Readable({ read: () => undefined });
  const error = fetch(server.url, init(failing));
  failing.destroy(new RangeError("of the source"));
  const { message, cause } = (await t.throwsAsync(error))!;
  t.is(message, "fetch failed");
  t.true(cause instanceof RangeError);
});

test("the body of a Request has its length if it is in memory", async (t) => {
  await using server = await startHttpServer();
  for (const body of ["hello", new Uint8Array(300_000).fill(97), new URLSearchParams({ a: "b" })]) {
    const answer = await fetch(new Request(server.url, { method: "POST", body }));
    const echo = (await answer.json()) as Echo;
    t.is(headerOf(echo, "content-length"), String(echo.body.length));
    t.is(headerOf(echo, "transfer-encoding"), undefined);
  }
});

test("a Blob, a file and a form in memory have their length in a Request too, which some servers need", async (t) => {
  await using server = await startHttpServer();
  const form = new FormData();
  form.append("name", "value");
  form.append("one", new File(["first"], "1.txt"));
  form.append("two", new File(["x".repeat(200_000)], "2.txt"));
  for (const body of [
    new Blob(["small"]),
    new File(["a", new Blob(["b"])], "c"),
    new Blob(["x".repeat(300_000)]),
    form,
  ]) {
    const answer = await fetch(new Request(server.url, { method: "POST", body }));
    const echo = (await answer.json()) as Echo;
    t.is(headerOf(echo, "content-length"), String(echo.body.length));
    t.is(headerOf(echo, "transfer-encoding"), undefined);
  }
});

test("the body of a Request that goes on by turns of the event loop is not held back for its length", async (t) => {
  let isRead = false;
  await using server = await startHttpServer((request, response) => {
    request.once("data", () => {
      isRead = true;
      response.end("read");
    });
  });
  const body = new ReadableStream({
    async pull(stream) {
      await new Promise((resolve) => setImmediate(resolve));
      if (isRead) stream.close();
      else stream.enqueue(new Uint8Array(1));
    },
  });
  const request = new Request(server.url, { method: "POST", body, duplex: "half" } as RequestInit);
  t.is(await (await fetch(request)).text(), "read");
});

test("a stream in a Request that fails is the cause of a failed fetch, and an abort is its own reason", async (t) => {
  await using server = await startHttpServer();
  const failing = (): ReadableStream =>
    new ReadableStream({ pull: () => Promise.reject(new RangeError("own")) });
  const init = { method: "POST", duplex: "half" } as RequestInit;
  const error = await t.throwsAsync(fetch(new Request(server.url, { ...init, body: failing() })), {
    instanceOf: TypeError,
    message: "fetch failed",
  });
  t.true(error.cause instanceof RangeError);
  const signal = AbortSignal.abort(new EvalError("enough"));
  const request = new Request(server.url, { ...init, body: failing() });
  await t.throwsAsync(fetch(request, { signal }), { instanceOf: EvalError, message: "enough" });
});

test("the body of a Request that is a slow stream is sent as it comes", async (t) => {
  await using server = await startHttpServer();
  const body = new ReadableStream({
    async start(controller) {
      controller.enqueue(new TextEncoder().encode("one "));
      await eventually("the head is sent", () => server.requests.length > 0);
      controller.enqueue(new TextEncoder().encode("two"));
      controller.close();
    },
  });
  const request = new Request(server.url, { method: "POST", body, duplex: "half" } as RequestInit);
  const echo = (await (await fetch(request)).json()) as Echo;
  t.is(echo.body, "one two");
  t.is(headerOf(echo, "transfer-encoding"), "chunked");
});

test("the Request of another implementation is read by its public members", async (t) => {
  await using server = await startHttpServer();
  const request = {
    url: `${server.url}/foreign`,
    method: "PUT",
    headers: new Map([["x-own", "1"]]),
    body: Readable.from([Buffer.from("of a stream")]),
    signal: null,
    redirect: "follow",
  };
  const echo = (await (await fetch(request as unknown as Request)).json()) as Echo;
  t.is(echo.path, "/foreign");
  t.is(echo.method, "PUT");
  t.is(headerOf(echo, "x-own"), "1");
  t.is(echo.body, "of a stream");
});

test("an ArrayBuffer that was transferred is a body without bytes", async (t) => {
  await using server = await startHttpServer();
  const body = new ArrayBuffer(4);
  structuredClone(body, { transfer: [body] });
  t.is(((await (await fetch(server.url, { method: "POST", body })).json()) as { body: string }).body, "");
});

test("bytes that are changed after the call are sent as they were", async (t) => {
  await using server = await startHttpServer();
  for (const body of [new Uint8Array(100_000), Buffer.alloc(100_000)]) {
    body.fill(97);
    const answer = fetch(server.url, { method: "POST", body });
    body.fill(98);
    t.is(((await (await answer).json()) as Echo).body, "a".repeat(100_000));
  }
});
