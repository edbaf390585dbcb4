/**
 * The version of this package, as sent in `User-Agent`. The sources state it only here; a test compares it with
 * package.json.
 */
export const VERSION = "0.1.0";
