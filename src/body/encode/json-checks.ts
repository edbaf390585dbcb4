/** Refuses values that `JSON.stringify` writes as something other than what they stand for. */
import { wrongType } from "../../platform/argument-error.js";
import { noRecordAdvice } from "../../platform/no-record.js";
import { adviceFor, checkRecord, isPlain, kindOf } from "../../platform/record.js";
import { isThenable } from "../../platform/thenable.js";
import { isFormDataPackage } from "./form-data-package.js";
import { bytesOf } from "./source.js";

/**
 * Refuses a whole body that stands for something other than its fields: a promise, bytes, a stream, a client.
 *
 * @throws TypeError
 * @internal
 */
export function checkWhole(value: object, argument: string): void {
  // a promise, or the query of a database: it has fields, and none of them is what it stands for
  if (isThenable(value)) throw notAwaited(value, argument);
  if (Array.isArray(value) || isPlain(value)) return;
  if (bytesOf(value) !== null) throw notData(value, argument, "give bytes as content");
  if (isFormDataPackage(value)) throw notData(value, argument, "give it as content");
  // a class of the program may well have a form in JSON and iterate
  if (hasToJSON(value)) return;
  if (Symbol.asyncIterator in value) throw notData(value, argument, "read it first, or give it as content");
  const advice = adviceFor(value);
  if (advice !== null) throw notData(value, argument, advice);
}

/**
 * Refuses what `JSON.stringify` writes as `{}` although it is not empty: a promise, a Map, an error. An object
 * whose class has no fields may be meant, unless it is the whole body.
 *
 * @param path the names that lead to it, for messages.
 * @param key its own name, which `toJSON` receives.
 * @throws TypeError
 * @internal
 */
export function checkFields(value: unknown, path: string, key = "", isWhole = true): void {
  if (typeof value !== "object" || value === null) return;
  if (!hasToJSON(value)) return checkInside(value, path, isWhole);
  const replaced = value.toJSON(key);
  if (typeof replaced !== "object" || replaced === null) return;
  if (isThenable(replaced)) {
    throw wrongType(`${path}: toJSON() of ${kindOf(value)} returned a promise: await it first.`);
  }
  checkInside(replaced, path, false);
}

/** Looks at the fields that are written, not at a `toJSON`. */
function checkInside(value: object, path: string, isWhole: boolean): void {
  if (isThenable(value)) throw notAwaited(value, path);
  const entries = Object.entries(value);
  // its message is no field that is written, whatever other fields it has
  if (isError(value) && !Object.keys(value).includes("message")) {
    throw notData(value, path, "give its message");
  }
  for (const [key, inner] of entries) checkFields(inner, `${path}.${key}`, key, false);
  if (entries.length > 0 || Array.isArray(value) || isWrapper(value)) return;
  if (isWhole || isBuiltIn(value) || noRecordAdvice(value) !== null) checkRecord(value, path);
}

function hasToJSON(value: object): value is { toJSON(key: string): unknown } {
  return "toJSON" in value && typeof value.toJSON === "function";
}

function notAwaited(value: object, path: string): TypeError {
  return notData(value, path, "await it first");
}

function notData(value: object, path: string, advice: string): TypeError {
  return wrongType(`${path} must be an object with fields of its own, not ${kindOf(value)}: ${advice}.`);
}

function isError(value: object): boolean {
  return value instanceof Error || tagOf(value) === "[object Error]";
}

/** `JSON.stringify` writes `new Number(1)` as a number. */
function isWrapper(value: object): boolean {
  return /^\[object (Number|String|Boolean)\]$/.test(tagOf(value));
}

function isBuiltIn(value: object): boolean {
  // a typed array without fields is empty
  const isEmpty = ArrayBuffer.isView(value) && value.byteLength === 0;
  return !isEmpty && tagOf(value) !== "[object Object]";
}

function tagOf(value: object): string {
  return Object.prototype.toString.call(value);
}
