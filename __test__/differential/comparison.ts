/** Holds one answer against the other: equal, or different as docs/differences-from-httpx.md says. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";

const documented = readFileSync("docs/differences-from-httpx.md", "utf8");

/** `differs` has the words of the document where HTTPX does otherwise. */
export function compare(ours: unknown, theirs: unknown, differs: string | undefined): void {
  if (differs === undefined) return assert.deepEqual(ours, theirs);
  assert.ok(documented.includes(differs), `docs/differences-from-httpx.md does not say: ${differs}`);
  assert.notDeepEqual(ours, theirs, `HTTPX does the same, although the document says: ${differs}`);
}
