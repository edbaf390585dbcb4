/**
 * The entries of `NO_PROXY` as mount patterns, by HTTPX's rules, with what they miss: networks (`10.0.0.0/8`), `*.x`, and
 * the default ports of schemes.
 * An IPv6 address matches in every spelling.
 *
 * A name matches itself and its subdomains, `.name` and `*.name` its subdomains only; a port is optional everywhere.
 */
import { net } from "../platform/on-demand.js";
import { defaultPorts } from "../url/parsed-url.js";
import { type MountPattern, mountPattern } from "./mounts.js";

const NETWORK = /^\[?([\d.]+|[\da-f:.]*:[\da-f:.]*)\]?\/(\d{1,3})(?::(\d{1,5}))?$/i;
/** The final dot of an absolute name, `x.test.`: the name is the same without it. */
const ROOT = /(?<=[^.*/:])\.(?=:\d*$|$)/;
/** A port without a host. It would match every host. */
const NO_HOST = /^\.?:\d*$/;
/** The port of a pattern. */
const PORT = /^[^:]*:\/\/(?:\[[^\]]*\]|[^/?#:[]*):(\d+)/;

/**
 * The key that a mount with the same pattern has, and the pattern. Null for an entry that matches nothing: the variable is
 * for other programs too, and none of them refuses to run for it.
 *
 * @internal
 */
export function exceptionPattern(entry: string): [key: string, pattern: MountPattern] | null {
  const [, address, prefix, port] = NETWORK.exec(entry) ?? [];
  if (address !== undefined) return networkPattern(entry, address, Number(prefix), port);
  if (NO_HOST.test(entry)) return null;
  const key = keyOf(entry.replace(ROOT, ""));
  try {
    const pattern = mountPattern(key);
    const matchesHost = (hostname: string): boolean => pattern.matchesHost(hostname.replace(ROOT, ""));
    return [key, { ...pattern, ...portOf(PORT.exec(key)?.[1]), matchesHost }];
  } catch {
    return null;
  }
}

function keyOf(entry: string): string {
  if (entry.includes("://")) return entry;
  if (net().isIP(entry) === 6) return `all://[${entry}]`;
  const [host = ""] = entry.split(/:\d*$/);
  const isLiteral = net().isIP(host) === 4 || host.startsWith("[") || host.toLowerCase() === "localhost";
  // `*.name` and `*name` have their wildcard already
  return `all://${isLiteral || entry.startsWith("*") ? "" : "*"}${entry}`;
}

function networkPattern(
  entry: string,
  address: string,
  prefix: number,
  port: string | undefined,
): [string, MountPattern] | null {
  const version = net().isIP(address);
  if (version === 0 || prefix > (version === 4 ? 32 : 128)) return null;
  const network = new (net().BlockList)();
  network.addSubnet(address, prefix, version === 4 ? "ipv4" : "ipv6");
  const matchesHost = (hostname: string): boolean => {
    const host = hostname.replace(/^\[|\]$/g, "");
    const kind = net().isIP(host);
    // Node.js finds every IPv4 address in `::/0`, and Deno none
    if (kind === 4 && version === 6) return false;
    return kind !== 0 && network.check(host, kind === 4 ? "ipv4" : "ipv6");
  };
  return [`all://${entry}`, { scheme: "", host: entry, ...portOf(port), matchesHost }];
}

/** A port means that of the connection: HTTPX compares it with the URL's, which is none if it is the scheme's own. */
function portOf(written: string | undefined): Pick<MountPattern, "port" | "matchesPort"> {
  const port = written === undefined ? null : Number(written);
  return {
    port,
    matchesPort: (url) => port === null || port === (url.port ?? defaultPorts[url.scheme]),
  };
}
