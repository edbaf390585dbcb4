/**
 * Multipart bodies (RFC 7578): parts, each after a line with the boundary. No part is buffered, and each is opened
 * when the one before it has been read. The body has a known length if all parts have one, and can be sent again if
 * all parts can.
 */
import { TextEncoder } from "../../platform/classes.js";
import { Buffer } from "node:buffer";
import { joinBytes } from "../read/bytes.js";
import { boundaryOf, randomBoundary } from "./boundary.js";
import type { EncodedContent, RequestBody } from "./encoded.js";
import { type Chunk, type PartLengths, type Source, streamBody } from "./stream.js";

/** One part. @internal */
export interface Part {
  /** Its header lines, each ended by CRLF. */
  readonly head: string;
  readonly content: string | Uint8Array | Source;
}

/** A body in memory of at most this many bytes is joined before it is sent: one record to the engine. */
const JOINED_UP_TO = 64 * 1024;
/** The size of the pieces in which bytes in memory are sent, so that few of them are in transit at a time. */
const PIECE = 64 * 1024;

const utf8 = new TextEncoder();

/**
 * The body made of `parts`, and its headers.
 *
 * @param contentType the caller's own. Its boundary is used if it has one.
 * @internal
 */
export function encodeParts(parts: readonly Part[], contentType: string | null): EncodedContent {
  const boundary = boundaryOf(contentType) ?? randomBoundary();
  const length = lengthOf(parts, boundary);
  return {
    headers: [
      length === null ? ["Transfer-Encoding", "chunked"] : ["Content-Length", String(length)],
      ["Content-Type", `multipart/form-data; boundary=${boundary}`],
    ],
    body: bodyOf(parts, boundary, length),
  };
}

function bodyOf(parts: readonly Part[], boundary: string, length: number | null): RequestBody {
  const chunks = length !== null && length <= JOINED_UP_TO ? chunksInMemory(parts, boundary) : null;
  if (chunks !== null) return { kind: "bytes", bytes: joinBytes(chunks) };
  return streamBody({
    usedUp: sourcesOf(parts).flatMap((source) => source.usedUp),
    open: (lengths) => render(parts, boundary, length === null ? undefined : lengths),
    canReopen: () => sourcesOf(parts).every((source) => source.canReopen?.() ?? true),
  });
}

/** The whole body; `null` if a part is not in memory. */
function chunksInMemory(parts: readonly Part[], boundary: string): Uint8Array[] | null {
  const chunks: Uint8Array[] = [];
  for (const { head, content } of parts) {
    if (!isInMemory(content)) return null;
    chunks.push(utf8.encode(opening(boundary, head)));
    chunks.push(typeof content === "string" ? utf8.encode(content) : content, utf8.encode("\r\n"));
  }
  chunks.push(utf8.encode(closing(boundary)));
  return chunks;
}

async function* render(
  parts: readonly Part[],
  boundary: string,
  lengths: PartLengths | undefined,
): AsyncGenerator<Chunk> {
  const unopened = sourcesOf(parts);
  try {
    let lead = "";
    for (const { head, content } of parts) {
      yield lead + opening(boundary, head);
      if (typeof content === "string") {
        yield content;
      } else if (content instanceof Uint8Array) {
        for (let at = 0; at < content.byteLength; at += PIECE) yield content.subarray(at, at + PIECE);
      } else {
        unopened.shift();
        const chunks = content.open();
        if (lengths === undefined) yield* { [Symbol.asyncIterator]: () => chunks };
        else yield* measured(chunks, content.length!, lengths);
      }
      lead = "\r\n";
    }
    yield lead + closing(boundary);
  } finally {
    for (const source of unopened) source.discard?.();
  }
}

/** Without it, the surplus of one part would pass for the bytes of the next. */
async function* measured(
  chunks: AsyncIterator<Chunk>,
  length: number,
  lengths: PartLengths,
): AsyncGenerator<Chunk> {
  let pulled = 0;
  if (length === 0) lengths.full();
  for await (const chunk of { [Symbol.asyncIterator]: () => chunks }) {
    const bytes = typeof chunk === "string" ? Buffer.byteLength(chunk) : chunk.byteLength;
    if (bytes === 0) continue;
    pulled += bytes;
    if (pulled > length) lengths.tooLong();
    yield chunk;
    if (pulled === length) lengths.full();
  }
}

function lengthOf(parts: readonly Part[], boundary: string): number | null {
  let length = closing(boundary).length;
  for (const { head, content } of parts) {
    const own = contentLength(content);
    if (own === null) return null;
    length += Buffer.byteLength(opening(boundary, head)) + own + 2;
  }
  return length;
}

function isInMemory(content: Part["content"]): content is string | Uint8Array {
  return typeof content === "string" || content instanceof Uint8Array;
}

function contentLength(content: Part["content"]): number | null {
  if (typeof content === "string") return Buffer.byteLength(content);
  return content instanceof Uint8Array ? content.byteLength : content.length;
}

function opening(boundary: string, head: string): string {
  return `--${boundary}\r\n${head}\r\n`;
}

function closing(boundary: string): string {
  return `--${boundary}--\r\n`;
}

function sourcesOf(parts: readonly Part[]): Source[] {
  return parts.flatMap(({ content }) => (isInMemory(content) ? [] : [content]));
}
