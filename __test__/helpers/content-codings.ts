/**
 * Encoded bodies and their decoded text: the table for every kind of response. Fixed bytes come from other compressors
 * than Node.js' own.
 */
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from "node:zlib";

/** One body. */
export interface CodedBody {
  readonly name: string;
  /** The value of its `Content-Encoding`. */
  readonly coding: string;
  readonly bytes: Buffer;
}

/** A body that decodes, and its text. */
export interface GoodBody extends CodedBody {
  readonly text: string;
}

/** A body that does not decode, and the code of the error. */
export interface BadBody extends CodedBody {
  readonly code: "ERR_CONTENT_DECODING" | "ERR_CONTENT_TRUNCATED";
}

export const TEXT = "test 123";
/** `zstd -19` of {@link TEXT}. */
const ZSTD = Buffer.from("KLUv/QRoQQAAdGVzdCAxMjMjwwEE", "base64");
/** Frames of "foo" and "bar" with a skippable frame (RFC 8878, 3.1.2) between them. */
const ZSTD_FRAMES = Buffer.from("KLUv/QRYGQAAZm9vP7rEWVAqTRgHAAAAAAAAAAAAACi1L/0EWBkAAGJhclmmJ60=", "base64");
/** brotli of {@link TEXT}. */
const BROTLI = Buffer.from("8b0380746573742031323303", "hex");

/** A zstd frame whose only block is raw (RFC 8878, 3.1.1): Node.js 20 has no zstd compressor. */
function storedZstd(content: Buffer): Buffer {
  const header = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x20, content.length]);
  const lastRawBlock = (content.length << 3) | 1;
  return Buffer.concat([header, Buffer.from([lastRawBlock & 0xff, lastRawBlock >> 8, 0]), content]);
}

/** {@link TEXT} in every coding, and in several. */
export const CODED: readonly CodedBody[] = [
  { name: "gzip", coding: "gzip", bytes: gzipSync(TEXT) },
  { name: "deflate with zlib's framing", coding: "deflate", bytes: deflateSync(TEXT) },
  { name: "deflate without framing", coding: "deflate", bytes: deflateRawSync(TEXT) },
  { name: "br", coding: "br", bytes: BROTLI },
  { name: "zstd", coding: "zstd", bytes: ZSTD },
  { name: "two codings", coding: "deflate, gzip", bytes: gzipSync(deflateSync(TEXT)) },
  { name: "zstd and br", coding: "zstd, br", bytes: brotliCompressSync(ZSTD) },
  {
    name: "five codings",
    coding: "br, gzip, deflate, zstd, gzip",
    bytes: gzipSync(storedZstd(deflateSync(gzipSync(BROTLI)))),
  },
];

const GARBAGE = Buffer.from("\xff\xff this is not it", "latin1");
const plain = Buffer.from(TEXT);
const gzip = gzipSync(TEXT);

/** `bytes` with one bit changed, `at` bytes from the end. */
function flipped(bytes: Buffer, at: number): Buffer {
  const changed = Buffer.from(bytes);
  changed[changed.length - at]! ^= 1;
  return changed;
}

function sixTimes(bytes: Buffer): Buffer {
  return gzipSync(gzipSync(gzipSync(gzipSync(gzipSync(gzipSync(bytes))))));
}

export const GOOD: readonly GoodBody[] = [
  ...CODED.map((body) => ({ ...body, text: TEXT })),
  ...CODED.map(({ name, coding }) => ({ name: `${name}, empty`, coding, bytes: Buffer.alloc(0), text: "" })),
  { name: "x-gzip (RFC 9110, 8.4.1.3)", coding: "x-gzip", bytes: gzip, text: TEXT },
  { name: "a name in capitals", coding: "X-GZip", bytes: gzip, text: TEXT },
  { name: "blanks around the names", coding: "identity ,\t gzip", bytes: gzip, text: TEXT },
  { name: "empty elements", coding: ",gzip,,", bytes: gzip, text: TEXT },
  { name: "identity", coding: "identity", bytes: plain, text: TEXT },
  { name: "identity among others", coding: "identity, gzip, identity", bytes: gzip, text: TEXT },
  { name: "an unknown coding", coding: "compress-o-matic", bytes: plain, text: TEXT },
  { name: "an unknown coding among others", coding: "aes128gcm, gzip", bytes: gzip, text: TEXT },
  {
    name: "gzip in several members",
    coding: "gzip",
    bytes: Buffer.concat([gzipSync("foo"), gzipSync("bar")]),
    text: "foobar",
  },
  {
    name: "gzip with zeros behind it",
    coding: "gzip",
    bytes: Buffer.concat([gzip, Buffer.alloc(9)]),
    text: TEXT,
  },
  { name: "gzip with garbage behind it", coding: "gzip", bytes: Buffer.concat([gzip, GARBAGE]), text: TEXT },
  {
    name: "deflate with garbage behind it",
    coding: "deflate",
    bytes: Buffer.concat([deflateSync(TEXT), GARBAGE]),
    text: TEXT,
  },
  {
    name: "raw deflate with garbage behind it",
    coding: "deflate",
    bytes: Buffer.concat([deflateRawSync(TEXT), GARBAGE]),
    text: TEXT,
  },
  { name: "zstd in several frames, one to be skipped", coding: "zstd", bytes: ZSTD_FRAMES, text: "foobar" },
];

export const BAD: readonly BadBody[] = [
  ...CODED.map(({ name, coding, bytes }) => ({
    name: `${name}, without its last byte`,
    coding,
    bytes: bytes.subarray(0, -1),
    code: "ERR_CONTENT_TRUNCATED" as const,
  })),
  ...CODED.map(({ name, coding, bytes }) => ({
    name: `${name}, cut in the middle`,
    coding,
    bytes: bytes.subarray(0, bytes.length >> 1),
    code: "ERR_CONTENT_TRUNCATED" as const,
  })),
  ...CODED.map(({ name, coding }) => ({
    name: `${name}, which it is not`,
    coding,
    bytes: GARBAGE,
    code: "ERR_CONTENT_DECODING" as const,
  })),
  {
    name: "gzip with a wrong checksum",
    coding: "gzip",
    bytes: flipped(gzip, 8),
    code: "ERR_CONTENT_DECODING",
  },
  {
    name: "gzip with a wrong length",
    coding: "gzip",
    bytes: flipped(gzip, 4),
    code: "ERR_CONTENT_DECODING",
  },
  {
    name: "deflate with a wrong checksum",
    coding: "deflate",
    bytes: flipped(deflateSync(TEXT), 1),
    code: "ERR_CONTENT_DECODING",
  },
  {
    name: "zstd with a wrong checksum",
    coding: "zstd",
    bytes: flipped(ZSTD, 1),
    code: "ERR_CONTENT_DECODING",
  },
  {
    name: "gzip with a further member that is cut short",
    coding: "gzip",
    bytes: Buffer.concat([gzip, gzip.subarray(0, -1)]),
    code: "ERR_CONTENT_TRUNCATED",
  },
  {
    name: "br with bytes behind it",
    coding: "br",
    bytes: Buffer.concat([BROTLI, GARBAGE]),
    code: "ERR_CONTENT_DECODING",
  },
  {
    name: "zstd with garbage behind it",
    coding: "zstd",
    bytes: Buffer.concat([ZSTD, GARBAGE]),
    code: "ERR_CONTENT_DECODING",
  },
  {
    name: "six codings",
    coding: "gzip, gzip, gzip, gzip, gzip, x-gzip",
    bytes: sixTimes(plain),
    code: "ERR_CONTENT_DECODING",
  },
];
