/**
 * The JavaScript runtime and the thread that loaded this module. HTTPX asks the same about asyncio and trio. Determined
 * once, on load.
 */
import { isMainThread } from "node:worker_threads";

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
  return Object.freeze({ name, version: versions[name] ?? "", thread: isMainThread ? "main" : "worker" });
}

/** The runtime and thread in which this copy of the package runs. */
export const runtime: Runtime = detect();
