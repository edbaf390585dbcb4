/** The `request` of a response and an error: what programs read of node:http's own, such as the URL after redirects. */
import type { Headers } from "../headers/headers.js";
import type { Response as Received } from "../response/response.js";
import type { Hop } from "./hop.js";

/** Fields of which Node.js keeps the first one only (its `message.headers`). */
const SINGLE = [
  ...["age", "authorization", "content-length", "content-type", "etag", "expires", "from", "host"],
  ...["if-modified-since", "if-unmodified-since", "last-modified", "location", "max-forwards"],
  ...["proxy-authorization", "referer", "retry-after", "server", "user-agent"],
];

/** @internal */
export interface ShownRequest {
  readonly method: string;
  readonly protocol: string;
  readonly host: string;
  readonly path: string;
  /** Null of a request without a response. */
  readonly res: {
    readonly statusCode: number;
    readonly httpVersion: string;
    readonly headers: Record<string, string | string[]>;
    /** The URL of the last request. */
    readonly responseUrl: string;
  } | null;
}

/** @internal */
export function shownRequest({ method, url, exact }: Hop, received: Received | null): ShownRequest {
  const path = exact ?? url.pathname + url.search;
  const responseUrl = exact === null ? url.href : url.origin + exact;
  return {
    method,
    protocol: url.protocol,
    host: url.hostname,
    path,
    res: received === null ? null : { ...headOf(received), responseUrl },
  };
}

function headOf({ statusCode, httpVersion, headers }: Received): {
  statusCode: number;
  httpVersion: string;
  headers: Record<string, string | string[]>;
} {
  return { statusCode, httpVersion, headers: recordOf(headers) };
}

/** As Node.js's `message.headers`. @internal */
export function recordOf(headers: Headers): Record<string, string | string[]> {
  const record: Record<string, string | string[]> = Object.fromEntries(headers.entries());
  const names = Object.keys(record);
  if (names.length !== headers.raw.length) {
    for (const name of SINGLE) if (Object.hasOwn(record, name)) record[name] = headers.getList(name)[0]!;
  }
  const cookies = headers.getSetCookie();
  if (cookies.length > 0) record["set-cookie"] = cookies;
  return record;
}
