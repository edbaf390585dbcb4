/** The text of a `Location`: servers write non-ASCII ones as UTF-8, though a header's text is latin1. */
import { TextDecoder } from "../platform/classes.js";
import { Buffer } from "node:buffer";

const utf8 = new TextDecoder("utf-8", { fatal: true });

/** @internal */
export function locationText(latin1: string): string {
  try {
    return utf8.decode(Buffer.from(latin1, "latin1"));
  } catch {
    return latin1;
  }
}
