/** Objects used for their own fields: records, and objects of an interface. */
import { wrongType } from "./argument-error.js";

/**
 * An object of an interface. TypeScript gives interfaces no index signature, so `Record<string, …>` refuses them. Objects
 * that iterate, or that have a tag or a value of their own (Promise, Date, Map, bytes), do not count.
 */
export type Fields = object & {
  readonly [Symbol.iterator]?: never;
  readonly [Symbol.toPrimitive]?: never;
  readonly [Symbol.toStringTag]?: never;
};

/** @internal */
export function isIterable<Item>(value: object): value is Iterable<Item> {
  return Symbol.iterator in value;
}

/**
 * The iterator of `value`. A Proxy of a Map has the Map's method, which refuses the Proxy.
 *
 * @param argument its name in messages.
 * @throws TypeError
 * @internal
 */
export function iteratorOf<Item>(value: Iterable<Item>, argument: string): Iterator<Item> {
  try {
    return value[Symbol.iterator]();
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw wrongType(`${argument} cannot be iterated: ${error.message}`, { cause: error });
  }
}
