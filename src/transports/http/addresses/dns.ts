/** The options of name resolution. */
import { checkNumber } from "../../../platform/number-argument.js";
import { type OptionList, checkOptions, optionList } from "../../../config/options.js";
import { aBooleanOrRecord, aRecord, aWholeNumber, checkChoice } from "../../../config/value-checks.js";
import type { NativeDnsOptions } from "../../../native/binding.js";
import { type KnownHost, knownHosts } from "./hosts.js";

/**
 * How the names of hosts become addresses.
 *
 * @example
 * const client = new AsyncClient({ dns: { hosts: { "api.example.org": "127.0.0.1" }, family: 4 } });
 */
export interface DnsOptions {
  /**
   * The addresses of some names, which are not looked up: `{ "api.example.org": "10.0.0.7" }`, or several in the order of
   * their use. The key `"api.example.org:8443"` is for that port only.
   */
  hosts?: Readonly<Record<string, string | readonly string[]>> | undefined;
  /** The only version of IP whose addresses of names are used, whatever their source; `null`: both. @default null */
  family?: 4 | 6 | null | undefined;
  /**
   * Whether and how long answers are kept. `false`: not at all, so each new connection looks the name up. Look-ups of the
   * same name at the same time are always one. @default true
   */
  cache?: boolean | DnsCacheOptions | undefined;
}

/** How long addresses of names are kept. */
export interface DnsCacheOptions {
  /** Milliseconds for answers that come without a time: the system's always do. @default 30_000 */
  ttl?: number | undefined;
  /** Milliseconds for failures. @default 1000 */
  negativeTtl?: number | undefined;
  /** The most names that are kept. @default 1000 */
  maxEntries?: number | undefined;
}

const cacheOptions: OptionList = optionList<DnsCacheOptions>(
  "dns.cache",
  {
    ttl: (value) => aTime(value, "dns.cache.ttl"),
    negativeTtl: (value) => aTime(value, "dns.cache.negativeTtl"),
    maxEntries: (value) => aWholeNumber(value, "dns.cache.maxEntries"),
  },
  { advice: { maxTTL: "did you mean ttl, in milliseconds", maxTtl: "did you mean ttl" } },
);

const dnsOptions: OptionList = optionList<DnsOptions>(
  "dns",
  {
    hosts: (value) => void knownHosts(value),
    family: (value) => checkChoice(value, [4, 6, null], "dns.family must be 4, 6 or null"),
    cache: (value) => {
      aBooleanOrRecord(value, "dns.cache");
      if (typeof value !== "boolean") checkOptions(value, cacheOptions);
    },
  },
  {
    advice: {
      lookup: "did you mean resolver, an option of the client",
      resolver: "it is an option of the client",
      servers: "the system's name servers are asked; resolver can ask others",
      ttl: "did you mean cache: { ttl }",
    },
  },
);

/** @internal @throws TypeError, RangeError */
export function aDns(value: unknown, name: string): void {
  if (value === null) return;
  aRecord(value, name);
  checkOptions(value, dnsOptions);
}

/** The options with their defaults, for the engine. @internal */
export function nativeDns(
  options: DnsOptions | null | undefined,
  hasResolver: boolean,
): NativeDnsOptions & { hosts: KnownHost[] } {
  const { hosts = {}, family, cache = true } = options ?? {};
  const { ttl = 30_000, negativeTtl = 1000, maxEntries = 1000 } = typeof cache === "object" ? cache : {};
  return {
    hosts: knownHosts(hosts),
    family: family ?? undefined,
    ttl: cache === false ? 0 : ttl,
    negativeTtl: cache === false ? 0 : negativeTtl,
    maxEntries: cache === false ? 0 : Math.min(maxEntries, 0xffff_ffff),
    hasResolver,
  };
}

function aTime(value: unknown, name: string): void {
  checkNumber(value, `${name} must be a number of milliseconds`, (time) => time >= 0);
}
