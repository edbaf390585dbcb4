/** The routes of mocks, as one part of the bundle: only tests have some. */

/** @internal */
export { matchOptions } from "./request-match.js";
/** @internal */
export { MockRoute } from "./route.js";
