/** One request of a call, of which redirects make several. */
import type { Headers } from "../headers/headers.js";

/** @internal */
export interface Hop {
  readonly method: string;
  readonly url: URL;
  /** Path and query, where the URL escapes more of them than is sent. */
  readonly exact: string | null;
  /** Without those that `auth` makes. */
  readonly headers: Headers;
  /** User name and password, joined by a colon. */
  readonly auth: string | null;
  readonly content: unknown;
}
