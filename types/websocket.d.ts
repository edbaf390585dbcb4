// Generated from src/websocket/ by scripts/subpath-declarations.mjs (npm run build): never edited.
import { AsyncClient, AsyncClientOptions, HeadersInit } from "httpxide";

/**
 * The second argument, where it is not the subprotocols: what Node.js's own class accepts too. Unknown members are ignored, as
 * the platform does.
 */
interface WebSocketInit {
  /** The subprotocols that are offered, the preferred one first. */
  protocols?: string | Iterable<string>;
  /** Headers of the handshake, beside those of the client. */
  headers?: HeadersInit | string[][];
}
/** The event of a message. */
interface WebSocketMessageEvent extends Event {
  /** Text, or bytes as `binaryType` says. */
  readonly data: any;
  readonly origin: string;
}
/** The event of the end. */
interface WebSocketCloseEvent extends Event {
  readonly code: number;
  readonly reason: string;
  /** Whether the closing handshake was complete. */
  readonly wasClean: boolean;
}
/** The event before the end of a WebSocket that failed. */
interface WebSocketErrorEvent extends Event {
  /** The error of this package. */
  readonly error: unknown;
  readonly message: string;
}
/** The events by their types. */
interface Events {
  open: Event;
  message: WebSocketMessageEvent;
  error: WebSocketErrorEvent;
  close: WebSocketCloseEvent;
}
type ListenerOf<Event> = ((event: Event) => void) | null;
/** A WebSocket of the platform. */
interface PlatformWebSocket extends EventTarget {
  readonly url: string;
  readonly protocol: string;
  readonly extensions: string;
  /** 0 connecting, 1 open, 2 closing, 3 closed. */
  readonly readyState: number;
  /** Bytes that were sent and that the connection has not taken. */
  readonly bufferedAmount: number;
  /** What `data` of a message of bytes is. @default "blob" */
  binaryType: "blob" | "arraybuffer";
  onopen: ListenerOf<Events["open"]>;
  onmessage: ListenerOf<Events["message"]>;
  /** Its event has the members of those of listeners: here, as in the platform's types, a plain event is enough. */
  onerror: ListenerOf<Event & Partial<Events["error"]>>;
  onclose: ListenerOf<Events["close"]>;
  readonly CONNECTING: 0;
  readonly OPEN: 1;
  readonly CLOSING: 2;
  readonly CLOSED: 3;
  /** @throws DOMException InvalidStateError while connecting. */
  send(data: string | ArrayBuffer | ArrayBufferView | Blob): void;
  /**
   * A reason alone goes with the code 1000.
   * @throws DOMException InvalidAccessError for a code other than 1000 and 3000 to 4999; SyntaxError for a long reason.
   */
  close(code?: number, reason?: string): void;
  addEventListener<Type extends keyof Events>(
    type: Type,
    listener: (event: Events[Type]) => void,
    options?:
      | boolean
      | {
          once?: boolean;
          passive?: boolean;
          capture?: boolean;
        },
  ): void;
  addEventListener(
    type: string,
    listener:
      | ((event: Event) => void)
      | {
          handleEvent(event: Event): void;
        }
      | null,
    options?:
      | boolean
      | {
          once?: boolean;
          passive?: boolean;
          capture?: boolean;
        },
  ): void;
  removeEventListener<Type extends keyof Events>(
    type: Type,
    listener: (event: Events[Type]) => void,
    options?:
      | boolean
      | {
          capture?: boolean;
        },
  ): void;
  removeEventListener(
    type: string,
    listener:
      | ((event: Event) => void)
      | {
          handleEvent(event: Event): void;
        }
      | null,
    options?:
      | boolean
      | {
          capture?: boolean;
        },
  ): void;
}
/** The class of {@link PlatformWebSocket}. */
interface WebSocketClass {
  /** @throws DOMException SyntaxError for a URL or subprotocols that it cannot have. */
  new (
    url:
      | string
      | {
          toString(): string;
        },
    protocols?: string | Iterable<string> | WebSocketInit,
  ): PlatformWebSocket;
  readonly prototype: PlatformWebSocket;
  readonly CONNECTING: 0;
  readonly OPEN: 1;
  readonly CLOSING: 2;
  readonly CLOSED: 3;
}
/** Settings that the platform's class has no place for. */
interface CreateWebSocketOptions {
  /** The most bytes of a received message, decompressed; `null`: no limit. @default 1_048_576 */
  maxMessageBytes?: number | null;
}
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
declare function createWebSocket(
  client?: AsyncClient | AsyncClientOptions,
  options?: CreateWebSocketOptions,
): WebSocketClass;
/** The platform's `WebSocket`, over a client that all of them share. */
declare const WebSocket: WebSocketClass;
export {
  CreateWebSocketOptions,
  type PlatformWebSocket,
  WebSocket,
  type WebSocketClass,
  type WebSocketCloseEvent,
  type WebSocketErrorEvent,
  type WebSocketInit,
  type WebSocketMessageEvent,
  createWebSocket,
};
