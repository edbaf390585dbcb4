/** What encoding gives: a body as it is sent, and the headers that describe it. */
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
  /** To be added to the request's own headers, which win. */
  headers: [string, string][];
  body: RequestBody;
}
