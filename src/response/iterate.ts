/**
 * The iterators over a response's body: each takes the chunks as they arrive and regroups them. A reader that leaves one
 * early ends the iterator below it, which closes the response.
 */
import { checkNumber, isCount } from "../platform/number-argument.js";
import { StreamConsumed } from "../errors/stream-error.js";
import { Turn } from "../platform/turn.js";
import { ByteChunker } from "../body/read/bytes.js";
import { CharacterChunker } from "../body/read/characters.js";
import { LineDecoder } from "../body/read/lines.js";
import { TextDecoding } from "../body/read/text.js";

const PART = 64 * 1024;

type Chunks = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

/** @internal */
export function checkChunkSize(chunkSize: number | undefined): void {
  if (chunkSize === undefined) return;
  checkNumber(chunkSize, "chunkSize must be a positive integer", (size) => isCount(size) && size > 0);
}

/** @internal Pieces of exactly `size` bytes; the last one may be shorter. */
export function inBytes(chunks: Chunks, size: number): AsyncGenerator<Uint8Array, void, undefined> {
  const chunker = new ByteChunker(size);
  return regrouped(
    chunks,
    (chunk) => chunker.push(chunk),
    () => chunker.flush(),
  );
}

/** @internal Text as it arrives, in pieces that are never empty. */
export function inText(chunks: Chunks, encoding: string): AsyncGenerator<string, void, undefined> {
  const decoding = new TextDecoding(encoding);
  const unlessEmpty = (text: string): string[] => (text === "" ? [] : [text]);
  return regrouped(
    chunks,
    (chunk) => unlessEmpty(decoding.decode(chunk)),
    () => unlessEmpty(decoding.flush()),
  );
}

/** @internal Event streams and JSON lines have no other encoding, and a byte order mark is no part of them. */
export function inUTF8(chunks: Chunks): AsyncGenerator<string, void, undefined> {
  return inText(chunks, "utf-8-sig");
}

/** @internal Pieces of exactly `size` characters; the last one may be shorter. */
export function inCharacters(
  texts: AsyncIterable<string>,
  size: number,
): AsyncGenerator<string, void, undefined> {
  const chunker = new CharacterChunker(size);
  return regrouped(
    texts,
    (text) => chunker.push(text),
    () => chunker.flush(),
  );
}

/** @internal */
export function inLines(
  texts: AsyncIterable<string>,
  terminator?: RegExp,
): AsyncGenerator<string, void, undefined> {
  const decoder = new LineDecoder(terminator);
  return regrouped(
    texts,
    (text) => decoder.decode(text),
    () => decoder.flush(),
  );
}

/** The pieces that `input` makes. One chunk can make many, which must not block the event loop. */
async function* regrouped<I, O extends string | Uint8Array>(
  input: AsyncIterable<I> | Iterable<I>,
  push: (chunk: I) => readonly O[],
  flush: () => readonly O[],
): AsyncGenerator<O, void, undefined> {
  const turn = new Turn();
  for await (const chunk of input) {
    for (const piece of push(chunk)) {
      yield piece;
      if (turn.isOver(piece.length)) await turn.next();
    }
  }
  yield* flush();
}

/** @internal A body in memory, as one chunk or in parts of `size` bytes; an empty body has no chunk. */
export async function* whole(
  content: Uint8Array,
  part = content.byteLength,
): AsyncGenerator<Uint8Array, void, undefined> {
  if (content.byteLength > 0 && part >= content.byteLength) yield content;
  else for (let at = 0; at < content.byteLength; at += part) yield content.subarray(at, at + part);
}

/**
 * The size of the parts in which a body in memory is regrouped. All pieces of a part exist at once, and 20 MB in pieces
 * of one byte take 2.5 GB. No piece spans two parts, so every piece is a view of the body.
 *
 * @internal
 */
export function partFor(pieces: number): number {
  return Math.ceil(PART / pieces) * pieces;
}

/** @internal A body in memory has no received bytes any more. @throws StreamConsumed at the first step. */
// oxlint-disable-next-line require-yield
export async function* nothingLeft(): AsyncGenerator<Uint8Array, void, undefined> {
  throw new StreamConsumed();
}
