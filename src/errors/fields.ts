/**
 * The fields with which a program makes an error of this package. A misspelt one would be missing when the error is looked
 * at, which is too late.
 */
import { unknownOption, wrongType } from "../platform/argument-error.js";
import { nearest } from "../platform/nearest.js";
import { checkRecord, kindOf } from "../platform/record.js";

type ErrorClass = { readonly prototype: Error };

/** By the class. A class that extends one of this package may have further fields: its own are not known. */
const known = new Map<unknown, ReadonlySet<string>>();

/** Gives `errorClass` these fields, beside those of the class that it extends. @internal */
export function declareFields(errorClass: ErrorClass, own: readonly string[]): void {
  known.set(errorClass, new Set([...(known.get(Object.getPrototypeOf(errorClass)) ?? []), ...own]));
}

/** @throws TypeError for what is no object, and for a field that errors of this class do not have. @internal */
export function checkFields(init: object, errorClass: ErrorClass): void {
  const fields = known.get(errorClass);
  if (fields === undefined) return;
  const { name } = errorClass.prototype;
  if (typeof init !== "object" || init === null) {
    throw wrongType(`The fields of ${name} must be an object, not ${kindOf(init)}.`);
  }
  checkRecord(init, `The fields of ${name}`);
  for (const field of Object.keys(init)) {
    if (fields.has(field)) continue;
    const near = nearest(field, [...fields]);
    const hint = near === null ? `Its fields: ${[...fields].join(", ")}.` : `Did you mean ${near}?`;
    throw unknownOption(`Unknown field ${JSON.stringify(field)} of ${name}. ${hint}`);
  }
}
