/** URL-encoded forms: a mapping of names to values, where a list repeats the name, as a query string. */
import { type Primitive, QueryParams } from "../query.js";

/** The fields of a form. `true` is sent as `true`, `null` as nothing. */
export type FormTypes = Record<string, Primitive | readonly Primitive[]>;

/** @internal */
export const formContentType = "application/x-www-form-urlencoded";

/**
 * `fields` as the text of a form, a space being `+`.
 * @throws TypeError if a value is none of the primitive types.
 * @internal
 */
export function encodeForm(fields: FormTypes): string {
  return new QueryParams(fields).toString();
}
