/** `httpxide/websocket`: the platform's `WebSocket`, over the engine of this package. */
import { surplusArgument } from "../platform/argument-error.js";
import type { AsyncClient } from "../client/async-client.js";
import type { AsyncClientOptions } from "../client/options.js";
import { clientFor, sharedClient } from "../client/shared-client.js";
import { checkOptions, optionList } from "../config/options.js";
import { sessionChecks } from "../session/options.js";
import { type WebSocketClass, webSocketOver } from "./websocket.js";

export type { WebSocketInit } from "./arguments.js";
export type {
  PlatformWebSocket,
  WebSocketClass,
  WebSocketCloseEvent,
  WebSocketErrorEvent,
  WebSocketMessageEvent,
} from "./websocket.js";

/** Settings that the platform's class has no place for. */
export interface CreateWebSocketOptions {
  /** The most bytes of a received message, decompressed; `null`: no limit. @default 1_048_576 */
  maxMessageBytes?: number | null;
}

const createOptions = optionList<CreateWebSocketOptions>("createWebSocket()", {
  maxMessageBytes: sessionChecks.maxMessageBytes,
});

/**
 * Makes a `WebSocket` class that uses a client: its auth, cookies, headers, TLS, proxy and limits.
 *
 * @param client or options for a new one; without it, the one that {@link WebSocket} uses.
 * @throws TypeError, RangeError for invalid options.
 *
 * @example
 * const WebSocket = createWebSocket({ auth: ["user", "password"] });
 * const socket = new WebSocket("wss://example.org/chat");
 */
export function createWebSocket(
  client?: AsyncClient | AsyncClientOptions,
  options: CreateWebSocketOptions = {},
): WebSocketClass {
  if (arguments.length > 2) throw surplusArgument("createWebSocket()", "a client and options");
  checkOptions(options, createOptions);
  return webSocketOver(clientFor(client), options.maxMessageBytes);
}

/** The platform's `WebSocket`, over a client that all of them share. */
export const WebSocket: WebSocketClass = webSocketOver(sharedClient, undefined);
