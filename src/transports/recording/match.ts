/** Which recorded request a request is: compared without secrets, and without regard to the order of a query or of JSON. */
import { Buffer } from "node:buffer";
import { jsonDifference } from "../mock/json-difference.js";
import { bodyBytes } from "./body.js";
import type { RecordedRequest } from "./format.js";

/** A part of a request by which it is told from others: `url` is it without its query. */
export type ReplayMatch = "method" | "url" | "query" | "body";

/** @internal In the order in which they weigh, for what is near. */
export const ALL_PARTS: readonly ReplayMatch[] = ["url", "method", "query", "body"];

/** How a request differs from a recorded one: the parts that are the same, and the first that is not, in words. @internal */
export interface Comparison {
  readonly same: number;
  readonly difference: string | null;
}

/** @internal */
export function compared(
  request: RecordedRequest,
  recorded: RecordedRequest,
  parts: ReadonlySet<ReplayMatch>,
): Comparison {
  let same = 0;
  let difference: string | null = null;
  for (const [index, part] of ALL_PARTS.entries()) {
    const found = parts.has(part) ? DIFFERENCES[part](request, recorded) : null;
    if (found === null) same += 2 ** (ALL_PARTS.length - index);
    else difference ??= found;
  }
  return { same, difference };
}

type Difference = (request: RecordedRequest, recorded: RecordedRequest) => string | null;

const DIFFERENCES: Record<ReplayMatch, Difference> = {
  method: (request, recorded) =>
    request.method === recorded.method ? null : `the method is ${request.method}`,
  url: (request, recorded) =>
    withoutQuery(request.url) === withoutQuery(recorded.url)
      ? null
      : `the URL is ${withoutQuery(request.url)}`,
  query: (request, recorded) => {
    const query = new URL(request.url).search;
    if (sortedQuery(request.url) === sortedQuery(recorded.url)) return null;
    return query === "" ? "there is no query" : `the query is ${query}`;
  },
  body: (request, recorded) => {
    const [body, wanted] = [bodyBytes(request.body), bodyBytes(recorded.body)];
    if (Buffer.compare(body, wanted) === 0) return null;
    const [json, wantedJSON] = [jsonIn(body), jsonIn(wanted)];
    if (json !== undefined && wantedJSON !== undefined) return jsonDifference(wantedJSON, json);
    return body.byteLength === 0 ? "there is no body" : `the body is another (${body.byteLength} bytes)`;
  },
};

function withoutQuery(url: string): string {
  const { origin, pathname } = new URL(url);
  return origin + pathname;
}

function sortedQuery(url: string): string {
  const params = new URL(url).searchParams;
  params.sort();
  return params.toString();
}

function jsonIn(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString());
  } catch {
    return undefined;
  }
}
