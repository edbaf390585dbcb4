/** Conditions on a request's body: bytes, text, JSON or a form. They compare the whole body. */
import { TextDecoder } from "../../platform/classes.js";
import { wrongType } from "../../platform/argument-error.js";
import { Buffer } from "node:buffer";
import { encodeJSON } from "../../body/encode/json.js";
import { bytesOf } from "../../body/encode/source.js";
import { type ParamsInit, QueryParams } from "../../url/query.js";
import type { Request } from "../../request/request.js";
import type { Condition } from "./condition.js";
import { jsonDifference } from "./json-difference.js";
import { says } from "./predicate.js";
import { stateless } from "./stateless-pattern.js";

/** The whole body as text (UTF-8) or bytes, a regular expression for its text, or a function of the bytes. */
export type MockContent = string | Uint8Array | RegExp | ((content: Uint8Array) => boolean);

const utf8 = new TextDecoder();

/** @internal */
export function contentCondition(content: MockContent): Condition {
  const test = contentTest(content);
  return {
    name: "content",
    mismatch: (request) =>
      test(request.content) ? null : `the content is another (${request.content.byteLength} bytes)`,
  };
}

/**
 * @param json a value that equals the body as JSON, or a function of the body's value.
 * @throws TypeError, RangeError for values without a JSON form.
 * @internal
 */
export function jsonCondition(json: unknown): Condition {
  if (typeof json === "function") {
    const test = json as (value: unknown) => boolean;
    return withJSON((value) => (says(test(value)) ? null : "the JSON is another"));
  }
  // Compared in the form in which it would be sent: without undefined fields, with dates as text.
  const wanted: unknown = JSON.parse(encodeJSON(json));
  return withJSON((value) => jsonDifference(wanted, value));
}

/** @internal The fields of a form, each with all its values in order. */
export function formCondition(data: ParamsInit): Condition {
  const wanted = new QueryParams(data);
  return {
    name: "data",
    mismatch(request) {
      const got = new QueryParams(utf8.decode(request.content));
      const names = new Set([...wanted.keys(), ...got.keys()]);
      for (const name of names) {
        if (isSameList(wanted.getList(name), got.getList(name))) continue;
        return `the form's ${name} is ${got.has(name) ? "another" : "missing"}`;
      }
      return null;
    },
  };
}

function contentTest(content: MockContent): (bytes: Uint8Array) => boolean {
  if (typeof content === "function") return (bytes) => says(content(bytes));
  if (typeof content === "string") return (bytes) => utf8.decode(bytes) === content;
  if (content instanceof RegExp) {
    const pattern = stateless(content);
    return (bytes) => pattern.test(utf8.decode(bytes));
  }
  const wanted = bytesOf(content);
  if (wanted === null) {
    throw wrongType("A content to match must be a string, bytes, a RegExp or a function");
  }
  return (bytes) => Buffer.compare(bytes, wanted) === 0;
}

function withJSON(difference: (value: unknown) => string | null): Condition {
  return {
    name: "json",
    mismatch(request: Request) {
      let value: unknown;
      try {
        value = JSON.parse(utf8.decode(request.content));
      } catch {
        return request.content.byteLength === 0 ? "there is no content" : "the content is no JSON";
      }
      return difference(value);
    },
  };
}

function isSameList(left: readonly string[], right: readonly string[]): boolean {
  return left.length === right.length && left.every((value, index) => value === right[index]);
}
