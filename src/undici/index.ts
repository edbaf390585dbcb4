/** `httpxide/undici`: a dispatcher for undici 6, 7 and 8, and for the platform's own `fetch`. */
export { HttpxideDispatcher } from "./dispatcher.js";
export type { DispatcherResponse } from "./request.js";
export type { DispatchOptions } from "./message.js";
