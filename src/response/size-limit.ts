/** The client's limit for the decoded bytes of a response. For responses of the network, the engine enforces it as well. */
import { ResponseTooLarge } from "../errors/request-error.js";
import { checkNumber, isCount } from "../platform/number-argument.js";
import type { Request } from "../request/request.js";

/** @internal @throws TypeError, RangeError if it is not a number of bytes. */
export function checkMaxResponseBytes(bytes: unknown): void {
  if (bytes === null) return;
  checkNumber(bytes, "maxResponseBytes must be a whole number of bytes or null", isCount);
}

/** @internal */
export function tooLarge(maxBytes: number, request: Request | null): ResponseTooLarge {
  const subject = request === null ? "" : `${request.summary}: `;
  return new ResponseTooLarge(`${subject}the response body is larger than maxResponseBytes (${maxBytes})`, {
    request: request ?? undefined,
    requestSent: true,
  });
}
