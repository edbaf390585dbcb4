/**
 * The request that follows a redirect (RFC 9110, 15.4), by HTTPX's rules.
 *
 * No credentials leave the origin for which they were given: a request to another origin has no `Authorization`,
 * `Cookie`, `Proxy-Authorization` or header that the client lists as sensitive. The one exception is a redirect from
 * `http` to `https` on the same host and the default ports.
 */
import { URL } from "../platform/classes.js";
import { RemoteProtocolError } from "../errors/protocol-error.js";
import type { Headers } from "../headers/headers.js";
import type { Request } from "../request/request.js";
import type { Response } from "../response/response.js";
import { locationText } from "../url/location-text.js";
import { maskedInvalid } from "../url/masked.js";
import { httpOfWebSocket } from "../url/websocket-scheme.js";
import { type ParsedURL, parseURL } from "../url/parsed-url.js";
import type { SendingClient } from "./middleware.js";
import { afterRedirect } from "./resends.js";
import { inheritAuth, unsignedHeaders } from "./signature.js";

const CREDENTIALS = ["authorization", "cookie", "proxy-authorization"];
/** A location with a scheme but no host leads to the host of the request: `https:/x`, `https:///x`, `https://:443/`. */
const WITHOUT_HOST = /^([a-z][a-z0-9+.-]*):(?:\/\/((?::\d*)?(?:[/?#].*)?)|((?!\/\/)[/?#].*)?)$/i;
const EMPTY_AUTHORITY = /^\/\/(?=[/?#]|$)/;

/**
 * @internal
 * @throws RemoteProtocolError if the `Location` is not a URL.
 */
export function redirectRequest(response: Response, client: SendingClient): Request {
  const { request } = response;
  const method = redirectMethod(request.method, response.statusCode);
  const url = redirectURL(request, response);
  const trusted = isTrusted(request.parsedURL, url);
  const initialOrigin = trusted ? request.initialOrigin : null;

  const headers = unsignedHeaders(request);
  headers.delete("cookie");
  if (!trusted) {
    for (const name of CREDENTIALS) headers.delete(name);
    for (const name of client.sensitiveHeaders) headers.delete(name);
  }
  if (url.origin !== request.parsedURL.origin) headers.set("Host", url.host);
  const dropsBody = method !== request.method && method === "GET";
  if (dropsBody) {
    headers.delete("content-length");
    headers.delete("transfer-encoding");
    headers.delete("expect");
    headers.delete("trailer");
  }
  addCookies(headers, url, initialOrigin !== null, client);
  const next = request.redirected({ method, url, lines: headers.block, dropsBody, initialOrigin });
  if (trusted) inheritAuth(request, next);
  return afterRedirect(response, next);
}

/** @internal The same, or null if the `Location` is not a URL. */
export function nextRequestOf(response: Response, client: SendingClient): Request | null {
  try {
    return redirectRequest(response, client);
  } catch (error) {
    if (error instanceof RemoteProtocolError) return null;
    throw error;
  }
}

/** As browsers do, which RFC 9110 allows for 301 and 302. */
function redirectMethod(method: string, status: number): string {
  if (method === "HEAD") return method;
  if (status === 303 || status === 302) return "GET";
  return status === 301 && method === "POST" ? "GET" : method;
}

function redirectURL(request: Request, response: Response): ParsedURL {
  const location = locationText(response.headers.get("location") ?? "");
  const from = request.parsedURL;
  try {
    const url = new URL(withHost(location, from), from.href);
    if (url.hash === "") url.hash = new URL(from.href).hash;
    const isHandshake = request.headers.get("upgrade")?.toLowerCase() === "websocket";
    return parseURL(isHandshake ? httpOfWebSocket(url.href) : url);
  } catch {
    // without the platform's error as its cause: that error contains both URLs, with their passwords
    throw new RemoteProtocolError(
      `${request.summary}: Invalid URL in location header: ${JSON.stringify(maskedInvalid(location))}.`,
      { request, requestSent: true, code: "ERR_INVALID_LOCATION" },
    );
  }
}

/** The platform's parser would read the beginning of the path as the missing host. */
function withHost(location: string, from: ParsedURL): string {
  const [, scheme, afterSlashes, rest = ""] = WITHOUT_HOST.exec(location) ?? [];
  if (scheme === undefined) return location.replace(EMPTY_AUTHORITY, "");
  return `${scheme}://${from.hostname}${afterSlashes ?? rest}`;
}

function isTrusted(from: ParsedURL, to: ParsedURL): boolean {
  if (from.origin === to.origin) return true;
  return from.origin === `http://${to.hostname}:80` && to.origin === `https://${from.hostname}:443`;
}

function addCookies(headers: Headers, url: ParsedURL, isCallers: boolean, client: SendingClient): void {
  const { cookies } = client;
  const cookie = cookies.isEmpty ? null : cookies.cookieHeader(url.href, isCallers);
  if (cookie !== null) headers.append("Cookie", cookie);
}
