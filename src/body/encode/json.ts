/** JSON bodies: compact, in UTF-8 without needless escapes, and without the numbers that JSON does not have. */
import { isProxy } from "node:util/types";
import { outOfRange, wrongType } from "../../platform/argument-error.js";
import { checkFields, checkWhole } from "./json-checks.js";

/**
 * `value` as JSON text.
 *
 * @param argument its name in messages.
 * @throws RangeError for a `NaN` or an `Infinity` anywhere in it, with HTTPX's message. `JSON.stringify` would
 * silently write `null`.
 * @throws TypeError for a value that JSON cannot express, such as a function, a bigint or a cycle, and for one that
 * `JSON.stringify` writes as something other than what it stands for, such as a promise, bytes or a response.
 * @internal
 */
export function encodeJSON(value: unknown, argument = "json"): string {
  if (typeof value === "object" && value !== null) checkWhole(value, argument);
  const text = stringify(value, argument);
  if (text === undefined)
    throw wrongType(`${argument}: Object of type ${typeof value} is not JSON serializable`);
  // Each of those numbers becomes a "null", so a text without one needs no check.
  if (text.includes("null") && hasNonFinite(value, "")) {
    throw outOfRange("Out of range float values are not JSON compliant");
  }
  if (text.includes("{}") || mayHoldError(value)) checkFields(value, argument);
  return text;
}

/**
 * Whether there may be an error among the values that `JSON.stringify` visited, of any realm: with fields of its own it leaves no
 * `{}` in the text. Costs a tenth of `JSON.stringify`; objects may be nested deeper than calls can be.
 */
function mayHoldError(value: unknown): boolean {
  const left = typeof value === "object" && value !== null ? [value] : [];
  for (let one: object | undefined; (one = left.pop()) !== undefined;) {
    if ("stack" in one) return true;
    if ("toJSON" in one && typeof one.toJSON === "function") continue;
    if (Array.isArray(one)) {
      for (const inner of one as readonly unknown[]) {
        if (typeof inner === "object" && inner !== null) left.push(inner);
      }
      continue;
    }
    // Object.values() costs as much as JSON.stringify
    for (const key in one) {
      // what is inherited may lead back to here: JSON.stringify() does not visit it
      if (!Object.hasOwn(one, key)) continue;
      const inner = (one as Record<string, unknown>)[key];
      if (typeof inner === "object" && inner !== null) left.push(inner);
    }
  }
  return false;
}

function stringify(value: unknown, argument: string): string | undefined {
  try {
    return JSON.stringify(value) as string | undefined;
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    if (/BigInt|circular|cyclic/.test(error.message)) {
      throw wrongType(`${argument}: ${error.message}`, { cause: error });
    }
    const proxy = pathOfProxy(value, argument);
    // any other is the exception of a toJSON() of the program
    if (proxy === null) throw error;
    throw wrongType(`${proxy} is a Proxy of an object that cannot be read through it: ${error.message}`, {
      cause: error,
    });
  }
}

/** The path of the first Proxy that `JSON.stringify` visits: the methods of a Date or a Map do not know it. */
function pathOfProxy(value: unknown, path: string, above: readonly unknown[] = []): string | null {
  if (typeof value !== "object" || value === null || above.includes(value)) return null;
  if (isProxy(value)) return path;
  for (const [key, inner] of Object.entries(value)) {
    const found = pathOfProxy(inner, `${path}.${key}`, [...above, value]);
    if (found !== null) return found;
  }
  return null;
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
