/** Bodies in a recording: as readable as possible without losing a byte. */
import { TextDecoder } from "../../platform/classes.js";
import { Buffer } from "node:buffer";
import type { RecordedBody } from "./format.js";

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
/** Characters that no text contains. */
const CONTROL = /[\0-\x08\x0b\x0e-\x1f\x7f]/;

/** Undefined for an empty body. @internal */
export function recordedBody(bytes: Uint8Array): RecordedBody | undefined {
  if (bytes.byteLength === 0) return undefined;
  const text = textOf(bytes);
  if (text === null) return { base64: Buffer.from(bytes).toString("base64") };
  if (/^[[{]/.test(text)) {
    try {
      const json: unknown = JSON.parse(text);
      // Not if it has spaces, a number beyond JavaScript's precision, or keys in an order that objects cannot keep.
      if (JSON.stringify(json) === text) return { json };
    } catch {
      // Text that begins like JSON.
    }
  }
  return { text };
}

/** @internal */
export function bodyBytes(body: RecordedBody | undefined): Buffer {
  if (body === undefined) return Buffer.alloc(0);
  if ("json" in body) return Buffer.from(JSON.stringify(body.json));
  return "text" in body ? Buffer.from(body.text) : Buffer.from(body.base64, "base64");
}

function textOf(bytes: Uint8Array): string | null {
  try {
    const text = utf8.decode(bytes);
    return CONTROL.test(text) ? null : text;
  } catch {
    return null;
  }
}
