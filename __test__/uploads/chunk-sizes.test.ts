/** Chunks of every size, which cross the boundary in different memory: each arrives as it was when it was yielded. */
import { createHash } from "node:crypto";
import test from "ava";
import { AsyncClient } from "httpxide";
import { patterned, randomNumbers } from "../helpers/bytes.js";
import { startHttpServer } from "../helpers/http-server.js";
import { startPlainHttp2Server } from "../helpers/http2-server.js";
import { ok, replying, startRawServer } from "../helpers/raw-server.js";
import { turn } from "../helpers/waiting.js";

const KIB = 1024;
/** Around the sizes from which on chunks are copied beside the records, and have memory of their own. */
const SIZES = [1, 16 * KIB, 16 * KIB + 1, 64 * KIB, 100 * KIB, 256 * KIB, 256 * KIB + 1, 600 * KIB];
const LARGEST = 600 * KIB;
const PATTERN = patterned(LARGEST + 64 * KIB);

/** Yields `count` chunks in one buffer, which has other bytes each time. */
async function* reusing(
  count: number,
  seed: number,
  whole: (digest: string) => void,
): AsyncGenerator<Uint8Array> {
  const random = randomNumbers(seed);
  const buffer = new Uint8Array(LARGEST);
  const hash = createHash("sha256");
  for (let n = 0; n < count; n++) {
    const size = SIZES[Math.floor(random() * SIZES.length)]!;
    const from = Math.floor(random() * 64 * KIB);
    buffer.set(PATTERN.subarray(from, from + size));
    const chunk = buffer.subarray(0, size);
    hash.update(chunk);
    // some chunks come in one turn of the event loop, others alone
    if (random() < 0.2) await turn();
    yield chunk;
  }
  whole(hash.digest("hex"));
}

async function digestOf(body: AsyncIterable<unknown>, pauses: boolean): Promise<string> {
  const hash = createHash("sha256");
  for await (const piece of body) {
    hash.update(piece as Buffer);
    if (pauses) await turn();
  }
  return hash.digest("hex");
}

/** Answers with the digest of the body, and reads every other one slowly. */
async function startDigestServer(version: string): Promise<AsyncDisposable & { readonly url: string }> {
  let requests = 0;
  const pauses = (): boolean => requests++ % 2 === 1;
  return version === "2"
    ? await startPlainHttp2Server((stream) => {
        void digestOf(stream, pauses()).then((digest) => stream.end(digest));
      })
    : await startHttpServer(async (request, response) => {
        response.end(await digestOf(request, pauses()));
      });
}

for (const version of ["1.1", "2"]) {
  test(`uploads over HTTP/${version} that reuse their buffers arrive as they were yielded`, async (t) => {
    t.timeout(120_000);
    await using server = await startDigestServer(version);
    await using client = new AsyncClient({ http1: version === "1.1", http2: version === "2", timeout: null });
    const sent = Array.from({ length: 6 }, async (_, seed) => {
      let yielded = "";
      const content = reusing(100, seed + 1, (digest) => (yielded = digest));
      const { text } = await client.post(server.url, { content });
      t.is(text, yielded);
    });
    await Promise.all(sent);
  });
}

/** The sizes of the chunks in which a server gets eight pieces, without the last chunk. */
async function chunksOf(size: number, isReadyAtOnce: boolean): Promise<readonly number[]> {
  async function* content(): AsyncGenerator<Uint8Array> {
    for (let n = 0; n < 8; n++) {
      if (!isReadyAtOnce) await turn();
      yield new Uint8Array(size);
    }
  }
  await using server = await startRawServer(replying(ok()));
  await using client = new AsyncClient();
  await client.post(server.url, { content: content() });
  return server.requests[0]!.chunkSizes.filter((chunk) => chunk > 0);
}

// serial, as pieces of other uploads come between
test.serial("large pieces that are ready at once go in fewer chunks of at most 256 KiB", async (t) => {
  const chunks = await chunksOf(64 * KIB, true);
  t.is(
    chunks.reduce((sum, chunk) => sum + chunk),
    8 * 64 * KIB,
  );
  // a process that is stopped for a while takes two turns for them
  t.true(chunks.length <= 5, String(chunks));
  t.true(
    chunks.every((chunk) => chunk <= 256 * KIB),
    String(chunks),
  );
});

test("a piece that comes in a turn of its own is a chunk of its own, and so is a small one", async (t) => {
  t.deepEqual(await chunksOf(64 * KIB, false), Array<number>(8).fill(64 * KIB));
  t.deepEqual(await chunksOf(KIB, true), Array<number>(8).fill(KIB));
});
