/** The engine's warnings, which concern the process and no exchange. */
import type { CompletionHandler } from "./completion-queue.js";

const never = (): void => undefined;

/** Passes warnings on to Node.js, which prints them and emits `warning` on `process`. @internal */
export const warnings: CompletionHandler = {
  warned: (code, message) => process.emitWarning(message, { code }),
  whole: never,
  streamed: never,
  readable: never,
  credit: never,
  restartBody: never,
  traced: never,
  failed: never,
  closed: never,
};
