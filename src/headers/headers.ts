/**
 * Headers: a multi-dict of header fields. Names are compared case-insensitively, but order and case are preserved: both
 * are visible on the wire, and some servers depend on them.
 *
 * What always holds: every name is a token and every value free of line breaks and other control characters
 * (RFC 9110, 5.1 and 5.5), so no field can inject another one.
 *
 * Copying is cheap: copies share their fields, and their text on the wire, until one of them changes. A received head
 * stays one string until it is first read.
 */
import { isNoRecord } from "../platform/no-record.js";
import { surplusArgument, wrongType } from "../platform/argument-error.js";
import type { WebHeaders } from "../platform/web-types.js";
import type { Fields } from "../platform/fields.js";
import { pairsOf } from "../platform/pairs.js";
import { checkRecord, kindOf } from "../platform/record.js";
import { LocalProtocolError } from "../errors/protocol-error.js";
import { checkFieldValue, fieldLines, type HeaderField, isPadded, parseFieldLines } from "./lines.js";
import { isToken } from "./token.js";

/**
 * What {@link Headers} can be made from: an object of names and values, pairs of them, a Map. In an object, a list is a
 * line for each of its values, and `undefined` is left out: `IncomingHttpHeaders` of node:http can be sent on.
 */
export type HeadersInit =
  | Headers
  | WebHeaders
  | Readonly<Record<string, string | readonly string[] | undefined>>
  | Fields
  | Iterable<readonly [string, string]>;

/** The data that copies share. At least one of `fields` and `lines` is set. */
interface Store {
  fields: HeaderField[] | null;
  /** The text, until `fields` has been parsed from it. */
  lines: string | null;
  block: string | null;
  /** More than one `Headers` may hold this store: it must not change any more. */
  shared: boolean;
}

const emptyStore: Store = { fields: [], lines: null, block: "", shared: true };

export class Headers {
  static {
    isNoRecord(this, "Object.fromEntries() makes an object of it");
  }

  #store: Store = emptyStore;

  /**
   * @param init another `Headers` (this package's or the platform's), a record, or pairs of name and value.
   * @throws TypeError if a name or a value is not a string.
   * @throws LocalProtocolError if a name is not a token, or a value has characters that HTTP forbids.
   */
  constructor(init?: HeadersInit | null) {
    if (arguments.length > 1) throw surplusArgument("Headers", "one set of headers");
    if (init === undefined || init === null) return;
    if (init instanceof Headers) {
      init.#store.shared = true;
      this.#store = init.#store;
      return;
    }
    this.#store = { fields: fieldsOf(init, "headers"), lines: null, block: null, shared: false };
  }

  /** As the constructor; `argument` is its name in messages. @internal */
  static from(init: HeadersInit, argument: string): Headers {
    if (init instanceof Headers) return new Headers(init);
    const headers = new Headers();
    headers.#store = { fields: fieldsOf(init, argument), lines: null, block: null, shared: false };
    return headers;
  }

  /**
   * The headers of a received head: its header lines without status line and final blank line, as latin1 text. Nothing is
   * parsed until the first access.
   *
   * @internal
   */
  static fromLines(lines: string): Headers {
    const headers = new Headers();
    if (lines !== "") headers.#store = { fields: null, lines, block: null, shared: false };
    return headers;
  }

