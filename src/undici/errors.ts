/** Errors with the names and codes of undici, by which its retries and programs decide. */
import { ownError } from "../platform/argument-error.js";
import { beginAtProgram } from "../platform/own-frames.js";
import { InvalidURL } from "../errors/invalid-url.js";
import { RequestError } from "../errors/request-error.js";
import { ConnectTimeout, ReadTimeout } from "../errors/timeout-error.js";

/** Of connections that ended before the response did. */
const BROKEN = new Set(["ERR_INCOMPLETE_RESPONSE", "ERR_READ_ERROR", "ERR_WRITE_ERROR"]);

/** Codes of what the caller has given. */
const OF_ARGUMENTS =
  /^ERR_(?:INVALID_(?:METHOD|TARGET|REQUEST|HEADER_NAME|HEADER_VALUE|URL)|UNSUPPORTED_PROTOCOL)$/;

/** @internal */
export function invalidArgument(message: string, cause?: Error): Error {
  return coded("InvalidArgumentError", "UND_ERR_INVALID_ARG", message, cause);
}

/** @internal */
export function clientClosed(end: "closed" | "destroyed"): Error {
  return end === "closed"
    ? coded("ClientClosedError", "UND_ERR_CLOSED", "The client is closed")
    : coded("ClientDestroyedError", "UND_ERR_DESTROYED", "The client is destroyed");
}

/** @internal */
export function silenceOf(part: "head" | "body"): Error {
  return part === "head"
    ? coded("HeadersTimeoutError", "UND_ERR_HEADERS_TIMEOUT", "Headers Timeout Error")
    : coded("BodyTimeoutError", "UND_ERR_BODY_TIMEOUT", "Body Timeout Error");
}

/** @internal */
export function aborted(): Error {
  return coded("AbortError", "UND_ERR_ABORTED", "Request aborted");
}

/** @internal */
export function notSupported(name: string): Error {
  return coded("NotSupportedError", "UND_ERR_NOT_SUPPORTED", `${name}() is not supported`);
}

/** The server answered a request to change the protocol with a response. @internal */
export function notChanged(statusCode: number, method: "connect" | "upgrade"): Error {
  return coded(
    "SocketError",
    "UND_ERR_SOCKET",
    `bad ${method}: the server answers with status ${statusCode}`,
  );
}

/** @internal */
export function invalidReturn(expected: string): Error {
  return coded("InvalidReturnValueError", "UND_ERR_INVALID_RETURN_VALUE", `expected ${expected}`);
}

/** An error of this package as undici would have it; those with a code of the system stay as they are. @internal */
export function undiciErrorOf(error: unknown): Error {
  if (error instanceof InvalidURL) return invalidArgument(error.message, error);
  if (!(error instanceof RequestError)) return error as Error;
  const { message, code } = error;
  if (OF_ARGUMENTS.test(code)) return invalidArgument(message, error);
  if (code === "ERR_CONTENT_LENGTH_MISMATCH") {
    return coded("RequestContentLengthMismatchError", "UND_ERR_REQ_CONTENT_LENGTH_MISMATCH", message, error);
  }
  if (error instanceof ConnectTimeout) {
    return coded("ConnectTimeoutError", "UND_ERR_CONNECT_TIMEOUT", message, error);
  }
  if (error instanceof ReadTimeout) {
    const isOfBody = error.phase === "body";
    return Object.assign(silenceOf(isOfBody ? "body" : "head"), { cause: error });
  }
  return BROKEN.has(code) ? coded("SocketError", "UND_ERR_SOCKET", message, error) : error;
}

function coded(name: string, code: string, message: string, cause?: Error): Error {
  const error = new Error(message, cause === undefined ? undefined : { cause });
  return Object.assign(ownError(beginAtProgram(error, coded)), { name, code });
}
