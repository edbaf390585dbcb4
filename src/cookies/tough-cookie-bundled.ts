/** The package `tough-cookie` as a part of a bundle, where loading it costs little. See tough-cookie.ts. */
import { defaultPath, domainMatch, getPublicSuffix, parseDate, pathMatch } from "tough-cookie";
import type { ToughCookie } from "./tough-cookie.js";

const imported: ToughCookie = { defaultPath, domainMatch, getPublicSuffix, parseDate, pathMatch };

/** @internal */
export function toughCookie(): ToughCookie {
  return imported;
}