  /** The header lines as on the wire, each ended by CRLF. Computed once until the next change. @internal */
  get block(): string {
    return (this.#store.block ??= fieldLines(this.#fields));
  }

  /** The value of `name`; several values are joined by `", "`. `null` if there is none. */
  get(name: string): string | null {
    const lower = lowerName(name);
    const fields = this.#fields;
    let joined: string | null = null;
    for (let index = 0; index < fields.length; index++) {
      const field = fields[index]!;
      if (field.lower === lower) joined = joined === null ? field.value : `${joined}, ${field.value}`;
    }
    return joined;
  }

  /** All values of `name` one by one; with `splitCommas`, a value that is a list yields its items. */
  getList(name: string, splitCommas = false): string[] {
    const lower = lowerName(name);
    const values: string[] = [];
    const fields = this.#fields;
    for (let index = 0; index < fields.length; index++) {
      const field = fields[index]!;
      if (field.lower !== lower) continue;
      if (splitCommas) for (const item of field.value.split(",")) values.push(item.trim());
      else values.push(field.value);
    }
    return values;
  }

  /** The `Set-Cookie` values one by one: they contain commas, so they must not be joined. */
  getSetCookie(): string[] {
    return this.getList("set-cookie");
  }

  has(name: string): boolean {
    const lower = lowerName(name);
    return indexOf(this.#fields, lower) !== -1;
  }

  /** Sets `name` to one value, at the position of its first field, or at the end if it is new. */
  set(name: string, value: string): void {
    const added = checkedField(name, value);
    const fields = this.#writable();
    const first = indexOf(fields, added.lower);
    if (first === -1) {
      fields.push(added);
      return;
    }
    fields[first] = added;
    for (let index = fields.length - 1; index > first; index--) {
      if (fields[index]!.lower === added.lower) fields.splice(index, 1);
    }
  }

  /** Adds a field at the end, and keeps those of the same name. */
  append(name: string, value: string): void {
    const added = checkedField(name, value);
    this.#writable().push(added);
  }

  /** Removes all fields of that name, if there are any. */
  delete(name: string): void {
    const lower = lowerName(name);
    if (!this.has(lower)) return;
    const kept = this.#fields.filter((field) => field.lower !== lower);
    this.#store = { fields: kept, lines: null, block: null, shared: false };
  }

  /** Replaces every name in `headers` by all its fields there; these come last, as in HTTPX. */
  update(headers: HeadersInit | null | undefined): void {
    const added = (headers instanceof Headers ? headers : new Headers(headers)).#fields;
    if (added.length === 0) return;
    const before = this.#fields;
    const fields: HeaderField[] = [];
    for (let index = 0; index < before.length; index++) {
      const field = before[index]!;
      if (indexOf(added, field.lower) === -1) fields.push(field);
    }
    for (let index = 0; index < added.length; index++) fields.push(added[index]!);
    this.#store = { fields, lines: null, block: null, shared: false };
  }

  /** An independent copy. Costs the same for any number of fields. */
  copy(): Headers {
    const copy = new Headers();
    this.#store.shared = true;
    copy.#store = this.#store;
    return copy;
  }

  /** Every name once, in lower case, in order of first appearance. */
  *keys(): IterableIterator<string> {
    for (const [name] of this.#combined()) yield name;
  }

  /** The values in the order of {@link entries}. */
  *values(): IterableIterator<string> {
    for (const [, value] of this.#combined()) yield value;
  }

  /**
   * Name in lower case and value, several values of one name joined by `", "`. Only `set-cookie` occurs once per field,
   * as in the platform's `Headers`.
   */
  *entries(): IterableIterator<[string, string]> {
    yield* this.#combined();
  }

  [Symbol.iterator](): IterableIterator<[string, string]> {
    return this.entries();
  }

  /** Calls `use` for each of the {@link entries}. */
  forEach(use: (value: string, name: string, headers: Headers) => void, thisArgument?: unknown): void {
    for (const [name, value] of this.#combined()) use.call(thisArgument, value, name, this);
  }

  /** Every field separately, its name in lower case. */
  multiItems(): [string, string][] {
    return this.#fields.map((field) => [field.lower, field.value]);
  }

  /** Every field separately, exactly as given or received. */
  get raw(): [string, string][] {
    return this.#fields.map((field) => [field.name, field.value]);
  }

  /** Shows the fields in a log, with credentials masked. @internal */
  [Symbol.for("nodejs.util.inspect.custom")](
    _depth: number,
    options: object,
    inspect: (value: unknown, options: object) => string,
  ): string {
    const shown = this.#fields.map((field) => [
      field.name,
      credentialNames.has(field.lower) ? "[secure]" : field.value,
    ]);
    return `Headers ${inspect(shown, options)}`;
  }

  get #fields(): HeaderField[] {
    const store = this.#store;
    if (store.fields === null) {
      store.fields = parseFieldLines(store.lines ?? "");
      store.lines = null;
    }
    return store.fields;
  }

  /** The fields, which the caller may change in place. */
  #writable(): HeaderField[] {
    const fields = this.#fields;
    if (!this.#store.shared) {
      this.#store.block = null;
      return fields;
    }
    const own = fields.slice();
    this.#store = { fields: own, lines: null, block: null, shared: false };
    return own;
  }

  #combined(): [string, string][] {
    const places = new Map<string, number>();
    const pairs: [string, string][] = [];
    for (const { lower, value } of this.#fields) {
      const place = lower === "set-cookie" ? undefined : places.get(lower);
      if (place === undefined) {
        places.set(lower, pairs.push([lower, value]) - 1);
      } else {
        pairs[place]![1] += `, ${value}`;
      }
    }
    return pairs;
  }
}

/** The first field of this name; -1 if there is none. A loop: an iterator and a closure would be garbage of each request. */
function indexOf(fields: readonly HeaderField[], lower: string): number {
  for (let index = 0; index < fields.length; index++) {
    if (fields[index]!.lower === lower) return index;
  }
  return -1;
}

function fieldsOf(init: Exclude<HeadersInit, Headers>, argument: string): HeaderField[] {
  const fields: HeaderField[] = [];
  if (typeof init !== "object") throw wrongType(`Unexpected type for ${argument}: ${typeof init}`);
  if (Symbol.iterator in init) {
    for (const [name, value] of pairsOf(init as Iterable<unknown>, argument))
      fields.push(checkedField(name, value));
    return fields;
  }
  checkRecord(init, argument);
  const record = init as Readonly<Record<string, unknown>>;
  for (const name of Object.keys(record)) {
    const value = record[name];
    if (Array.isArray(value)) for (const line of value) fields.push(checkedField(name, line));
    else if (value !== undefined) fields.push(checkedField(name, value));
  }
  return fields;
}

const credentialNames: ReadonlySet<string> = new Set([
  "authorization",
  "proxy-authorization",
  "cookie",
  "set-cookie",
]);

function checkedField(name: unknown, value: unknown): HeaderField {
  if (typeof name !== "string") throw wrongType(`Header name must be a string, not ${typeName(name)}`);
  if (typeof value !== "string") {
    throw wrongType(`Header value must be a string, not ${typeName(value)} (${JSON.stringify(name)})`);
  }
  if (!isToken(name)) {
    throw new LocalProtocolError(`Illegal header name ${JSON.stringify(name)}`, {
      code: "ERR_INVALID_HEADER_NAME",
    });
  }
  checkFieldValue(name, value);
  if (isPadded(value)) {
    throw new LocalProtocolError(`Illegal header value for ${name}: it has white space around it`, {
      code: "ERR_INVALID_HEADER_VALUE",
    });
  }
  return { name, lower: name.toLowerCase(), value, line: null };
}

function typeName(value: unknown): string {
  return value === null ? "null" : typeof value;
}

function lowerName(name: unknown): string {
  if (typeof name === "string") return name.toLowerCase();
  throw wrongType(`The name of a header must be a string, not ${kindOf(name)}.`);
}
