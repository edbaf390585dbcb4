/**
 * Mounts: URL patterns that select the transport of a request, as in HTTPX.
 *
 * The most specific matching pattern decides, regardless of the order of the patterns: one with a port before one
 * without, then the longer host, then the longer scheme.
 */
import { URL } from "../platform/classes.js";
import { wrongType } from "../platform/argument-error.js";
import { domainToASCII } from "node:url";
import { aRecord } from "../config/value-checks.js";
import type { Proxy } from "../config/proxy.js";
import type { AsyncTransport } from "../transports/transport.js";
import { httpOfWebSocket } from "../url/websocket-scheme.js";
import { type ParsedURL, defaultPorts } from "../url/parsed-url.js";

/**
 * Transports by pattern; `null` selects the client's own transport, as an exception from a wider pattern.
 *
 * `all://` is any URL, `https://` a scheme; `all://example.org` a host, `all://*.example.org` its subdomains,
 * `all://*example.org` both: a `*` elsewhere is refused. A pattern with a port matches that port only.
 */
export type Mounts = Readonly<Record<string, AsyncTransport | null>>;

/** @internal */
export interface Mount {
  readonly pattern: MountPattern;
  /** Null is the client's own. */
  readonly transport: AsyncTransport | null;
  /** The proxy that the client's own transport uses; null if it uses none. */
  readonly proxy: Proxy | null;
}

/** @internal */
export interface MountPattern {
  /** `""` matches any scheme. */
  readonly scheme: string;
  /** As written; `""` for `*`. Only its length counts: it tells how specific the pattern is. */
  readonly host: string;
  readonly port: number | null;
  matchesHost(hostname: string): boolean;
  matchesPort(url: Pick<ParsedURL, "port" | "scheme">): boolean;
}

/**
 * A malformed pattern must not match here: read as a pattern without a host, it would catch every request. One with a `*` inside
 * the host would catch none.
 */
const PATTERN =
  /^([a-z][a-z0-9+.-]*):(?:\/\/(\[[^\]]*\]|\*?[^*/?#:@[\]\s]*)(?::(\d*))?(?:[/?#].*)?|(?!\/\/)(?:[/?#].*)?)$/i;

/**
 * The most specific pattern first. A given mount replaces that of a proxy with the same pattern.
 *
 * @internal
 * @throws TypeError for an invalid pattern.
 */
export function sortedMounts(
  ofProxies: Iterable<[string, Mount]>,
  mounts: Mounts | null | undefined,
): Mount[] {
  if (mounts !== undefined && mounts !== null) aRecord(mounts, "mounts");
  const byKey = new Map(ofProxies);
  for (const [key, transport] of Object.entries(mounts ?? {})) {
    byKey.set(key, { pattern: mountPattern(key), transport, proxy: null });
  }
  return [...byKey.values()].sort((a, b) => bySpecificity(a.pattern, b.pattern));
}

/** @internal The mount for this URL. */
export function mountFor(mounts: readonly Mount[], url: ParsedURL): Mount | null {
  for (const mount of mounts) if (matches(mount, url)) return mount;
  return null;
}

/** @internal @throws TypeError if it is invalid. */
export function mountPattern(key: string): MountPattern {
  if (!key.includes(":")) {
    throw wrongType(`A mount is given as a URL, not as a plain scheme: "${key}://" instead of "${key}".`);
  }
  const [, scheme, written = "", port = ""] = PATTERN.exec(key) ?? [];
  const host = hostOf(written);
  if (scheme === undefined || host === null) {
    throw wrongType(`Invalid mount pattern ${JSON.stringify(key)}.`);
  }
  const name = httpOfWebSocket(scheme.toLowerCase());
  // to HTTPX, the scheme's default port equals no port
  const number = port === "" || defaultPorts[name] === Number(port) ? null : Number(port);
  return {
    scheme: name === "all" ? "" : name,
    host: host === "*" ? "" : host,
    port: number,
    matchesHost: hostMatcher(host),
    matchesPort: (url) => number === null || number === url.port,
  };
}

/** The host in its URL spelling, after the wildcard; null if it is invalid. */
function hostOf(written: string): string | null {
  if (written.startsWith("[")) return addressOf(written);
  if (isASCII(written)) return written.toLowerCase();
  const [wildcard = ""] = /^\*?\.?/.exec(written) ?? [];
  const host = domainToASCII(written.slice(wildcard.length));
  return host === "" ? null : wildcard + host;
}

/** An IPv6 address in its URL spelling; what is none matches no URL. */
function addressOf(written: string): string {
  const url = `http://${written}`;
  return URL.canParse(url) ? new URL(url).hostname : written.toLowerCase();
}

function hostMatcher(host: string): MountPattern["matchesHost"] {
  if (host === "" || host === "*") return () => true;
  if (host.startsWith("*.")) {
    const suffix = host.slice(1);
    return (hostname) => hostname.endsWith(suffix) && hostname.length > suffix.length;
  }
  if (host.startsWith("*")) {
    const domain = host.slice(1);
    return (hostname) => hostname === domain || hostname.endsWith(`.${domain}`);
  }
  return (hostname) => hostname === host;
}

function matches({ pattern }: Mount, url: ParsedURL): boolean {
  return (
    (pattern.scheme === "" || pattern.scheme === url.scheme) &&
    pattern.matchesPort(url) &&
    pattern.matchesHost(url.hostname)
  );
}

function bySpecificity(a: MountPattern, b: MountPattern): number {
  return (
    Number(b.port !== null) - Number(a.port !== null) ||
    b.host.length - a.host.length ||
    b.scheme.length - a.scheme.length
  );
}

function isASCII(text: string): boolean {
  return !/[^\0-\x7f]/.test(text);
}
