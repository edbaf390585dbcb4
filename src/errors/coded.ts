/** Plain errors with a code: for mistakes of a program that have no class of their own. */

import { withCode } from "../platform/argument-error.js";

/** `error` with a stable `code`, as Node.js's own errors have it. @internal */
export function coded<Plain extends Error>(code: string, error: Plain): Plain & { readonly code: string } {
  return withCode(error, code, coded);
}
