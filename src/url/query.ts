/**
 * Query parameters: the multi-dict, its text form, and merging into a URL.
 *
 * The merging rule: a key in `params` replaces that key in the URL; the rest of the URL's query stays, byte for byte.
 * (HTTPX drops the whole query, which is its most reported issue.)
 */
import { URLSearchParams } from "../platform/classes.js";
import { isNoRecord } from "../platform/no-record.js";
import { surplusArgument, wrongType } from "../platform/argument-error.js";
import { pairsOf } from "../platform/pairs.js";
import { adviceFor, checkRecord, kindOf } from "../platform/record.js";
import { type Fields, isIterable } from "../platform/fields.js";
import type { WebURLSearchParams } from "../platform/web-types.js";

/**
 * A primitive value in a query or a form: `true` becomes `true`, `null` and `undefined` become empty. Other objects are sent
 * as their own text, a `Date` in the form of ISO 8601.
 */
export type Primitive = string | number | bigint | boolean | null | undefined;

/**
 * What {@link QueryParams} can be made from: text, an object of names and values, pairs of them, a Map. A list as a value
 * repeats the key; an empty list removes it.
 */
export type ParamsInit =
  | string
  | WebURLSearchParams
  | Readonly<Record<string, Primitive | readonly Primitive[]>>
  | Fields
  | Iterable<readonly [string, Primitive]>;

/** An immutable multi-dict of query parameters, grouped by key in order of first appearance. */
export class QueryParams {
  static {
    isNoRecord(this, "Object.fromEntries() makes an object of it");
  }

  #lists: ReadonlyMap<string, readonly string[]>;
  #text: string | undefined;

  /** @throws TypeError if a value is none of the primitive types. */
  constructor(init?: QueryParams | ParamsInit | null) {
    if (arguments.length > 1) throw surplusArgument("QueryParams", "one set of params");
    this.#lists = init instanceof QueryParams ? init.#lists : listsOf(init);
  }

  /** The number of different keys. */
  get size(): number {
    return this.#lists.size;
  }

  has(key: string): boolean {
    return this.#lists.has(key);
  }

  /** The first value of `key`, or `null`. */
  get(key: string): string | null {
    return this.#lists.get(key)?.[0] ?? null;
  }

