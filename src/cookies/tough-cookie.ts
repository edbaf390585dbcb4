/**
 * The package `tough-cookie`, loaded at the first call: importing it takes as long as importing all of this package
 * (it brings the public-suffix list), and most programs never see a cookie that needs it.
 *
 * Loaded with `require`, since a look-up in a jar cannot wait. Bundlers cannot follow that: by the condition
 * `module` under `imports` in package.json, which they set and no runtime does, they take the file beside this one.
 */
import { createRequire } from "node:module";
import type * as Library from "tough-cookie";

/** What is used of it: rules of RFC 6265 as functions. */
export type ToughCookie = Pick<
  typeof Library,
  "defaultPath" | "domainMatch" | "getPublicSuffix" | "parseDate" | "pathMatch"
>;

let loaded: ToughCookie | undefined;

/** @internal */
export function toughCookie(): ToughCookie {
  // A bundler that writes CommonJS leaves import.meta.url empty: __filename is the bundle then.
  return (loaded ??= createRequire(import.meta.url || __filename)("tough-cookie") as ToughCookie);
}
