/** The engine's decoder of content codings, for a body that did not come through the engine. */
import { loadNative } from "./load.js";

/** @internal */
export interface ContentDecoder {
  /** Takes bytes as they were received, when `next` has returned `null`. */
  push(bytes: Uint8Array): void;
  /** The next decoded bytes, at most 256 KiB; `null` when it needs more. @throws Error with the engine's `code`. */
  next(): Uint8Array | null;
  /** Ends the body. @throws Error with the engine's `code` for a body that ends before its coding does. */
  finish(): void;
}

/**
 * The decoder for the value of a `Content-Encoding` header; `null` if there is nothing to undo. Loads the engine.
 * @throws Error with the engine's `code` for too many codings.
 * @internal
 */
export function contentDecoder(contentEncoding: string): ContentDecoder | null {
  const { ContentDecoder: decoders } = loadNative() as NativeBinary;
  return decoders.forCodings(contentEncoding);
}

interface NativeBinary {
  ContentDecoder: { forCodings(contentEncoding: string): ContentDecoder | null };
}
