/** The engine's decoder of content codings, for a body that did not come through the engine. */
import type { ContentDecoder } from "./binding.js";
import { loadNative } from "./load.js";

export type { ContentDecoder };

/**
 * The decoder for the value of a `Content-Encoding` header; `null` if there is nothing to undo. Loads the engine.
 * @throws Error with the engine's `code` for too many codings.
 * @internal
 */
export function contentDecoder(contentEncoding: string): ContentDecoder | null {
  return loadNative().ContentDecoder.forCodings(contentEncoding);
}
