/**
 * What `httpxide/axios` exports, over one copy of axios. `import` and `require()` load different copies of it, so each door
 * of this package takes its own: an error must be an instance of the `AxiosError` that the program has.
 */
import { surplusArgument } from "../platform/argument-error.js";
import type { AxiosAdapter } from "axios";
import type { AsyncClient } from "../client/async-client.js";
import type { AsyncClientOptions } from "../client/options.js";
import { adapterOver } from "./adapter.js";
import { AdapterClients } from "./clients.js";
import { type AxiosLibrary, checkVersion } from "./library.js";

/** @internal */
export interface AxiosInterface {
  createAdapter(client?: AsyncClient | AsyncClientOptions): AxiosAdapter;
  readonly adapter: AxiosAdapter;
}

/** @internal @throws TypeError if the copy is of a version that is too old. */
export function interfaceOver(axios: AxiosLibrary): AxiosInterface {
  checkVersion(axios);
  function createAdapter(client?: AsyncClient | AsyncClientOptions): AxiosAdapter {
    if (arguments.length > 1) throw surplusArgument("createAdapter()", "a client or its options");
    return adapterOver(axios, new AdapterClients(client));
  }
  return { createAdapter, adapter: createAdapter() };
}
