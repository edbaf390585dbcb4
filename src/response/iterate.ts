/**
 * The iterators over a response's body: each takes the chunks as they come and regroups them. Leaving one early
 * ends the iterator below it, and so closes the response.
 */
import { StreamConsumed } from "../errors/stream-error.js";
import { ByteChunker } from "../body/read/bytes.js";
import { CharacterChunker } from "../body/read/characters.js";
import { LineDecoder } from "../body/read/lines.js";
import { TextDecoding } from "../body/read/text.js";

const PART = 64 * 1024;

type Chunks = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

/** @internal */
export function checkChunkSize(chunkSize: number | undefined): void {
  if (chunkSize !== undefined && !(Number.isSafeInteger(chunkSize) && chunkSize > 0)) {
    throw new RangeError(`chunkSize must be a positive integer, not ${String(chunkSize)}.`);
  }
}

/** @internal Pieces of exactly `size` bytes, the last may be shorter. */
export async function* inBytes(chunks: Chunks, size: number): AsyncGenerator<Uint8Array, void, undefined> {
  const chunker = new ByteChunker(size);
  for await (const chunk of chunks) yield* chunker.push(chunk);
  yield* chunker.flush();
}

/** @internal Text as it comes, never empty. */
export async function* inText(chunks: Chunks, encoding: string): AsyncGenerator<string, void, undefined> {
  const decoding = new TextDecoding(encoding);
  for await (const chunk of chunks) {
    const text = decoding.decode(chunk);
    if (text !== "") yield text;
  }
  const rest = decoding.flush();
  if (rest !== "") yield rest;
}

/** @internal Pieces of exactly `size` characters, the last may be shorter. */
export async function* inCharacters(
  texts: AsyncIterable<string>,
  size: number,
): AsyncGenerator<string, void, undefined> {
  const chunker = new CharacterChunker(size);
  for await (const text of texts) yield* chunker.push(text);
  yield* chunker.flush();
}

/** @internal */
export async function* inLines(texts: AsyncIterable<string>): AsyncGenerator<string, void, undefined> {
  const decoder = new LineDecoder();
  for await (const text of texts) yield* decoder.decode(text);
  yield* decoder.flush();
}

/** @internal A body in memory, as one chunk or in parts of so many bytes; an empty one has none. */
export async function* whole(
  content: Uint8Array,
  part = content.byteLength,
): AsyncGenerator<Uint8Array, void, undefined> {
  if (content.byteLength > 0 && part >= content.byteLength) yield content;
  else for (let at = 0; at < content.byteLength; at += part) yield content.subarray(at, at + part);
}

/**
 * How large the parts are in which a body in memory is regrouped: what a part makes is there all at once, and 20 MB in
 * pieces of one byte are 2.5 GB. Pieces never lie across two parts, so that they are views of the body.
 *
 * @internal
 */
export function partFor(pieces: number): number {
  return Math.ceil(PART / pieces) * pieces;
}

/** @internal What was received is gone once a body is in memory. @throws StreamConsumed at the first step. */
// oxlint-disable-next-line require-yield
export async function* nothingLeft(): AsyncGenerator<Uint8Array, void, undefined> {
  throw new StreamConsumed();
}
