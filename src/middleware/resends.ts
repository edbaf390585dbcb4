/**
 * How often a request of a call was sent before: by a retry, a redirect or an answer to a challenge. It is counted only while
 * someone observes requests.
 */
import type { Request } from "../request/request.js";
import type { Response } from "../response/response.js";

/** Shared by the requests that send one another again. */
interface Sends {
  count: number;
}

const sends = new WeakMap<Request, Sends>();

/** Counts a request that is about to be sent. Returns how often it was sent before. @internal */
export function countSend(request: Request): number {
  let counted = sends.get(request);
  if (counted === undefined) sends.set(request, (counted = { count: 0 }));
  return counted.count++;
}

/** A call begins with this request, which an earlier one may have sent. @internal */
export function forgetSends(request: Request): void {
  sends.delete(request);
}

/** Lets `next` send again what `request` sent. @internal */
export function sendsAgain(request: Request, next: Request): void {
  const counted = sends.get(request);
  if (counted !== undefined) sends.set(next, counted);
}

/** The request of a redirect that `response` led to; of no redirect if that is null. @internal */
export function afterRedirect(response: Response | null, next: Request): Request {
  if (response !== null) sendsAgain(response.request, next);
  return next;
}
