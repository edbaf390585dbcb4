/** The clients of one adapter: the one that it was made over, and one for each socket that a call names. */
import { AsyncClient } from "../client/async-client.js";
import type { AsyncClientOptions } from "../client/options.js";
import { clientFor, sharedClientOfEnvironment } from "../client/shared-client.js";

/** @internal */
export interface AdapterClients {
  usual(): AsyncClient;
  /** Has the same options, and connections of its own. Null for a given client, transport or application, which connects by itself. */
  readonly on: ((socketPath: string) => AsyncClient) | null;
}

/** @internal @throws TypeError, RangeError for invalid options. */
export function adapterClients(given: AsyncClient | AsyncClientOptions | undefined): AdapterClients {
  // axios reads the environment at each call
  const usual = given === undefined ? sharedClientOfEnvironment : clientFor(given);
  if (given instanceof AsyncClient || (given?.transport ?? given?.app ?? null) !== null) {
    return { usual, on: null };
  }
  // as in axios, what connects to a socket needs no proxy
  const options: AsyncClientOptions = { ...given, proxy: null };
  const bySocket = new Map<string, () => AsyncClient>();
  return {
    usual,
    on: (socketPath) => {
      const known = bySocket.get(socketPath) ?? clientFor({ ...options, uds: socketPath });
      bySocket.set(socketPath, known);
      return known();
    },
  };
}
