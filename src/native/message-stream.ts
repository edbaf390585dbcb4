/**
 * A WebSocket session of the engine, as this side of the boundary sees it. It takes the number of its byte stream over.
 *
 * Messages that have not been received are held here up to the engine's window, and then in the socket: what is received is
 * reported to the engine, which reads on.
 */
import { constants } from "node:buffer";
import { type Abortable, unwatchSignal, watchSignal } from "../platform/signals.js";
import type { Bridge } from "./bridge.js";
import type { CompletionHandler } from "./completion-queue.js";
import type { Failure } from "./failure.js";
import { COST_MESSAGE, MESSAGE_FIRST, MESSAGE_LAST, MESSAGE_TEXT } from "./protocol.js";
import { type SessionEnd, SessionEnded, type SessionSettings } from "./session-record.js";
import type { TraceRecord } from "./trace.js";
import type { UpgradedExchange } from "./upgraded-exchange.js";
import { WaitingLine } from "./waiting-line.js";

/** Bytes on their way from which on a sender waits. */
const HIGH_WATER = 512 * 1024;
/** Received bytes that are reported together. */
const REPORTED_FROM = 128 * 1024;
/** The close code of a session that was given up (RFC 6455, 7.4.1). */
const ABNORMAL = 1006;
const TOO_BIG = 1009;

const TOO_LONG: Failure = {
  kind: "RemoteProtocolError",
  phase: "body",
  requestSent: true,
  code: "ERR_WEBSOCKET_PROTOCOL",
  message: `the server sent a text of more than ${constants.MAX_STRING_LENGTH} characters`,
  http2Code: null,
  thrown: null,
  timings: null,
  proxyAnswer: null,
};

/** A message and its bytes on the wire, inflated. */
interface Received {
  readonly data: string | Uint8Array;
  readonly cost: number;
}

/** @internal */
export class MessageStream implements CompletionHandler, Abortable {
  readonly #bridge: Bridge;
  readonly #number: number;
  /** Null if nothing comes of it any more: a quiet session holds then only the client. */
  readonly #exchange: UpgradedExchange | null;
  /** As in {@link UpgradedExchange}. */
  readonly client: unknown;
  /** Null while there are none, like the lines below: ten thousand quiet sessions hold nothing for what they do not do. */
  #messages: Received[] | null = null;
  /** The first message that has not been received. */
  #next = 0;
  #unreported = 0;
  #receivers: WaitingLine<string | Uint8Array> | null = null;
  #senders: WaitingLine<void> | null = null;
  #pings: WaitingLine<number> | null = null;
  #closers: WaitingLine<void> | null = null;
  /** The bytes of messages that the connection has not taken. */
  bufferedAmount = 0;
  #end: SessionEnd | null = null;
  #aborted: { readonly reason: unknown } | null = null;
  #isOver = false;
  /** Called when the connection is closed. */
  onClosed: (() => void) | null = null;

  /** `carrier`: the number of the byte stream that carries the session's bytes; 0 if the session has a connection. */
  constructor(
    bridge: Bridge,
    number: number,
    exchange: UpgradedExchange,
    settings: SessionSettings,
    carrier = 0,
  ) {
    this.#bridge = bridge;
    this.#number = number;
    this.client = exchange.client;
    this.#exchange = exchange.signal !== null || exchange.isTraced ? exchange : null;
    bridge.submissions.openSession(number, settings, carrier);
    if (exchange.signal !== null) watchSignal(exchange.signal, this);
  }

  /** How the session ended; null while it is open. */
  get end(): SessionEnd | null {
    return this.#end;
  }

  // ── the owner ──

