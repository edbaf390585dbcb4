/** The request that follows a redirect, by the rules of axios's own adapter. */
import { URL } from "../platform/classes.js";
import { Headers } from "../headers/headers.js";
import type { Response as Received } from "../response/response.js";
import { locationText } from "../url/location-text.js";
import type { AxiosLibrary, Config } from "./library.js";
import type { Hop } from "./hop.js";
import { recordOf } from "./shown-request.js";

/** Of the package that axios uses for redirects. */
const MAX_REDIRECTS = 21;
const OF_BODY = /^content-/i;
const CREDENTIALS = new Set(["authorization", "cookie"]);

/** What `beforeRedirect` gets, and may change. */
interface RedirectOptions {
  method: string;
  href: string;
  protocol: string;
  hostname: string;
  host: string;
  port: number | string;
  pathname: string;
  search: string;
  hash: string;
  path: string;
  headers: Record<string, unknown>;
  /** User name and password, joined by a colon. */
  auth: string | undefined;
}

/** Whether it leads elsewhere, by whatever status. A 304 is an answer about a copy that the program has. @internal */
export function isRedirect({ statusCode, headers }: Received): boolean {
  if (statusCode < 300 || statusCode > 399 || statusCode === 304) return false;
  return locationOf(headers) !== "";
}

/**
 * @param first the request of the call, whose credentials hold wherever its origin is asked.
 * @throws AxiosError, also for an exception of the program's `beforeRedirect`.
 * @internal
 */
export function nextHop(
  axios: AxiosLibrary,
  config: Config,
  hop: Hop,
  received: Received,
  redirects: number,
  first: Hop,
): Hop {
  const { AxiosError } = axios;
  if (redirects >= (config.maxRedirects || MAX_REDIRECTS)) {
    const message = "Maximum number of redirects exceeded";
    throw new AxiosError(message, AxiosError.ERR_FR_TOO_MANY_REDIRECTS, config);
  }
  try {
    return followed(config, hop, received, first);
  } catch (error) {
    const message = `Redirected request failed: ${(error as Error | undefined)?.message}`;
    throw Object.assign(new AxiosError(message, "ERR_FR_REDIRECTION_FAILURE", config), { cause: error });
  }
}

function followed(config: Config, hop: Hop, received: Received, first: Hop): Hop {
  const url = new URL(locationText(locationOf(received.headers)), hop.url);
  checkProtocol(url.protocol);
  url.username = url.password = "";
  const { statusCode: status } = received;
  const isGet = hop.method === "GET" || hop.method === "HEAD";
  const dropsBody =
    ((status === 301 || status === 302) && hop.method === "POST") || (status === 303 && !isGet);
  const kept = hop.headers.raw.filter(([name]) => !isLeftBehind(name, config, hop.url, url, dropsBody));
  const ofFirst = url.origin === first.url.origin ? first.auth : null;
  const auth = ofFirst ?? (url.origin === hop.url.origin ? hop.auth : null);
  const method = dropsBody ? "GET" : hop.method;
  const content = dropsBody ? null : hop.content;
  if (!config.beforeRedirect) {
    return { method, url, exact: null, headers: new Headers(kept), auth, content };
  }
  const options = optionsOf(method, url, kept, auth);
  config.beforeRedirect(
    options,
    { headers: recordOf(received.headers) as Record<string, string>, statusCode: status as never },
    {
      headers: { Host: hop.url.host, ...Object.fromEntries(hop.headers.raw) },
      url: hop.url.href,
      method: hop.method,
    },
  );
  return { ...changed(options, url), content };
}

function locationOf(headers: Headers): string {
  return headers.getList("location")[0] ?? "";
}

/** @throws Error */
function checkProtocol(protocol: string): void {
  if (protocol !== "http:" && protocol !== "https:") throw new Error(`Unsupported protocol ${protocol}`);
}

function isLeftBehind(
  name: string,
  { sensitiveHeaders }: Config,
  from: URL,
  to: URL,
  dropsBody: boolean,
): boolean {
  const lower = name.toLowerCase();
  // a proxy gets the credentials of its option with each request
  if (lower === "host" || lower === "proxy-authorization" || (dropsBody && OF_BODY.test(lower))) return true;
  const isSensitive = (sensitiveHeaders ?? []).some((sensitive) => sensitive.toLowerCase() === lower);
  return from.origin !== to.origin && (CREDENTIALS.has(lower) || isSensitive);
}

function optionsOf(
  method: string,
  url: URL,
  headers: [string, string][],
  auth: string | null,
): RedirectOptions {
  const { href, protocol, hostname, host, port, pathname, search, hash } = url;
  return {
    ...{ method, href, protocol, host, pathname, search, hash },
    hostname: hostname.replace(/^\[(.*)\]$/, "$1"),
    port: port === "" ? "" : Number(port),
    path: pathname + search,
    headers: Object.fromEntries(headers),
    auth: auth ?? undefined,
  };
}

/** What node:http would make a request of. @throws Error, TypeError, LocalProtocolError for what it could not. */
function changed(options: RedirectOptions, url: URL): Omit<Hop, "content"> {
  const { method, protocol, hostname, host, port, path, auth } = options;
  checkProtocol(protocol);
  const name = String(hostname || host);
  const shown = name.includes(":") ? `[${name}]` : name;
  // without its slash, it could name another host
  const whole = new URL(`${protocol}//${shown}${port ? `:${port}` : ""}/${path.replace(/^\//, "")}`);
  whole.hash = url.hash;
  return {
    method: String(method).toUpperCase(),
    url: whole,
    exact: null,
    headers: changedHeaders(options.headers),
    auth: auth || null,
  };
}

/** Of several spellings of a name, the last one counts. */
function changedHeaders(record: Record<string, unknown>): Headers {
  const headers = new Headers();
  for (const [name, value] of Object.entries(record)) {
    if (value === undefined || value === null)
      throw new TypeError(`Invalid value "${value}" for header "${name}"`);
    headers.delete(name);
    for (const one of [value].flat()) headers.append(name, String(one).trim());
  }
  return headers;
}
