/** The transports of one client: a network transport of its own or a given one, its proxies, and the mounted transports. */
import { wrongType } from "../platform/argument-error.js";
import type { AsyncClientOptions } from "./options.js";
import { type Mount, type MountPattern, mountFor, sortedMounts } from "./mounts.js";
import { proxyMounts } from "./proxy-mounts.js";
import type { Request } from "../request/request.js";
import { AppTransport } from "../transports/app/transport.js";
import { type AsyncHTTPTransportOptions, networkOptions } from "../transports/http/options.js";
import { AsyncHTTPTransport } from "../transports/http/transport.js";
import { RetryTransport } from "../transports/retry/transport.js";
import { type AsyncTransport, checkedTransport, isGuarded } from "../transports/transport.js";

/** Network options that the client itself honours over any transport. */
const HONOURED_BY_CLIENT: ReadonlySet<string> = new Set(["trustEnv", "maxResponseBytes"]);
/** Beside a given transport, which gets the proxy with each request. An application has no connection to make. */
const HONOURED_BY_TRANSPORT: ReadonlySet<string> = new Set([...HONOURED_BY_CLIENT, "proxy"]);

/** Beside mounts for all URLs. HTTPX's client has these options and ignores them there; its programs rely on that. */
const LEFT_IN_PLACE: ReadonlySet<string> = new Set([
  ...HONOURED_BY_TRANSPORT,
  ...["verify", "cert", "http1", "http2", "limits"],
]);

const BESIDE_APP = "app: the application is called without a connection";

/** @internal */
export class ClientTransports {
  /** Carries the requests that no mount matches. */
  readonly main: AsyncTransport;
  /** The same, if no transport is mounted and it needs nothing that the client does for other transports; else null. */
  readonly direct: AsyncHTTPTransport | null;
  /** Whether one of them sends requests again. */
  readonly retry: boolean;
  readonly #mounts: readonly Mount[];
  readonly #hasPolicy: boolean;

  constructor(options: AsyncClientOptions) {
    this.#mounts = sortedMounts(proxyMounts(options), options.mounts);
    for (const { transport } of this.#mounts) if (transport !== null) checkedTransport(transport);
    refuseUncovered(options, this.#mounts);
    this.#hasPolicy = (options.connectPolicy ?? null) !== null;
    if (this.#hasPolicy) for (const { transport } of this.#mounts) refuseUnguarded(transport);
    const given = givenTransport(options);
    this.main = given ?? new AsyncHTTPTransport({ ...ofNetwork(options), proxy: null });
    this.retry = [given, ...this.#mounts.map(({ transport }) => transport)].some(
      (transport) => transport instanceof RetryTransport,
    );
    // the caller's transport does not know this client's `maxResponseBytes`
    const isBounded = given === undefined || (options.maxResponseBytes ?? null) === null;
    const isAlone = this.#mounts.every(({ transport }) => transport === null);
    this.direct = isBounded && isAlone && isNetwork(this.main) ? this.main : null;
  }

  /**
   * The transport for a request, which gets the client's proxy for its URL.
   * @throws TypeError if it makes connections that the client's `connectPolicy` does not judge.
   */
  transportFor(request: Request): AsyncTransport {
    const mount = this.#mounts.length === 0 ? null : mountFor(this.#mounts, request.parsedURL);
    request.setClientProxy(mount?.proxy ?? undefined);
    if (mount === null) return this.main;
    // a mock may have got a route that passes on
    if (this.#hasPolicy) refuseUnguarded(mount.transport);
    return mount.transport ?? this.main;
  }

  /** @throws TypeError for a call's proxy if an application answers the call. */
  refuseLostProxy({ givenExtensions, parsedURL }: Request): void {
    if ((givenExtensions?.proxy ?? null) === null) return;
    const { transport = null } = mountFor(this.#mounts, parsedURL) ?? {};
    if ((transport ?? this.main) instanceof AppTransport) throw withoutEffect("proxy", BESIDE_APP);
  }

  /** Closes all of them, the main one first as in HTTPX. @throws the first error, after all are closed. */
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
  const names = Object.keys(networkOptions) as (keyof AsyncHTTPTransportOptions)[];
  return Object.fromEntries(names.map((name) => [name, options[name]]));
}

/** @throws TypeError if an option is given that only a transport of the client's own could honour. */
function givenTransport(options: AsyncClientOptions): AsyncTransport | undefined {
  const { app, transport } = options;
  if (app === undefined || app === null) {
    if (transport === undefined) return undefined;
    const isApp = transport instanceof AppTransport;
    const honoured = isApp ? HONOURED_BY_CLIENT : HONOURED_BY_TRANSPORT;
    refuseNetworkOptions(options, honoured, isApp ? BESIDE_APP : "transport: give it to the transport");
    return checkedTransport(transport);
  }
  if (transport !== undefined) throw wrongType("A client takes either an app or a transport, not both.");
  refuseNetworkOptions(options, HONOURED_BY_CLIENT, BESIDE_APP);
  return new AppTransport(app);
}

/** HTTPX ignores them, so `verify` or `limits` beside its `transport` looks effective and is not. */
function refuseNetworkOptions(
  options: AsyncClientOptions,
  honoured: ReadonlySet<string>,
  beside: string,
): void {
  for (const [name, value] of Object.entries(ofNetwork(options))) {
    if (honoured.has(name) || value === undefined || value === null) continue;
    throw withoutEffect(name, beside);
  }
}

/**
 * Options for which a program relies on the client, and which mounted transports do not have.
 *
 * @throws TypeError if mounts leave the network nothing to do, or no URL of the scheme that an option is for.
 */
function refuseUncovered(options: AsyncClientOptions, mounts: readonly Mount[]): void {
  if (!isCovered(mounts, "https")) return;
  if (isCovered(mounts, "http"))
    refuseNetworkOptions(options, LEFT_IN_PLACE, "mounts for all URLs: give it to the transport");
  if ((options.tls ?? null) !== null)
    throw withoutEffect("tls", "mounts for all https: URLs: give it to the transport");
}

/** @throws TypeError for a transport of this package that connects without a policy, or wraps one that does. */
function refuseUnguarded(transport: AsyncTransport | null): void {
  if (transport?.[isGuarded] !== false) return;
  const { name } = transport.constructor;
  const within = transport instanceof AsyncHTTPTransport ? "" : "around an AsyncHTTPTransport ";
  throw wrongType(
    `connectPolicy does not hold for the ${name} ${within}in mounts: give the AsyncHTTPTransport one too, { deny: [] } for none.`,
  );
}

/** Whether no URL of the scheme is left to the client's own transport. The most specific mount decides, so it comes first. */
function isCovered(mounts: readonly Mount[], scheme: "http" | "https"): boolean {
  const ofScheme = mounts.filter(({ pattern }) => pattern.scheme === "" || pattern.scheme === scheme);
  const isForAll = ({ host, port }: MountPattern): boolean => host === "" && port === null;
  const end = ofScheme.findIndex(({ pattern }) => isForAll(pattern)) + 1;
  return end > 0 && ofScheme.slice(0, end).every(({ transport }) => transport !== null);
}

function withoutEffect(name: string, beside: string): TypeError {
  return wrongType(`${name} has no effect beside ${beside}.`);
}

/** A subclass that overrides the method must see each request. */
function isNetwork(transport: AsyncTransport): transport is AsyncHTTPTransport {
  return transport.handleAsyncRequest === AsyncHTTPTransport.prototype.handleAsyncRequest;
}
