/**
 * What `httpxide/axios` exports, over one copy of axios. `import` and `require()` load different copies of it, so each door
 * of this package takes its own: an error must be an instance of the `AxiosError` that the program has.
 */
import type { AxiosAdapter } from "axios";
import type { AsyncClient } from "../client/async-client.js";
import type { AsyncClientOptions } from "../client/options.js";
import { clientFor } from "../client/shared-client.js";
import { adapterOver } from "./adapter.js";
import type { AxiosLibrary } from "./library.js";

/** @internal */
export interface AxiosInterface {
  createAdapter(client?: AsyncClient | AsyncClientOptions): AxiosAdapter;
  readonly adapter: AxiosAdapter;
}

/** @internal */
export function interfaceOver(axios: AxiosLibrary): AxiosInterface {
  const createAdapter: AxiosInterface["createAdapter"] = (client) => adapterOver(axios, clientFor(client));
  return { createAdapter, adapter: createAdapter() };
}
