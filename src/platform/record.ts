/**
 * Records: objects used for their own fields. An object of another kind often has none, and would pass for an empty record: a
 * promise that was not awaited would send a request without its body, or without its credentials.
 */
import { wrongType } from "./argument-error.js";
import { isClass } from "./callable.js";
import { noRecordAdvice } from "./no-record.js";

/**
 * Refuses an object of another kind without fields of its own. `{}` is a record.
 *
 * @param argument its name in messages.
 * @param given advice: what to do instead with an object that is never a record, though it may have fields; null for any other.
 * @throws TypeError
 * @internal
 */
export function checkRecord(value: object, argument: string, given?: string | null): void {
  if (isPlain(value)) return;
  const advice = given === undefined ? adviceFor(value) : given;
  if (advice === null && Object.keys(value).length > 0) return;
  throw wrongType(
    `${argument} must be an object with fields of its own, not ${kindOf(value)}${advice === null ? "" : `: ${advice}`}.`,
  );
}

/** Whether `{}` made it, in any realm, or it has no prototype. @internal */
export function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** Whether it inherits from no class: `Object.create(record)` inherits from a record. @internal */
export function isOfNoClass(value: object): boolean {
  let prototype: unknown = Object.getPrototypeOf(value);
  while (typeof prototype === "object" && prototype !== null) {
    const next: unknown = Object.getPrototypeOf(prototype);
    // the last one is that of all objects
    if (next !== null && Object.hasOwn(prototype, "constructor")) return false;
    prototype = next;
  }
  return true;
}

/** Advice for an object that is never a record, though it may have fields; null for any other. @internal */
export function adviceFor(value: unknown): string | null {
  if (typeof value !== "object" || value === null) return null;
  if ("then" in value && typeof value.then === "function") return "await it first";
  if (value instanceof Map) return "Object.fromEntries() makes an object of a Map";
  if (isOfFetch(value)) return "read its body first, and give that";
  return noRecordAdvice(value);
}

function isOfFetch(value: object): boolean {
  return isResponseOfFetch(value) || tagOf(value) === "Request";
}

/** By its tag: Node.js loads its fetch, 15 MB, when the class is named. @internal */
export function isResponseOfFetch(value: unknown): boolean {
  return typeof value === "object" && value !== null && tagOf(value) === "Response";
}

function tagOf(value: object): unknown {
  return (value as { readonly [Symbol.toStringTag]?: unknown })[Symbol.toStringTag];
}

/** A value's kind, in words: "null", "a string", "a promise", "a Date". Never the value, which may be a secret. @internal */
export function kindOf(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (isClass(value)) return "a class";
  if (typeof value !== "object") return withArticle(typeof value);
  if (Array.isArray(value)) return "an array";
  if (value instanceof Promise) return "a promise";
  const made: unknown = value.constructor;
  return withArticle(typeof made === "function" && made.name !== "" ? made.name : "object");
}

function withArticle(noun: string): string {
  // "a URL" and "a Uint8Array" are spoken with a "y"
  return `${/^[aeio]/i.test(noun) ? "an" : "a"} ${noun}`;
}
