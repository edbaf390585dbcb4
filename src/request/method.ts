/** HTTP methods: upper-cased, as in HTTPX, and always a token (RFC 9110, 9.1 and 5.6.2). */
import { wrongType } from "../platform/argument-error.js";
import { LocalProtocolError } from "../errors/protocol-error.js";
import { isToken } from "../headers/token.js";

/** Methods that need no check. */
const USUAL = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);

/** @internal @throws LocalProtocolError if it is not a token: it could contain another request. */
export function normaliseMethod(method: string): string {
  if (USUAL.has(method)) return method;
  if (typeof method !== "string") throw wrongType(`The method must be a string, not ${typeof method}.`);
  if (!isToken(method))
    throw new LocalProtocolError(`Illegal method characters in ${JSON.stringify(method)}`, {
      code: "ERR_INVALID_METHOD",
    });
  return method.toUpperCase();
}
