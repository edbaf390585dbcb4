/** HTTP methods: upper-cased, as in HTTPX, and always a token (RFC 9110, 9.1 and 5.6.2). */
import { wrongType } from "../platform/argument-error.js";
import { kindOf } from "../platform/record.js";
import { LocalProtocolError } from "../errors/protocol-error.js";
import { isToken } from "../headers/token.js";

/** @internal @throws LocalProtocolError if it is not a token: it could contain another request. */
export function normaliseMethod(method: string): string {
  if (isUsual(method)) return method;
  if (typeof method !== "string") throw wrongType(`The method must be a string, not ${kindOf(method)}.`);
  if (!isToken(method))
    throw new LocalProtocolError(`Illegal method characters in ${JSON.stringify(method)}`, {
      code: "ERR_INVALID_METHOD",
    });
  return method.toUpperCase();
}

/** Whether it needs no other check. For each request, comparisons cost less than a look into a set. */
function isUsual(method: string): boolean {
  return (
    method === "GET" ||
    method === "POST" ||
    method === "PUT" ||
    method === "DELETE" ||
    method === "PATCH" ||
    method === "HEAD" ||
    method === "OPTIONS"
  );
}

/** Whether a request with this method and without a body says so by `Content-Length: 0` (RFC 9110, 8.6). @internal */
export function expectsBody(method: string): boolean {
  return method === "POST" || method === "PUT" || method === "PATCH";
}
