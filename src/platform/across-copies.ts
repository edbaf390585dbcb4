/**
 * `instanceof` by a registered symbol instead of by identity.
 *
 * One program may easily contain two copies of a package (two major versions, or a bundle next to a `require`). Their
 * classes differ but `Symbol.for` is shared, so each copy recognises the objects of the other.
 */

type AnyClass = { readonly prototype: object };

/**
 * Makes `marked` recognise its instances by the symbol `httpxide.<name>`. Call it once, in a static block.
 *
 * A subclass without its own mark keeps the ordinary `instanceof`: otherwise it would inherit the check, and every
 * instance of `marked` would count as an instance of a user's `class Mine extends …`.
 *
 * @internal
 */
export function recogniseAcrossCopies(marked: AnyClass, name: string): void {
  const mark = Symbol.for(`httpxide.${name}`);
  Object.defineProperty(marked.prototype, mark, { value: true });
  Object.defineProperty(marked, Symbol.hasInstance, {
    value(this: unknown, candidate: unknown): boolean {
      if (this !== marked) return Function.prototype[Symbol.hasInstance].call(this as () => void, candidate);
      return typeof candidate === "object" && candidate !== null && mark in candidate;
    },
  });
}
