/** The errors of calls to applications, with the engine's texts for the same failures on a network. */
import { CLIENT_CLOSED, type EngineFailure, OUT_OF_TIME, errorFromEngine } from "../../errors/engine.js";
import type { Request } from "../../request/request.js";

type AppFailure = Omit<EngineFailure, "phase" | "requestSent">;

/** @internal A failure whose phase is not yet known. */
export const READ_TIMEOUT: AppFailure = {
  kind: "ReadTimeout",
  code: "ERR_READ_TIMEOUT",
  message: "the application sent no bytes within the read timeout",
};

/** @internal */
export const WRITE_TIMEOUT: AppFailure = {
  kind: "WriteTimeout",
  code: "ERR_WRITE_TIMEOUT",
  message: "the application took no bytes within the write timeout",
};

/** @internal */
export const TOTAL_TIMEOUT: AppFailure = OUT_OF_TIME;

/** @internal */
export const CLOSED: AppFailure = CLIENT_CLOSED;

/** @internal */
export const NO_ANSWER: AppFailure = {
  kind: "RemoteProtocolError",
  code: "ERR_INCOMPLETE_RESPONSE",
  message: "the application closed the connection without sending a response",
};

/** @internal */
export const CUT_SHORT: AppFailure = {
  kind: "RemoteProtocolError",
  code: "ERR_INCOMPLETE_RESPONSE",
  message: "the application closed the connection without sending the complete message body",
};

/** @internal */
export const UPGRADED: AppFailure = {
  kind: "RemoteProtocolError",
  code: "ERR_UPGRADED",
  message: "the application switched to another protocol",
};

/** @internal */
export const HEAD_TOO_LARGE: AppFailure = {
  kind: "RemoteProtocolError",
  code: "ERR_HEAD_TOO_LARGE",
  message: "the response's head is too large",
};

/** @internal */
export function invalidRequest(why: string): AppFailure {
  return { kind: "LocalProtocolError", code: "ERR_INVALID_REQUEST", message: `illegal request: ${why}` };
}

/** @internal */
export function invalidResponse(why: string): AppFailure {
  return { kind: "RemoteProtocolError", code: "ERR_INVALID_RESPONSE", message: `illegal response: ${why}` };
}

/** @internal */
export function wrongLength(problem: "Too much" | "Too little"): AppFailure {
  return {
    kind: "LocalProtocolError",
    code: "ERR_CONTENT_LENGTH_MISMATCH",
    message: `${problem} data for declared Content-Length`,
  };
}

/** The progress of an exchange. */
type Progress = Pick<EngineFailure, "phase" | "requestSent">;

/** @internal For requests refused before any byte was sent. */
export const UNSENT: Progress = { phase: "write", requestSent: false };

/** @internal */
export function failureOf(failure: AppFailure, progress: Progress, request: Request): Error {
  return errorFromEngine({ ...failure, ...progress }, request);
}

/** @internal */
export type { AppFailure };
