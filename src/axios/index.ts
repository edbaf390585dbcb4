/** `httpxide/axios`: an adapter that sends the requests of axios over the engine of this package. */
import axios, { type AxiosAdapter } from "axios";
import type { AsyncClient } from "../client/async-client.js";
import type { AsyncClientOptions } from "../client/options.js";
import { interfaceOver } from "./interface.js";

const own = interfaceOver(axios);

/**
 * Makes an adapter that uses the connections of a client: its transport, TLS, proxy and limits. Everything else is axios's:
 * its headers, redirects, timeouts, errors and their codes, progress events and limits of size.
 *
 * An option that this adapter cannot honour rejects with `ERR_NOT_SUPPORT`: `transport`, `lookup`, `httpVersion: 2`, and an
 * agent that does more than to keep connections. Give their counterparts to the client. `socketPath` rejects over a given
 * client or transport, whose connections are its own; over options, they hold for the socket too.
 *
 * @param client or options for a new one; without it, connections that all interfaces of this package share.
 * @throws TypeError, RangeError for invalid options.
 *
 * @example
 * const api = axios.create({ adapter: createAdapter({ http2: true }), baseURL: "https://example.org" });
 */
export function createAdapter(client?: AsyncClient | AsyncClientOptions): AxiosAdapter {
  return own.createAdapter(client);
}

/** The adapter over connections that all interfaces of this package share: `axios.defaults.adapter = adapter`. */
export const adapter: AxiosAdapter = own.adapter;
