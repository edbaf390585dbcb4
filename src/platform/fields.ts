/** Objects used for their own fields: records, and objects of an interface. */

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
