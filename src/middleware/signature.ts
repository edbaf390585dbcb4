/**
 * The changes that an authentication flow made to a request. A digest answer or a signature is valid for one method and
 * one URL, so a redirect does not copy it: the next request is signed again if it stays on the origin.
 */
import type { Auth } from "../auth/auth.js";
import type { Headers } from "../headers/headers.js";
import type { Request } from "../request/request.js";

/** @internal */
export interface Signature {
  readonly auth: Auth;
  /** The headers before the flow, and those of the request that the flow yielded. */
  readonly before: Headers;
  readonly yielded: Headers;
}

const signatures = new WeakMap<Request, Signature>();
/** The auth of requests that follow a redirect of a signed request. */
const inherited = new WeakMap<Request, Auth>();

/** @internal */
export function sign(request: Request, signature: Signature): void {
  signatures.set(request, signature);
}

/** Lets the auth of `request` sign `next`, its redirect within the origin. @internal */
export function inheritAuth(request: Request, next: Request): void {
  const signature = signatures.get(request);
  if (signature !== undefined) inherited.set(next, signature.auth);
}

/** The auth for a request that follows a redirect of a signed request; undefined for any other request. @internal */
export function inheritedAuth(request: Request): Auth | undefined {
  return inherited.get(request);
}

/** Removes both: the call decides how a request that the caller sends again is signed. @internal */
export function forgetAuth(request: Request): void {
  signatures.delete(request);
  inherited.delete(request);
}

/** A copy of the headers without the changes that a flow made. @internal */
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
