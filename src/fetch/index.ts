/** `httpxide/fetch`: the platform's `fetch`, over the engine of this package. */
import { surplusArgument } from "../platform/argument-error.js";
import type { AsyncClient } from "../client/async-client.js";
import type { AsyncClientOptions } from "../client/options.js";
import { clientFor, sharedClient } from "../client/shared-client.js";
import { fetchOver } from "./fetch.js";

/**
 * Makes a `fetch` that uses the connections of a client: its transport, TLS, proxy, timeouts, limits and retries. It does
 * not use the client's cookies, authentication, headers, params and base URL, because `fetch` has none of these.
 *
 * Redirects, errors and responses are those of the platform's `fetch`: `TypeError("fetch failed", { cause })` before the
 * response, `TypeError("terminated", { cause })` in its body, and the signal's reason after an abort. The `cause` is an
 * error of this package. Unknown members of `init` are ignored. With a `dispatcher`, which belongs to the platform's own
 * `fetch`, the call goes there.
 *
 * @param client or options for a new one. Where these give no `timeout` and `limits`, those of {@link fetch} hold.
 *   Without a client, this returns a function that behaves as {@link fetch} does.
 * @throws TypeError, RangeError for invalid options.
 *
 * @example
 * const fetch = createFetch({ retries: 2 });
 * const user = await (await fetch("https://example.org/users/7")).json();
 */
export function createFetch(client?: AsyncClient | AsyncClientOptions): typeof globalThis.fetch {
  if (arguments.length > 1) throw surplusArgument("createFetch()", "a client or its options");
  return fetchOver(clientFor(client));
}

/**
 * The platform's `fetch` over connections of this package, which all calls share. They have no timeout except 10 seconds to
 * connect, no limit to their number, no cookies, and the proxies of the environment.
 */
export const fetch: typeof globalThis.fetch = fetchOver(sharedClient);

/**
 * Replaces `globalThis.fetch` for the whole process.
 *
 * @param client as in {@link createFetch}.
 * @returns a function that restores the `fetch` of before, unless another one has been installed since.
 */
export function install(client?: AsyncClient | AsyncClientOptions): () => void {
  if (arguments.length > 1) throw surplusArgument("install()", "a client or its options");
  const before = globalThis.fetch;
  const installed = client === undefined ? fetch : createFetch(client);
  globalThis.fetch = installed;
  return () => {
    if (globalThis.fetch === installed) globalThis.fetch = before;
  };
}
