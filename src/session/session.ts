/** A WebSocket session: messages in order, both ways, with backpressure. */
import type { UnsharedBytes } from "../platform/unshared.js";
import { AbortController, TextDecoder } from "../platform/classes.js";
import { iteratorForCaller } from "../errors/callers-stack.js";
import { coded } from "../errors/coded.js";
import { encodeJSON } from "../body/encode/json.js";
import { isNoRecord } from "../platform/no-record.js";
import { WebSocketDisconnect, WebSocketInvalidType } from "../errors/websocket-error.js";
import { Response } from "../response/response.js";
import type { SessionChannel } from "../transports/session-channel.js";
import { sleep } from "../platform/sleep.js";
import type { KeptHandshake } from "./kept-handshake.js";
import { MessageLine } from "./message-line.js";
import { type MessageData, checkClose, checkPing, ready } from "./payload.js";

/** Ends that an iterator takes for the end of the messages. 1005: a close frame without a code. */
const GOOD_ENDS = new Set([1000, 1001, 1005]);

/**
 * Made by `client.websocket()`. Close it, or declare it with `await using`. Messages wait in the socket until they
 * are received, and a ping or a close of the server is answered meanwhile.
 *
 * @example
 * await using session = await client.websocket("wss://example.org/chat");
 * await session.send("hello");
 * for await (const message of session) console.log(message);
 */
export class WebSocketSession implements AsyncDisposable, AsyncIterable<string | UnsharedBytes> {
  static {
    isNoRecord(this, "receive a message first, and give that");
  }

  /** The subprotocol that the server chose. */
  readonly subprotocol: string | null;
  #handshake: Response | KeptHandshake;
  readonly #session: SessionChannel;
  readonly #closeTimeout: number;
  /** Null until the program sends what it has yet to give. */
  #line: MessageLine | null = null;
  #pings = 0;

  /** @internal */
  constructor(
    session: SessionChannel,
    handshake: Response | KeptHandshake,
    subprotocol: string | null,
    { closeTimeout }: { readonly closeTimeout: number },
  ) {
    this.#session = session;
    this.#handshake = handshake;
    this.subprotocol = subprotocol;
    this.#closeTimeout = closeTimeout;
  }

