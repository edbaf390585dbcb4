/**
 * Starts the examples' servers in their own process, so that they share no event loop with their client.
 */
import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { Addresses } from "./addresses.js";

/** The addresses of the servers; disposing of it ends their process. */
export type RunningServers = Addresses & AsyncDisposable;

export async function startServers(): Promise<RunningServers> {
  const child = fork(fileURLToPath(new URL("main.js", import.meta.url)), { execArgv: [] });
  const exited = new Promise<number | null>((resolve) => child.once("exit", resolve));
  const first = await Promise.race([once(child, "message"), exited]);
  if (!Array.isArray(first)) throw new Error(`the servers did not start (exit code ${first})`);
  const [addresses] = first as [Addresses];
  return {
    ...addresses,
    async [Symbol.asyncDispose]() {
      if (child.connected) child.disconnect();
      await exited;
    },
  };
}
