// Iterating over a body: chunk sizes, repeated reads, closing, aborting. Chunk sizes are HTTPX's own cases.
import { Readable } from "node:stream";
import test from "ava";
import { gzipSync } from "node:zlib";
import {
  AsyncClient,
  MockTransport,
  Response,
  ResponseNotRead,
  StreamClosed,
  StreamConsumed,
} from "httpxide";
import { gather, inChunks } from "../helpers/bytes.js";

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const decode = (bytes: Uint8Array): string => Buffer.from(bytes).toString("latin1");

const streamed = (...chunks: readonly (string | Uint8Array)[]): Response =>
  new Response(200, { content: inChunks(...chunks) });

const sizes: readonly [size: number | undefined, pieces: readonly string[]][] = [
  [undefined, ["Hello, ", "world!"]],
  [1, [..."Hello, world!"]],
  [5, ["Hello", ", wor", "ld!"]],
  [7, ["Hello, ", "world!"]],
  [13, ["Hello, world!"]],
  [20, ["Hello, world!"]],
];

for (const [size, pieces] of sizes) {
  test(`chunks of ${size ?? "any"} size: bytes, raw and text`, async (t) => {
    const make = (): Response => streamed("Hello, ", "", "world!");
    t.deepEqual((await gather(make().aiterBytes(size))).map(decode), pieces);
    t.deepEqual((await gather(make().aiterRaw(size))).map(decode), pieces);
    t.deepEqual(await gather(make().aiterText(size)), pieces);
  });
}

test("no chunk follows a last chunk that is full", async (t) => {
  t.deepEqual(await gather(streamed("Hello, world!!").aiterText(7)), ["Hello, ", "world!!"]);
});

test("text is cut between characters, not within a surrogate pair", async (t) => {
  t.deepEqual(await gather(streamed("a🌍", "🌎🌏b").aiterText(2)), ["a🌍", "🌎🌏", "b"]);
});

test("a chunk size must be a positive integer", (t) => {
  for (const size of [0, -1, 1.5, NaN]) {
    t.throws(() => streamed("a").aiterBytes(size), { instanceOf: RangeError });
    t.throws(() => streamed("a").aiterRaw(size), { instanceOf: RangeError });
    t.throws(() => streamed("a").aiterText(size), { instanceOf: RangeError });
  }
});

test("a body that was read can be iterated any number of times", async (t) => {
  const response = streamed("Hello, ", "world!");
  t.is(decode(await response.aread()), "Hello, world!");
  for (let times = 0; times < 2; times += 1) {
    t.deepEqual((await gather(response.aiterBytes())).map(decode), ["Hello, world!"]);
    t.deepEqual((await gather(response.aiterBytes(8))).map(decode), ["Hello, w", "orld!"]);
    t.deepEqual(await gather(response.aiterText(8)), ["Hello, w", "orld!"]);
    t.deepEqual(await gather(response.aiterLines()), ["Hello, world!"]);
  }
});

test("an empty body has no chunks", async (t) => {
  for (const response of [new Response(200), streamed(), streamed("", "")]) {
    t.deepEqual(await gather(response.aiterBytes()), []);
  }
  t.deepEqual(await gather(new Response(200).aiterText(3)), []);
});

test("aread can be called again, and concurrently", async (t) => {
  const response = streamed("a", "b");
  const [one, two] = await Promise.all([response.aread(), response.aread()]);
  t.is(one, two);
  t.is(await response.aread(), one);
  t.is(response.content, one);
});

test("content before reading is refused", (t) => {
  t.throws(() => streamed("a").content, { instanceOf: ResponseNotRead });
});

test("a body that has been streamed cannot be streamed or read again", async (t) => {
  for (const read of [
    (r: Response) => gather(r.aiterBytes()),
    (r: Response) => gather(r.aiterRaw()),
    (r: Response) => gather(r.aiterText()),
    (r: Response) => r.aread(),
  ]) {
    const response = streamed("a");
    await gather(response.aiterRaw());
    t.true(response.isStreamConsumed);
    await t.throwsAsync(read(response), { instanceOf: StreamConsumed });
  }
});

test("the raw bytes of a body that was read are not kept", async (t) => {
  const response = streamed("a");
  await response.aread();
  await t.throwsAsync(gather(response.aiterRaw()), { instanceOf: StreamConsumed });
  await t.throwsAsync(gather(new Response(200, { content: "a" }).aiterRaw()), {
    instanceOf: StreamConsumed,
  });
});

test("a closed response cannot be read", async (t) => {
  const response = streamed("a");
  await response.aclose();
  t.true(response.isClosed);
  t.false(response.isStreamConsumed);
  await t.throwsAsync(gather(response.aiterBytes()), { instanceOf: StreamClosed });
  await t.throwsAsync(response.aread(), { instanceOf: StreamClosed });
  t.throws(() => response.content, { instanceOf: ResponseNotRead });
});

test("reading to the end closes the response", async (t) => {
  const response = streamed("a");
  t.false(response.isClosed);
  await gather(response.aiterBytes());
  t.true(response.isClosed);
});

