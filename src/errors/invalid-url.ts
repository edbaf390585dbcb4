/** The error for text that is no URL. It comes before any request exists, hence no `HTTPError`, as in HTTPX. */
import { brand } from "./brand.js";

/** The URL is malformed. The message never shows user information. */
export class InvalidURL extends Error {
  static {
    brand(this, "InvalidURL");
  }
}
