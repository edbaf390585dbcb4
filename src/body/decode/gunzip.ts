/**
 * gzip (RFC 1952) member by member. A further member is decoded; zero bytes and whatever else stands behind the last
 * one are ignored, as by the engine. Node.js's own decoder takes all that is not zero for a further member.
 */
import { Buffer } from "node:buffer";
import * as zlib from "node:zlib";
import { joinBytes } from "../read/bytes.js";

const FIXED_HEADER = 10;
/** Checksum and length of the decoded data. */
const TRAILER = 8;
const HAS_CHECKSUM = 2;
const HAS_EXTRA = 4;
const HAS_NAME = 8;
const HAS_COMMENT = 16;
/** A header with a longer name or comment is an attempt to make us keep it. */
const LONGEST_HEADER = 256 * 1024;

const END_OF_INPUT = "unexpected end of file";

/** @internal */
export function gunzipWhole(bytes: Uint8Array): Uint8Array {
  return joinBytes([...members(bytes)]);
}

function* members(bytes: Uint8Array): Generator<Uint8Array, void, undefined> {
  let rest = bytes;
  do {
    const start = headerLength(rest);
    if (start === null) throw new Error(END_OF_INPUT);
    // the declarations leave `info` out
    const inflated = zlib.inflateRawSync(rest.subarray(start), { info: true }) as unknown as {
      buffer: Buffer;
      engine: zlib.InflateRaw;
    };
    const end = start + inflated.engine.bytesWritten;
    checkTrailer(rest.subarray(end, end + TRAILER), zlib.crc32(inflated.buffer), inflated.buffer.length);
    yield inflated.buffer;
    rest = withoutPadding(rest.subarray(end + TRAILER));
  } while (isMember(rest));
}

/** @internal The chunks of `source`, decoded. Not more is pulled than is read. */
export async function* gunzip(
  source: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  const input = new Input(source);
  do yield* member(input);
  while (await input.reachesMember());
  while ((await input.next()) !== null);
}

async function* member(input: Input): AsyncGenerator<Uint8Array, void, undefined> {
  let start: number | null;
  for (
    let needed = FIXED_HEADER;
    (start = headerLength(input.held)) === null;
    needed = input.held.length + 1
  ) {
    if (needed > LONGEST_HEADER) throw new Error("incorrect header check");
    if (!(await input.hold(needed))) throw new Error(END_OF_INPUT);
  }
  input.take(start);

  const inflate = zlib.createInflateRaw();
  const feeding = feed(inflate, input);
  let checksum = 0;
  let length = 0;
  for await (const piece of inflate as AsyncIterable<Buffer>) {
    checksum = zlib.crc32(piece, checksum);
    length += piece.length;
    yield piece;
  }
  feeding.stop();
  await input.hold(TRAILER);
  checkTrailer(input.take(TRAILER), checksum, length);
}

/** Writes to `inflate` up to the end of its data; gives back what it did not use. */
function feed(inflate: zlib.InflateRaw, input: Input): { stop(): void } {
  let written = 0;
  let last: Uint8Array = Buffer.alloc(0);
  const unused = (): number => written - inflate.bytesWritten;
  const feedOne = async (): Promise<void> => {
    const chunk = await input.next();
    if (chunk === null) {
      inflate.end();
      return;
    }
    last = chunk;
    written += chunk.length;
    inflate.write(chunk, (error) => {
      if (error) return;
      // what it leaves stands behind its end
      if (unused() > 0) inflate.end();
      else more();
    });
  };
  const more = (): void => {
    feedOne().catch((error: Error) => inflate.destroy(error));
  };
  more();
  return { stop: () => input.putBack(last.subarray(last.length - unused())) };
}

/** How long the header is with which `bytes` begin; `null` if it goes on behind them. */
function headerLength(bytes: Uint8Array): number | null {
  if (bytes.length < FIXED_HEADER) return null;
  if (!isMember(bytes) || bytes[2] !== 8) throw new Error("incorrect header check");
  const flags = bytes[3]!;
  let at = FIXED_HEADER;
  if (flags & HAS_EXTRA) at += 2 + (bytes[at] ?? 0) + ((bytes[at + 1] ?? 0) << 8);
  for (const text of [HAS_NAME, HAS_COMMENT]) {
    if (!(flags & text)) continue;
    const end = bytes.indexOf(0, at);
    if (end === -1) return null;
    at = end + 1;
  }
  if (flags & HAS_CHECKSUM) at += 2;
  return at > bytes.length ? null : at;
}

function isMember(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

function withoutPadding(bytes: Uint8Array): Uint8Array {
  const start = bytes.findIndex((byte) => byte !== 0);
  return start === -1 ? bytes.subarray(bytes.length) : bytes.subarray(start);
}

function checkTrailer(trailer: Uint8Array, checksum: number, length: number): void {
  if (trailer.length < TRAILER) throw new Error(END_OF_INPUT);
  const view = new DataView(trailer.buffer, trailer.byteOffset, TRAILER);
  if (view.getUint32(0, true) !== checksum) throw new Error("incorrect data check");
  if (view.getUint32(4, true) !== length % 2 ** 32) throw new Error("incorrect length check");
}

/** Bytes that can be looked at before they are taken. */
class Input {
  held: Uint8Array = Buffer.alloc(0);
  readonly #chunks: AsyncIterator<Uint8Array>;

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#chunks = source[Symbol.asyncIterator]();
  }

  /** What is held, or else the next chunk; `null` at the end. */
  async next(): Promise<Uint8Array | null> {
    if (this.held.length > 0) return this.take(this.held.length);
    const { done, value } = await this.#chunks.next();
    return done ? null : value;
  }

  /** Sees to that many bytes being held; false if there are not as many. */
  async hold(count: number): Promise<boolean> {
    while (this.held.length < count) {
      const { done, value } = await this.#chunks.next();
      if (done) return false;
      this.held = joinBytes([this.held, value]);
    }
    return true;
  }

  take(count: number): Uint8Array {
    const taken = this.held.subarray(0, count);
    this.held = this.held.subarray(count);
    return taken;
  }

  putBack(bytes: Uint8Array): void {
    this.held = joinBytes([bytes, this.held]);
  }

  /** Skips zero bytes, and says whether a member comes then. */
  async reachesMember(): Promise<boolean> {
    do this.held = withoutPadding(this.held);
    while (this.held.length === 0 && (await this.hold(1)));
    await this.hold(2);
    return isMember(this.held);
  }
}
