/** Which addresses a client connects to. */
import { wrongType } from "../../../platform/argument-error.js";
import { type OptionList, checkOptions, optionList } from "../../../config/options.js";
import { nearest } from "../../../platform/nearest.js";
import { aRecord } from "../../../config/value-checks.js";
import type { NativeConnectPolicy } from "../../../native/binding.js";
import { ADDRESS_KINDS } from "../../../native/protocol.js";
import { kindOf } from "../../../platform/record.js";
import { isNetwork } from "./literals.js";
import { net } from "../../../platform/on-demand.js";

/**
 * The addresses that a client connects to. `"public"`: only global unicast addresses, so that no URL, name or redirect
 * leads into a private network or to this machine. Otherwise lists of rules: a rule is an address, a network
 * (`"10.0.0.0/8"`), or a kind: `public`, `private`, `loopback`, `link-local`, `unique-local`, `metadata`, `multicast`,
 * `unspecified` or `reserved`.
 *
 * Every address is checked right before the connection is opened to it: those of names, redirects and proxies too. Unix
 * sockets are exempt.
 *
 * @example
 * const client = new AsyncClient({ connectPolicy: "public" });
 * @example
 * const client = new AsyncClient({ connectPolicy: { allow: ["public", "10.20.0.0/16"], deny: ["10.20.9.0/24"] } });
 */
export type ConnectPolicy = "public" | ConnectRules;

/** Rules of a {@link ConnectPolicy}. At least one of the lists is given. */
export interface ConnectRules {
  /** Only these addresses. Without it, all that are not denied. */
  allow?: readonly string[] | undefined;
  /** Never these, even if they are allowed. */
  deny?: readonly string[] | undefined;
}

/** Prefixes whose addresses count as the IPv4 address in them: NAT64 and 6to4. IPv4-mapped networks are IPv4 networks. */
const STANDING = [
  ["64:ff9b::", 96],
  ["2002::", 16],
] as const;

const rules: OptionList = optionList<ConnectRules>(
  "connectPolicy",
  { allow: (value) => areRules(value, "allow"), deny: (value) => areRules(value, "deny") },
  { advice: { block: "did you mean deny", only: "did you mean allow" } },
);

/** @internal @throws TypeError */
export function aConnectPolicy(value: unknown, name: string): void {
  if (value === null || value === "public") return;
  const expected = '"public" or { allow, deny }';
  if (typeof value === "string") {
    throw wrongType(`${name} must be ${expected}, not ${JSON.stringify(value)}.`);
  }
  aRecord(value, name, expected);
  checkOptions(value, rules);
  const { allow, deny } = value as ConnectRules;
  // one without rules would look like a guard, and be none
  if (allow === undefined && deny === undefined) throw wrongType(`${name} needs allow or deny.`);
}

/** @internal */
export function nativeConnectPolicy(
  policy: ConnectPolicy | null | undefined,
): NativeConnectPolicy | undefined {
  if (policy === null || policy === undefined) return undefined;
  if (policy === "public") return { allow: ["public"], deny: [] };
  const { allow, deny = [] } = policy;
  return { allow: allow && [...allow], deny: [...deny] };
}

function areRules(value: unknown, name: string): void {
  if (!Array.isArray(value)) {
    throw wrongType(`connectPolicy.${name} must be an array of rules, not ${kindOf(value)}.`);
  }
  for (const rule of value as unknown[]) {
    if (typeof rule !== "string") {
      throw wrongType(`A rule of connectPolicy.${name} must be a string, not ${kindOf(rule)}.`);
    }
    if ((ADDRESS_KINDS as readonly string[]).includes(rule)) continue;
    if (isNetwork(rule)) {
      if (name === "allow" && standsForIPv4(rule)) throw neverMatches(rule);
      continue;
    }
    const near = nearest(rule, ADDRESS_KINDS);
    throw wrongType(
      `${JSON.stringify(rule)} in connectPolicy.${name} is neither an address, nor a network like 10.0.0.0/8, nor a kind` +
        (near === null ? `: ${ADDRESS_KINDS.join(", ")}.` : `. Did you mean ${near}?`),
    );
  }
}

/** Whether every address of the network counts as an IPv4 address. */
function standsForIPv4(network: string): boolean {
  const [address = "", length = "128"] = network.split("/");
  if (!address.includes(":")) return false;
  return STANDING.some(([prefix, bits]) => {
    const all = new (net().BlockList)();
    all.addSubnet(prefix, bits, "ipv6");
    return Number(length) >= bits && all.check(address, "ipv6");
  });
}

function neverMatches(rule: string): TypeError {
  return wrongType(
    `${JSON.stringify(rule)} in connectPolicy.allow would allow nothing: an address of NAT64 or 6to4 counts as the IPv4` +
      " address in it. Allow that address, its network or its kind.",
  );
}
