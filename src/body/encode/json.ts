/** JSON bodies: compact, in UTF-8 without needless escapes, and without the numbers that JSON does not have. */

/**
 * `value` as JSON text.
 *
 * @throws RangeError if there is a `NaN` or an `Infinity` anywhere in it. `JSON.stringify` would make them `null`
 * silently; HTTPX refuses them, in these words.
 * @throws TypeError if it is nothing that JSON can say, such as a function, a bigint, or a cycle.
 * @internal
 */
export function encodeJSON(value: unknown): string {
  const text = JSON.stringify(value) as string | undefined;
  if (text === undefined) throw new TypeError(`Object of type ${typeof value} is not JSON serializable`);
  // Each of those numbers left a "null" behind, so that most bodies need no second look.
  if (text.includes("null") && hasNonFinite(value, "")) {
    throw new RangeError("Out of range float values are not JSON compliant");
  }
  return text;
}

/** Looks at what `JSON.stringify` looked at. There are no cycles: it has been here before. */
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
  // A number in an object's clothes, `new Number(NaN)`, is a number to JSON.
  if (keys.length === 0 && Object.prototype.toString.call(value) === "[object Number]") {
    return !Number.isFinite(Number(value));
  }
  return keys.some((key) => hasNonFinite((value as Record<string, unknown>)[key], key));
}
