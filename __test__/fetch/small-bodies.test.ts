// A small body that came with its head is in memory when the response is there. Programs see no difference.
import { gzipSync } from "node:zlib";
import test from "ava";
import { createFetch, fetch } from "httpxide/fetch";
import { rejection } from "../helpers/failures.js";
import { answering, startHttpServer } from "../helpers/http-server.js";
import { answeringStreams, startPlainHttp2Server } from "../helpers/http2-server.js";
import { startRawServer } from "../helpers/raw-server.js";

const TEXTS = { ASCII: "hello", "beyond ASCII": "grüße, 世界", empty: "" };
const METHODS = ["text", "arrayBuffer", "bytes", "blob"] as const;

for (const [kind, text] of Object.entries(TEXTS)) {
  for (const method of METHODS) {
    test(`${method}() of text that is ${kind}, and its clone and its stream`, async (t) => {
      await using server = await startHttpServer(answering(text));
      const response = await fetch(server.url);
      const clone = response.clone();
      const result = await (response as unknown as Record<string, () => Promise<string>>)[method]!();
      t.is(await new Response(result).text(), text);
      t.true(response.bodyUsed);
      t.is(await new Response(clone.body).text(), text);
      await t.throwsAsync(response.text(), { instanceOf: TypeError });
    });
  }
}

test("json() of text that is ASCII and of text that is not, once", async (t) => {
  for (const value of ["grace", "grüße"]) {
    await using server = await startHttpServer(answering(JSON.stringify({ value })));
    const response = await fetch(server.url);
    t.deepEqual(await response.json(), { value });
    await t.throwsAsync(response.json(), { instanceOf: TypeError });
  }
});

test("json() of what is no JSON is a SyntaxError", async (t) => {
  await using server = await startHttpServer(answering("hello"));
  await t.throwsAsync((await fetch(server.url)).json(), { instanceOf: SyntaxError });
});

test("the memory of its bytes can be transferred to a worker, and of each chunk of its stream", async (t) => {
  await using server = await startHttpServer(answering("hello"));
  const buffer = await (await fetch(server.url)).arrayBuffer();
  structuredClone(buffer, { transfer: [buffer] });
  t.is(buffer.byteLength, 0);
  const { value } = await (await fetch(server.url)).body!.getReader().read();
  t.is(new TextDecoder().decode(value), "hello");
  structuredClone(value, { transfer: [value!.buffer] });
  t.is(value!.byteLength, 0);
});

for (const method of [...METHODS, "json"] as const) {
  test(`${method}() after an abort rejects with the reason`, async (t) => {
    await using server = await startHttpServer(answering('"hello"'));
    const controller = new AbortController();
    const response = await fetch(server.url, { signal: controller.signal });
    controller.abort();
    const result = (response as unknown as Record<string, () => Promise<unknown>>)[method]!();
    t.is(await rejection(result), controller.signal.reason);
  });
}

test("it is decoded, and one that inflates to more than a mebibyte is read as it comes", async (t) => {
  for (const text of ["hello ".repeat(1000), "0".repeat(3 * 1024 * 1024)]) {
    await using server = await startHttpServer((_request, response) => {
      response.setHeader("content-encoding", "gzip").end(gzipSync(text));
    });
    t.is(await (await fetch(server.url)).text(), text);
  }
});

const BROKEN = {
  "that is cut off": "Content-Length: 9\r\n\r\nhello",
  "that is not in its content coding": "Content-Encoding: gzip\r\nContent-Length: 5\r\n\r\nhello",
};
for (const [kind, rest] of Object.entries(BROKEN)) {
  test(`a response with a body ${kind} is there, and reading it is "terminated"`, async (t) => {
    await using server = await startRawServer(async (connection) => {
      await connection.readRequest();
      await connection.send(`HTTP/1.1 200 OK\r\n${rest}`);
    });
    const response = await fetch(server.url);
    t.is(response.status, 200);
    await t.throwsAsync(response.text(), { instanceOf: TypeError, message: "terminated" });
  });
}

test("many of them share a connection of HTTP/2", async (t) => {
  await using server = await startPlainHttp2Server(answeringStreams("hello"));
  const over2 = createFetch({ http1: false, http2: true });
  for (let round = 0; round < 5; round++) {
    const texts = Array.from({ length: 50 }, async () => (await over2(server.url)).text());
    t.deepEqual(new Set(await Promise.all(texts)), new Set(["hello"]));
  }
  t.is(server.sessions.length, 1);
});

test("the limit of a client to the size of bodies ends the reading, not the call", async (t) => {
  await using server = await startHttpServer(answering("hello"));
  const limited = createFetch({ maxResponseBytes: 4 });
  const response = await limited(server.url);
  await t.throwsAsync(response.text(), { instanceOf: TypeError, message: "terminated" });
});
