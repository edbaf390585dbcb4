/** The names of extensions: HTTPX's own in Python's form are refused, as they would be ignored. */
import { unknownOption } from "../platform/argument-error.js";
import { aRecord } from "../config/value-checks.js";
import type { RequestExtensions } from "./extensions.js";

type Known = keyof { [Name in keyof RequestExtensions as string extends Name ? never : Name]: unknown };

/** Other names for them: in lower case, without separators. */
const meant: ReadonlyMap<string, Known> = new Map([
  ["timeout", "timeout"],
  ["trace", "trace"],
  ["target", "target"],
  ["snihostname", "sniHostname"],
  ["servername", "sniHostname"],
  ["sni", "sniHostname"],
  ["proxy", "proxy"],
  ["proxies", "proxy"],
]);

/**
 * Refuses another spelling of an extension that exists. A transport may know others.
 *
 * @throws TypeError
 * @internal
 */
export function checkExtensions(value: unknown, argument: string): void {
  aRecord(value, argument);
  for (const name of Object.keys(value)) {
    const known = meant.get(name.replace(/[-_]/g, "").toLowerCase());
    if (known === undefined || known === name) continue;
    throw unknownOption(`Unknown extension ${JSON.stringify(name)}. Did you mean ${known}?`);
  }
}
