/** One request of a `fetch`, of which redirects make several, and the message that the client sends for it. */
import { Headers } from "../headers/headers.js";
import { VERSION } from "../platform/version.js";
import { type OwnLines, ownLines, requestLines } from "../request/lines.js";
import { Request } from "../request/request.js";
import type { ParsedURL } from "../url/parsed-url.js";
import { type Origin, originField } from "./origin.js";
import { type Referrer, refererTo } from "./referrer.js";
import type { FetchBody } from "./request-body.js";

/** @internal */
export interface Hop {
  readonly method: string;
  readonly url: ParsedURL;
  /** The caller's headers. Host is always that of the URL. */
  readonly fields: readonly (readonly [name: string, value: string])[];
  readonly body: FetchBody | null;
  readonly origin: Origin | null;
  readonly referrer: Referrer | null;
}

const ENCODINGS = "gzip, deflate, br, zstd";
/** Those of the platform's `fetch`, which servers may know it by. */
const DEFAULTS: readonly (readonly [name: string, value: string])[] = [
  ["connection", "keep-alive"],
  ["accept", "*/*"],
  ["accept-language", "*"],
  ["sec-fetch-mode", "cors"],
  ["user-agent", `httpxide/${VERSION}`],
  ["accept-encoding", ENCODINGS],
];
const bare = ownLines(new Headers(DEFAULTS));

/** @internal @throws LocalProtocolError for a header that HTTP does not allow. */
export function messageOf(hop: Hop): Request {
  const { method, url, fields, body, origin, referrer } = hop;
  const own = fields.length === 0 && origin === null && referrer === null ? bare : linesOf(hop);
  const encoded = body === null ? emptyBody(method) : body.encoded;
  return new Request({
    method,
    url,
    lines: requestLines(url.host, own, encoded),
    body: encoded === null ? { kind: "empty" } : encoded.body,
    timeout: null,
    extensions: null,
  });
}

function linesOf({ method, url, fields, origin, referrer }: Hop): OwnLines {
  const headers = new Headers(fields);
  const own = {
    origin: origin === null ? null : originField(origin, method, url, referrer?.policy),
    referer: referrer === null ? null : refererTo(referrer, url),
  };
  for (const [name, value] of Object.entries(own)) {
    if (value !== null && !headers.has(name)) headers.set(name, value);
  }
  headers.delete("host");
  // part of a body has no content coding of its own (Fetch Standard, 4.6)
  if (headers.has("range") && !headers.has("accept-encoding")) headers.append("accept-encoding", "identity");
  const missing = DEFAULTS.filter(([name]) => !headers.has(name));
  return ownLines(new Headers([...headers.raw, ...missing]));
}

function emptyBody(method: string): FetchBody["encoded"] | null {
  if (method !== "POST" && method !== "PUT" && method !== "PATCH") return null;
  return { headers: [["Content-Length", "0"]], body: { kind: "empty" } };
}
