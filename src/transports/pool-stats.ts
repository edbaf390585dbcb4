/** The state of a connection pool at one moment, as returned by `client.stats()`. */

/** Connections by state; their sum counts towards the limits. */
export interface ConnectionCounts {
  /** Carry a request. */
  readonly active: number;
  /** Are kept open for the next request. */
  readonly idle: number;
  /** Are being opened. */
  readonly connecting: number;
}

/** Requests by state. */
export interface RequestCounts {
  /** Wait for a free place in the pool, or for a connection that is being opened for them. */
  readonly queued: number;
  /** Have their connection, until the end of the response's body. */
  readonly inFlight: number;
}

/**
 * The counts of a whole pool, and of each origin (`https://example.org:443`) that has any. Requests with a `sniHostname`
 * are counted separately: `https://example.org:443#other.example`.
 */
export interface PoolStats {
  readonly connections: ConnectionCounts;
  readonly requests: RequestCounts;
  readonly origins: Readonly<
    Record<string, { readonly connections: ConnectionCounts; readonly requests: RequestCounts }>
  >;
}

/** @internal The counts of a transport without a pool. */
export function emptyPoolStats(): PoolStats {
  return {
    connections: { active: 0, idle: 0, connecting: 0 },
    requests: { queued: 0, inFlight: 0 },
    origins: {},
  };
}
