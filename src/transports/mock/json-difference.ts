/** The first difference between two JSON values. The order of keys is ignored, the order of lists is not. */
import { SECURE, knownSensitiveNames } from "../masking/names.js";

const LONGEST_SHOWN = 80;

/**
 * As text; null if they are equal. Values under names of secrets are not shown.
 * @internal
 */
export function jsonDifference(wanted: unknown, got: unknown): string | null {
  const path = pathToDifference(wanted, got);
  if (path === null) return null;
  const place = path.length === 0 ? "" : ` at ${path.join(".")}`;
  const isHidden = path.some((key) => typeof key === "string" && knownSensitiveNames.has(key));
  const show = (value: unknown): string => (isHidden ? SECURE : shown(value));
  return `the JSON${place} is ${show(at(got, path))}, not ${show(at(wanted, path))}`;
}

function pathToDifference(wanted: unknown, got: unknown): (string | number)[] | null {
  if (Array.isArray(wanted) && Array.isArray(got)) {
    const length = Math.max(wanted.length, got.length);
    for (let index = 0; index < length; index++) {
      const below = pathToDifference(wanted[index], got[index]);
      if (below !== null) return [index, ...below];
    }
    return null;
  }
  if (isObject(wanted) && isObject(got)) {
    for (const key of new Set([...Object.keys(wanted), ...Object.keys(got)])) {
      const below = pathToDifference(own(wanted, key), own(got, key));
      if (below !== null) return [key, ...below];
    }
    return null;
  }
  return wanted === got ? null : [];
}

function at(value: unknown, path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>(
    (inside, key) => (Array.isArray(inside) || isObject(inside) ? own(inside, String(key)) : undefined),
    value,
  );
}

function own(value: object, key: string): unknown {
  return Object.hasOwn(value, key) ? (value as Record<string, unknown>)[key] : undefined;
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function shown(value: unknown): string {
  if (value === undefined) return "missing";
  if (typeof value === "object" && value !== null) return Array.isArray(value) ? "a list" : "an object";
  const text = JSON.stringify(value);
  return text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}…` : text;
}
