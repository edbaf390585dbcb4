/**
 * The network: HTTP over connections of the native engine. Everything above it holds for every transport; what is
 * here is only what an HTTP connection needs to know.
 */
import { aboutRequest } from "../../errors/about-request.js";
import { Limits } from "../../config/limits.js";
import type { PEM, VerifyOptions } from "../../config/tls.js";
import type { NativeClientOptions } from "../../native/binary.js";
import { EngineClient, rethrow } from "../../native/engine-client.js";
import type { Request } from "../../request/request.js";
import { Response } from "../../response/response.js";
import { checkMaxResponseBytes } from "../../response/size-limit.js";
import type { WireResponse } from "../../response/wire.js";
import { unsupportedProtocol } from "../../url/target.js";
import { type PoolStats, emptyPoolStats } from "../pool-stats.js";
import type { AsyncTransport, TransportOptions } from "../transport.js";
import type { AsyncHTTPTransportOptions } from "./options.js";

const NO_OPTIONS: TransportOptions = Object.freeze({});

/**
 * Carries requests over the network. A client has one of its own unless it is given a transport.
 *
 * @example
 * const client = new AsyncClient({ transport: new AsyncHTTPTransport({ retries: 1 }) });
 */
export class AsyncHTTPTransport implements AsyncTransport {
  readonly #engine: EngineClient;
  #closing: Promise<void> | null = null;

  /**
   * @throws TypeError, RangeError for options that are not what they should be.
   * @throws Error with code `ERR_HTTPXIDE_NATIVE` where no compiled engine fits this process.
   */
  constructor(options: AsyncHTTPTransportOptions = {}) {
    this.#engine = new EngineClient(nativeOptions(options));
  }

  handleAsyncRequest(request: Request, options: TransportOptions = NO_OPTIONS): Promise<Response> {
    return this.exchange(request, options, (wire) => Response.fromWire(wire));
  }

  /** As {@link handleAsyncRequest}, but for what becomes of the answer. @internal */
  exchange<T>(
    request: Request,
    { stream = true, signal = null, timeout = request.timeout }: TransportOptions,
    answered: (response: WireResponse) => T,
  ): Promise<T> {
    const { scheme } = request.target;
    if (scheme !== "http" && scheme !== "https") {
      return Promise.reject(aboutRequest(unsupportedProtocol(scheme), request));
    }
    if (this.#closing !== null) return Promise.reject(new Error("The transport has been closed."));
    return this.#engine.send(request, timeout, stream, signal).then(answered, rethrow);
  }

  /** What the pool is doing now. */
  stats(): PoolStats {
    return (this.#closing === null ? this.#engine.stats() : null) ?? emptyPoolStats();
  }

  /** Closes every connection. Requests under way fail. */
  aclose(): Promise<void> {
    return (this.#closing ??= this.#engine.close());
  }
}

function nativeOptions(options: AsyncHTTPTransportOptions): NativeClientOptions {
  if (options.http1 === false) throw new TypeError("http1: false needs HTTP/2, which is not available yet");
  if (options.http2 === true) throw new TypeError("http2: HTTP/2 is not available yet");
  const { retries = 0, verify = true, trustEnv = true, uds, maxResponseBytes } = options;
  checkType("uds", uds, "string");
  checkType("trustEnv", trustEnv, "boolean");
  if (!Number.isSafeInteger(retries) || retries < 0 || retries > 0xffff) {
    throw new RangeError(`retries must be a whole number, not ${String(retries)}`);
  }
  checkMaxResponseBytes(maxResponseBytes ?? null);
  const limits = new Limits(options.limits);
  const checks = verifyOptions(verify);
  return {
    maxConnections: count(limits.maxConnections),
    maxKeepaliveConnections: count(limits.maxKeepaliveConnections),
    keepaliveExpiry: limits.keepaliveExpiry ?? undefined,
    maxConnectionsPerHost: count(limits.maxConnectionsPerHost),
    uds,
    retries,
    maxResponseBytes: maxResponseBytes ?? undefined,
    verify: verify !== false,
    checkHostname: checks.checkHostname ?? true,
    ca: checks.ca === undefined ? undefined : pemTexts(checks.ca),
    system: checks.system ?? false,
    trustEnv,
  };
}

function verifyOptions(verify: boolean | VerifyOptions): VerifyOptions {
  if (typeof verify === "boolean") return {};
  checkType("verify", verify, "object");
  checkType("verify.checkHostname", verify.checkHostname, "boolean");
  checkType("verify.system", verify.system, "boolean");
  return verify;
}

/** The engine would say it too, but in its own words, and only at the first request. */
function checkType(name: string, value: unknown, type: "string" | "boolean" | "object"): void {
  if (value === undefined || (value !== null && typeof value === type)) return;
  throw new TypeError(`${name} must be of type ${type}, not ${value === null ? "null" : typeof value}`);
}

/** The engine counts in 32 bits. */
function count(limit: number | null): number | undefined {
  return limit === null ? undefined : Math.min(limit, 0xffffffff);
}

function pemTexts(ca: PEM | PEM[]): string[] {
  const texts = Array.isArray(ca) ? ca : [ca];
  return texts.map((pem) => (typeof pem === "string" ? pem : new TextDecoder().decode(pem)));
}
