/** A channel of the platform: its ports can be listened to by `on`, unlike those that types give the global. */
import type { MessageChannel } from "node:worker_threads";
import { isFake } from "./fakes.js";
import { workerThreads } from "./on-demand.js";
import { runtime } from "./runtime.js";

/**
 * The class, taken at once where it stands in for the schedulers: a test that fakes those may replace it too. Elsewhere it is
 * hardly ever needed.
 */
const taken =
  runtime.name === "deno" || isFake(globalThis.setImmediate) || isFake(globalThis.setTimeout)
    ? workerThreads().MessageChannel
    : null;

/** @internal */
export function messageChannel(): MessageChannel {
  return new (taken ?? workerThreads().MessageChannel)();
}
