/** Names with given addresses: `dns.hosts`. */
import { URL } from "../../../platform/classes.js";
import { wrongType } from "../../../platform/argument-error.js";
import { net } from "../../../platform/on-demand.js";
import { aRecord } from "../../../config/value-checks.js";
import type { NativeHost } from "../../../native/binding.js";
import { anAddress } from "./literals.js";

/** @internal */
export type KnownHost = NativeHost;

/**
 * Reads `{ "name": addresses, "name:port": addresses }`.
 *
 * @throws TypeError
 * @internal
 */
export function knownHosts(hosts: unknown): KnownHost[] {
  aRecord(hosts, "dns.hosts");
  return Object.entries(hosts).map(([key, value]: [string, unknown]) => {
    const addresses: readonly unknown[] = Array.isArray(value) ? value : [value];
    if (addresses.length === 0) throw wrongType(`dns.hosts has no address for ${JSON.stringify(key)}.`);
    for (const address of addresses) anAddress(address, `dns.hosts[${JSON.stringify(key)}]`);
    const { name, port } = nameAndPort(key);
    return { name, port, addresses: addresses as string[] };
  });
}

function nameAndPort(key: string): { name: string; port: number | undefined } {
  const [, name = key, digits] = /^(.*):(\d{1,5})$/.exec(key) ?? [];
  const port = digits === undefined ? undefined : Number(digits);
  const wrong = (reason: string): TypeError =>
    wrongType(`${JSON.stringify(key)} in dns.hosts ${reason}: names are "host" or "host:port".`);
  if (net().isIP(name.replace(/^\[|\]$/g, "")) !== 0) throw wrong("is an address, which is not looked up");
  if (port !== undefined && port > 65_535) throw wrong("has no possible port");
  return { name: asInURL(name) ?? raise(wrong("is not the name of a host")), port };
}

/** The name as it stands in a parsed URL: lower case and punycode, here without a final dot. Null if it is no name: a wildcard is none. */
function asInURL(name: string): string | null {
  if (/[/?#@\\:*\s]/.test(name)) return null;
  try {
    return new URL(`http://${name}`).hostname.replace(/\.$/, "") || null;
  } catch {
    return null;
  }
}

function raise(error: Error): never {
  throw error;
}
