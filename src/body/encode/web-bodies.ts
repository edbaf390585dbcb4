/**
 * Objects of the web platform that can be sent: its own `Blob`, `FormData` and `URLSearchParams`, and those of other
 * implementations and realms (undici's, jsdom's, formdata-node's, formdata-polyfill's), which `instanceof` does not
 * know. The standards have each of them say its kind (Web IDL, 3.7.6: `Symbol.toStringTag`).
 */
import { Blob as PlatformBlob, URLSearchParams as PlatformSearchParams } from "../../platform/classes.js";

/** @internal */
export function isBlob(value: unknown): value is Blob {
  if (value instanceof PlatformBlob) return true;
  return isTagged(value, "Blob", "stream", "slice") || isTagged(value, "File", "stream", "slice");
}

/** @internal */
export function isFormData(value: unknown): value is FormData {
  // not by `instanceof`: Node.js loads its fetch, 15 MB, when the class is named
  return isTagged(value, "FormData", "append", "getAll", "entries");
}

/** @internal */
export function isSearchParams(value: unknown): value is URLSearchParams {
  return (
    value instanceof PlatformSearchParams || isTagged(value, "URLSearchParams", "append", "getAll", "sort")
  );
}

function isTagged(value: unknown, tag: string, ...methods: string[]): boolean {
  if (typeof value !== "object" || value === null) return false;
  const object = value as Readonly<Record<string | symbol, unknown>>;
  return (
    object[Symbol.toStringTag] === tag && methods.every((method) => typeof object[method] === "function")
  );
}
