// The same axios with this project's adapter, made as `dist/axios.mjs` makes it of the axios that a program has.
import { createRequire } from "node:module";
import axios, { create } from "axios";

export async function open({ connections, entry }) {
  const { AsyncClient } = await import(entry);
  const { interfaceOver } = createRequire(entry)("./axios-interface.cjs");
  const limits = { maxConnections: connections, maxKeepaliveConnections: connections };
  const client = new AsyncClient({ limits, timeout: 30_000 });
  return {
    axios: create({ adapter: interfaceOver(axios).createAdapter(client) }),
    close: () => client.aclose(),
  };
}
