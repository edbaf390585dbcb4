/** The error of a session that has ended, from the engine's report. */
import { type EngineFailure, errorFromEngine } from "./engine.js";
import type { Request } from "./exchange.js";
import { WebSocketDisconnect, WebSocketNetworkError } from "./websocket-error.js";

/** The engine's report of the end of a session. @internal */
export interface EngineSessionEnd {
  readonly code: number;
  readonly reason: string;
  readonly failure: EngineFailure | null;
}

/** @internal */
export function disconnectFromEngine(end: EngineSessionEnd, request: Request): WebSocketDisconnect {
  const { code, reason, failure } = end;
  const cause = failure === null ? undefined : causeOf(failure, request);
  const why = failure?.message ?? (reason === "" ? NAMES[code] : reason);
  const message = `${request.summary}: the WebSocket is closed (${code}${why === undefined ? "" : `: ${why}`})`;
  return new WebSocketDisconnect(message, { request, code, reason, cause });
}

function causeOf(failure: EngineFailure, request: Request): Error {
  if (failure.kind === "RemoteProtocolError") return errorFromEngine(failure, request);
  const { code, phase, requestSent } = failure;
  const message = `${request.summary}: ${failure.message}`;
  return new WebSocketNetworkError(message, { code, phase, requestSent, request });
}

/** What a code means (RFC 6455, 7.4.1), where the server gives no reason. */
const NAMES: Readonly<Record<number, string>> = {
  1000: "normal",
  1001: "going away",
  1002: "protocol error",
  1003: "unsupported data",
  1005: "no status",
  1006: "no close frame",
  1007: "invalid payload",
  1008: "policy violation",
  1009: "message too big",
  1010: "extension required",
  1011: "internal error",
  1012: "service restart",
  1013: "try again later",
  1014: "bad gateway",
};
