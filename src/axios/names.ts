/** axios's `lookup` and `family`: which addresses a name has for a call. */
import { wrongType } from "../platform/argument-error.js";
import { kindOf } from "../platform/record.js";
import { isThenable } from "../platform/thenable.js";
import type { Resolver } from "../transports/http/addresses/resolver.js";

/** @internal */
export type AddressFamily = 4 | 6;

/** That of `dns.lookup`, or a function that promises what the callback would get: an address, or a list of arguments. @internal */
export type AxiosLookup = (hostname: string, options: object, callback: LookupCallback) => unknown;

type LookupCallback = (error: unknown, address?: unknown, family?: unknown) => void;

/** Null for a value that Node.js refuses. @internal */
export function familyOf(value: unknown): AddressFamily | null {
  return value === 4 || value === 6 ? value : null;
}

/** @internal */
export function resolverOf(lookup: AxiosLookup): Resolver {
  return (hostname, { family }) =>
    new Promise((resolve, reject) => {
      const told: LookupCallback = (error, address) => {
        // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- the program's own error, as it is
        if (error) return void reject(error);
        try {
          resolve([address].flat().map(addressOf));
        } catch (invalid) {
          reject(invalid as Error);
        }
      };
      const promised = lookup(hostname, { all: true, family: family ?? 0, hints: 0 }, told);
      if (!isThenable(promised)) return;
      promised.then(
        // an async function may as well have told the callback
        (value) => value === undefined || told(null, Array.isArray(value) ? (value as unknown[])[0] : value),
        reject,
      );
    });
}

function addressOf(entry: unknown): string {
  const address: unknown =
    typeof entry === "object" && entry !== null ? (entry as { address?: unknown }).address : entry;
  if (typeof address === "string") return address;
  throw wrongType(`An address of lookup must be a string, not ${kindOf(address)}.`);
}
