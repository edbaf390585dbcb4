/** The error for an ambiguous look-up in a cookie jar. */
import { beginAtProgram } from "../platform/own-frames.js";
import { brand } from "./brand.js";

/** Several cookies have the requested name: give `domain` or `path` too. */
export class CookieConflict extends Error {
  static {
    brand(this, "CookieConflict");
  }

  /** A stable string to decide by. */
  readonly code: string = "ERR_COOKIE_CONFLICT";

  constructor(message?: string, options?: { cause?: unknown }) {
    super(message, options);
    beginAtProgram(this, new.target);
  }
}
