/**
 * The origin of a request (Fetch Standard, 3.2 "`Origin` header"). A program has none, unless it gives one to the platform's
 * `fetch` with undici's `setGlobalOrigin`, as programs that play a browser do.
 */
import type { ParsedURL } from "../url/parsed-url.js";
import { fetchFailed } from "./failures.js";

/** @internal */
export interface Origin {
  /** "null" after a redirect between two other origins. */
  readonly value: string;
  readonly mode: "cors" | "no-cors" | "same-origin";
}

/** Where undici keeps it, for all of its copies. */
const GLOBAL_ORIGIN = Symbol.for("undici.globalOrigin.1");

/** Null if the program has set none. @internal */
export function globalOrigin(): URL | null {
  const url = (globalThis as unknown as Record<symbol, unknown>)[GLOBAL_ORIGIN];
  return url instanceof URL && url.origin !== "null" ? url : null;
}

/** @internal */
export function originOf(mode: unknown): Origin | null {
  const url = globalOrigin();
  if (url === null) return null;
  return { value: url.origin, mode: mode === "no-cors" || mode === "same-origin" ? mode : "cors" };
}

/** @throws TypeError for a URL of another origin in the mode "same-origin". @internal */
export function checkMode(origin: Origin | null, target: ParsedURL): void {
  if (origin?.mode === "same-origin" && target.origin !== origin.value) {
    throw fetchFailed(new Error('request mode cannot be "same-origin"'));
  }
}

/** The origin after a redirect. @internal */
export function originAfter(origin: Origin | null, from: ParsedURL, to: ParsedURL): Origin | null {
  if (origin === null || to.origin === from.origin || from.origin === origin.value) return origin;
  return { ...origin, value: "null" };
}

/** The field of a request to `target`; null if it has none. @param policy of its referrer. @internal */
export function originField(
  { value, mode }: Origin,
  method: string,
  target: ParsedURL,
  policy: string | undefined,
): string | null {
  const isSameOrigin = target.origin === value;
  if (mode === "cors" && !isSameOrigin) return value;
  if (method === "GET" || method === "HEAD") return null;
  switch (policy) {
    case "no-referrer":
      return "null";
    case "same-origin":
      return isSameOrigin ? value : "null";
    case "no-referrer-when-downgrade":
    case "strict-origin":
    case "strict-origin-when-cross-origin":
      return value.startsWith("https:") && target.scheme !== "https" ? "null" : value;
    default:
      return value;
  }
}
