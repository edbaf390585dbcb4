/**
 * The JavaScript runtime and the thread that loaded this module. HTTPX asks the same about asyncio and trio.
 */
import { inspect } from "node:util";
import { workerThreads } from "./on-demand.js";

/** The result of {@link runtime}. */
export interface Runtime {
  readonly name: "node" | "bun" | "deno";
  /** The runtime's own version, without a leading `v`. */
  readonly version: string;
  readonly thread: "main" | "worker";
}

function detect(): Runtime {
  // Bun and Deno also set process.versions.node, so they are checked first.
  const versions: Record<string, string | undefined> = process.versions;
  const name = versions["bun"] !== undefined ? "bun" : versions["deno"] !== undefined ? "deno" : "node";
  const known: Runtime = {
    name,
    version: versions[name] ?? "",
    // asked when it is read: only the code of workers can tell
    get thread() {
      return workerThreads().isMainThread ? "main" : "worker";
    },
  };
  Object.defineProperty(known, inspect.custom, { value: () => ({ ...known }) });
  return Object.freeze(known);
}

/** The runtime and thread in which this copy of the package runs. */
export const runtime: Runtime = detect();
