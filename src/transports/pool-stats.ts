/** What a connection pool holds at a moment, as `client.stats()` tells it. */

/** Connections by what they do; together they are all that count for the limits. */
export interface ConnectionCounts {
  /** Carry a request. */
  readonly active: number;
  /** Are kept open for the next request. */
  readonly idle: number;
  /** Are being opened. */
  readonly connecting: number;
}

/** Requests by what they wait for. */
export interface RequestCounts {
  /** Wait for room in the pool, or for a connection that is being opened for them. */
  readonly queued: number;
  /** Have their connection, up to the end of the response's body. */
  readonly inFlight: number;
}

/**
 * The counts of a whole pool, and of each origin (`https://example.org:443`) that has any. One whose requests have a
 * `sniHostname` is counted by itself: `https://example.org:443#other.example`.
 */
export interface PoolStats {
  readonly connections: ConnectionCounts;
  readonly requests: RequestCounts;
  readonly origins: Readonly<
    Record<string, { readonly connections: ConnectionCounts; readonly requests: RequestCounts }>
  >;
}

/** @internal What there is to say of a transport without a pool. */
export function emptyPoolStats(): PoolStats {
  return {
    connections: { active: 0, idle: 0, connecting: 0 },
    requests: { queued: 0, inFlight: 0 },
    origins: {},
  };
}