  /** All values of `key`. */
  getList(key: string): string[] {
    return [...(this.#lists.get(key) ?? [])];
  }

  /** Every key once. */
  keys(): IterableIterator<string> {
    return this.#lists.keys();
  }

  /** The first value of every key. */
  *values(): IterableIterator<string> {
    for (const [, value] of this.entries()) yield value;
  }

  /** Every key once, with its first value. */
  *entries(): IterableIterator<[string, string]> {
    for (const [key, [first]] of this.#lists) if (first !== undefined) yield [key, first];
  }

  /** Every key with each of its values. */
  multiItems(): [string, string][] {
    return [...this];
  }

  /** Same as {@link multiItems}, so that copying from an iterator loses nothing. */
  *[Symbol.iterator](): IterableIterator<[string, string]> {
    for (const [key, values] of this.#lists) for (const value of values) yield [key, value];
  }

  /** A copy in which `key` has only this value. */
  set(key: string, value: Primitive): QueryParams {
    return this.#with((lists) => lists.set(key, [primitiveText(value, key)]));
  }

  /** A copy with one more value for `key`. */
  add(key: string, value: Primitive): QueryParams {
    return this.#with((lists) => lists.set(key, [...(lists.get(key) ?? []), primitiveText(value, key)]));
  }

  /** A copy without `key`. */
  remove(key: string): QueryParams {
    return this.#with((lists) => lists.delete(key));
  }

  /** A copy in which every key of `params` has its values from there. */
  merge(params?: QueryParams | ParamsInit | null): QueryParams {
    const other = params instanceof QueryParams ? params : new QueryParams(params);
    if (other.size === 0) return this;
    if (this.size === 0) return other;
    return this.#with((lists) => {
      for (const [key, values] of other.#lists) lists.set(key, values);
    });
  }

  /** The parameters as in a URL, form-encoded: a space is `+`. */
  toString(): string {
    if (this.#text === undefined) {
      this.#text = "";
      for (const [key, value] of this) this.#text += `${this.#text && "&"}${encodePair(key, value)}`;
    }
    return this.#text;
  }

  #with(change: (lists: Map<string, readonly string[]>) => void): QueryParams {
    const lists = new Map(this.#lists);
    change(lists);
    const changed = new QueryParams();
    changed.#lists = lists;
    return changed;
  }
}

/**
 * `url` with the parameters of the client and of the request in its query; the request's override the client's.
 *
 * A replaced key keeps its first position, new ones come last. The URL may be relative, and the rest of it stays
 * unchanged, including its fragment.
 *
 * @internal
 */
export function mergeParams(
  url: string,
  clientParams: QueryParams | null,
  requestParams: QueryParams | ParamsInit | null | undefined,
): string {
  let params = clientParams;
  if (requestParams !== null && requestParams !== undefined) {
    params = params === null ? new QueryParams(requestParams) : params.merge(requestParams);
  }
  if (params === null || params.size === 0) return url;

  const hash = url.indexOf("#");
  const beforeHash = hash === -1 ? url : url.slice(0, hash);
  const fragment = hash === -1 ? "" : url.slice(hash);
  const mark = beforeHash.indexOf("?");
  const path = mark === -1 ? beforeHash : beforeHash.slice(0, mark);
  const query = mark === -1 ? params.toString() : mergeQuery(beforeHash.slice(mark + 1), params);
  return query === "" ? path + fragment : `${path}?${query}${fragment}`;
}

/** Text as in a form or a query: everything except letters, digits and `_.-~` as `%XX`, a space as `+`. @internal */
export function formEncode(text: string): string {
  if (plainText.test(text)) return text;
  return encodeURIComponent(text.replace(loneSurrogates, "\uFFFD")).replace(
    leftByEncodeURIComponent,
    encodeOne,
  );
}

/**
 * The value of `key` in its form in a query or a form body.
 *
 * @param argument where it stands, for messages.
 * @throws TypeError that names the key.
 * @internal
 */
export function primitiveText(value: unknown, key: string, argument = "params"): string {
  switch (typeof value) {
    case "string":
      return value;
    case "undefined":
      return "";
    case "number":
    case "bigint":
    case "boolean":
      return String(value);
    case "object":
      if (value === null) return "";
      if (hasText(value)) return value instanceof Date ? value.toISOString() : String(value);
  }
  const advice = adviceFor(value);
  throw wrongType(
    `Invalid type for value of ${JSON.stringify(key)} in ${argument}. Expected primitive type, got ${kindOf(value)}` +
      (advice === null ? "" : `: ${advice}`),
  );
}

/** Whether it is one value with a text of its own, such as a URL. A plain object would become "[object Object]". */
function hasText(value: object): boolean {
  if (value instanceof Date) return !Number.isNaN(value.getTime());
  if (Array.isArray(value) || ArrayBuffer.isView(value) || adviceFor(value) !== null) return false;
  return value.toString !== Object.prototype.toString;
}

const plainText = /^[\w.~-]*$/;
const loneSurrogates = /\p{Surrogate}/gu;
const leftByEncodeURIComponent = /%20|[!'()*]/g;

function encodeOne(found: string): string {
  return found === "%20" ? "+" : `%${found.charCodeAt(0).toString(16).toUpperCase()}`;
}

function encodePair(key: string, value: string): string {
  return `${formEncode(key)}=${formEncode(value)}`;
}

function mergeQuery(query: string, params: QueryParams): string {
  const parts: string[] = [];
  const placed = new Set<string>();
  const place = (key: string): void => {
    if (placed.has(key)) return;
    placed.add(key);
    for (const value of params.getList(key)) parts.push(encodePair(key, value));
  };
  for (const part of query.split("&")) {
    if (part === "") continue;
    const key = keyOf(part);
    if (params.has(key)) place(key);
    else parts.push(part);
  }
  for (const key of params.keys()) place(key);
  return parts.join("&");
}

/** The decoded key of one `key=value` of a query. */
function keyOf(part: string): string {
  const equals = part.indexOf("=");
  const key = equals === -1 ? part : part.slice(0, equals);
  if (plainText.test(key)) return key;
  const [decoded] = new URLSearchParams(part).keys();
  return decoded ?? "";
}

function listsOf(init: ParamsInit | null | undefined): Map<string, string[]> {
  const lists = new Map<string, string[]>();
  if (init === null || init === undefined) return lists;
  const given = typeof init === "string" ? new URLSearchParams(init) : init;
  if (typeof given !== "object") throw wrongType(`Unexpected type for params: ${typeof given}`);
  if (isIterable<readonly [string, unknown]>(given)) {
    for (const [key, value] of pairsOf(given, "params")) {
      if (typeof key !== "string") throw wrongType(`params: a name must be a string, not ${kindOf(key)}`);
      const list = lists.get(key);
      if (list === undefined) lists.set(key, [primitiveText(value, key)]);
      else list.push(primitiveText(value, key));
    }
    return lists;
  }
  checkRecord(given, "params");
  for (const [key, value] of Object.entries(given)) {
    const values: readonly unknown[] = Array.isArray(value) ? value : [value];
    lists.set(
      key,
      values.map((one) => primitiveText(one, key)),
    );
  }
  return lists;
}
