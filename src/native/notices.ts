/** What the engine reports under number 0, which no exchange has: warnings, connections, and names that a resolver looks up. */
import type { CompletionHandler } from "./completion-queue.js";
import { publishClosed, publishOpened } from "./connection-channels.js";
import type { Lookups } from "./lookups.js";
import type { Asker } from "./name-resolver.js";

const never = (): void => undefined;

/** Passes warnings on to Node.js, which prints them and emits `warning` on `process`. @internal */
export function notices(lookups: Lookups, askerOf: (number: number) => Asker | null): CompletionHandler {
  return {
    warned: (code, message) => process.emitWarning(message, { code }),
    connectionOpened: (connection, asker) => publishOpened(connection, askerOf(asker)?.context ?? null),
    connectionClosed: publishClosed,
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
