/**
 * The errors of wrong arguments, with the codes that Node.js has for them. Their messages name the argument and never show
 * its value, which may be a secret.
 */

import { beginAtProgram } from "./own-frames.js";

/** Plain errors that this package has made. */
const made = new WeakSet<object>();

/** An argument, or a field of it, of a type that it cannot have. @internal */
export function wrongType(message: string, options?: { readonly cause: unknown }): TypeError {
  return withCode(new TypeError(message, options), "ERR_INVALID_ARG_TYPE", wrongType);
}

/** An argument after those that a function has: it would be ignored. @internal */
export function surplusArgument(taker: string, takes: string): TypeError {
  return withCode(new TypeError(`${taker} takes ${takes}.`), "ERR_INVALID_ARG_TYPE", surplusArgument);
}

/** An option that does not exist. @internal */
export function unknownOption(message: string): TypeError {
  return withCode(new TypeError(message), "ERR_UNKNOWN_OPTION", unknownOption);
}

/** An argument of the right type that is out of its range. @internal */
export function outOfRange(message: string): RangeError {
  return withCode(new RangeError(message), "ERR_OUT_OF_RANGE", outOfRange);
}

/** A function of the program returned what it must not. @internal */
export function wrongResult(message: string): TypeError {
  return withCode(new TypeError(message), "ERR_INVALID_RETURN_VALUE", wrongResult);
}

/** Whether this package has made it, and it is no class of its own. @internal */
export function isPlainOwnError(error: unknown): boolean {
  return typeof error === "object" && error !== null && made.has(error);
}

/** Takes an error of the platform, such as one of the file system, for one that this package has made. @internal */
export function ownError<E>(error: E): E {
  if (error instanceof Error) made.add(error);
  return error;
}

/** `error`, made by `maker`, with a stable `code` as Node.js's own errors have it. Its stack begins at the program's line. @internal */
export function withCode<E extends Error>(
  error: E,
  code: string,
  maker: (...parameters: never[]) => unknown,
): E & { readonly code: string } {
  made.add(error);
  return Object.assign(beginAtProgram(error, maker), { code });
}
