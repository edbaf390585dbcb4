/** Checks of the request and the history that a made response is given. */
import { quoted } from "../config/value-checks.js";
import { wrongType } from "../platform/argument-error.js";
import { Request } from "../request/request.js";
import { ResponseHead } from "./head.js";

/** @internal @throws TypeError */
export function aRequest(value: unknown, name: string): void {
  if (!(value instanceof Request)) throw wrongType(`${name} must be a Request, not ${quoted(value)}.`);
}

/** @internal @throws TypeError */
export function aListOfResponses(value: unknown, name: string): void {
  if (Array.isArray(value) && value.every((item) => item instanceof ResponseHead)) return;
  throw wrongType(`${name} must be a list of Responses, not ${quoted(value)}.`);
}
