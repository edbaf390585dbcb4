/**
 * The caller's line in the stack of an error.
 *
 * An engine knows the asynchronous stack only in an async function that its caller awaits, and only where an error is made
 * or a stack is captured. An error that a timer, an event or a deep chain of calls made names no line of the caller, so its
 * stack is completed where it passes such a function. Only failures capture a stack.
 */
import { isPlainOwnError } from "../platform/argument-error.js";
import { hideFramesBetween, hideOwnFrames } from "../platform/own-frames.js";
import { runtime } from "../platform/runtime.js";
import { isBranded } from "./brand.js";

/**
 * Whether stacks lead through async functions only. V8 also follows `then` and async generators, where the short path
 * and the iterators need nothing more; JavaScriptCore does not.
 *
 * @internal
 */
export const followsAsyncFunctionsOnly = runtime.name === "bun";

/**
 * Stacks as they were before. An outer function replaces what an inner one added, and an error that several calls share,
 * such as one that a mock throws again and again, does not grow.
 */
const originals = new WeakMap<Error, { readonly original: string; readonly completed: string }>();

/**
 * Completes the stack of an error of this package, and of one that {@link addReadersStack} knows, as {@link addCallersStack}
 * does it. Others of the program stay as they are: here it is not known if it is the reason of an abort, which many calls may
 * share.
 *
 * @internal
 */
export function withCallersStack<E>(error: E): E {
  // not a tail call, which would take this function off JavaScriptCore's stack, and the frames below it out of the error's
  if (error instanceof Error && (isBranded(error) || brokeBody.has(error))) {
    addCallersStack(error, withCallersStack);
  }
  return error;
}

/** Exceptions of the program that broke a body: no reasons of aborts. */
const brokeBody = new WeakSet<Error>();

/**
 * Adds the stack of the calling function to that of an error which breaks a body. On JavaScriptCore it does not lead beyond an
 * async generator: the functions that the reader awaits add theirs.
 *
 * @internal
 */
export function addReadersStack<E>(error: E): E {
  if (error instanceof Error) brokeBody.add(error);
  addCallersStack(error, addReadersStack);
  return error;
}

/** Errors whose stack is to have the caller's frames only, until the caller gets them. */
const fromInside = new WeakSet<Error>();

/** Marks an error that this package makes of a failure, so that its stack will begin at the caller's line. @internal */
export function madeInside<E extends Error>(error: E): E {
  fromInside.add(error);
  return error;
}

/**
 * The same for any error of a call, also an exception of the program's own functions, whose frames stay. The stack of one
 * {@link madeInside} has no other frames than the caller's. The reason of an abort is left as it is.
 *
 * @param hidden the function that the caller awaits.
 * @internal
 */
export function withCallersStackOfCall<E>(
  error: E,
  signal: AbortSignal | null,
  hidden: (...parameters: never[]) => unknown = withCallersStackOfCall,
): E {
  const isReason = signal !== null && signal.aborted && signal.reason === error;
  if (isReason) return error;
  if (!(error instanceof Error && fromInside.has(error))) return addCallersStack(error, hidden);
  const { stack } = error;
  fromCallersLine(error, hidden);
  // if this call is within another, that only adds its line
  if (error.stack !== stack) fromInside.delete(error);
  return error;
}

/** Gives an error that this package has made without a stack the one that leads to the program. @internal */
export function captureCallersStack(error: Error, hidden: (...parameters: never[]) => unknown): void {
  Error.captureStackTrace(error, hidden);
  hideOwnFrames(error);
}

/**
 * Lets the stack of an error that this package made begin where the program called `hidden`. The frames inside this
 * package tell the caller nothing, and a stack has ten frames.
 *
 * @internal
 */
export function fromCallersLine<E>(error: E, hidden: (...parameters: never[]) => unknown): E {
  if (!(error instanceof Error) || !isOwnError(error)) return error;
  const { stack } = error;
  Error.captureStackTrace(error, hidden);
  // a subclass may call what is hidden at another time
  if (stack !== undefined && !hasFrames(error.stack)) error.stack = stack;
  hideOwnFrames(error);
  return error;
}

function isOwnError(error: Error): boolean {
  return isBranded(error) || isPlainOwnError(error);
}

function hasFrames(stack: unknown): boolean {
  return typeof stack !== "string" || stack.split("\n").some((line) => FRAME.test(line));
}

/**
 * Adds the stack of the calling function to the error's, unless that leads there already. Call it in a `catch`.
 *
 * @param hidden the function whose frame, and the frames above it, are left out.
 * @internal
 */
export function addCallersStack<E>(
  error: E,
  hidden: (...parameters: never[]) => unknown = addCallersStack,
): E {
  if (!(error instanceof Error)) return error;
  const { stack } = error;
  const here: { stack?: unknown } = {};
  Error.captureStackTrace(here, hidden);
  // a program may have a formatter of its own
  if (typeof here.stack !== "string" || typeof stack !== "string") return error;
  const frames = here.stack.split("\n").filter((line) => FRAME.test(line) && !OF_THE_RUNTIME.test(line));
  const known = originals.get(error);
  const original = known?.completed === stack ? known.original : stack;
  const missing = frames.slice(1 + frames.findLastIndex((frame) => original.includes(frame.trim())));
  if (missing.length > 0) Reflect.set(error, "stack", `${original}\n${missing.join("\n")}`);
  if (isOwnError(error)) hideOwnFrames(error);
  else hideFramesBetween(error);
  const completed = error.stack;
  if (completed !== undefined && completed !== stack) originals.set(error, { original, completed });
  return error;
}

const FRAME = /^\s+at /;
/** Such as `process.processTicksAndRejections`, which is in many stacks and leads nowhere. */
const OF_THE_RUNTIME = /\((?:node|native|ext):/;

/** The result of a call's `work`, for a caller that awaits it: its failure has the caller's line. @internal */
export async function callForCaller<T>(work: Promise<T>, signal: AbortSignal | null): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw withCallersStackOfCall(error, signal, callForCaller);
  }
}

/**
 * The result of a call whose promise no async function has made: V8 follows such promises, and JavaScriptCore gets a function in
 * between.
 *
 * @internal
 */
export function followedByCaller<T>(work: Promise<T>, signal: AbortSignal | null): Promise<T> {
  return followsAsyncFunctionsOnly ? callForCaller(work, signal) : work;
}

/** The same for work that no signal ends. @internal */
export async function forCaller<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw withCallersStack(error);
  }
}

/** An iterator whose errors show the line that awaits them. @internal */
export function iteratorForCaller<T>(iterator: AsyncGenerator<T, void, undefined>): AsyncIterableIterator<T> {
  if (!followsAsyncFunctionsOnly) return iterator;
  return {
    next: () => forCaller(iterator.next()),
    return: () => iterator.return(),
    throw: (error: unknown) => iterator.throw(error),
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
