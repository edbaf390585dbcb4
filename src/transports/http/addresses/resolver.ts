/** The user's own function for names, in either of two forms. */
import { wrongType } from "../../../platform/argument-error.js";
import { isCallable } from "../../../platform/callable.js";
import type { NameResolver, ResolvedName } from "../../../native/name-resolver.js";
import { kindOf } from "../../../platform/record.js";
import { quoted } from "../../../config/value-checks.js";
import type { WebAbortSignal } from "../../../platform/web-types.js";
import { anAddress } from "./literals.js";

/**
 * Looks up the addresses of a host, the preferred one first. Called in the async context of a request that needs them.
 *
 * The name is in punycode and has no final dot. `family` is that of `dns`. The signal aborts when no request waits for the
 * answer any more. Answers are kept as `dns.cache` says, and addresses of the other family are left out.
 *
 * @example
 * import { promises as dns } from "node:dns";
 * const client = new AsyncClient({ resolver: (hostname) => dns.resolve4(hostname) });
 */
export type Resolver = (
  hostname: string,
  options: ResolverOptions,
) => PromiseLike<readonly ResolvedAddress[]> | readonly ResolvedAddress[];

/** What a {@link Resolver} is given beside the name. */
export interface ResolverOptions {
  /** The only version of IP that is of use; `null`: both. */
  readonly family: 4 | 6 | null;
  /** Aborts when no request waits any more. */
  readonly signal: WebAbortSignal;
}

/**
 * An address, or an address and the milliseconds for which it may be kept. (The `ttl` of `node:dns` is in seconds.)
 */
export type ResolvedAddress = string | { readonly address: string; readonly ttl?: number | undefined };

/**
 * A function with the signature of `dns.lookup` of Node.js, such as that of `cacheable-lookup`. It is taken for one if it
 * has three parameters or more.
 */
export interface LookupFunction {
  (hostname: string, options: LookupOptions, callback: LookupCallback): unknown;
  /**
   * The same. A type with two signatures gives the parameters of a function no types, so that those of a {@link Resolver}
   * written in its place have theirs.
   */
  <_>(hostname: string, options: LookupOptions, callback: LookupCallback): unknown;
}

/** What a {@link LookupFunction} is given beside the name. */
export interface LookupOptions {
  readonly all: true;
  readonly family: 0 | 4 | 6;
  readonly hints: 0;
  readonly verbatim: true;
}

/** Takes the addresses, or one and its family. */
export type LookupCallback = (
  error: Error | null,
  address: string | readonly { address: string; family: number }[],
  family?: number,
) => void;

/** @internal @throws TypeError */
export function aResolver(value: unknown, name: string): void {
  if (value === null || isCallable(value)) return;
  throw wrongType(`${name} must be a function, not ${kindOf(value)}.`);
}

/** The function in the form that the engine asks. @internal */
export function nameResolver(
  resolver: Resolver | LookupFunction | null | undefined,
  family: 4 | 6 | null,
): NameResolver | null {
  if (resolver === null || resolver === undefined) return null;
  const ask = isLookup(resolver) ? promised(resolver) : resolver;
  return async (hostname, signal) => {
    const name = hostname.replace(/\.$/, "");
    const answer: unknown = await ask(name, { family, signal });
    if (!Array.isArray(answer)) {
      throw wrongType(`A resolver must give an array of IP addresses, not ${kindOf(answer)}.`);
    }
    return answer.map(checked);
  };
}

function isLookup(resolver: Resolver | LookupFunction): resolver is LookupFunction {
  return resolver.length >= 3;
}

/** With `all`, as `dns.lookup` otherwise gives the first address only, and no other is tried if that one fails. */
function promised(lookup: LookupFunction): Resolver {
  return (hostname, { family }) =>
    new Promise((resolve, reject) => {
      const options = { all: true, family: family ?? 0, hints: 0, verbatim: true } as const;
      const failed = lookup(hostname, options, (error, address) => {
        // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- the user's own error, as it is
        if (error) reject(error);
        else resolve(typeof address === "string" ? [address] : address);
      });
      // an async function reports its exceptions so
      if (failed instanceof Promise) failed.catch(reject);
    });
}

function checked(answer: unknown): ResolvedName {
  const { address, ttl } = (
    typeof answer === "object" && answer !== null ? answer : { address: answer }
  ) as Record<string, unknown>;
  anAddress(address, "An answer of a resolver");
  if (ttl !== undefined && !(typeof ttl === "number" && ttl >= 0)) {
    throw wrongType(`The ttl of an answer must be a number of milliseconds, not ${quoted(ttl)}.`);
  }
  return { address, ttl: ttl ?? null };
}