  /** The next message if it has come; else null. */
  take(): string | Uint8Array | null {
    const messages = this.#messages;
    if (messages === null) return null;
    const next = messages[this.#next]!;
    this.#next += 1;
    if (this.#next === messages.length) {
      this.#messages = null;
      this.#next = 0;
    }
    this.#received(next.cost);
    return next.data;
  }

  /** The next message, after {@link take} had none. @throws SessionEnded after the last one; the reason of an abort. */
  receive(): Promise<string | Uint8Array> {
    if (this.#aborted !== null) return Promise.reject(this.#aborted.reason);
    if (this.#end !== null) return Promise.reject(this.#ended());
    this.#receivers ??= new WaitingLine(this.#bridge);
    return this.#receivers.join();
  }

  /**
   * Sends a message, or a part of one. The data is copied before this returns. Null if there is room for more; else
   * resolves when there is.
   * @throws SessionEnded when the session has ended; the reason of an abort.
   */
  send(data: string | Uint8Array, isText: boolean, isFirst: boolean, isLast: boolean): Promise<void> | null {
    if (this.#end !== null) return Promise.reject(this.#ended());
    const flags = (isText ? MESSAGE_TEXT : 0) | (isFirst ? MESSAGE_FIRST : 0) | (isLast ? MESSAGE_LAST : 0);
    this.bufferedAmount += this.#bridge.submissions.message(this.#number, flags, data);
    return this.bufferedAmount < HIGH_WATER ? null : (this.#senders ??= new WaitingLine(this.#bridge)).join();
  }

  /** Sends a ping. Resolves with the milliseconds until its pong. @throws SessionEnded; the reason of an abort. */
  ping(payload: Uint8Array): Promise<number> {
    if (this.#end !== null) return Promise.reject(this.#ended());
    this.#bridge.submissions.ping(this.#number, payload);
    this.#pings ??= new WaitingLine(this.#bridge);
    return this.#pings.join();
  }

  /**
   * Begins the closing handshake behind what was sent; without a code if it is null. Resolves when the connection is
   * closed. Never rejects.
   */
  close(code: number | null, reason: string): Promise<void> {
    if (this.#isOver) return Promise.resolve();
    if (this.#end === null) this.#bridge.submissions.closeSession(this.#number, code ?? 0, reason);
    this.#closers ??= new WaitingLine(this.#bridge);
    return this.#closers.join();
  }

  /** Begins the closing handshake. A {@link close} that waits already is broken off. */
  closeOrBreakOff(code: number, reason: string): Promise<void> {
    if (this.#closers === null || this.#isOver) return this.close(code, reason);
    this.abort(new SessionEnded({ code: ABNORMAL, reason: "", failure: null }));
    return this.#closers.join();
  }

  /** Breaks the session off. Pending promises reject with the reason. */
  abort(reason: unknown): void {
    if (this.#isOver || this.#aborted !== null) return;
    this.#aborted = { reason };
    this.#messages = null;
    this.#next = 0;
    this.#bridge.submissions.cancel(this.#number);
    this.#finish({ code: ABNORMAL, reason: "", failure: null });
  }

  // ── records of the engine ──

  message(data: string | Uint8Array, byteLength: number): void {
    const cost = byteLength + COST_MESSAGE;
    if (this.#aborted !== null || this.#end !== null) return;
    if (this.#receivers !== null && this.#receivers.resolveFirst(data)) this.#received(cost);
    else (this.#messages ??= []).push({ data, cost });
  }

  messageTooLong(byteLength: number): void {
    if (this.#end !== null) return;
    this.#received(byteLength + COST_MESSAGE);
    this.#bridge.submissions.closeSession(this.#number, TOO_BIG, "");
    this.#finish({ code: TOO_BIG, reason: "", failure: TOO_LONG });
  }

  pong(milliseconds: number): void {
    this.#pings?.resolveFirst(milliseconds);
  }

  credit(bytes: number): void {
    this.bufferedAmount -= bytes;
    if (this.bufferedAmount < HIGH_WATER) this.#senders?.resolveAll();
  }

  disconnected(end: SessionEnd): void {
    this.#finish(end);
  }

  traced(record: TraceRecord): void {
    this.#exchange?.traced(record);
  }

  informational(): void {}

  failed(failure: Failure): void {
    this.#finish({ code: ABNORMAL, reason: "", failure });
    this.closed();
  }

  closed(): void {
    this.#finish({ code: ABNORMAL, reason: "", failure: null });
    this.#isOver = true;
    const signal = this.#exchange?.signal ?? null;
    if (signal !== null) unwatchSignal(signal, this);
    this.#bridge.native.forget(this.#number);
    this.#bridge.release(this.#number);
    this.onClosed?.();
    this.#closers?.resolveAll();
  }

  // a session is not read as a body
  whole(): void {}
  restartBody(): void {}
  streamed(): void {}
  readable(): void {}

  #received(cost: number): void {
    this.#unreported += cost;
    if (this.#unreported < REPORTED_FROM || this.#end !== null) return;
    this.#bridge.submissions.messagesRead(this.#number, this.#unreported);
    this.#unreported = 0;
  }

  #finish(end: SessionEnd): void {
    if (this.#end !== null) return;
    this.#end = end;
    const reason = this.#ended();
    this.#receivers?.rejectAll(reason);
    this.#senders?.rejectAll(reason);
    this.#pings?.rejectAll(reason);
  }

  #ended(): unknown {
    return this.#aborted === null ? new SessionEnded(this.#end!) : this.#aborted.reason;
  }
}
