/** The function that every dispatcher has. */
import type { DispatchOptions } from "./message.js";

/**
 * Sends a request and tells its handler what happens. Declared as methods, because TypeScript compares their parameters in
 * both directions: the interceptors of every version of undici fit, though each has options and handlers of its own.
 */
export type Dispatch = Declared["dispatch"];

/** A dispatcher around another one. */
export type Interceptor = Declared["intercept"];

interface Declared {
  dispatch(options: DispatchOptions, handler: object): boolean;
  intercept(dispatch: Dispatch): Dispatch;
}
