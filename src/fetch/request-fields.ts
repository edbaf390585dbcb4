/** The caller's headers of a `fetch`. */
import type { Hop } from "./hop.js";

type Fields = Hop["fields"];

const NONE: Fields = [];
/** They ask whether a copy of the response is still good, so no cache on the way may answer from its own. */
const CONDITIONS = ["if-modified-since", "if-none-match", "if-unmodified-since", "if-match", "if-range"];

/**
 * The platform checks and normalises them. Names keep the caller's spelling and order where the argument has both.
 *
 * @throws TypeError
 * @internal
 */
export function fieldsOf(init: unknown): Fields {
  if (init === undefined) return NONE;
  const checked = init instanceof Headers ? init : new Headers(init as Record<string, string>);
  if (typeof init !== "object" || init === null || Symbol.iterator in init) return [...checked];
  const fields: [string, string][] = [];
  const added = new Set<string>();
  for (const name of Object.keys(init)) {
    const lower = name.toLowerCase();
    if (added.has(lower)) continue;
    added.add(lower);
    fields.push([name, checked.get(lower)!]);
  }
  return fields;
}

/** With the fields that a cache mode adds for caches on the way (Fetch Standard, 4.6). @internal */
export function cacheFields(fields: Fields, mode: string): Fields {
  if (mode === "default" && fields.length === 0) return fields;
  const names = new Set(fields.map(([name]) => name.toLowerCase()));
  const isConditional = mode === "default" && CONDITIONS.some((name) => names.has(name));
  const added: [string, string][] = [];
  if (mode === "no-cache") added.push(["cache-control", "max-age=0"]);
  if (isConditional || mode === "no-store" || mode === "reload") {
    added.push(["pragma", "no-cache"], ["cache-control", "no-cache"]);
  }
  return added.length === 0 ? fields : [...fields, ...added.filter(([name]) => !names.has(name))];
}
