/**
 * Forms: a mapping of names to values, where a list repeats the name. They are URL-encoded like a query string or,
 * together with files, become the first parts of a multipart body.
 */
import type { Fields } from "../../platform/fields.js";
import { formEncode, type Primitive, primitiveText } from "../../url/query.js";
import type { Part } from "./multipart.js";
import { escapeAsHTTPX, partHead } from "./part-head.js";
import { bytesOf } from "./source.js";

/** A value of a form. `true` is sent as `true`, `null` as nothing, bytes as they are. */
export type FormValue = Primitive | Uint8Array;

/** The fields of a form. A list sends the field once for each value. */
export type FormTypes = Readonly<Record<string, FormValue | readonly FormValue[]>> | Fields;

/** @internal */
export const formContentType = "application/x-www-form-urlencoded";

/**
 * `fields` as the text of a form, a space being `+`.
 * @throws TypeError if a value is neither of the primitive types nor bytes.
 * @internal
 */
export function encodeForm(fields: FormTypes): string {
  return fieldsOf(fields)
    .map(([name, value]) => `${formEncode(name)}=${encodeValue(value, name)}`)
    .join("&");
}

/**
 * `fields` as parts of a multipart body, without type or filename.
 * @throws TypeError if a value is neither of the primitive types nor bytes.
 * @internal
 */
export function formParts(fields: FormTypes): Part[] {
  return fieldsOf(fields).map(([name, value]) => ({
    head: partHead(name, null, [], escapeAsHTTPX),
    content: bytesOf(value) ?? primitiveText(value, name, "data"),
  }));
}

function fieldsOf(fields: FormTypes): [name: string, value: unknown][] {
  return Object.entries(fields).flatMap(([name, value]) =>
    Array.isArray(value) ? value.map((item): [string, unknown] => [name, item]) : [[name, value]],
  );
}

function encodeValue(value: unknown, name: string): string {
  const bytes = bytesOf(value);
  return bytes === null ? formEncode(primitiveText(value, name, "data")) : encodeBytes(bytes);
}

function encodeBytes(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => (byte < 0x80 ? formEncode(String.fromCharCode(byte)) : hex(byte))).join(
    "",
  );
}

function hex(byte: number): string {
  return `%${byte.toString(16).toUpperCase()}`;
}
