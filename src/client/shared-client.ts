/**
 * The client below the interfaces of other clients: a given one, one made from options, or the one that all others share.
 */
import { AsyncClient } from "./async-client.js";
import type { AsyncClientOptions } from "./options.js";

/**
 * HTTPX's 5 seconds would cut off the answers of language models, and its 100 connections would all be taken by long event
 * streams. Unused connections are closed by their expiry.
 */
const timeout = { connect: 10_000, read: null, write: null, pool: null, total: null };
const limits = { maxConnections: null, maxKeepaliveConnections: null };

let shared: AsyncClient | null = null;

/** Made at the first call: importing this module opens nothing. @internal */
export function sharedClient(): AsyncClient {
  return (shared ??= new AsyncClient({ timeout, limits }));
}

/** @internal @throws TypeError, RangeError for invalid options. */
export function clientFor(given: AsyncClient | AsyncClientOptions | undefined): () => AsyncClient {
  if (given === undefined) return sharedClient;
  const client = given instanceof AsyncClient ? given : new AsyncClient(withDefaults(given));
  return () => client;
}

/** Limits belong to a transport of the client's own. */
function withDefaults(options: AsyncClientOptions): AsyncClientOptions {
  const isGiven = options.transport !== undefined || (options.app !== undefined && options.app !== null);
  return isGiven ? { timeout, ...options } : { timeout, limits, ...options };
}
