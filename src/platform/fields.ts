/** Objects that are given for their own fields: records, and objects of an interface. */

/**
 * An object of an interface. TypeScript gives interfaces no index signature, so that `Record<string, …>` refuses them.
 * What iterates, and what has a tag or a value of its own (Promise, Date, Map, bytes), is none.
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
