/** The content of a netrc file: entries by host, and one for all others. */
import { domainToASCII } from "node:url";

/** The entry of one host; `""` for absent values. @internal */
export interface NetrcEntry {
  login: string;
  account: string;
  password: string;
}

/** @internal */
export interface NetrcEntries {
  /** By {@link canonicalHost}. */
  readonly machines: Map<string, NetrcEntry>;
  fallback: NetrcEntry | null;
}

/** The entry for `hostname`, as a URL has it. @internal */
export function findEntry(entries: NetrcEntries, hostname: string): NetrcEntry | null {
  return entries.machines.get(canonicalHost(hostname)) ?? entries.fallback;
}

/** One form for the spellings of a host: lower case, names in ASCII, IPv6 addresses without brackets. @internal */
export function canonicalHost(host: string): string {
  const bare = host.replace(/^\[(.*)\]$/s, "$1");
  return domainToASCII(bare) || bare.toLowerCase();
}
