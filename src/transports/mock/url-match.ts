/** Conditions on a URL: text with wildcards, a URL, a pattern object, or a function. */
import { URL, isURL } from "../../platform/classes.js";
import { wrongType } from "../../platform/argument-error.js";
import type { WebURL } from "../../platform/web-types.js";
import type { Request } from "../../request/request.js";
import type { ParsedURL } from "../../url/parsed-url.js";
import type { Condition } from "./condition.js";
import { maskURL } from "../masking/pairs.js";
import { says } from "./predicate.js";
import { stateless } from "./stateless-pattern.js";
import { parseURLPattern } from "./url-pattern.js";

/**
 * The URLs that a route matches:
 *
 * - text, either absolute (`"https://api.example.org/users"`) or a path on any host (`"/users"`). `*` matches any
 *   characters, `/:name` one segment of the path, which the reply receives. A query in the text is matched as `params`
 *   are; without one, any query matches.
 * - a `URL`: the same, but `*` and `:` are literal.
 * - a `RegExp`, a `URLPattern`, or any object with `test`, called with the whole URL without user information and
 *   fragment.
 * - a function of the URL.
 */
export type MockURL = string | WebURL | { test(url: string): boolean } | ((url: WebURL) => boolean);

/** The names that `/:name` introduces in a text: `"id"` in `"/users/:id"`. */
export type PathNames<Matched> = Matched extends string
  ? string extends Matched
    ? string
    : SegmentNames<Matched>
  : string;

type SegmentNames<Path extends string> = Path extends `${infer Segment}/${infer Rest}`
  ? SegmentName<Segment> | SegmentNames<Rest>
  : SegmentName<Path>;

type SegmentName<Segment extends string> = Segment extends `:${infer Name}`
  ? Name extends `${infer Before}${"?" | "#"}${string}`
    ? Before
    : Name
  : never;

/** @internal */
export interface URLCondition extends Condition {
  /** Its text in the list of routes. */
  readonly text: string;
  readonly query: string | null;
  params(request: Request): Record<string, string>;
}

/** @internal @throws TypeError for a pattern that no URL can match. */
export function urlCondition(url: MockURL): URLCondition {
  if (typeof url === "string" || isURL(url)) return textCondition(url);
  if (typeof url === "function") {
    return testing("(URL by a function)", (parsed) => says(url(new URL(parsed.href))));
  }
  if (url instanceof RegExp) {
    const pattern = stateless(url);
    return testing(String(url), (parsed) => pattern.test(textOf(parsed)));
  }
  if (typeof url === "object" && url !== null && typeof url.test === "function") {
    return testing("(URL by a pattern)", (parsed) => url.test(textOf(parsed)));
  }
  throw wrongType("A URL to match must be a string, a URL, a RegExp, a URLPattern or a function");
}

function textCondition(url: string | URL): URLCondition {
  const pattern = parseURLPattern(String(url), isURL(url));
  return {
    name: "",
    text: maskURL(String(url)),
    query: pattern.query,
    mismatch: (request) => pattern.mismatch(request.parsedURL),
    params: (request) => pattern.params(request.parsedURL),
  };
}

function testing(text: string, test: (parsed: ParsedURL) => boolean): URLCondition {
  return {
    name: "",
    text,
    query: null,
    mismatch: ({ parsedURL }) => (test(parsedURL) ? null : `the URL is ${maskURL(textOf(parsedURL))}`),
    params: () => ({}),
  };
}

function textOf({ scheme, host, path }: ParsedURL): string {
  return `${scheme}://${host}${path}`;
}
