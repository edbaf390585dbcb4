/**
 * The client below the interfaces of other clients: a given one, one made from options, or the one that all others share.
 */
import { checkOptions } from "../config/options.js";
import { AsyncClient } from "./async-client.js";
import { clientOptions } from "./option-lists.js";
import type { AsyncClientOptions } from "./options.js";

/**
 * HTTPX's 5 seconds would cut off the answers of language models, and its 100 connections would all be taken by long event
 * streams. Unused connections are closed by their expiry.
 */
const timeout = { connect: 10_000, read: null, write: null, pool: null, total: null };
const limits = { maxConnections: null, maxKeepaliveConnections: null };

const PROXY_VARIABLES = ["http_proxy", "https_proxy", "all_proxy", "no_proxy"];

interface Shared {
  readonly client: AsyncClient;
  /** The proxies that the environment named when it was made. */
  readonly proxies: string;
}

let shared: Shared | null = null;
/** Another one only after the program has changed the proxies of the environment. */
let latest: Shared | null = null;

/** Made at the first call: importing this module opens nothing. @internal */
export function sharedClient(): AsyncClient {
  return (shared ??= made()).client;
}

/** As {@link sharedClient}, but always with the proxies that the environment names now. @internal */
export function sharedClientOfEnvironment(): AsyncClient {
  latest ??= shared ??= made();
  if (latest.proxies !== namedProxies()) latest = made();
  return latest.client;
}

function made(): Shared {
  return { client: new AsyncClient({ timeout, limits }), proxies: namedProxies() };
}

function namedProxies(): string {
  const { env } = process;
  return PROXY_VARIABLES.map((name) => `${env[name]} ${env[name.toUpperCase()]}`).join();
}

/** @internal @throws TypeError, RangeError for invalid options. */
export function clientFor(given: AsyncClient | AsyncClientOptions | undefined): () => AsyncClient {
  if (given === undefined) return sharedClient;
  if (given instanceof AsyncClient) return () => given;
  // before the defaults are added: a copy of a promise or of a text would be an empty record
  checkOptions(given, clientOptions);
  const client = new AsyncClient(withDefaults(given));
  return () => client;
}

/** Limits belong to a transport of the client's own. */
function withDefaults(options: AsyncClientOptions): AsyncClientOptions {
  const isGiven = options.transport !== undefined || (options.app !== undefined && options.app !== null);
  const own = { ...options, timeout: options.timeout === undefined ? timeout : options.timeout };
  return isGiven ? own : { ...own, limits: options.limits === undefined ? limits : options.limits };
}
