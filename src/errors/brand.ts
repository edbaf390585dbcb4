/** Branding of error classes: their names, and an `instanceof` that holds across copies of the package. */
import { recogniseAcrossCopies } from "../platform/across-copies.js";

type ErrorClass = { readonly prototype: Error };

/**
 * Gives `errorClass` its name and its brand. Call it once, in a static block of the class.
 *
 * The name is a string on the prototype, so that minified code keeps it and the stack already starts with it.
 *
 * @internal
 */
export function brand(errorClass: ErrorClass, name: string): void {
  recogniseAcrossCopies(errorClass, name);
  Object.defineProperty(errorClass.prototype, "name", { value: name, writable: true, configurable: true });
}
