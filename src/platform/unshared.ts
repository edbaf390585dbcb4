/** Bytes in memory that no other thread has: `Blob`, `fetch` and Web Crypto take no others. */
import { isSharedArrayBuffer } from "node:util/types";

/** `Uint8Array<ArrayBuffer>`, by a name that versions of TypeScript before 5.7 have too. */
export type UnsharedBytes = ReturnType<Uint8Array["slice"]>;

/** The bytes; a copy of those that other threads can change. @internal */
export function unshared(bytes: Uint8Array): UnsharedBytes {
  return isSharedArrayBuffer(bytes.buffer) ? new Uint8Array(bytes) : (bytes as UnsharedBytes);
}
