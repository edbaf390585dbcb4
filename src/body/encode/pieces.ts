/** A body in memory that is sent piece by piece, as its progress is observed or its reader may stop. */

/** The bytes of a piece. @internal */
export const PIECE = 64 * 1024;

/** @internal */
export function* inPieces(bytes: Uint8Array): Generator<Uint8Array, void, undefined> {
  for (let at = 0; at < bytes.byteLength; at += PIECE) yield bytes.subarray(at, at + PIECE);
}
