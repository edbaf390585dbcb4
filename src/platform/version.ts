/**
 * The version of this package, as sent in `User-Agent`. The one place it is written in the sources; a test
 * holds it equal to the one in package.json.
 */
export const VERSION = "0.1.0";
