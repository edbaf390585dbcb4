/** Checks the value that a handler or a reply returned: plain JavaScript has no compiler to check it. */
import { wrongResult } from "../../platform/argument-error.js";
import { Response } from "../../response/response.js";

/** @internal @throws TypeError if it is no `Response` of this package. */
export function checkedResponse(response: unknown): Response {
  if (response instanceof Response) return response;
  throw wrongResult("The handler of a MockTransport must return a Response of httpxide.");
}
