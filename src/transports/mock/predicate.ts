/** The result of a caller's function. A promise would count as true, so it is refused. */
import { wrongType } from "../../platform/argument-error.js";

/** @internal @throws TypeError for a promise. */
export function says(answer: unknown): boolean {
  if (typeof (answer as PromiseLike<unknown> | null | undefined)?.then === "function") {
    throw wrongType("A function by which a route matches must answer at once, not with a promise");
  }
  return Boolean(answer);
}
