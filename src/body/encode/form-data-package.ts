/**
 * Forms of the npm package form-data, which is older than the standard: a stream that knows its boundary. It encodes
 * itself; its length is announced where the package knows it.
 */
import type { PassThrough } from "node:stream";
import { streams } from "../../platform/on-demand.js";
import type { EncodedContent } from "./encoded.js";
import { sourceOf } from "./source.js";
import { type Chunk, streamBody } from "./stream.js";

interface FormDataPackage {
  getBoundary(): string;
  getHeaders(): Readonly<Record<string, string>>;
  /** Forms that only imitate the package may not have it. */
  getLength?(callback: (error: Error | null, length: number) => void): void;
  getLengthSync(): number;
  hasKnownLength(): boolean;
  on(event: "error", listener: (error: Error) => void): unknown;
  pipe(destination: PassThrough): unknown;
}

const METHODS = ["getBoundary", "getHeaders", "getLengthSync", "hasKnownLength", "on", "pipe"] as const;

/** @internal */
export function isFormDataPackage(value: unknown): value is FormDataPackage {
  if (typeof value !== "object" || value === null) return false;
  return METHODS.every((name) => typeof (value as Partial<FormDataPackage>)[name] === "function");
}

/** The length of a form that has to look at its files first; null if it cannot be known. @internal */
export async function lengthOfForm(form: FormDataPackage): Promise<number | null> {
  return new Promise((resolve) => {
    if (form.getLength === undefined) resolve(knownLength(form));
    else form.getLength((error, length) => resolve(error ? null : length));
  });
}

function knownLength(form: FormDataPackage): number | null {
  return form.hasKnownLength() ? form.getLengthSync() : null;
}

/** @internal */
export function encodeFormDataPackage(form: FormDataPackage): EncodedContent {
  const length = knownLength(form);
  const framing: [string, string] =
    length === null ? ["Transfer-Encoding", "chunked"] : ["Content-Length", String(length)];
  const open = (): AsyncIterator<Chunk> => {
    // it has no iterator, being a stream of Node.js 0.10
    const through = new (streams().PassThrough)();
    form.on("error", (error) => through.destroy(error));
    form.pipe(through);
    return sourceOf(through, "content")!.open();
  };
  const headers: [string, string][] = [framing, ["Content-Type", form.getHeaders()["content-type"] ?? ""]];
  return { headers, body: streamBody({ usedUp: [form], open }) };
}
