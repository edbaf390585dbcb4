/**
 * `instanceof` by a registered symbol instead of by identity.
 *
 * Two copies of a package end up in one program easily (two major versions, a bundle beside a `require`). Their
 * classes differ but `Symbol.for` is shared, so what was made by one copy is still recognised by the other.
 */

type AnyClass = { readonly prototype: object };

/**
 * Has `marked` recognise its instances by the symbol `httpxide.<name>`. To be called once, in a static block.
 *
 * A subclass without a mark of its own keeps the ordinary `instanceof`: otherwise it would inherit the check, and
 * every instance of `marked` would be one of somebody's `class Mine extends …`.
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
