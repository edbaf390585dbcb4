/** Lists of pairs, such as a Map, as the argument of a multi-dict. */
import { wrongType } from "./argument-error.js";
import { iteratorOf } from "./fields.js";
import { kindOf } from "./record.js";

/**
 * The pairs of `list`: text, bytes, a Set and a list of names iterate too, and would become pairs of what is in them.
 *
 * @param argument its name in messages.
 * @param second what a name is paired with.
 * @throws TypeError for an item that is no pair.
 * @internal
 */
export function pairsOf(
  list: Iterable<unknown>,
  argument: string,
  second = "a value",
): [name: unknown, value: unknown][] {
  return Array.from({ [Symbol.iterator]: () => iteratorOf(list, argument) }, (item) => {
    if (Array.isArray(item) && item.length === 2) return item as [unknown, unknown];
    const seen = Array.isArray(item) ? `a list of ${item.length}` : kindOf(item);
    throw wrongType(`${argument} given as a list must be pairs of a name and ${second}, not ${seen}`);
  });
}
