/**
 * A server that never stops sending takes turns with the others. It cannot occupy the engine's thread, and its requests
 * end with their total timeout. Tests run one at a time because each uses a whole core.
 */
import { constants, deflateRawSync } from "node:zlib";
import test from "ava";
import { AsyncClient, RemoteProtocolError, TotalTimeout } from "httpxide";
import { gatherBytes } from "../helpers/bytes.js";
import { failsAs, rejection } from "../helpers/failures.js";
import { startFloodThread } from "../helpers/flood-thread.js";
import { answering, startHttpServer } from "../helpers/http-server.js";
import { failsByLimit } from "../helpers/limits.js";
import { steady } from "../helpers/waiting.js";

const MEGABYTE = 1024 * 1024;
const CHUNKED = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
const DEFLATE = "HTTP/1.1 200 OK\r\nContent-Encoding: deflate\r\n\r\n";
/** A few kilobytes; each one decodes to a thousand. */
const BOMB = deflateRawSync(Buffer.alloc(4 * MEGABYTE), { finishFlush: constants.Z_SYNC_FLUSH });

const FLOODS: readonly (readonly [name: string, head: string, flood: Buffer])[] = [
  ["chunks of one byte", CHUNKED, Buffer.from("1\r\nx\r\n".repeat(10_000))],
  ["large chunks", CHUNKED, Buffer.from(`100000\r\n${"x".repeat(0x100000)}\r\n`)],
  ["a deflate bomb", DEFLATE, BOMB],
];

for (const [name, head, flood] of FLOODS) {
  test.serial(
    `${name}: a streamed flood ends with its total timeout, and other requests are served meanwhile`,
    async (t) => {
      await using flooding = await startFloodThread(head, flood);
      await using quiet = await startHttpServer(answering("quiet"));
      await using flooded = new AsyncClient({ timeout: { total: 700 } });
      await using client = new AsyncClient();
      const ended = rejection(
        flooded.stream("GET", flooding.url, {}, async (response) => {
          for await (const chunk of response.aiterBytes()) t.true(chunk.byteLength > 0);
        }),
      );
      // Each of these requests hits its read timeout if the flood occupies the thread.
      for (let served = 0; served < 10; served++) t.is((await client.get(quiet.url)).text, "quiet");
      t.true((await ended) instanceof TotalTimeout);
    },
  );
}

test.serial("a flood read as a whole ends with its total timeout", async (t) => {
  await using flooding = await startFloodThread(CHUNKED, Buffer.from("1\r\nx\r\n".repeat(10_000)));
  await using client = new AsyncClient();
  await failsByLimit(t, (total) => client.get(flooding.url, { timeout: { total } }), {
    as: TotalTimeout,
    phase: "body",
    requestSent: true,
  });
});

test.serial("endless interim responses are an error", async (t) => {
  await using flooding = await startFloodThread("", Buffer.from("HTTP/1.1 100 Continue\r\n\r\n".repeat(100)));
  await using client = new AsyncClient();
  await failsAs(t, client.get(flooding.url), { as: RemoteProtocolError, code: "ERR_INVALID_RESPONSE" });
});

test.serial("unread one-byte pieces do not fill the memory", async (t) => {
  // A stored deflate block of one byte (RFC 1951, 3.2.4), repeated.
  const flood = Buffer.from("0001 00fe ff78".replaceAll(" ", "").repeat(10_000), "hex");
  const framed = Buffer.concat([Buffer.from(`${flood.length.toString(16)}\r\n`), flood, Buffer.from("\r\n")]);
  await using flooding = await startFloodThread(
    CHUNKED.replace("\r\n\r\n", "\r\nContent-Encoding: deflate\r\n\r\n"),
    framed,
  );
  await using client = new AsyncClient();
  await using response = await client.stream("GET", flooding.url);
  const chunks = response.aiterBytes();
  await chunks.next();
  const before = process.memoryUsage.rss();
  await steady(() => Math.round(process.memoryUsage.rss() / (8 * MEGABYTE)));
  t.true(process.memoryUsage.rss() - before < 64 * MEGABYTE);
  await chunks.return?.();
  t.is(await gatherBytes(chunks).then((rest) => rest.length), 0);
});
