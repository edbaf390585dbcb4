/** The message that the client sends for a request of a `fetch`. */
import { Headers } from "../headers/headers.js";
import { runtime } from "../platform/runtime.js";
import { type OwnLines, ownLines, requestLines } from "../request/lines.js";
import { Request } from "../request/request.js";
import type { Hop, Mode } from "./hop.js";
import { originField } from "./origin.js";
import { refererTo } from "./referrer.js";
import type { FetchBody } from "./request-body.js";

/** That of the platform: Bun and Deno call themselves so, too. */
const USER_AGENT =
  runtime.name === "node"
    ? "node"
    : (globalThis as { navigator?: { userAgent: string } }).navigator!.userAgent;
/**
 * Those of the platform's `fetch`, by which servers know a client and choose what they send: without TLS only the codings that
 * every intermediary knows.
 */
const defaults = (scheme: string, mode: Mode): readonly (readonly [name: string, value: string])[] => [
  ["connection", "keep-alive"],
  ["accept", "*/*"],
  ["accept-language", "*"],
  ["sec-fetch-mode", mode],
  ["user-agent", USER_AGENT],
  ["accept-encoding", scheme === "https" ? "br, gzip, deflate, zstd" : "gzip, deflate"],
];
const DEFAULTS = { http: defaults("http", "cors"), https: defaults("https", "cors") };
const bare: Readonly<Record<keyof typeof DEFAULTS, OwnLines>> = {
  http: ownLines(new Headers(DEFAULTS.http)),
  https: ownLines(new Headers(DEFAULTS.https)),
};
const schemeOf = (url: Hop["url"]): keyof typeof DEFAULTS => (url.scheme === "https" ? "https" : "http");

/** @internal @throws LocalProtocolError for a header that HTTP does not allow. */
export function messageOf(hop: Hop): Request {
  const { method, url, body } = hop;
  const own = isBare(hop) ? bare[schemeOf(url)] : linesOf(hop);
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

function isBare({ fields, mode, origin, referrer }: Hop): boolean {
  return fields.length === 0 && mode === "cors" && origin === null && referrer === null;
}

function linesOf(hop: Hop): OwnLines {
  const { fields, body, mode, referrer, url } = hop;
  const headers = new Headers(fields);
  // a caller's field gives way, because the standard forbids it
  const own = { origin: originField(hop), referer: referrer === null ? null : refererTo(referrer, url) };
  for (const [name, value] of Object.entries(own)) {
    if (value !== null) headers.set(name, value);
  }
  headers.delete("host");
  // it announces a body that is not there
  if (body === null && headers.get("content-length") !== "0") headers.delete("content-length");
  // part of a body has no content coding of its own (Fetch Standard, 4.6)
  if (headers.has("range") && !headers.has("accept-encoding")) headers.append("accept-encoding", "identity");
  const scheme = schemeOf(url);
  const all = mode === "cors" ? DEFAULTS[scheme] : defaults(scheme, mode);
  const missing = all.filter(([name]) => !headers.has(name));
  return ownLines(new Headers([...headers.raw, ...missing]));
}

function emptyBody(method: string): FetchBody["encoded"] | null {
  if (method !== "POST" && method !== "PUT" && method !== "PATCH") return null;
  return { headers: [["Content-Length", "0"]], body: { kind: "empty" } };
}
