/**
 * Which JavaScript runtime, and which of its threads, this module is loaded in. HTTPX looks up whether it runs
 * under asyncio or trio; this is the same question in JavaScript. Answered once, when the module is loaded.
 */
import { isMainThread } from "node:worker_threads";

/** What {@link runtime} says. */
export interface Runtime {
  readonly name: "node" | "bun" | "deno";
  /** The runtime's own version, without a leading `v`. */
  readonly version: string;
  readonly thread: "main" | "worker";
}

function detect(): Runtime {
  // Bun and Deno both fill in process.versions.node, so they are asked for first.
  const versions: Record<string, string | undefined> = process.versions;
  const name = versions["bun"] !== undefined ? "bun" : versions["deno"] !== undefined ? "deno" : "node";
  return Object.freeze({ name, version: versions[name] ?? "", thread: isMainThread ? "main" : "worker" });
}

/** The runtime and thread this copy of the package runs in. */
export const runtime: Runtime = detect();