  /** The response to the handshake. Closing it closes the session. */
  get response(): Response {
    const handshake = this.#handshake;
    if (handshake instanceof Response) return handshake;
    const response = handshake.response(this.#session.networkStream!);
    this.#handshake = response;
    return response;
  }

  /** Whether the session has ended. Messages that came before can still be received. */
  get isClosed(): boolean {
    return this.#session.end !== null;
  }

  /** The code of the end; null while the session is open. See {@link WebSocketDisconnect.code}. */
  get closeCode(): number | null {
    return this.#session.end?.code ?? null;
  }

  /** The reason in the server's close frame; null while the session is open. */
  get closeReason(): string | null {
    return this.#session.end?.reason ?? null;
  }

  /** The bytes of sent messages that the connection has not taken. Those of an iterable count once they are given. */
  get bufferedAmount(): number {
    return this.#session.bufferedAmount + (this.#line?.heldBytes ?? 0);
  }

  /**
   * Sends a message: a string as text, bytes as bytes. The pieces of an iterable go as fragments of one message. Bytes
   * are copied before this returns. Resolves when there is room for more.
   * @throws WebSocketDisconnect when the session has ended, also while the iterable is waited for; the signal's reason. An
   * exception of the iterable ends the session.
   */
  send(data: MessageData): Promise<void> {
    if (this.#line === null || this.#line.isEmpty) {
      const sendable = ready(data);
      if (sendable !== null) return this.#session.send(sendable, typeof sendable === "string");
    }
    return (this.#line ??= new MessageLine(this.#session)).add(data);
  }

  /** Sends a value as JSON text. @throws TypeError, RangeError for a value that JSON does not have, as the option `json` does. */
  async sendJson(value: unknown): Promise<void> {
    await this.send(encodeJSON(value, "value"));
  }

  /**
   * The next message. Calls are answered in order.
   * @throws WebSocketDisconnect after the last message; the signal's reason.
   */
  receive(): Promise<string | UnsharedBytes> {
    return this.#session.receive();
  }

  /** The next message, which must be text. @throws WebSocketInvalidType for bytes; as {@link receive}. */
  async receiveText(): Promise<string> {
    const data = await this.receive();
    if (typeof data === "string") return data;
    throw this.#invalidType("text", data);
  }

  /** The next message, which must be bytes. @throws WebSocketInvalidType for text; as {@link receive}. */
  async receiveBytes(): Promise<UnsharedBytes> {
    const data = await this.receive();
    if (typeof data !== "string") return data;
    throw this.#invalidType("bytes", data);
  }

  /** The next message, text or bytes, as JSON. @throws SyntaxError; as {@link receive}. */
  // oxlint-disable-next-line typescript/no-explicit-any -- only the caller knows the type
  async receiveJson<T = any>(): Promise<T> {
    const data = await this.receive();
    try {
      return JSON.parse(typeof data === "string" ? data : new TextDecoder().decode(data)) as T;
    } catch (cause) {
      const message = `A message of the WebSocket is not valid JSON: ${(cause as Error).message}`;
      throw coded("ERR_INVALID_JSON", new SyntaxError(message, { cause }));
    }
  }

  /** The messages until the session ends with 1000, 1001 or without a code. @throws WebSocketDisconnect for any other end. */
  [Symbol.asyncIterator](): AsyncIterableIterator<string | UnsharedBytes> {
    return iteratorForCaller(this.#messages());
  }

  async *#messages(): AsyncGenerator<string | UnsharedBytes, void, undefined> {
    for (;;) {
      let message;
      try {
        message = await this.receive();
      } catch (error) {
        const isGood = error instanceof WebSocketDisconnect && GOOD_ENDS.has(error.code);
        if (isGood && error.cause === undefined) return;
        throw error;
      }
      yield message;
    }
  }

  /**
   * Sends a ping. Resolves with the milliseconds until its pong.
   * @throws RangeError for more than 125 bytes; WebSocketDisconnect when the session ends before.
   */
  async ping(payload: Uint8Array = this.#nextPing()): Promise<number> {
    checkPing(payload);
    return await this.#session.ping(payload);
  }

  /**
   * Closes the session behind what was sent, and waits for the server's close frame and the end of the connection, at most
   * for `closeTimeout`. An iterable or a Blob that is being sent has as long before that. Idempotent.
   * @throws RangeError for a code that a close frame cannot have, or a reason of more than 123 bytes.
   */
  async close(code = 1000, reason = ""): Promise<void> {
    checkClose(code, reason);
    await this.closeWith(code, reason);
  }

  /** {@link close} with a code that was checked; null sends none. @internal */
  async closeWith(code: number | null, reason: string): Promise<void> {
    if (this.#line !== null && !this.#line.isEmpty) await this.#untilSent(this.#line);
    await this.#session.close(code, reason);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #untilSent(line: MessageLine): Promise<void> {
    const enough = new AbortController();
    const time = sleep(this.#closeTimeout, enough.signal).catch(() => undefined);
    await Promise.race([line.emptied(), time]);
    enough.abort();
  }

  #invalidType(wanted: string, data: string | Uint8Array): WebSocketInvalidType {
    const { request } = this.#handshake;
    const got = typeof data === "string" ? "text" : "bytes";
    return new WebSocketInvalidType(`${request.summary}: expected ${wanted}, received ${got}`, {
      request,
      data,
    });
  }

  /** Eight bytes, which no ping of the engine has. */
  #nextPing(): Uint8Array {
    const payload = new DataView(new ArrayBuffer(8));
    payload.setUint32(4, this.#pings++);
    return new Uint8Array(payload.buffer);
  }
}
