/** The error for text that is not a URL. No request exists yet, so it is no `HTTPError`, as in HTTPX. */
import { beginAtProgram } from "../platform/own-frames.js";
import { brand } from "./brand.js";

/** The URL is malformed. The message never shows user information. */
export class InvalidURL extends Error {
  static {
    brand(this, "InvalidURL");
  }

  /** A stable string to decide by. */
  readonly code: string = "ERR_INVALID_URL";

  constructor(message?: string, options?: { cause?: unknown }) {
    super(message, options);
    beginAtProgram(this, new.target);
  }
}
