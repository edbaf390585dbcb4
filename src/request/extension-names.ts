/** The names and values of extensions. HTTPX's names in Python's form are refused, as they would be ignored. */
import { unknownOption, wrongType } from "../platform/argument-error.js";
import { nearest } from "../platform/nearest.js";
import type { ValueCheck } from "../config/options.js";
import { aProxy } from "../config/proxy.js";
import { aRecord, aString, orNull } from "../config/value-checks.js";
import { kindOf } from "../platform/record.js";
import { aListener, anExpectation, areTrailers } from "./message-options.js";
import type { RequestExtensions } from "./extensions.js";

type Known = keyof { [Name in keyof RequestExtensions as string extends Name ? never : Name]: unknown };

/** Those that this package knows. A null check: the class that the value is passed to checks it. */
const known: Readonly<Record<Known, ValueCheck>> = {
  timeout: null,
  trace: aListener,
  target: orNull(aTarget),
  sniHostname: orNull(aString),
  proxy: aProxy,
  trailers: areTrailers,
  expectContinue: anExpectation,
  onInformational: aListener,
  onUploadProgress: aListener,
  onDownloadProgress: aListener,
};

/** Other words for some of them: in lower case, without separators. */
const meant: ReadonlyMap<string, Known> = new Map([
  ["servername", "sniHostname"],
  ["sni", "sniHostname"],
  ["proxies", "proxy"],
]);

/**
 * Refuses another spelling of an extension that exists, with one typing error at most. A transport may know others.
 *
 * @throws TypeError
 * @internal
 */
export function checkExtensions(value: unknown, argument: string): void {
  aRecord(value, argument);
  for (const [name, given] of Object.entries(value)) {
    if (Object.hasOwn(known, name)) {
      if (given !== undefined) known[name as Known]?.(given, `${argument}.${name}`);
      continue;
    }
    const near = meant.get(name.replace(/[-_]/g, "").toLowerCase()) ?? nearest(name, Object.keys(known), 1);
    if (near === null) continue;
    throw unknownOption(`Unknown extension ${JSON.stringify(name)}. Did you mean ${near}?`);
  }
}

/** @internal @throws TypeError */
export function aTarget(value: unknown, name: string): asserts value is string | Uint8Array {
  if (typeof value === "string" || value instanceof Uint8Array) return;
  throw wrongType(`${name} must be a string or bytes, not ${kindOf(value)}.`);
}
