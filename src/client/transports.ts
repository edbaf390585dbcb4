/** The transports of one client: its own, or the one that it was given, and those that are mounted. */
import type { AsyncClientOptions } from "./options.js";
import { type Mount, mountedTransport, sortedMounts } from "./mounts.js";
import type { ParsedURL } from "../url/parsed-url.js";
import { AppTransport } from "../transports/app/transport.js";
import { type AsyncHTTPTransportOptions, networkOptions } from "../transports/http/options.js";
import { AsyncHTTPTransport } from "../transports/http/transport.js";
import type { AsyncTransport } from "../transports/transport.js";

/** @internal */
export class ClientTransports {
  /** For all URLs that no mount is for. */
  readonly main: AsyncTransport;
  /** The same, if it carries everything and does by itself all that a client would do for another transport. */
  readonly direct: AsyncHTTPTransport | null;
  readonly #mounts: readonly Mount[];

  constructor(options: AsyncClientOptions) {
    this.#mounts = sortedMounts(options.mounts);
    for (const { transport } of this.#mounts) if (transport !== null) checked(transport);
    const given = givenTransport(options);
    this.main = given ?? new AsyncHTTPTransport(ofNetwork(options));
    // one that was given knows nothing of this client's bound
    const isBounded = given === undefined || (options.maxResponseBytes ?? null) === null;
    this.direct = isBounded && this.#mounts.length === 0 && isNetwork(this.main) ? this.main : null;
  }

  transportFor(url: ParsedURL): AsyncTransport {
    return mountedTransport(this.#mounts, url, this.main);
  }

  /** All of them, the main one first as in HTTPX. @throws what the first that fails throws, when all are closed. */
  async close(): Promise<void> {
    const transports = new Set([this.main]);
    for (const { transport } of this.#mounts) if (transport !== null) transports.add(transport);
    const failures: unknown[] = [];
    for (const transport of transports) {
      try {
        await transport.aclose?.();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
  }
}

function ofNetwork(options: AsyncClientOptions): AsyncHTTPTransportOptions {
  return Object.fromEntries(Object.entries(options).filter(([name]) => Object.hasOwn(networkOptions, name)));
}

/** What is to carry the requests in the place of a transport of the client's own. */
function givenTransport({ app, transport }: AsyncClientOptions): AsyncTransport | undefined {
  if (app === undefined || app === null) return transport === undefined ? undefined : checked(transport);
  if (transport !== undefined) throw new TypeError("A client takes either an app or a transport, not both.");
  return new AppTransport(app);
}

function checked(transport: AsyncTransport): AsyncTransport {
  if (typeof (transport as AsyncTransport | null)?.handleAsyncRequest === "function") return transport;
  throw new TypeError("A transport must have a method handleAsyncRequest.");
}

/** A subclass may do something of its own with requests. */
function isNetwork(transport: AsyncTransport): transport is AsyncHTTPTransport {
  return transport.handleAsyncRequest === AsyncHTTPTransport.prototype.handleAsyncRequest;
}
