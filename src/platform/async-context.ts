/**
 * The async context of a call: the stores of its `AsyncLocalStorage`s, such as a request id, a tenant or a span.
 *
 * Awaiting keeps the context. Callbacks of the engine, timers and abort signals run in the context of their caller, so a
 * user function that they lead to runs in a context that was taken when its call began.
 */
import { AsyncLocalStorage } from "node:async_hooks";

/** Calls a function with arguments in the context that it stands for. @internal */
export type AsyncContext = <Arguments extends unknown[], Result>(
  run: (...args: Arguments) => Result,
  ...args: Arguments
) => Result;

/** The context of the code that runs now. @internal */
export function currentContext(): AsyncContext {
  return AsyncLocalStorage.snapshot();
}
