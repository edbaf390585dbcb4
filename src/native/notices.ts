/** What the engine reports under number 0, which no exchange has: its warnings, and the names that a resolver looks up. */
import type { CompletionHandler } from "./completion-queue.js";
import type { Lookups } from "./lookups.js";

const never = (): void => undefined;

/** Passes warnings on to Node.js, which prints them and emits `warning` on `process`. @internal */
export function notices(lookups: Lookups): CompletionHandler {
  return {
    warned: (code, message) => process.emitWarning(message, { code }),
    lookup: (lookup, client, asker, hostname) => lookups.begin(lookup, client, asker, hostname),
    lookupGivenUp: (lookup) => lookups.giveUp(lookup),
    whole: never,
    streamed: never,
    readable: never,
    credit: never,
    restartBody: never,
    traced: never,
    informational: never,
    failed: never,
    closed: never,
  };
}
