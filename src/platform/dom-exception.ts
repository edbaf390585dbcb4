/** The exceptions of the platform's interfaces. */
import { DOMException } from "./classes.js";
import { beginAtProgram } from "./own-frames.js";

/** A `DOMException` whose stack begins at the program's line. @internal */
export function domException(message: string, name: string): DOMException {
  return beginAtProgram(new DOMException(message, name), domException);
}