for (const [name, iterate] of [
  ["aiterBytes", (r: Response) => r.aiterBytes()],
  ["aiterBytes with a size", (r: Response) => r.aiterBytes(1)],
  ["aiterRaw", (r: Response) => r.aiterRaw()],
  ["aiterText", (r: Response) => r.aiterText()],
  ["aiterText with a size", (r: Response) => r.aiterText(1)],
  ["aiterLines", (r: Response) => r.aiterLines()],
] as const) {
  test(`leaving ${name} early closes the response and its source`, async (t) => {
    let finished = false;
    const response = new Response(200, {
      content: (async function* () {
        try {
          for (;;) yield "abc\n";
        } finally {
          finished = true;
        }
      })(),
    });
    for await (const part of iterate(response) as AsyncIterable<unknown>) {
      t.truthy(part);
      break;
    }
    t.true(response.isClosed);
    t.true(finished);
  });
}

test("an error of the body reaches the reader, and closes the response", async (t) => {
  const failure = new Error("the disk is on fire");
  const response = new Response(200, {
    content: (async function* () {
      yield "a";
      throw failure;
    })(),
  });
  t.is(await t.throwsAsync(response.aread()), failure);
  t.true(response.isClosed);
});

test("closing during a read that never ends does not hang", async (t) => {
  const response = new Response(200, {
    content: (async function* () {
      yield "a";
      await new Promise(() => undefined);
    })(),
  });
  const chunks = response.aiterBytes();
  await chunks.next();
  // it never settles, or finds the body closed
  chunks.next().catch(() => undefined);
  await response.aclose();
  t.true(response.isClosed);
});

test("closing a response during a read is not mistaken for the end of its body", async (t) => {
  const response = streamed("a", "b");
  const chunks = response.aiterText();
  t.is((await chunks.next()).value, "a");
  await response.aclose();
  await t.throwsAsync(chunks.next(), { instanceOf: StreamClosed });
});

test("the read after an abort rejects with the reason", async (t) => {
  const controller = new AbortController();
  await using client = new AsyncClient({ transport: new MockTransport(() => streamed("a", "b")) });
  const response = await client.stream("GET", "http://h/", { signal: controller.signal });
  const chunks = response.aiterText();
  t.is((await chunks.next()).value, "a");
  const reason = new Error("enough");
  controller.abort(reason);
  t.true(response.isClosed);
  t.is(await t.throwsAsync(chunks.next()), reason);
});

test("await using closes a response", async (t) => {
  const response = streamed("a");
  {
    await using same = response;
    t.is(same, response);
  }
  t.true(response.isClosed);
});

test("content comes from iterables, web streams and Node.js streams", async (t) => {
  const web = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(encode("a"));
      controller.enqueue(encode("b"));
      controller.close();
    },
  });
  for (const content of [["a", "b"], new Set(["a", "b"]), web, Readable.from([encode("a"), encode("b")])]) {
    const response = new Response(200, { content });
    t.is(response.headers.get("transfer-encoding"), "chunked");
    await response.aread();
    t.is(response.text, "ab");
  }
});

test("a chunk that is neither bytes nor text is refused", async (t) => {
  const content = inChunks(7 as unknown as string);
  await t.throwsAsync(new Response(200, { content }).aread(), { instanceOf: TypeError });
});

test("numBytesDownloaded counts received bytes, before decoding", async (t) => {
  const body = gzipSync("a".repeat(10_000));
  const headers = { "Content-Encoding": "gzip" };
  const response = new Response(200, { headers, content: inChunks(body) });
  t.is(response.numBytesDownloaded, 0);
  await response.aread();
  t.is(response.numBytesDownloaded, body.byteLength);
  t.is(response.content.byteLength, 10_000);
  t.is(new Response(200, { headers, content: body }).numBytesDownloaded, 0, "nothing was downloaded");
});

test("an abort ends a streamed body with the signal's reason", async (t) => {
  const controller = new AbortController();
  await using client = new AsyncClient({
    transport: new MockTransport(
      () =>
        new Response(200, {
          content: (async function* () {
            yield "a";
            await new Promise(() => undefined);
          })(),
        }),
    ),
  });
  const response = await client.stream("GET", "http://h/", { signal: controller.signal });
  const chunks = response.aiterText();
  t.is((await chunks.next()).value, "a");
  const reason = new Error("enough");
  const next = t.throwsAsync(chunks.next());
  controller.abort(reason);
  t.is(await next, reason);
  t.true(response.isClosed);
});

test("a large body in memory is split only as its pieces are requested", async (t) => {
  const content = new Uint8Array(20_000_000).fill(10);
  const response = new Response(200, { content });
  const before = process.memoryUsage();
  for (const pieces of [response.aiterBytes(1), response.aiterText(1), response.aiterLines()])
    await pieces.next();
  const after = process.memoryUsage();
  // All pieces at once would take gigabytes.
  t.true(after.heapUsed + after.external - before.heapUsed - before.external < 100_000_000);
});

test("the pieces of a body in memory are views of it", async (t) => {
  const content = new Uint8Array(1_000_000);
  const lengths = [];
  for await (const piece of new Response(200, { content }).aiterBytes(70_000)) {
    t.is(piece.buffer, content.buffer);
    lengths.push(piece.byteLength);
  }
  t.deepEqual(lengths, [...Array<number>(14).fill(70_000), 20_000]);
});
