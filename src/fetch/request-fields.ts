/** The caller's headers of a `fetch`. */
import type { Hop } from "./hop.js";
import { PlatformHeaders } from "./platform.js";

type Fields = Hop["fields"];

const NONE: Fields = [];
/** They ask whether a copy of the response is still good, so no cache on the way may answer from its own. */
const CONDITIONS = ["if-modified-since", "if-none-match", "if-unmodified-since", "if-match", "if-range"];

/**
 * The platform checks and normalises them. Names keep the caller's spelling and order where the argument has both; of several
 * spellings, the first.
 *
 * @throws TypeError
 * @internal
 */
export function fieldsOf(init: unknown): Fields {
  if (init === undefined) return NONE;
  if (init instanceof PlatformHeaders) return [...init];
  if (typeof init !== "object" || init === null)
    return [...new PlatformHeaders(init as Record<string, string>)];
  if (!(Symbol.iterator in init))
    return spelledAs(Object.keys(init), new PlatformHeaders(init as Record<string, string>));
  // a generator can be read once
  const pairs = [...(init as Iterable<[string, string]>)];
  const checked = new PlatformHeaders(pairs);
  return pairs.every((pair) => Array.isArray(pair))
    ? spelledAs(
        pairs.map(([name]) => name),
        checked,
      )
    : [...checked];
}

function spelledAs(names: readonly string[], checked: Headers): Fields {
  const fields: [string, string][] = [];
  const added = new Set<string>();
  for (const name of names.map(String)) {
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
