/** The function that every dispatcher has. */
import type { DispatchOptions } from "./message.js";

/** Sends a request and tells its handler what happens. */
export type Dispatch = (options: DispatchOptions, handler: object) => boolean;

/** A dispatcher around another one. */
export type Interceptor = (dispatch: Dispatch) => Dispatch;
