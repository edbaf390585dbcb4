/** The text of a `Location`: servers write non-ASCII ones as UTF-8, though a header's text is latin1. */
import { TextDecoder } from "../platform/classes.js";
import { Buffer } from "node:buffer";

let utf8: InstanceType<typeof TextDecoder> | null = null;

/** @internal */
export function locationText(latin1: string): string {
  try {
    utf8 ??= new TextDecoder("utf-8", { fatal: true });
    return utf8.decode(Buffer.from(latin1, "latin1"));
  } catch {
    return latin1;
  }
}
