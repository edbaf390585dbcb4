/**
 * The mode of a request, and what of a response its program may see (Fetch Standard, 2.2.5). Redirects to another origin
 * matter, as for the platform's `fetch`; the first URL always counts as the program's own.
 */
import type { ParsedURL } from "../url/parsed-url.js";
import { fetchFailed } from "./failures.js";
import type { Hop, Mode, Tainting } from "./hop.js";

/** @internal */
export function modeOf(given: unknown): Mode {
  return given === "no-cors" || given === "same-origin" ? given : "cors";
}

/** @throws TypeError for a URL of another origin in the mode "same-origin". @internal */
export function checkMode(mode: Mode, origin: string, target: ParsedURL): void {
  if (mode === "same-origin" && target.origin !== origin) {
    throw fetchFailed(new Error('request mode cannot be "same-origin"'));
  }
}

/** @throws TypeError for credentials in a URL that another origin has named, or that leads to one. @internal */
export function checkCredentials(hop: Hop, target: ParsedURL): void {
  if (hop.mode !== "cors" || target.userinfo === null) return;
  const own = hop.origin ?? hop.url.origin;
  if (hop.tainting !== "basic" || hop.url.origin !== own || target.origin !== own) {
    throw fetchFailed(new Error('cross origin not allowed for request mode "cors"'));
  }
}

/** After a redirect. @internal */
export function taintingAfter({ tainting, url: from, mode }: Hop, to: ParsedURL): Tainting {
  if (tainting === "basic" && to.origin === from.origin) return "basic";
  return mode === "no-cors" ? "opaque" : "cors";
}
