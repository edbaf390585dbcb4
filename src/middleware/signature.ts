/**
 * What an authentication flow did to a request. A digest answer or a signature is made for one method and one URL, so no
 * redirect carries it on: the next request is signed anew, if it stays on the origin.
 */
import type { Auth } from "../auth/auth.js";
import type { Headers } from "../headers/headers.js";
import type { Request } from "../request/request.js";

/** @internal */
export interface Signature {
  readonly auth: Auth;
  /** The headers before the flow began, and those with which the flow yielded the request. */
  readonly before: Headers;
  readonly yielded: Headers;
}

const signatures = new WeakMap<Request, Signature>();
/** The auth of requests that a redirect made of signed ones. */
const inherited = new WeakMap<Request, Auth>();

/** @internal */
export function sign(request: Request, signature: Signature): void {
  signatures.set(request, signature);
}

/** Has `next`, to which a redirect leads within the origin, signed as `request` was. @internal */
export function inheritAuth(request: Request, next: Request): void {
  const signature = signatures.get(request);
  if (signature !== undefined) inherited.set(next, signature.auth);
}

/** The auth of a request that a redirect made of a signed one; undefined for any other request. @internal */
export function inheritedAuth(request: Request): Auth | undefined {
  return inherited.get(request);
}

/** Begins anew: a request that a caller sends is signed as the call says. @internal */
export function forgetAuth(request: Request): void {
  signatures.delete(request);
  inherited.delete(request);
}

/** A copy of the headers, in which every field that a flow added, changed or removed is as it was before. @internal */
export function unsignedHeaders(request: Request): Headers {
  const headers = request.headers.copy();
  const signature = signatures.get(request);
  if (signature === undefined) return headers;
  const { before, yielded } = signature;
  for (const name of new Set([...before.keys(), ...yielded.keys()])) {
    const original = before.getList(name);
    if (isSame(original, yielded.getList(name))) continue;
    headers.delete(name);
    for (const value of original) headers.append(name, value);
  }
  return headers;
}

function isSame(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((value, index) => value === other[index]);
}
