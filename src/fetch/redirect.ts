/** The request that follows a redirect (Fetch Standard, 4.5 "HTTP-redirect fetch"). */
import { URL } from "../platform/classes.js";
import type { Response as Received } from "../response/response.js";
import { locationText } from "../url/location-text.js";
import { type ParsedURL, parseURL } from "../url/parsed-url.js";
import { fetchFailed } from "./failures.js";
import type { Hop } from "./hop.js";
import { checkCredentials, checkMode, taintingAfter } from "./mode.js";
import { originAfter } from "./origin.js";
import { referrerAfter } from "./referrer.js";

const MAX_REDIRECTS = 20;
/** They describe a body that is dropped. */
const OF_BODY = new Set([
  "content-encoding",
  "content-language",
  "content-location",
  "content-type",
  "content-length",
]);
/** They were meant for the first origin. */
const OF_ORIGIN = new Set(["authorization", "proxy-authorization", "cookie"]);

/** @internal @throws TypeError for a redirect that must not be followed. */
export function nextHop(hop: Hop, received: Received, redirects: number): Hop {
  const url = locationOf(hop.url, received);
  if (redirects >= MAX_REDIRECTS) throw fetchFailed(new Error("redirect count exceeded"));
  const { statusCode: status } = received;
  const isSameOrigin = url.origin === hop.url.origin;
  checkCredentials(hop, url);
  checkMode(hop.mode, hop.origin ?? hop.url.origin, url);
  if (status !== 303 && hop.body !== null && !hop.body.isReplayable) {
    throw fetchFailed(new Error("a stream cannot be sent again to follow a redirect"));
  }
  let { method, body, fields } = hop;
  const isGet = method === "GET" || method === "HEAD";
  if (((status === 301 || status === 302) && method === "POST") || (status === 303 && !isGet)) {
    method = "GET";
    body = null;
    fields = without(fields, OF_BODY);
  }
  const policies = received.headers.get("referrer-policy") ?? "";
  const referrer = hop.referrer === null ? null : referrerAfter(hop.referrer, hop.url, policies);
  if (!isSameOrigin) fields = without(fields, OF_ORIGIN);
  const tainting = taintingAfter(hop, url);
  return { method, url, fields, body, mode: hop.mode, tainting, origin: originAfter(hop, url), referrer };
}

function locationOf(from: ParsedURL, received: Received): ParsedURL {
  const location = received.headers.get("location") ?? "";
  let url: URL;
  try {
    url = new URL(locationText(location), from.href);
  } catch (cause) {
    throw fetchFailed(cause);
  }
  if (url.protocol !== "http:" && url.protocol !== "https:") {
    throw fetchFailed(new Error("URL scheme must be a HTTP(S) scheme"));
  }
  if (url.hash === "") url.hash = new URL(from.href).hash;
  return parseURL(url);
}

function without(fields: Hop["fields"], names: ReadonlySet<string>): Hop["fields"] {
  return fields.filter(([name]) => !names.has(name.toLowerCase()));
}
