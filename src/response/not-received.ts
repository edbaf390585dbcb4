/** The errors of a response that no client has received. */
import { coded } from "../errors/coded.js";

/** @internal */
export function requestNotSet(): Error {
  const message = "The request instance has not been set on this response.";
  return coded("ERR_REQUEST_NOT_SET", new Error(message));
}

/** @internal */
export function elapsedNotKnown(): Error {
  const message = "'.elapsed' may only be accessed after a client has received the response.";
  return coded("ERR_RESPONSE_NOT_READ", new Error(message));
}
