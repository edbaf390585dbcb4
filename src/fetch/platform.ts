/** The platform's own, taken when this module loads: a program's tests may replace the global ones later. */

/** @internal */
export const platformFetch = globalThis.fetch;
/** @internal */
export const PlatformHeaders = globalThis.Headers;
/** @internal */
export const PlatformRequest = globalThis.Request;
/** @internal */
export const PlatformResponse = globalThis.Response;
