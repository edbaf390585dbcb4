/** The request that follows a redirect, by the rules of axios's own adapter. */
import { URL } from "../platform/classes.js";
import { Headers } from "../headers/headers.js";
import type { Response as Received } from "../response/response.js";
import { locationText } from "../url/location-text.js";
import { axiosErrorFrom } from "./errors.js";
import type { AxiosLibrary, Config } from "./library.js";
import type { Hop } from "./request.js";

/** Of the package that axios uses for redirects. */
const MAX_REDIRECTS = 21;
const OF_BODY = /^content-/i;
const CREDENTIALS = new Set(["authorization", "proxy-authorization", "cookie"]);

/** @internal @throws AxiosError, also for an exception of the program's `beforeRedirect`. */
export function nextHop(
  axios: AxiosLibrary,
  config: Config,
  hop: Hop,
  received: Received,
  redirects: number,
): Hop {
  const { AxiosError } = axios;
  if (redirects >= (config.maxRedirects || MAX_REDIRECTS)) {
    const message = "Maximum number of redirects exceeded";
    throw new AxiosError(message, AxiosError.ERR_FR_TOO_MANY_REDIRECTS, config);
  }
  const url = locationOf(axios, config, hop.url, received);
  const { statusCode: status } = received;
  const isGet = hop.method === "GET" || hop.method === "HEAD";
  const dropsBody =
    ((status === 301 || status === 302) && hop.method === "POST") || (status === 303 && !isGet);
  const method = dropsBody ? "GET" : hop.method;
  const kept = hop.headers.raw.filter(([name]) => !isLeftBehind(name, config, hop.url, url, dropsBody));
  const options = optionsOf(method, url, kept);
  try {
    config.beforeRedirect?.(
      options,
      { headers: recordOf(received.headers.entries()), statusCode: status as never },
      { headers: recordOf(hop.headers.raw), url: hop.url.href, method: hop.method },
    );
  } catch (error) {
    const message = `Redirected request failed: ${(error as Error | undefined)?.message}`;
    throw Object.assign(new AxiosError(message, "ERR_FR_REDIRECTION_FAILURE", config), { cause: error });
  }
  return { method, url, headers: new Headers(options.headers), content: dropsBody ? null : hop.content };
}

function locationOf(axios: AxiosLibrary, config: Config, from: URL, received: Received): URL {
  const { AxiosError } = axios;
  const location = locationText(received.headers.get("location") ?? "");
  try {
    const url = new URL(location, from);
    if (url.protocol === "http:" || url.protocol === "https:") return url;
  } catch (error) {
    throw axiosErrorFrom(axios, error as Error, AxiosError.ERR_BAD_RESPONSE, config);
  }
  throw new AxiosError(`Unsupported protocol of a redirect`, AxiosError.ERR_BAD_RESPONSE, config);
}

function isLeftBehind(
  name: string,
  { sensitiveHeaders }: Config,
  from: URL,
  to: URL,
  dropsBody: boolean,
): boolean {
  const lower = name.toLowerCase();
  if (lower === "host" || (dropsBody && OF_BODY.test(lower))) return true;
  const isSensitive = (sensitiveHeaders ?? []).some((sensitive) => sensitive.toLowerCase() === lower);
  return from.origin !== to.origin && (CREDENTIALS.has(lower) || isSensitive);
}

/** What `beforeRedirect` gets. It may change the headers. */
function optionsOf(method: string, url: URL, headers: [string, string][]) {
  const { href, protocol, hostname, host, port, pathname, search } = url;
  const path = pathname + search;
  return { method, href, protocol, hostname, host, port, pathname, search, path, headers: recordOf(headers) };
}

function recordOf(fields: Iterable<readonly [string, string]>): Record<string, string> {
  return Object.fromEntries(fields);
}
