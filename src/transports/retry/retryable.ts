/** Which errors may be gone at the next attempt, and which requests may be sent again. */
import { CLIENT_CLOSED } from "../../errors/engine.js";
import { CloseError, NetworkError } from "../../errors/network-error.js";
import { RemoteProtocolError } from "../../errors/protocol-error.js";
import { ProxyError } from "../../errors/proxy-error.js";
import type { RequestError } from "../../errors/request-error.js";
import { PoolTimeout, TimeoutException, TotalTimeout } from "../../errors/timeout-error.js";
import type { Request } from "../../request/request.js";

/**
 * A code of the system, such as `ECONNRESET`; or that of an error which tells no more than its class, as transports and
 * tests of a program make it. Codes of certificates and of our own have other forms.
 */
const PASSING = /^(E[A-Z]+(_AGAIN)?|ERR_(CONNECT|PROXY)_ERROR)$/;

/** Statuses of a server, or a proxy, that may be able to answer soon. @internal */
export const RETRIED_STATUSES: ReadonlySet<number> = new Set([408, 429, 502, 503, 504]);

/**
 * Whether the next attempt may fare better: not if the client was closed, the call's time is over, or the pool is too
 * small, and not if the same certificate or rule would fail again. A name that is unknown (`ENOTFOUND`) may be known soon:
 * nameservers answer so while a service is being deployed or moved.
 *
 * @internal
 */
export function isTransient(error: RequestError, statuses: ReadonlySet<number> = RETRIED_STATUSES): boolean {
  if (error.code === CLIENT_CLOSED.code) return false;
  // a proxy that broke off, or refused the tunnel with one of the statuses
  if (error instanceof ProxyError) {
    return error.status === null ? PASSING.test(error.code) : statuses.has(error.status);
  }
  if (error instanceof CloseError || error instanceof TotalTimeout || error instanceof PoolTimeout)
    return false;
  if (error instanceof TimeoutException || error instanceof RemoteProtocolError) return true;
  if (!(error instanceof NetworkError)) return false;
  return error.phase === "tls" || error.phase === "connect" ? PASSING.test(error.code) : true;
}

/** Whether a second execution does no harm. @internal */
export function isIdempotent(request: Request, methods: ReadonlySet<string>): boolean {
  return methods.has(request.method) || request.headers.has("idempotency-key");
}

/** Whether its body can be sent: a generator that was read in part cannot be sent again. @internal */
export function canBeSent({ body }: Request): boolean {
  return body.kind !== "stream" || body.isReadable();
}

/** Whether its body can be sent another time, which opens the next reading of an iterable. @internal */
export function canBeSentAgain({ body }: Request): boolean {
  return body.kind !== "stream" || (body.isReadable() && (body.canReopen?.() ?? true));
}
