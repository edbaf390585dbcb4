/** Subresource Integrity: a response whose bytes have none of the wanted hashes is refused. */
import { crypto } from "../platform/crypto.js";
import type { Response as Received } from "../response/response.js";
import { failureOf, fetchFailed, terminated } from "./failures.js";

/** From the weakest to the strongest: the strongest that is named decides. */
const ALGORITHMS = ["sha256", "sha384", "sha512"];
const HASH = /^(sha256|sha384|sha512)(?:-([^?]*))?(?:\?.*)?$/i;

/** Reads the whole body. Metadata without a known algorithm matches everything. @internal @throws TypeError */
export async function checkIntegrity(
  received: Received,
  integrity: string,
  signal: AbortSignal | null,
): Promise<void> {
  const hashes = integrity.split(/[\t\n\f\r ]+/).flatMap((item) => {
    const [, algorithm, digest = ""] = HASH.exec(item) ?? [];
    // a known algorithm with a digest that is none refuses every response (Subresource Integrity, 3.3)
    return algorithm ? [{ algorithm: algorithm.toLowerCase(), digest: inBase64(digest) }] : [];
  });
  let bytes: Uint8Array;
  try {
    bytes = await received.aread();
  } catch (error) {
    throw failureOf(error, signal, (cause) => fetchFailed(terminated(cause)));
  }
  const strongest = ALGORITHMS.findLast((name) => hashes.some(({ algorithm }) => algorithm === name));
  if (strongest === undefined) return;
  const digest = crypto().createHash(strongest).update(bytes).digest("base64");
  const matches = hashes.some((hash) => hash.algorithm === strongest && inBase64(digest) === hash.digest);
  if (!matches) throw fetchFailed(new Error("integrity mismatch"));
}

/** Metadata may have the alphabet of URLs, and no padding. */
function inBase64(digest: string): string {
  return digest.replaceAll("-", "+").replaceAll("_", "/").replace(/=+$/, "");
}
