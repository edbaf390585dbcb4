/** Checks of single values, for options and for properties that can be assigned. */
import { outOfRange, wrongType } from "../platform/argument-error.js";
import { checkRecord, kindOf } from "../platform/record.js";

/** @internal @throws TypeError */
export function aBoolean(value: unknown, name: string): asserts value is boolean {
  if (typeof value !== "boolean") throw wrongType(`${name} must be true or false, not ${shown(value)}.`);
}

/** @internal @throws TypeError */
export function aString(value: unknown, name: string): asserts value is string {
  if (typeof value !== "string") throw wrongType(`${name} must be a string, not ${kindOf(value)}.`);
}

/** @internal @throws TypeError */
export function aRecord(value: unknown, name: string): asserts value is object {
  if (typeof value !== "object" || value === null) {
    throw wrongType(`${name} must be an object, not ${kindOf(value)}.`);
  }
  checkRecord(value, name);
}

/** @internal @throws RangeError */
export function aWholeNumber(value: unknown, name: string): asserts value is number {
  if (Number.isSafeInteger(value) && (value as number) >= 0) return;
  throw outOfRange(`${name} must be a whole number, not ${shown(value)}.`);
}

/** The check of an option that can be off. @internal */
export function orNull(check: (value: unknown, name: string) => void) {
  return (value: unknown, name: string): void => {
    if (value !== null) check(value, name);
  };
}

function shown(value: unknown): string {
  return typeof value === "object" || typeof value === "function" ? kindOf(value) : String(value);
}
