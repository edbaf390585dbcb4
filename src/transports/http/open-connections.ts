/** The open connections of all pools of this thread, for metrics. */
import { statsOfAll } from "../../native/bridge.js";

export { contextless } from "../../native/connection-channels.js";

/** Those to one server, over all clients. @internal */
export interface OpenConnections {
  readonly scheme: string;
  /** An IPv6 address is in brackets. That of the proxy if they carry requests to any server. */
  readonly host: string;
  readonly port: number;
  /** Serve requests. */
  active: number;
  /** Are kept for the next one. */
  idle: number;
}

/** Asks the engine, which takes some microseconds. @internal */
export function openConnections(): OpenConnections[] {
  const byServer = new Map<string, OpenConnections>();
  for (const { scheme, host, port, counts } of statsOfAll().flatMap(({ origins }) => origins)) {
    const server = `${scheme}://${host}:${port}`;
    const known = byServer.get(server) ?? { scheme, host, port, active: 0, idle: 0 };
    known.active += counts.active;
    known.idle += counts.idle;
    byServer.set(server, known);
  }
  return [...byServer.values()];
}
