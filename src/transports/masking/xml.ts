/** Secrets in XML: in elements with secrets' names that contain only text. */
import { SECURE, type SensitiveNames } from "./names.js";
import type { OnSecret } from "./pairs.js";

const ELEMENT = /(<(?:[\w.-]+:)?([\w.-]+)(?:\s[^<>]*)?>)([^<>]+)(?=<\/)/g;

/** @internal */
export function maskXML(text: string, names: SensitiveNames, onSecret?: OnSecret): string {
  return text.replace(ELEMENT, (whole, tag: string, name: string, value: string) => {
    if (!names.has(name) || value.trim() === "") return whole;
    onSecret?.(value);
    return tag + SECURE;
  });
}
