/**
 * A large body that needs no memory: one block of random bytes, sent repeatedly.
 */
import { createHash, randomBytes } from "node:crypto";
import type { ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { setImmediate as turn } from "node:timers/promises";

const MEBIBYTE = 2 ** 20;
const DEFAULT_MEBIBYTES = 8;
const BLOCK = randomBytes(MEBIBYTE);

/** The SHA-256 of a body of that many bytes, in base64; computed once for each length. */
const digests = new Map<number, Promise<string>>();

/** The number of bytes for `?mebibytes=`. */
export function archiveLength(url: URL): number {
  return Number(url.searchParams.get("mebibytes") ?? DEFAULT_MEBIBYTES) * MEBIBYTE;
}

export function archiveDigest(length: number): Promise<string> {
  const known = digests.get(length) ?? computeDigest(length);
  digests.set(length, known);
  return known;
}

export async function sendArchive(response: ServerResponse, length: number): Promise<void> {
  await pipeline(Readable.from(blocks(length)), response);
}

async function computeDigest(length: number): Promise<string> {
  const hash = createHash("sha256");
  for (const block of blocks(length)) {
    hash.update(block);
    await turn();
  }
  return hash.digest("base64");
}

function* blocks(length: number): Generator<Buffer> {
  for (let left = length; left > 0; left -= BLOCK.length) yield BLOCK.subarray(0, left);
}
