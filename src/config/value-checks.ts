/** Checks of single values, for options and for properties that can be assigned. */
import { outOfRange, wrongType } from "../platform/argument-error.js";
import { isCallable } from "../platform/callable.js";
import { adviceFor, checkRecord, kindOf } from "../platform/record.js";

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
  if (typeof value !== "object" || value === null || Array.isArray(value) || ArrayBuffer.isView(value)) {
    throw wrongType(`${name} must be an object, not ${kindOf(value)}.`);
  }
  const advice = adviceFor(value);
  if (advice !== null) throw wrongType(`${name} must be an object, not ${kindOf(value)}: ${advice}.`);
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
