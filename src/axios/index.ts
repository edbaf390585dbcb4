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
 * `socketPath`, `lookup`, `family`, `httpVersion: 2` and the options of agents have connections of their own, with the options of
 * the adapter. Over a given client or transport, whose connections are its own, they reject with `ERR_NOT_SUPPORT`. So does, over
 * any, an option that this adapter cannot honour: `transport`, and an agent of another class or with options of TLS that have no
 * counterpart here, such as `ciphers`. Give their counterparts to the client.
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
