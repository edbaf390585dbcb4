/**
 * The origin of a request (Fetch Standard, 3.2 "`Origin` header"). A program has none, unless it gives one to the platform's
 * `fetch` with undici's `setGlobalOrigin`, as programs that play a browser do.
 */
import { isURL } from "../platform/classes.js";
import type { ParsedURL } from "../url/parsed-url.js";
import type { Hop } from "./hop.js";

/** Where undici keeps it, for all of its copies. */
const GLOBAL_ORIGIN = Symbol.for("undici.globalOrigin.1");

/** The address of the program's page; null if it has none. @internal */
export function globalOrigin(): URL | null {
  const url = (globalThis as unknown as Record<symbol, unknown>)[GLOBAL_ORIGIN];
  return isURL(url) && url.origin !== "null" ? url : null;
}

/** The origin after a redirect: "null" after one between two other origins. @internal */
export function originAfter({ origin, url: from }: Hop, to: ParsedURL): string | null {
  if (origin === null || to.origin === from.origin || from.origin === origin) return origin;
  return "null";
}

/** The field of a request; null if it has none. @internal */
export function originField({ origin, mode, method, url, referrer }: Hop): string | null {
  if (origin === null) return null;
  const isSameOrigin = url.origin === origin;
  if (mode === "cors" && !isSameOrigin) return origin;
  if (method === "GET" || method === "HEAD") return null;
  switch (referrer?.policy) {
    case "no-referrer":
      return "null";
    case "same-origin":
      return isSameOrigin ? origin : "null";
    case "no-referrer-when-downgrade":
    case "strict-origin":
    case "strict-origin-when-cross-origin":
      return origin.startsWith("https:") && url.scheme !== "https" ? "null" : origin;
    default:
      return origin;
  }
}
