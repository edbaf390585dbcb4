/**
 * The class of the WebSockets Living Standard, on sessions of this package. Messages arrive as fast as listeners take them:
 * a flood lets the event loop run.
 */
import {
  AbortController,
  Blob as PlatformBlob,
  Event,
  EventTarget,
  TextEncoder,
} from "../platform/classes.js";
import { isArrayBuffer } from "node:util/types";
import { isBlob } from "../body/encode/web-bodies.js";
import { domException } from "../platform/dom-exception.js";
import type { AsyncClient } from "../client/async-client.js";
import type { HeadersInit } from "../headers/headers.js";
import { wrongType } from "../platform/argument-error.js";
import { definePlatformClass } from "../platform/event-handlers.js";
import { CloseEvent, ErrorEvent, MessageEvent } from "../platform/events.js";
import { Turn } from "../platform/turn.js";
import type { WebSocketSession } from "../session/session.js";
import { type WebSocketInit, checkedClose, checkedProtocols, checkedURL, initOf } from "./arguments.js";

/** The event of a message. */
export interface WebSocketMessageEvent extends Event {
  /** Text, or bytes as `binaryType` says. */
  // oxlint-disable-next-line typescript/no-explicit-any -- as in the platform's types
  readonly data: any;
  readonly origin: string;
}

/** The event of the end. */
export interface WebSocketCloseEvent extends Event {
  readonly code: number;
  readonly reason: string;
  /** Whether the closing handshake was complete. */
  readonly wasClean: boolean;
}

/** The event before the end of a WebSocket that failed. */
export interface WebSocketErrorEvent extends Event {
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
export interface PlatformWebSocket extends EventTarget {
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
    options?: boolean | { once?: boolean; passive?: boolean; capture?: boolean },
  ): void;
  addEventListener(
    type: string,
    listener: ((event: Event) => void) | { handleEvent(event: Event): void } | null,
    options?: boolean | { once?: boolean; passive?: boolean; capture?: boolean },
  ): void;
  removeEventListener<Type extends keyof Events>(
    type: Type,
    listener: (event: Events[Type]) => void,
    options?: boolean | { capture?: boolean },
  ): void;
  removeEventListener(
    type: string,
    listener: ((event: Event) => void) | { handleEvent(event: Event): void } | null,
    options?: boolean | { capture?: boolean },
  ): void;
}

/** The class of {@link PlatformWebSocket}. */
export interface WebSocketClass {
  /** @throws DOMException SyntaxError for a URL or subprotocols that it cannot have. */
  new (
    url: string | { toString(): string },
    protocols?: string | Iterable<string> | WebSocketInit,
  ): PlatformWebSocket;
  readonly prototype: PlatformWebSocket;
  readonly CONNECTING: 0;
  readonly OPEN: 1;
  readonly CLOSING: 2;
  readonly CLOSED: 3;
}

const CONNECTING = 0;
const OPEN = 1;
const CLOSING = 2;
const CLOSED = 3;
const ABNORMAL = 1006;

