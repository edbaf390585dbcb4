/**
 * The errors of wrong arguments, with the codes that Node.js has for them. Their messages name the argument and never show
 * its value, which may be a secret.
 */

/** Errors of this package, whose frames inside it tell the caller nothing. */
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

/** Whether it is one of these errors. @internal */
export function isArgumentError(error: unknown): boolean {
  return typeof error === "object" && error !== null && made.has(error);
}

function withCode<E extends Error>(error: E, code: string, maker: (...parameters: never[]) => E): E {
  made.add(error);
  // the stack begins where the argument was checked
  Error.captureStackTrace(error, maker);
  return Object.assign(error, { code });
}
