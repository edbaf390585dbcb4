/**
 * maxResponseBytes limits the decoded body, so that neither a long body nor a decompression bomb fills the memory.
 */
import { brotliCompressSync, gzipSync } from "node:zlib";
import test from "ava";
import { AsyncClient, AsyncHTTPTransport, MockTransport, Response, ResponseTooLarge } from "httpxide";
import { gatherBytes } from "../helpers/bytes.js";
import { failsAs } from "../helpers/failures.js";
import { chunk, chunkedHead, LAST_CHUNK, ok, replying, startRawServer } from "../helpers/raw-server.js";
import { eventually } from "../helpers/waiting.js";

const LIMIT = 100_000;
const EXPECTED = { as: ResponseTooLarge, requestSent: true } as const;

function inChunks(size: number): Buffer {
  return Buffer.concat([chunkedHead(), chunk(Buffer.alloc(size)), Buffer.from(LAST_CHUNK)]);
}

const ANSWERS: readonly (readonly [name: string, answer: (size: number) => Buffer])[] = [
  ["with its length", (size) => ok(Buffer.alloc(size))],
  ["in chunks", inChunks],
  ["in gzip", (size) => ok(gzipSync(Buffer.alloc(size)), "Content-Encoding: gzip")],
  ["in brotli", (size) => ok(brotliCompressSync(Buffer.alloc(size)), "Content-Encoding: br")],
];

for (const [name, answer] of ANSWERS) {
  test(`a body ${name} may be as large as the limit, and no larger`, async (t) => {
    await using server = await startRawServer(
      replying((request) => answer(request.line.includes("/larger") ? LIMIT + 1 : LIMIT)),
    );
    await using client = new AsyncClient({ maxResponseBytes: LIMIT });
    t.is((await client.get(server.url)).content.byteLength, LIMIT);
    await failsAs(t, client.get(`${server.url}/larger`), EXPECTED);
    await using response = await client.stream("GET", `${server.url}/larger`);
    await failsAs(t, gatherBytes(response.aiterBytes()), EXPECTED);
    t.is((await client.get(server.url)).content.byteLength, LIMIT);
  });
}

test("an endless body stops at the limit, and its connection closes", async (t) => {
  await using server = await startRawServer(async (connection) => {
    await connection.readRequest();
    await connection.send(chunkedHead());
    const piece = chunk(Buffer.alloc(10_000));
    while (await connection.send(piece));
  });
  await using client = new AsyncClient({ maxResponseBytes: LIMIT });
  await failsAs(t, client.get(server.url), EXPECTED);
  await eventually("the server's socket is closed", () => server.openSockets === 0);
});

test("without maxResponseBytes there is no limit", async (t) => {
  await using server = await startRawServer(replying(inChunks(10_000_000)));
  await using client = new AsyncClient({ maxResponseBytes: null });
  t.is((await client.get(server.url)).content.byteLength, 10_000_000);
});

test("the client's limit applies while the response of a given transport arrives, not only after it", async (t) => {
  await using server = await startRawServer(async (connection) => {
    await connection.readRequest();
    await connection.send(chunkedHead());
    // Endless: a client that collects the whole body first never returns.
    while (await connection.send(chunk(Buffer.alloc(64 * 1024))));
  });
  await using client = new AsyncClient({ transport: new AsyncHTTPTransport(), maxResponseBytes: LIMIT });
  await failsAs(t, client.get(server.url), EXPECTED);
  await eventually("the connection is closed", () => server.openSockets === 0);
});

test("a limit that is not a number of bytes is refused by client and transport", (t) => {
  for (const maxResponseBytes of [-1, 1.5, Number.NaN]) {
    t.throws(() => new AsyncClient({ maxResponseBytes }), { instanceOf: RangeError });
    t.throws(() => new AsyncHTTPTransport({ maxResponseBytes }), { instanceOf: RangeError });
  }
});

const endless = (): Response =>
  new Response(200, {
    content: (async function* () {
      for (;;) yield new Uint8Array(1000);
    })(),
  });

test("maxResponseBytes holds for every transport and every way of reading", async (t) => {
  await using client = new AsyncClient({ transport: new MockTransport(endless), maxResponseBytes: 10_000 });
  const error = await t.throwsAsync(client.get("http://h/"), { instanceOf: ResponseTooLarge });
  t.is(error.message, "GET http://h/: the response body is larger than maxResponseBytes (10000)");
  const response = await client.stream("GET", "http://h/");
  let seen = 0;
  await t.throwsAsync(
    async () => {
      for await (const chunk of response.aiterBytes()) seen += chunk.byteLength;
    },
    { instanceOf: ResponseTooLarge },
  );
  t.is(seen, 10_000);
  t.true(response.isClosed);
});

test("maxResponseBytes holds for bodies in memory, and counts decoded bytes", async (t) => {
  const serve = (): Response =>
    new Response(200, { headers: { "Content-Encoding": "gzip" }, content: gzipSync("a".repeat(101)) });
  await using strict = new AsyncClient({ transport: new MockTransport(serve), maxResponseBytes: 100 });
  await t.throwsAsync(strict.get("http://h/"), { instanceOf: ResponseTooLarge });
  await using fitting = new AsyncClient({ transport: new MockTransport(serve), maxResponseBytes: 101 });
  t.is((await fitting.get("http://h/")).content.byteLength, 101);
});
