/** JSON bodies: compact, in UTF-8 without needless escapes, and without the numbers that JSON does not have. */
import { outOfRange, wrongType } from "../../platform/argument-error.js";
import { checkRecord, kindOf } from "../../platform/record.js";

/**
 * `value` as JSON text.
 * @throws RangeError for a `NaN` or an `Infinity` anywhere in it, with HTTPX's message. `JSON.stringify` would
 * silently write `null`.
 * @throws TypeError for a value that JSON cannot express, such as a function, a bigint or a cycle.
 * @internal
 */
export function encodeJSON(value: unknown): string {
  if (isThenable(value)) throw notAwaited(value, "json");
  const text = stringify(value);
  if (text === undefined) throw wrongType(`json: Object of type ${typeof value} is not JSON serializable`);
  // Each of those numbers becomes a "null", so a text without one needs no check.
  if (text.includes("null") && hasNonFinite(value, "")) {
    throw outOfRange("Out of range float values are not JSON compliant");
  }
  if (text.includes("{}")) checkFields(value);
  return text;
}

function stringify(value: unknown): string | undefined {
  try {
    return JSON.stringify(value) as string | undefined;
  } catch (error) {
    // any other is the exception of a toJSON() of the program
    if (!(error instanceof TypeError && /BigInt|circular|cyclic/.test(error.message))) throw error;
    throw wrongType(`json: ${error.message}`, { cause: error });
  }
}

/**
 * Refuses what `JSON.stringify` has made `{}` of, though it is not empty or will not be: a promise, a Map. An object
 * whose class has no fields may be meant, unless it is the whole body.
 */
function checkFields(value: unknown, path = "json"): void {
  if (typeof value !== "object" || value === null || "toJSON" in value) return;
  if (isThenable(value)) throw notAwaited(value, path);
  const entries = Object.entries(value);
  for (const [key, inner] of entries) checkFields(inner, `${path}.${key}`);
  if (entries.length > 0 || Array.isArray(value) || isWrapper(value)) return;
  if (path === "json" || isBuiltIn(value)) checkRecord(value, path);
}

/** A promise, or the query of a database: it has fields, and none of them is what it stands for. */
function isThenable(value: unknown): value is object {
  return typeof value === "object" && value !== null && "then" in value && typeof value.then === "function";
}

function notAwaited(value: object, path: string): TypeError {
  return wrongType(`${path} must be an object with fields of its own, not ${kindOf(value)}: await it first.`);
}

/** `JSON.stringify` writes `new Number(1)` as a number. */
function isWrapper(value: object): boolean {
  return /^\[object (Number|String|Boolean)\]$/.test(tagOf(value));
}

/** Errors mostly occur in data for logs, where an empty object does less harm than another error. */
function isBuiltIn(value: object): boolean {
  return !(ArrayBuffer.isView(value) || /^\[object (Object|Error|DOMException)\]$/.test(tagOf(value)));
}

function tagOf(value: object): string {
  return Object.prototype.toString.call(value);
}

/** Visits the values that `JSON.stringify` visited. There are no cycles, which that call refuses. */
function hasNonFinite(value: unknown, key: string): boolean {
  if (typeof value === "number") return !Number.isFinite(value);
  if (typeof value !== "object" || value === null || value instanceof Date) return false;
  if ("toJSON" in value && typeof value.toJSON === "function") {
    const replaced: unknown = value.toJSON(key);
    return typeof replaced === "object" && replaced !== null
      ? hasNonFiniteInside(replaced)
      : hasNonFinite(replaced, key);
  }
  return hasNonFiniteInside(value);
}

function hasNonFiniteInside(value: object): boolean {
  if (Array.isArray(value)) return value.some((item, index) => hasNonFinite(item, String(index)));
  const keys = Object.keys(value);
  // `new Number(NaN)` is a number in JSON.
  if (keys.length === 0 && Object.prototype.toString.call(value) === "[object Number]") {
    return !Number.isFinite(Number(value));
  }
  return keys.some((key) => hasNonFinite((value as Record<string, unknown>)[key], key));
}
