/**
 * Makes bytes for bodies, the same in every run, and collects bytes again.
 */

/** `length` bytes without a short period, so that a lost, repeated or swapped piece is visible. */
export function patterned(length: number): Buffer {
  const bytes = Buffer.allocUnsafe(length);
  let state = 0x2545f491;
  for (let index = 0; index < length; index++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    bytes[index] = state >>> 24;
  }
  return bytes;
}

/** Numbers in [0, 1) from a seed: every run has the same "random" moments. */
export function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Everything that `pieces` yields, in order. */
export async function gather<T>(pieces: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const piece of pieces) all.push(piece);
  return all;
}

/** Everything that `pieces` yields, joined. */
export async function gatherBytes(pieces: AsyncIterable<Uint8Array>): Promise<Buffer> {
  return Buffer.concat(await gather(pieces));
}

/** Yields `chunks` one by one: content of unknown length. */
export async function* inChunks<T>(...chunks: readonly T[]): AsyncGenerator<T> {
  yield* chunks;
}
