/** Conditions on headers, one for each name. */
import { aRecord } from "../../config/value-checks.js";
import { wrongType } from "../../platform/argument-error.js";
import { pairsOf } from "../../platform/pairs.js";
import type { Condition } from "./condition.js";
import { says } from "./predicate.js";
import { stateless } from "./stateless-pattern.js";

/** A header's value: exact text, a regular expression or a function; `null`: the header is absent. */
export type MockHeader = string | RegExp | ((value: string) => boolean) | null;

/** Values by name, or as pairs. */
export type MockHeaders =
  Readonly<Record<string, MockHeader>> | Iterable<readonly [name: string, value: MockHeader]>;

/** @internal @throws TypeError for a condition of another type. */
export function headerConditions(headers: MockHeaders): Condition[] {
  if (typeof headers !== "object" || headers === null || !(Symbol.iterator in headers))
    aRecord(headers, "headers");
  const pairs = Symbol.iterator in headers ? pairsOf(headers, "headers") : Object.entries(headers);
  return pairs.map(([name, value]) => headerCondition(name as string, value as MockHeader));
}

function headerCondition(name: string, wanted: MockHeader): Condition {
  const test = headerTest(wanted);
  return {
    name: `header ${name}`,
    mismatch({ headers }) {
      const joined = headers.get(name);
      if (wanted === null) return joined === null ? null : `there is a header ${name}`;
      if (joined === null) return `the header ${name} is missing`;
      return [...headers.getList(name), joined].some(test) ? null : `the header ${name} is another`;
    },
  };
}

function headerTest(wanted: MockHeader): (value: string) => boolean {
  if (typeof wanted === "function") return (value) => says(wanted(value));
  if (wanted instanceof RegExp) {
    const pattern = stateless(wanted);
    return (value) => pattern.test(value);
  }
  if (wanted !== null && typeof wanted !== "string") {
    throw wrongType("A header to match must be a string, a RegExp, a function or null");
  }
  return (value) => value === wanted;
}
