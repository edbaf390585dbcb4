/** The result of encoding: a body as it is sent, and the headers that describe it. */
import type { StreamBody } from "./stream.js";

/** @internal */
export type RequestBody =
  | { kind: "empty" }
  | { kind: "bytes"; bytes: Uint8Array }
  /** Sent as UTF-8, of `byteLength` bytes. */
  | { kind: "text"; text: string; byteLength: number }
  | StreamBody;

/** @internal */
export interface EncodedContent {
  /** Added to the request's own headers, which take precedence. */
  headers: [string, string][];
  body: RequestBody;
}
