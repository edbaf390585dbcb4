/** The clients of one adapter: the one that it was made over, and one for each way to connect that calls ask for. */
import { AsyncClient } from "../client/async-client.js";
import type { AsyncClientOptions } from "../client/options.js";
import { clientFor, sharedClientOfEnvironment } from "../client/shared-client.js";
import { resolverOf } from "./names.js";
import { type Network, verifyOf } from "./network.js";

/**
 * The most ways to connect; the one that was unused for longest is dropped first. A program has a handful of them,
 * unless it makes a function for each call.
 */
const MOST = 64;

/** @internal */
export class AdapterClients {
  /** False over a given client, transport or application, which connects by itself. */
  readonly connects: boolean;
  readonly #usual: () => AsyncClient;
  readonly #given: AsyncClientOptions;
  /** The last one was used last. */
  readonly #others = new Map<string, () => AsyncClient>();
  readonly #identities = new WeakMap<object, number>();
  #objects = 0;

  /** @throws TypeError, RangeError for invalid options. */
  constructor(given: AsyncClient | AsyncClientOptions | undefined) {
    // axios reads the environment at each call
    this.#usual = given === undefined ? sharedClientOfEnvironment : clientFor(given);
    this.#given = given === undefined || given instanceof AsyncClient ? {} : { ...given };
    const { transport, app } = this.#given;
    this.connects = !(given instanceof AsyncClient) && (transport ?? app ?? null) === null;
  }

  /** @throws TypeError, RangeError for values that the client does not take. */
  on(network: Network | null): AsyncClient {
    if (network === null) return this.#usual();
    const key = this.#keyOf(network);
    const known = this.#others.get(key) ?? clientFor(optionsOver(this.#given, network));
    this.#others.delete(key);
    this.#others.set(key, known);
    const [oldest] = this.#others.keys();
    if (this.#others.size > MOST) this.#others.delete(oldest!);
    return known();
  }

  /** Equal for equal options: a program may make an agent for each call. Functions and bytes count by their identity. */
  #keyOf(value: unknown): string {
    if (typeof value === "string") return `${value.length}:${value}`;
    if (typeof value !== "function" && (typeof value !== "object" || value === null)) return String(value);
    if (
      typeof value === "object" &&
      (Array.isArray(value) || Object.getPrototypeOf(value) === Object.prototype)
    ) {
      return `{${Object.entries(value)
        .map(([name, one]) => `${name}=${this.#keyOf(one)}`)
        .join()}}`;
    }
    const known = this.#identities.get(value) ?? ++this.#objects;
    this.#identities.set(value, known);
    return `#${known}`;
  }
}

function optionsOver(given: AsyncClientOptions, network: Network): AsyncClientOptions {
  const { socketPath, lookup, family, cert, tls, limits, localAddress, http2 } = network;
  const options = { ...given };
  const verify = verifyOf(network);
  // an agent that checks certificates does not say by which authorities
  if (verify !== undefined && (verify !== true || given.verify === false)) options.verify = verify;
  if (cert !== undefined) options.cert = cert;
  if (tls !== undefined) options.tls = { ...given.tls, ...tls };
  if (limits !== undefined)
    options.limits = { maxConnections: null, maxKeepaliveConnections: null, ...given.limits, ...limits };
  if (localAddress !== undefined) options.localAddress = localAddress;
  if (http2 === true) Object.assign(options, { http1: false, http2: given.http2 || true });
  if (socketPath !== undefined) {
    // as in axios, what connects to a socket needs no proxy, and no names
    return { ...options, uds: socketPath, proxy: null, dns: null, resolver: null };
  }
  if (lookup !== undefined || family !== undefined) {
    // axios asks its function for each connection
    const cache = lookup === undefined ? given.dns?.cache : (given.dns?.cache ?? false);
    options.dns = {
      ...given.dns,
      ...(cache === undefined ? {} : { cache }),
      ...(family === undefined ? {} : { family }),
    };
  }
  return lookup === undefined ? options : { ...options, resolver: resolverOf(lookup) };
}
