/** Numbers as arguments: another type is a TypeError, a number that the argument cannot be a RangeError. */
import { outOfRange, wrongType } from "./argument-error.js";
import { kindOf } from "./record.js";

/**
 * @param demand what the argument must be, with its name: `"maxBytes must be a whole number"`.
 * @param isAllowed whether it may be this number.
 * @throws TypeError, RangeError
 * @internal
 */
export function checkNumber(
  value: unknown,
  demand: string,
  isAllowed: (value: number) => boolean,
): asserts value is number {
  if (typeof value !== "number") throw wrongType(`${demand}, not ${kindOf(value)}.`);
  if (!isAllowed(value)) throw outOfRange(`${demand}, not ${value}.`);
}

/** Whether it is a number of things. @internal */
export function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}
