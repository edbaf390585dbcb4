/** The settings of a client for its responses. */
import type { DefaultEncoding } from "./charset.js";

/** @internal */
export interface ResponseSettings {
  defaultEncoding: DefaultEncoding;
  maxResponseBytes: number | null;
}
