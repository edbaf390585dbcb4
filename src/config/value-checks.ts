/** Checks of single values, for options and for properties that can be assigned. */
import { outOfRange, wrongType } from "../platform/argument-error.js";
import { isCallable } from "../platform/callable.js";
import { checkNumber, isCount } from "../platform/number-argument.js";
import { adviceFor, checkRecord, kindOf } from "../platform/record.js";

/** @internal @throws TypeError */
export function aBoolean(value: unknown, name: string): asserts value is boolean {
  if (typeof value !== "boolean") throw wrongType(`${name} must be true or false, not ${shown(value)}.`);
}

/** @internal @throws TypeError */
export function aString(value: unknown, name: string): asserts value is string {
  if (typeof value !== "string") throw wrongType(`${name} must be a string, not ${kindOf(value)}.`);
}

/** @param expected every form that the option has, for the message. @internal @throws TypeError */
export function aRecord(value: unknown, name: string, expected = "an object"): asserts value is object {
  if (typeof value !== "object" || value === null || Array.isArray(value) || ArrayBuffer.isView(value)) {
    throw wrongType(`${name} must be ${expected}, not ${kindOf(value)}.`);
  }
  const advice = adviceFor(value);
  if (advice !== null) throw wrongType(`${name} must be ${expected}, not ${kindOf(value)}: ${advice}.`);
  checkRecord(value, name);
}

/** @internal @throws TypeError */
export function aBooleanOrRecord(value: unknown, name: string): asserts value is boolean | object {
  if (typeof value !== "boolean") aRecord(value, name, "true, false or an object");
}

/** @internal @throws TypeError, RangeError */
export function aWholeNumber(value: unknown, name: string): asserts value is number {
  checkNumber(value, `${name} must be a whole number`, isCount);
}

/**
 * @param demand the option and its values: `"tls.minVersion must be …"`.
 * @throws TypeError for a type that none of the values has, RangeError for another value.
 * @internal
 */
export function checkChoice(value: unknown, choices: readonly unknown[], demand: string): void {
  if (choices.includes(value)) return;
  const hasType = choices.some((choice) => choice !== null && typeof choice === typeof value);
  throw (hasType ? outOfRange : wrongType)(`${demand}, not ${quoted(value)}.`);
}

/** The check of an option that can be off. @internal */
export function orNull(check: (value: unknown, name: string) => void) {
  return (value: unknown, name: string): void => {
    if (value !== null) check(value, name);
  };
}

/** @internal @throws TypeError */
export function aFunction(value: unknown, name: string): asserts value is (...all: never[]) => unknown {
  if (!isCallable(value)) throw wrongType(`${name} must be a function, not ${kindOf(value)}.`);
}

/** The strings of a list. A single string is iterable too: it would be a list of its characters. @internal @throws TypeError */
export function listOfStrings(value: unknown, name: string): string[] {
  const isList = typeof value === "object" && value !== null && Symbol.iterator in value;
  const list: unknown[] = isList ? [...(value as Iterable<unknown>)] : [null];
  if (list.every((item) => typeof item === "string")) return list;
  throw wrongType(`${name} must be a list of strings, not ${kindOf(value)}.`);
}

/** A value in a message, where it is no secret; text is quoted. @internal */
export function quoted(value: unknown): string {
  return typeof value === "string" ? JSON.stringify(value) : shown(value);
}

function shown(value: unknown): string {
  return ["string", "number", "boolean"].includes(typeof value) ? String(value) : kindOf(value);
}
