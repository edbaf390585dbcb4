/**
 * Modules of Node.js that are loaded when they are first needed. To load them takes longer than to load this package's own
 * code for most requests, which need none of them.
 */

/** Loads `node:stream` too. @internal */
export function net(): typeof import("node:net") {
  return require("node:net") as typeof import("node:net");
}

/** @internal */
export function os(): typeof import("node:os") {
  return require("node:os") as typeof import("node:os");
}

/** @internal */
export function perfHooks(): typeof import("node:perf_hooks") {
  return require("node:perf_hooks") as typeof import("node:perf_hooks");
}

/** @internal */
export function streams(): typeof import("node:stream") {
  return require("node:stream") as typeof import("node:stream");
}

/** The globals of the same names, also after a test has replaced those. @internal */
export function webStreams(): Pick<typeof import("node:stream/web"), "ReadableStream" | "WritableStream"> {
  return require("node:stream/web") as typeof import("node:stream/web");
}

/** @internal */
export function workerThreads(): typeof import("node:worker_threads") {
  return require("node:worker_threads") as typeof import("node:worker_threads");
}
