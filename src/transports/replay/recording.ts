/** What reads, compares and writes recordings, as one part of the bundle: only tests have some. */

/** @internal */
export { Mask } from "../masking/mask.js";
/** @internal */
export { recordedRequest, recordedResponse, replayedResponse } from "./exchange.js";
/** @internal */
export { readRecording, writeRecording } from "./file.js";
/** @internal */
export { unreadable } from "./format.js";
/** @internal */
export { ALL_PARTS } from "./match.js";
/** @internal */
export { Tape } from "./tape.js";
/** @internal */
export { tapped } from "./tapped.js";
