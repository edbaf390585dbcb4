/**
 * Branding of error classes: `instanceof` by a registered symbol instead of by identity.
 *
 * Two copies of a package end up in one program easily (two major versions, a bundle beside a `require`). Their
 * classes differ but `Symbol.for` is shared, so an error made by one copy is still recognised by the other.
 */

type ErrorClass = { readonly prototype: Error };

/**
 * Gives `errorClass` its name and its brand. To be called once, in a static block of the class.
 *
 * The name lies on the prototype, and is given as a string, so that minified code keeps it and the stack
 * already starts with it. A subclass without a brand of its own keeps the ordinary `instanceof`: otherwise it
 * would inherit the check, and every `TransportError` would be an instance of somebody's `class Mine extends TransportError`.
 *
 * @internal
 */
export function brand(errorClass: ErrorClass, name: string): void {
  const mark = Symbol.for(`httpxide.${name}`);
  Object.defineProperty(errorClass.prototype, mark, { value: true });
  Object.defineProperty(errorClass.prototype, "name", { value: name, writable: true, configurable: true });
  Object.defineProperty(errorClass, Symbol.hasInstance, {
    value(this: unknown, candidate: unknown): boolean {
      if (this !== errorClass)
        return Function.prototype[Symbol.hasInstance].call(this as () => void, candidate);
      return typeof candidate === "object" && candidate !== null && mark in candidate;
    },
  });
}
