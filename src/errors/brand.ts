/** Branding of error classes: their names, and an `instanceof` that holds across copies of the package. */
import { recogniseAcrossCopies } from "../platform/across-copies.js";
import { declareFields } from "./fields.js";

type ErrorClass = { readonly prototype: Error };

const classes = new Set<ErrorClass>();

/** Whether `error` is of a class of this package, or of one that extends it. @internal */
export function isBranded(error: Error): boolean {
  for (
    let prototype: object | null = error;
    prototype !== null;
    prototype = Object.getPrototypeOf(prototype)
  ) {
    if (classes.has(prototype.constructor as unknown as ErrorClass)) return true;
  }
  return false;
}

/**
 * Gives `errorClass` its name, its brand and the fields that it is made with, beside those of the class that it extends. Call
 * it once, in a static block of the class.
 *
 * The name is a string on the prototype, so that minified code keeps it and the stack already starts with it.
 *
 * @internal
 */
export function brand(errorClass: ErrorClass, name: string, fields: readonly string[] = []): void {
  declareFields(errorClass, fields);
  recogniseAcrossCopies(errorClass, name);
  classes.add(errorClass);
  Object.defineProperty(errorClass.prototype, "name", { value: name, writable: true, configurable: true });
}
