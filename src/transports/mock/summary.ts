/** A request in a line, as errors of mocks and recordings name it: method and URL, without secrets. */
import type { Request } from "../../request.js";
import { knownSensitiveNames } from "../masking/names.js";
import { maskURL } from "../masking/pairs.js";

/** @internal */
export function summaryOf(request: Request): string {
  return `${request.method} ${maskURL(request.target.href, knownSensitiveNames)}`;
}
