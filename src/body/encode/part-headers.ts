/** The headers of one part of `files`. They are read as those of a request, but their values may be any text, in UTF-8. */
import { wrongType } from "../../platform/argument-error.js";
import { pairsOf } from "../../platform/pairs.js";
import { checkRecord, kindOf } from "../../platform/record.js";

const ARGUMENT = "The headers of a file in 'files'";

/**
 * The lines of `headers`: a `Headers` of this package or of the platform, pairs, a Map, or a record, in which a list is a
 * line for each of its values and `undefined` is left out. Names and values are not checked.
 *
 * @throws TypeError for anything else: it would lose the headers.
 * @internal
 */
export function partHeaders(headers: unknown): [name: unknown, value: unknown][] {
  if (headers === undefined || headers === null) return [];
  if (typeof headers !== "object") {
    throw wrongType(`${ARGUMENT} must be an object or pairs, not ${kindOf(headers)}`);
  }
  if (Symbol.iterator in headers) return pairsOf(headers as Iterable<unknown>, ARGUMENT);
  checkRecord(headers, ARGUMENT);
  return Object.entries(headers).flatMap(([name, value]: [string, unknown]) => {
    if (value === undefined) return [];
    return (Array.isArray(value) ? value : [value]).map((line: unknown): [string, unknown] => [name, line]);
  });
}