/** @internal */
export function webSocketOver(
  client: () => AsyncClient,
  maxMessageBytes: number | null | undefined,
): WebSocketClass {
  class WebSocket extends EventTarget {
    readonly #url: string;
    #protocol = "";
    #extensions = "";
    #readyState = CONNECTING;
    #binaryType: "blob" | "arraybuffer" = "blob";
    #session: WebSocketSession | null = null;
    /** Bytes that were sent after the WebSocket had stopped being open. */
    #unsent = 0;
    /** Ends the handshake. */
    readonly #handshake = new AbortController();

    constructor(
      url: string | { toString(): string },
      // no parameter of its own counts: `length` is 1
      ...[given]: [protocols?: string | Iterable<string> | WebSocketInit]
    ) {
      super();
      if (arguments.length === 0) throw wrongType("A WebSocket needs a URL.");
      const parsed = checkedURL(url, client().baseUrl);
      const { protocols = [], headers } = initOf(given);
      const subprotocols = checkedProtocols(protocols);
      this.#url = parsed.href;
      void this.#run(parsed, subprotocols, headers as HeadersInit | undefined);
    }

    get url(): string {
      return this.#url;
    }

    get protocol(): string {
      return this.#protocol;
    }

    get extensions(): string {
      return this.#extensions;
    }

    get readyState(): number {
      return this.#readyState;
    }

    get bufferedAmount(): number {
      return this.#unsent + (this.#session?.bufferedAmount ?? 0);
    }

    get binaryType(): "blob" | "arraybuffer" {
      return this.#binaryType;
    }

    set binaryType(type: "blob" | "arraybuffer") {
      // as in the platform's class, another value changes nothing
      if (type === "blob" || type === "arraybuffer") this.#binaryType = type;
    }

    send(data: string | ArrayBuffer | ArrayBufferView | Blob): void {
      if (arguments.length === 0) throw wrongType("send() needs a message.");
      if (this.#readyState === CONNECTING) {
        throw domException("The WebSocket is not open yet.", "InvalidStateError");
      }
      const sendable = isSendable(data) ? data : `${data as string}`;
      if (this.#readyState !== OPEN) {
        this.#unsent += byteLengthOf(sendable);
        return;
      }
      // a session that has ended tells it by its events
      this.#session!.send(sendable as Uint8Array).catch(() => undefined);
    }

    close(...given: [code?: number, reason?: string]): void {
      const { code, reason } = checkedClose(...given);
      if (this.#readyState === CONNECTING) {
        this.#readyState = CLOSING;
        this.#handshake.abort(new Error("The WebSocket was closed before it was open."));
      } else if (this.#readyState === OPEN) {
        this.#readyState = CLOSING;
        void this.#session!.closeWith(code, reason);
      }
    }

    async #run(url: URL, subprotocols: string[], headers: HeadersInit | undefined): Promise<void> {
      let failure: unknown;
      try {
        const session = await client().websocket(url.href, {
          subprotocols,
          headers,
          signal: this.#handshake.signal,
          followRedirects: false,
          ...(maxMessageBytes === undefined ? {} : { maxMessageBytes }),
        });
        if (subprotocols.length > 0 && session.subprotocol === null) {
          void session.close();
          throw new Error(`The server chose none of the subprotocols ${subprotocols.join(", ")}.`);
        }
        this.#session = session;
        this.#opened(session);
        await this.#deliver(session, url.origin);
      } catch (error) {
        failure = error;
      }
      this.#closed(failure);
    }

    #opened(session: WebSocketSession): void {
      if (this.#readyState === CONNECTING) this.#readyState = OPEN;
      this.#protocol = session.subprotocol ?? "";
      this.#extensions = session.response.headers.get("sec-websocket-extensions") ?? "";
      this.dispatchEvent(new Event("open"));
    }

    /** Ends with the error of the session's end. */
    async #deliver(session: WebSocketSession, origin: string): Promise<void> {
      const turn = new Turn();
      for (;;) {
        const data = await session.receive();
        if (this.#readyState !== OPEN) continue;
        this.dispatchEvent(new MessageEvent("message", { data: this.#received(data), origin }));
        if (turn.isOver(data.length)) await turn.next();
      }
    }

    #received(data: string | Uint8Array): unknown {
      if (typeof data === "string") return data;
      if (this.#binaryType === "blob") return new PlatformBlob([data as Uint8Array<ArrayBuffer>]);
      const { buffer, byteOffset, byteLength } = data;
      return byteLength === buffer.byteLength ? buffer : buffer.slice(byteOffset, byteOffset + byteLength);
    }

    #closed(failure: unknown): void {
      this.#readyState = CLOSED;
      const session = this.#session;
      const isFailure = session === null || (failure as { cause?: unknown } | undefined)?.cause !== undefined;
      // the code of a failed session is the one that we sent: no close frame of the server had it
      const code = isFailure ? ABNORMAL : (session.closeCode ?? ABNORMAL);
      if (isFailure) this.dispatchEvent(new ErrorEvent(failure));
      const wasClean = !isFailure && code !== ABNORMAL;
      this.dispatchEvent(new CloseEvent({ code, reason: session?.closeReason ?? "", wasClean }));
    }
  }
  const states = { CONNECTING, OPEN, CLOSING, CLOSED };
  definePlatformClass(WebSocket, "WebSocket", states, ["open", "message", "error", "close"]);
  return WebSocket as unknown as WebSocketClass;
}

function isSendable(data: unknown): data is string | ArrayBuffer | ArrayBufferView | Blob {
  return typeof data === "string" || isArrayBuffer(data) || ArrayBuffer.isView(data) || isBlob(data);
}

function byteLengthOf(data: string | ArrayBuffer | ArrayBufferView | Blob): number {
  if (typeof data === "string") return new TextEncoder().encode(data).byteLength;
  return isBlob(data) ? data.size : data.byteLength;
}
