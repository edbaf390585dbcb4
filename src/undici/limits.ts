/**
 * The limits to a server's silence. A request of undici has one for the head and one for the body, a client one for both,
 * which holds for the part that the request gives none for.
 */
import type { DispatchOptions } from "./message.js";

/** Milliseconds each; null: no limit. @internal */
export interface SilenceLimits {
  /** For the transport, which has one for both parts: the longer one. The others are measured here. */
  readonly read: number | null;
  /** Counts from the beginning, as in undici. */
  readonly head: number | null;
  /** The client's limit to the head, which counts from the end of the request. */
  readonly headOnceSent: number | null;
  readonly body: number | null;
}

/** @internal */
export function silenceLimits(
  { headersTimeout, bodyTimeout }: DispatchOptions,
  ofClient: number | null,
): SilenceLimits {
  const head = (headersTimeout ?? ofClient) || null;
  const body = (bodyTimeout ?? ofClient) || null;
  const read = head === null || body === null ? null : Math.max(head, body);
  const isGiven = headersTimeout !== undefined && headersTimeout !== null;
  return {
    read,
    head: isGiven ? head : null,
    headOnceSent: isGiven || head === read ? null : head,
    body: body === read ? null : body,
  };
}
