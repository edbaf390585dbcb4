/** Finds the recorded request that equals a request: compared without secrets, and without the order of a query or of JSON. */
import { URL, URLSearchParams } from "../../platform/classes.js";
import type { Buffer } from "node:buffer";
import { crypto } from "../../platform/crypto.js";
import { jsonDifference } from "../mock/json-difference.js";
import { bodyBytes } from "./body.js";
import type { RecordedRequest } from "./format.js";

/** A part of a request to compare: `url` is the URL without its query. */
export type ReplayMatch = "method" | "url" | "query" | "body";

/** @internal In order of weight, for finding the nearest request. */
export const ALL_PARTS: readonly ReplayMatch[] = ["url", "method", "query", "body"];

/** A request as it is compared. @internal */
export class Comparable {
  readonly method: string;
  readonly url: string;
  readonly query: string;
  readonly sortedQuery: string;
  readonly #recorded: RecordedRequest;
  #body: Buffer | null = null;
  #json: { readonly value: unknown } | null = null;

  constructor(recorded: RecordedRequest) {
    const url = new URL(recorded.url);
    const params = new URLSearchParams(url.search);
    params.sort();
    this.method = recorded.method;
    this.query = url.search;
    this.sortedQuery = params.toString();
    url.search = "";
    url.hash = "";
    this.url = url.href;
    this.#recorded = recorded;
  }

  /** The key of all requests that are equal in `parts`, for searching a long recording. */
  key(parts: ReadonlySet<ReplayMatch>): string {
    const { method, url, sortedQuery } = this;
    const body = this.json === undefined ? this.body : sortedJSON(this.json);
    const hash = crypto()
      .createHash("sha256")
      .update(parts.has("body") ? body : "");
    const rest = { method, url, query: sortedQuery, body: hash.digest("hex") };
    return ALL_PARTS.map((part) => (parts.has(part) ? rest[part] : "")).join("\n");
  }

  get body(): Buffer {
    return (this.#body ??= bodyBytes(this.#recorded.body));
  }

  /** Undefined if the body is not JSON. */
  get json(): unknown {
    return (this.#json ??= { value: jsonIn(this.body) }).value;
  }
}

type Difference = (request: Comparable, recorded: Comparable) => string | null;

const DIFFERENCES: Record<ReplayMatch, Difference> = {
  method: ({ method }, recorded) => (method === recorded.method ? null : `the method is ${method}`),
  url: ({ url }, recorded) => (url === recorded.url ? null : `the URL is ${url}`),
  query: ({ query, sortedQuery }, recorded) => {
    if (sortedQuery === recorded.sortedQuery) return null;
    return query === "" ? "there is no query" : `the query is ${query}`;
  },
  body: (request, recorded) => {
    const { body } = request;
    if (body.equals(recorded.body)) return null;
    if (request.json !== undefined && recorded.json !== undefined) {
      return jsonDifference(recorded.json, request.json);
    }
    return body.byteLength === 0 ? "there is no body" : `the body is another (${body.byteLength} bytes)`;
  },
};

/** The first difference in `request`, as text; null if it equals the recorded one. @internal */
export function differenceTo(
  recorded: Comparable,
  request: Comparable,
  parts: ReadonlySet<ReplayMatch>,
): string | null {
  for (const part of ALL_PARTS) {
    const difference = parts.has(part) ? DIFFERENCES[part](request, recorded) : null;
    if (difference !== null) return difference;
  }
  return null;
}

/** The number of common parts: a part weighs more than all those after it. @internal */
export function nearness(recorded: Comparable, request: Comparable, parts: ReadonlySet<ReplayMatch>): number {
  return ALL_PARTS.reduce((near, part) => {
    const isSame = !parts.has(part) || DIFFERENCES[part](request, recorded) === null;
    return 2 * near + Number(isSame);
  }, 0);
}

function jsonIn(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString());
  } catch {
    return undefined;
  }
}

/** The same text for values that differ only in the order of keys. */
function sortedJSON(value: unknown): string {
  return JSON.stringify(value, (_key, inside: unknown) => {
    if (typeof inside !== "object" || inside === null || Array.isArray(inside)) return inside;
    const entries = Object.entries(inside);
    return Object.fromEntries(entries.sort(([left], [right]) => (left < right ? -1 : 1)));
  });
}
