/** A client's own function for names, as the engine sees it. */
import type { AsyncContext } from "../platform/async-context.js";

/** An address of a name, and the milliseconds for which it may be kept. @internal */
export interface ResolvedName {
  readonly address: string;
  readonly ttl: number | null;
}

/** @internal */
export type NameResolver = (hostname: string, signal: AbortSignal) => Promise<readonly ResolvedName[]>;

/** A client with a resolver. @internal */
export interface ResolvingClient {
  readonly number: number;
  readonly resolver: NameResolver | null;
}

/** What a look-up or a connection may be for. @internal */
export interface Asker {
  readonly client?: { readonly number: number };
  /** The context in which the request was sent; null if its client has no resolver and nobody hears of connections. */
  readonly context?: AsyncContext | null;
}

/** An exception of a resolver. @internal */
export interface Thrown {
  readonly error: unknown;
}
