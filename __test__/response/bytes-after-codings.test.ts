/**
 * Bytes after the end of a content coding: further gzip members are decoded, other bytes after gzip and deflate are
 * ignored, by the engine and in responses made in JavaScript alike.
 */
import { deflateRawSync, deflateSync, gzipSync } from "node:zlib";
import test, { type ExecutionContext } from "ava";
import { AsyncClient, DecodingError, Response } from "httpxide";
import { gatherBytes, patterned } from "../helpers/bytes.js";
import { ok, replying, startRawServer } from "../helpers/raw-server.js";

const [FOO, BAR] = [gzipSync("foo"), gzipSync("bar")];
const GARBAGE = Buffer.from("garbage");
const EXTRA_NAME_COMMENT = 4 + 8 + 16;

function join(...parts: readonly (Uint8Array | string)[]): Buffer {
  return Buffer.concat(parts.map((part) => (typeof part === "string" ? Buffer.from(part, "latin1") : part)));
}

function* cut(bytes: Buffer, size: number): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

/** A member whose header has every field but the checksum (RFC 1952, 2.3). */
const DECORATED = join(
  Uint8Array.of(0x1f, 0x8b, 8, EXTRA_NAME_COMMENT, 0, 0, 0, 0, 0, 3),
  "\x03\0ext",
  "name\0",
  "comment\0",
  FOO.subarray(10),
);

/** The result of every way of reading a body in `coding`: from the network, and made whole, in pieces, byte by byte. */
function readings(coding: string, bytes: Buffer): (() => Promise<Uint8Array>)[] {
  const headers = { "Content-Encoding": coding };
  const pieces = [bytes.length, 1000, bytes.length < 10_000 ? 1 : 999];
  return [
    async () => {
      await using server = await startRawServer(replying(ok(bytes, `Content-Encoding: ${coding}`)));
      await using client = new AsyncClient();
      const { content } = await client.get(server.url);
      await using response = await client.stream("GET", server.url);
      const streamed = await gatherBytes(response.aiterBytes());
      if (!Buffer.from(content).equals(streamed)) throw new Error("streamed, it is another");
      return content;
    },
    async () => new Response(200, { headers, content: bytes }).content,
    ...pieces.map((size) => async () => {
      const response = new Response(200, { headers, content: cut(bytes, size) });
      const content = await response.aread();
      if (response.numBytesDownloaded !== bytes.length) throw new Error("not all of it was read");
      return content;
    }),
  ];
}

async function gives(
  t: ExecutionContext,
  coding: string,
  bytes: Buffer,
  expected: Buffer | string,
): Promise<void> {
  for (const read of readings(coding, bytes))
    t.true(Buffer.from(expected).equals(await read()), read.toString());
}

for (const [name, bytes, text] of [
  ["one member", FOO, "foo"],
  ["several members", join(FOO, BAR, gzipSync(""), FOO), "foobarfoo"],
  ["zero bytes, and a member behind them", join(FOO, Buffer.alloc(600), BAR, Buffer.alloc(9)), "foobar"],
  ["garbage", join(FOO, GARBAGE), "foo"],
  ["garbage behind zero bytes", join(FOO, "\0\0\0", GARBAGE), "foo"],
  ["a member behind garbage", join(FOO, "-", BAR), "foo"],
  ["the first byte of a member", join(FOO, BAR, "\x1f"), "foobar"],
  ["the first byte of a member, and garbage", join(FOO, "\x1f", GARBAGE), "foo"],
  ["a member with extra field, name and comment", join(BAR, DECORATED), "barfoo"],
] as const) {
  test(`gzip: ${name}`, (t) => gives(t, "gzip", bytes, text));
}

for (const [name, deflated] of [
  ["zlib's framing", deflateSync("foo")],
  ["no framing", deflateRawSync("foo")],
] as const) {
  test(`deflate with ${name}: the bytes after it are ignored`, async (t) => {
    await gives(t, "deflate", join(deflated, GARBAGE), "foo");
    await gives(t, "deflate", join(deflated, deflated), "foo");
  });
}

test("members of several megabytes are decoded", async (t) => {
  const [first, second] = [patterned(3_000_000), Buffer.alloc(5_000_000, "all the same ")];
  await gives(t, "gzip", join(gzipSync(first), gzipSync(second), GARBAGE), join(first, second));
});

for (const [name, bytes] of [
  ["a member that is cut short", FOO.subarray(0, -3)],
  ["a further member that is cut short", join(FOO, BAR.subarray(0, 15))],
  ["a further member of which only the header is there", join(FOO, DECORATED.subarray(0, 13))],
  ["bytes that only look like a member", join(FOO, "\x1f\x8b", GARBAGE, GARBAGE)],
  ["a wrong checksum", join(FOO.subarray(0, -8), "1234", FOO.subarray(-4))],
  ["a wrong length", join(FOO.subarray(0, -4), "\x04\0\0\0")],
  ["a wrong checksum in a further member", join(FOO, BAR.subarray(0, -8), "1234", BAR.subarray(-4))],
  ["no member at all", join(GARBAGE, GARBAGE)],
] as const) {
  test(`gzip: ${name} is an error`, async (t) => {
    for (const read of readings("gzip", bytes)) {
      await t.throwsAsync(read(), { instanceOf: DecodingError }, read.toString());
    }
  });
}
