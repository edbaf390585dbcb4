/** The names of extensions: HTTPX's own in Python's form are refused, as they would be ignored. */
import { unknownOption } from "../platform/argument-error.js";
import { nearest } from "../config/nearest.js";
import { aRecord } from "../config/value-checks.js";
import type { RequestExtensions } from "./extensions.js";

type Known = keyof { [Name in keyof RequestExtensions as string extends Name ? never : Name]: unknown };

/** Those that this package knows. */
const known: Readonly<Record<Known, true>> = {
  timeout: true,
  trace: true,
  target: true,
  sniHostname: true,
  proxy: true,
  trailers: true,
  expectContinue: true,
  onInformational: true,
  onUploadProgress: true,
  onDownloadProgress: true,
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
  for (const name of Object.keys(value)) {
    if (Object.hasOwn(known, name)) continue;
    const near = meant.get(name.replace(/[-_]/g, "").toLowerCase()) ?? nearest(name, Object.keys(known), 1);
    if (near === null) continue;
    throw unknownOption(`Unknown extension ${JSON.stringify(name)}. Did you mean ${near}?`);
  }
}
