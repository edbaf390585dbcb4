/**
 * HTTP over the network, by connections of the native engine. This folder converts between the models of this package and
 * the plain records of `src/native`.
 */
import { surplusArgument } from "../../platform/argument-error.js";
import { isNoRecord } from "../../platform/no-record.js";
import { coded } from "../../errors/coded.js";
import { aboutRequest } from "../../errors/about-request.js";
import { followedByCaller, withCallersStack } from "../../errors/callers-stack.js";
import { Proxy } from "../../config/proxy.js";
import { NativeClient } from "../../native/client.js";
import type { Delivery } from "../../native/request-record.js";
import type { ResponseRecord } from "../../native/response-record.js";
import type { Request } from "../../request/request.js";
import { Response } from "../../response/response.js";
import type { WireResponse } from "../../response/wire.js";
import { unsupportedProtocol } from "../../url/unsupported-protocol.js";
import { type PoolStats, emptyPoolStats } from "../pool-stats.js";
import {
  type AsyncTransport,
  type BodyForm,
  type CodingRules,
  type TransportOptions,
  isGuarded,
  keepsLimits,
} from "../transport.js";
import { nameResolver } from "./addresses/resolver.js";
import { rethrow } from "./failure.js";
import { requestRecord, wireResponse } from "./messages.js";
import { upgradedBody } from "./network-stream.js";
import { clientCertificate, nativeOptions } from "./native-options.js";
import type { AsyncHTTPTransportOptions } from "./options.js";
import { poolStats } from "./pool-stats.js";
import { ProxyRoutes } from "./proxy-route.js";

const NO_OPTIONS: TransportOptions = Object.freeze({});
const ifHere = { decoded: "whole-if-here-decoded", raw: "whole-if-here-raw" } as const;
/** The same for a body whose codings are undone by the rules of fetch. */
const ifHereAsFetch = { decoded: "whole-if-here-as-fetch", raw: "whole-if-here-raw" } as const;

/**
 * Carries requests over the network. A client makes one unless its options have a `transport` or an `app`.
 *
 * @example
 * const client = new AsyncClient({ transport: new AsyncHTTPTransport({ retries: 1 }) });
 */
export class AsyncHTTPTransport implements AsyncTransport {
  static {
    isNoRecord(this, "give it to a client as transport");
  }

  /** @internal */
  readonly [keepsLimits] = true;
  readonly #engine: NativeClient;
  readonly #proxies: ProxyRoutes;
  #closing: Promise<void> | null = null;
  readonly #isGuarded: boolean;

  /**
   * @throws TypeError, RangeError for unknown options and for values that an option cannot have.
   * @throws Error with a code of OpenSSL's for a `cert` whose passphrase is wrong, or whose key and certificate do not fit.
   * @throws Error with code `ERR_HTTPXIDE_NATIVE` if no compiled engine loads in this process.
   */
  constructor(options: AsyncHTTPTransportOptions = {}) {
    if (arguments.length > 1) throw surplusArgument("AsyncHTTPTransport", "one object of options");
    const native = nativeOptions(options);
    const certificate = clientCertificate(options.cert);
    const { proxy = null, http1 = true, trustEnv = true } = options;
    const clientTls = { trust: native.trust, trustEnv, tls: native.tls, certificate };
    this.#engine = new NativeClient(
      native,
      certificate,
      (stream) => upgradedBody(stream, clientTls),
      rethrow,
      nameResolver(options.resolver, options.dns?.family ?? null),
    );
    this.#isGuarded = (options.connectPolicy ?? null) !== null;
    this.#proxies = new ProxyRoutes(
      proxy === null ? null : Proxy.from(proxy),
      http1 ?? true,
      trustEnv,
      this.#isGuarded,
    );
  }

  /** Whether it has a `connectPolicy`. @internal */
  get [isGuarded](): boolean {
    return this.#isGuarded;
  }

  handleAsyncRequest(request: Request, options: TransportOptions = NO_OPTIONS): Promise<Response> {
    const answer = this.exchange(request, options, (wire) => Response.fromWire(wire));
    return followedByCaller(answer, options.signal ?? null);
  }

  /** Same as {@link handleAsyncRequest}, but `received` makes the result from the response record. @internal */
  exchange<T>(
    request: Request,
    {
      stream = true,
      wholeUnlessRedirect = false,
      wholeIfHere,
      codingRules = "httpx",
      signal = null,
      timeout = request.timeout,
    }: TransportOptions,
    answered: (response: WireResponse) => T,
  ): Promise<T> {
    const { scheme } = request.parsedURL;
    if (scheme !== "http" && scheme !== "https") {
      return Promise.reject(aboutRequest(unsupportedProtocol(scheme), request));
    }
    if (this.#closing !== null)
      return Promise.reject(coded("ERR_CLIENT_CLOSED", new Error("The transport has been closed.")));
    if (signal?.aborted) return Promise.reject(signal.reason);
    try {
      const delivery = deliveryOf(stream, wholeUnlessRedirect, wholeIfHere, codingRules);
      return this.#engine.send(
        requestRecord(request, timeout, delivery, this.#proxies.of(request)),
        signal,
        // the record of a whole body already is the parts of a response: nothing is allocated here
        delivery === "whole"
          ? (answered as (record: ResponseRecord<Request>) => T)
          : (record) => answered(wireResponse(record)),
      );
    } catch (error) {
      return Promise.reject(withCallersStack(error));
    }
  }

  /** The state of the connection pool. */
  stats(): PoolStats {
    const stats = this.#closing === null ? this.#engine.stats() : null;
    return stats === null ? emptyPoolStats() : poolStats(stats);
  }

  /** Closes every connection. Running requests fail. */
  aclose(): Promise<void> {
    return (this.#closing ??= this.#engine.close());
  }
}

function deliveryOf(
  stream: boolean,
  wholeUnlessRedirect: boolean,
  wholeIfHere: BodyForm | undefined,
  codingRules: CodingRules,
): Delivery {
  const isAsFetch = codingRules === "fetch";
  if (wholeIfHere !== undefined) return (isAsFetch ? ifHereAsFetch : ifHere)[wholeIfHere];
  if (isAsFetch && stream) return "streamed-as-fetch";
  if (wholeUnlessRedirect) return "whole-unless-redirect";
  return stream ? "streamed" : "whole";
}
