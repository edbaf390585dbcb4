/**
 * The platform's `FormData` as a multipart body, written as browsers do (HTML Standard, multipart form data): line
 * breaks in names and values become CRLF, and a file always has a name and a type.
 */
import { wrongType } from "../../platform/argument-error.js";
import type { Part } from "./multipart.js";
import { escapeAsHTML, partHead } from "./part-head.js";
import { isBlob } from "./web-bodies.js";
import { sourceOf } from "./source.js";

const anyLineBreak = /\r\n|\r|\n/g;

/** @internal */
export function formDataParts(form: FormData): Part[] {
  return Array.from(form, ([name, value]) => {
    const field = name.replace(anyLineBreak, "\r\n");
    if (typeof value === "string") {
      return {
        head: partHead(field, null, [], escapeAsHTML),
        content: value.replace(anyLineBreak, "\r\n"),
      };
    }
    if (!isBlob(value))
      throw wrongType(`A value of a FormData must be text or a Blob (${JSON.stringify(name)})`);
    const type: [string, string] = ["Content-Type", value.type || "application/octet-stream"];
    return { head: partHead(field, value.name, [type], escapeAsHTML), content: sourceOf(value, "content")! };
  });
}
