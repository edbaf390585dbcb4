/**
 * What is done when an object is collected that its owner should have given up before.
 *
 * V8 makes the record of an object that it watches among its old objects. There it stays until those are collected, also if the object
 * is not watched any more, and keeps all that it leads to. So it leads to a link, which is cut: of each streamed response, its request
 * and exchange would otherwise stay that long.
 */

/** What a watched object leads to; null once it is not watched. @internal */
export interface Link<T> {
  to: T | null;
}

/** Calls a function when a watched object is collected. It must not keep that object. @internal */
export class Dropped<T> {
  readonly #registry: FinalizationRegistry<Link<T>>;

  constructor(act: (of: T) => void) {
    this.#registry = new FinalizationRegistry(({ to }) => {
      if (to !== null) act(to);
    });
  }

  /** Watches an object. What `act` gets must not lead to it. */
  watch(object: object, to: T): Link<T> {
    const link = { to };
    this.#registry.register(object, link, object);
    return link;
  }

  /** The object is not watched any more. */
  forget(object: object, link: Link<T>): void {
    link.to = null;
    this.#registry.unregister(object);
  }
}
