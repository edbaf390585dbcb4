/** Errors of WebSocket: of its handshake, of its session and of its connection. */
import { brand } from "./brand.js";
import type { Request, Response } from "./exchange.js";
import { HTTPError, type HTTPErrorInit } from "./http-error.js";
import { NetworkError } from "./network-error.js";
import { type Phase, RequestError } from "./request-error.js";

/** The server did not agree to a WebSocket, or not to one that was offered. */
export class WebSocketUpgradeError extends RequestError {
  static {
    brand(this, "WebSocketUpgradeError", ["response"]);
  }

  /** @internal */
  static override readonly defaultPhase: Phase = "headers";

  #response: Response;

  constructor(message: string, init: { request: Request; response: Response; code?: string }) {
    super(message, { code: "ERR_WEBSOCKET_UPGRADE", requestSent: true, ...init });
    this.#response = init.response;
  }

  /** What the server answered. A body that is not in memory can be read; else close the response. */
  get response(): Response {
    return this.#response;
  }
}

/** The fields of a {@link WebSocketDisconnect}. */
export interface WebSocketDisconnectInit extends HTTPErrorInit {
  code: number;
  reason?: string;
}

/**
 * The session has ended. `cause` says why if the server did not close it: a {@link RemoteProtocolError} for what it must
 * not do, or a {@link WebSocketNetworkError}.
 */
export class WebSocketDisconnect extends HTTPError {
  static {
    brand(this, "WebSocketDisconnect", ["code", "reason"]);
  }

  /**
   * The code of the server's close frame: 1005 if it has none. 1006 if no close frame came. After what the server must not
   * do, the code with which the client closed.
   */
  readonly code: number;
  /** The reason in the server's close frame. */
  readonly reason: string;

  constructor(message: string, init: WebSocketDisconnectInit) {
    super(message, init);
    this.code = init.code;
    this.reason = init.reason ?? "";
  }
}

/** A message is of the other type: `receiveText()` got bytes, or `receiveBytes()` text. */
export class WebSocketInvalidType extends HTTPError {
  static {
    brand(this, "WebSocketInvalidType", ["data"]);
  }

  /** A stable string to decide by. */
  readonly code: string = "ERR_WEBSOCKET_INVALID_TYPE";
  /** The message. */
  readonly data: string | Uint8Array;

  constructor(message: string, init: HTTPErrorInit & { data: string | Uint8Array }) {
    super(message, init);
    this.data = init.data;
  }
}

/** The connection of a session broke, or its peer fell silent. */
export class WebSocketNetworkError extends NetworkError {
  static {
    brand(this, "WebSocketNetworkError");
  }

  /** @internal */
  static override readonly defaultPhase: Phase = "body";
}
