/**
 * Undoes Content-Encoding for responses that were made in JavaScript (mocks, user-written transports); what comes
 * over the network is decoded by the engine. Codings are undone in reverse order, unknown ones are skipped, an
 * empty body is fine, one that is cut short is an error, and what stands behind its end is ignored.
 */
import { Readable, type Transform, pipeline } from "node:stream";
import * as zlib from "node:zlib";
import { DecodingError } from "../../errors/request-error.js";
import type { HTTPErrorInit } from "../../errors/http-error.js";
import { gunzip, gunzipWhole } from "./gunzip.js";
import { joinBytes } from "../read/bytes.js";

/** One content coding. `head` is the beginning of what is to be decoded, two bytes at least if there are as many. */
interface Coding {
  readonly name: string;
  whole(bytes: Uint8Array): Uint8Array;
  stream(head: Uint8Array): Decoding;
}

type Decoding = (source: AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array>;

function through(decoder: Transform): Decoding {
  // The error is seen by the reader of the last stream: the callback has nothing to add.
  return (source) => pipeline(Readable.from(source, { objectMode: false }), decoder, () => undefined);
}

/** What Node.js has from 22.15 on. */
interface ZstdCodec {
  zstdDecompressSync?(bytes: Uint8Array): Uint8Array;
  createZstdDecompress?(): Transform;
}
const zstd = zlib as object as ZstdCodec;

function needZstd<F>(decoder: F | undefined): F {
  if (decoder === undefined)
    throw new Error("this JavaScript runtime has no zstd decoder (Node.js has from 22.15)");
  return decoder;
}

/**
 * "deflate" means the zlib format (RFC 9110, 8.4.1.2), but some servers send raw deflate. A zlib header has
 * compression method 8 and is a multiple of 31.
 */
function isZlib(head: Uint8Array): boolean {
  const [first = 0, second = 0] = head;
  return (first & 0x0f) === 8 && ((first << 8) | second) % 31 === 0;
}

const CODINGS: readonly Coding[] = [
  { name: "gzip", whole: gunzipWhole, stream: () => gunzip },
  {
    name: "deflate",
    whole: (bytes) => (isZlib(bytes) ? zlib.inflateSync(bytes) : zlib.inflateRawSync(bytes)),
    stream: (head) => through(isZlib(head) ? zlib.createInflate() : zlib.createInflateRaw()),
  },
  {
    name: "br",
    whole: (bytes) => zlib.brotliDecompressSync(bytes),
    stream: () => through(zlib.createBrotliDecompress()),
  },
  {
    name: "zstd",
    whole: (bytes) => needZstd(zstd.zstdDecompressSync)(bytes),
    stream: () => through(needZstd(zstd.createZstdDecompress)()),
  },
];

/** A longer chain is an attempt to make us work: each coding may multiply the size a thousandfold. */
const MAX_CODINGS = 5;

/** @internal The request that an error names. */
export type RequestOf = () => NonNullable<HTTPErrorInit["request"]> | null;

/** @internal The codings that `contentEncoding` lists, in the order in which they are to be undone. */
export function codingsOf(contentEncoding: string | null, requestOf: RequestOf): Coding[] {
  if (contentEncoding === null) return [];
  const names = contentEncoding.split(",").map((name) => name.trim().toLowerCase());
  const codings = names.flatMap((name) => CODINGS.find((coding) => coding.name === name) ?? []);
  if (codings.length > MAX_CODINGS) {
    throw failure(`more than ${MAX_CODINGS} content codings`, undefined, requestOf);
  }
  return codings.reverse();
}

/** @internal @throws DecodingError */
export function decodeWhole(bytes: Uint8Array, codings: readonly Coding[], requestOf: RequestOf): Uint8Array {
  let decoded = bytes;
  for (const coding of codings) {
    if (decoded.byteLength === 0) break;
    try {
      decoded = coding.whole(decoded);
    } catch (cause) {
      throw failure(`${coding.name}: ${(cause as Error).message}`, cause, requestOf);
    }
  }
  return decoded;
}

/** @internal The chunks of `received`, decoded. Not more is pulled than is read. @throws DecodingError */
export function decodeStream(
  received: AsyncIterable<Uint8Array>,
  codings: readonly Coding[],
  requestOf: RequestOf,
): AsyncIterable<Uint8Array> {
  return codings.reduce((input, coding) => undo(coding, input, requestOf), received);
}

async function* undo(
  coding: Coding,
  input: AsyncIterable<Uint8Array>,
  requestOf: RequestOf,
): AsyncGenerator<Uint8Array, void, undefined> {
  const chunks = input[Symbol.asyncIterator]();
  const head = await takeHead(chunks);
  if (head.byteLength === 0) return;

  let inputError: unknown;
  async function* rest(): AsyncGenerator<Uint8Array> {
    try {
      yield head;
      yield* { [Symbol.asyncIterator]: () => chunks };
    } catch (error) {
      inputError = error;
      throw error;
    }
  }
  try {
    yield* coding.stream(head)(rest());
  } catch (cause) {
    if (inputError !== undefined) throw inputError;
    throw failure(`${coding.name}: ${(cause as Error).message}`, cause, requestOf);
  }
}

/** Two bytes, so that {@link isZlib} can tell; fewer only at the end. */
async function takeHead(chunks: AsyncIterator<Uint8Array>): Promise<Uint8Array> {
  const taken: Uint8Array[] = [];
  for (let length = 0; length < 2;) {
    const { done, value } = await chunks.next();
    if (done) break;
    taken.push(value);
    length += value.byteLength;
  }
  return joinBytes(taken);
}

function failure(problem: string, cause: unknown, requestOf: RequestOf): DecodingError {
  const request = requestOf();
  const subject = request === null ? "" : `${request.summary}: `;
  return new DecodingError(`${subject}the response body cannot be decoded: ${problem}`, {
    // the engine's word for it
    code: "ERR_CONTENT_DECODING",
    cause,
    request: request ?? undefined,
    requestSent: true,
  });
}
