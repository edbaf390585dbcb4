/**
 * The header fields that an authentication flow gave to its request. A digest answer or a signature is made for one
 * method and one URL, so no redirect carries them on: the next request gets its own.
 */
import type { Headers } from "../headers/headers.js";

/** The headers of a request before its flow began, and those with which the flow yielded it. @internal */
export interface FlowHeaders {
  readonly before: Headers;
  readonly yielded: Headers;
}

/** `sent` with every field that the flow added, changed or removed as it was before the flow. @internal */
export function withoutFlowHeaders(sent: Headers, { before, yielded }: FlowHeaders): Headers {
  const headers = sent.copy();
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
