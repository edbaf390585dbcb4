/** Branding of error classes: their names, and an `instanceof` that holds across copies of the package. */
import { recogniseAcrossCopies } from "../platform/across-copies.js";

type ErrorClass = { readonly prototype: Error };

/**
 * Gives `errorClass` its name and its brand. To be called once, in a static block of the class.
 *
 * The name lies on the prototype, and is given as a string, so that minified code keeps it and the stack
 * already starts with it.
 *
 * @internal
 */
export function brand(errorClass: ErrorClass, name: string): void {
  recogniseAcrossCopies(errorClass, name);
  Object.defineProperty(errorClass.prototype, "name", { value: name, writable: true, configurable: true });
}
