// Generated from src/axios/ by scripts/subpath-declarations.mjs (npm run build): never edited.
import { AxiosAdapter } from "axios";
import { AsyncClient, AsyncClientOptions } from "httpxide";

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
declare function createAdapter(client?: AsyncClient | AsyncClientOptions): AxiosAdapter;
/** The adapter over connections that all interfaces of this package share: `axios.defaults.adapter = adapter`. */
declare const adapter: AxiosAdapter;
export { adapter, createAdapter };
