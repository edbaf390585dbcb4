/**
 * What carries a request and brings back its response. Everything above (redirects, cookies, auth, hooks) holds
 * for every transport; a transport only does one exchange.
 */
import type { Request } from "../request/request.js";
import type { Response } from "../response/response.js";
import type { Timeout } from "../config/timeout.js";
import type { PoolStats } from "./pool-stats.js";

/** How the client means to use the response. A transport may ignore all of it. */
export interface TransportOptions {
  /**
   * `false`: the whole body will be read at once, so that a transport may answer with it already read.
   * @default true
   */
  stream?: boolean;
  /** Aborts the exchange, up to the end of the body. The client sees to it for transports that do not. */
  signal?: AbortSignal | null | undefined;
  /** What counts instead of the request's own timeout: less than that, once redirects or auth took of its `total`. */
  timeout?: Timeout | undefined;
}

/** Carries requests. Give one to `new AsyncClient({ transport })`. */
export interface AsyncTransport {
  handleAsyncRequest(request: Request, options?: TransportOptions): Promise<Response>;
  /** Called once, when the client closes. */
  aclose?(): Promise<void>;
  /** What `client.stats()` tells. */
  stats?(): PoolStats;
}
