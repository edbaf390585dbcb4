/** What opens an event stream, as one part of the bundle: most programs open none. */

/** @internal */
export { RequestConnector } from "./connector.js";
/** @internal */
export { ReconnectingStream } from "./stream.js";
