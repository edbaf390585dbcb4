/**
 * A WebSocket session of the engine, as this side of the boundary sees it. It takes the number of its byte stream over.
 *
 * Messages that have not been received are held here up to the engine's window, and then in the socket: what is received is
 * reported to the engine, which reads on.
 */
import type { UnsharedBytes } from "../platform/unshared.js";
import { constants } from "node:buffer";
import { type Abortable, unwatchSignal, watchSignal } from "../platform/signals.js";
import type { Bridge } from "./bridge.js";
import type { CompletionHandler } from "./completion-queue.js";
import type { Failure } from "./failure.js";
import { COST_MESSAGE, MESSAGE_FIRST, MESSAGE_LAST, MESSAGE_TEXT } from "./protocol.js";
import type { Refusal } from "./settling.js";
import { type SessionEnd, SessionEnded, type SessionSettings } from "./session-record.js";
import { SessionWaiters } from "./session-waiters.js";
import type { TraceRecord } from "./trace.js";
import type { UpgradedExchange } from "./upgraded-exchange.js";
import { WaitingLine } from "./waiting-line.js";

/** Bytes on their way from which on a sender waits. */
const HIGH_WATER = 512 * 1024;
/** Received bytes that are reported together. */
const REPORTED_FROM = 128 * 1024;
/** The close code of a session that was given up (RFC 6455, 7.4.1). */
const ABNORMAL = 1006;
/** That of a session which nobody can use any more. */
const GOING_AWAY = 1001;
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
  readonly data: string | UnsharedBytes;
  readonly cost: number;
}

/** Messages that have not been received. */
interface Inbox {
  readonly messages: Received[];
  /** The first of them. */
  next: number;
}

/** A session that has ended. */
interface Over {
  readonly end: SessionEnd;
  /** What its promises reject with. */
  readonly reason: unknown;
  readonly isAborted: boolean;
  /** Whether its connection is closed too. */
  isClosed: boolean;
}

/** @internal */
export class MessageStream implements CompletionHandler, Abortable {
  readonly #bridge: Bridge;
  readonly #number: number;
  /** Null unless it is traced: nothing else comes of it any more. */
  readonly #exchange: UpgradedExchange | null;
  readonly #signal: AbortSignal | null;
  /** As in {@link UpgradedExchange}. */
  readonly client: unknown;
  /** Null while there are none, like what follows: ten thousand quiet sessions hold nothing for what they do not do. */
  #inbox: Inbox | null = null;
  #receivers: WaitingLine<string | UnsharedBytes> | null = null;
  #waiters: SessionWaiters | null = null;
  #over: Over | null = null;
  #unreported = 0;
  /** The bytes of messages that the connection has not taken. */
  bufferedAmount = 0;

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
    this.#exchange = exchange.isTraced ? exchange : null;
    this.#signal = exchange.signal;
    bridge.submissions.openSession(number, settings, carrier);
    if (exchange.signal !== null) watchSignal(exchange.signal, this);
  }

  /** How the session ended; null while it is open. */
  get end(): SessionEnd | null {
    return this.#over === null ? null : this.#over.end;
  }

  // ── the owner ──

  /** The next message if it has come; else null. */
  take(): string | UnsharedBytes | null {
    const inbox = this.#inbox;
    if (inbox === null) return null;
    const next = inbox.messages[inbox.next]!;
    inbox.next += 1;
    if (inbox.next === inbox.messages.length) this.#inbox = null;
    this.#received(next.cost);
    return next.data;
  }

  /**
   * The next message, after {@link take} had none.
   * @throws what `refused` throws of SessionEnded after the last one, or of the reason of an abort.
   */
  receive(refused: Refusal): Promise<string | UnsharedBytes> {
    if (this.#over !== null) return this.#refusal(this.#over, refused);
    return (this.#receivers ??= new WaitingLine(this.#bridge)).join(refused);
  }

  /**
   * Sends a message, or a part of one, unless the session has ended. The data is copied before this returns. False: see
   * {@link untilRoom}.
   */
  send(data: string | Uint8Array, isText: boolean, isFirst: boolean, isLast: boolean): boolean {
    if (this.#over !== null) return false;
    const flags = (isText ? MESSAGE_TEXT : 0) | (isFirst ? MESSAGE_FIRST : 0) | (isLast ? MESSAGE_LAST : 0);
    this.bufferedAmount += this.#bridge.submissions.message(this.#number, flags, data);
    return this.bufferedAmount < HIGH_WATER;
  }

  /** Resolves when there is room for more. @throws as {@link receive}. */
  untilRoom(refused: Refusal): Promise<void> {
    if (this.#over !== null) return this.#refusal(this.#over, refused);
    return this.#others().senders.join(refused);
  }

  /** Settles as `work` does, unless the session ends before. @throws as {@link receive}. */
  whileOpen<T>(work: Promise<T>, refused: Refusal): Promise<T> {
    if (this.#over === null) return this.#others().watch(work, refused);
    // nobody waits for it any more
    work.catch(() => undefined);
    return this.#refusal(this.#over, refused);
  }

  /** Sends a ping. Resolves with the milliseconds until its pong. @throws as {@link receive}. */
  ping(payload: Uint8Array, refused: Refusal): Promise<number> {
    if (this.#over !== null) return this.#refusal(this.#over, refused);
    this.#bridge.submissions.ping(this.#number, payload);
    return this.#others().pings.join(refused);
  }

  /**
   * Begins the closing handshake behind what was sent; without a code if it is null. Resolves when the connection is
   * closed. Never rejects.
   */
  close(code: number | null, reason: string): Promise<void> {
    if (this.#isClosed) return Promise.resolve();
    if (this.#over === null) this.#bridge.submissions.closeSession(this.#number, code ?? 0, reason);
    return this.#others().closers.join();
  }

  /** Begins the closing handshake. A {@link close} that waits already is broken off. */
  closeOrBreakOff(code: number, reason: string): Promise<void> {
    const waiters = this.#waiters;
    if (!waiters?.isClosing || this.#isClosed) return this.close(code, reason);
    this.abort(new SessionEnded({ code: ABNORMAL, reason: "", failure: null }));
    return waiters.closers.join();
  }

  /** Nobody can use the session any more. */
  giveUp(): void {
    if (this.#over === null) this.#bridge.submissions.closeSession(this.#number, GOING_AWAY, "");
  }

  /** Breaks the session off. Pending promises reject with the reason. */
  abort(reason: unknown): void {
    if (this.#isClosed || this.#over?.isAborted) return;
    this.#inbox = null;
    this.#bridge.submissions.cancel(this.#number);
    const end = this.#over?.end ?? { code: ABNORMAL, reason: "", failure: null };
    this.#finish({ end, reason, isAborted: true, isClosed: false });
  }

  /** Calls `then` when the connection is closed. */
  whenClosed(then: () => void): void {
    this.#others().onClosed = then;
  }

  // ── records of the engine ──

  message(data: string | UnsharedBytes, byteLength: number): void {
    const cost = byteLength + COST_MESSAGE;
    if (this.#over !== null) return;
    if (this.#receivers !== null && this.#receivers.resolveFirst(data)) this.#received(cost);
    else (this.#inbox ??= { messages: [], next: 0 }).messages.push({ data, cost });
  }

  messageTooLong(byteLength: number): void {
    if (this.#over !== null) return;
    this.#received(byteLength + COST_MESSAGE);
    this.#bridge.submissions.closeSession(this.#number, TOO_BIG, "");
    this.#finish(overBy({ code: TOO_BIG, reason: "", failure: TOO_LONG }));
  }

  pong(milliseconds: number): void {
    this.#waiters?.pong(milliseconds);
  }

  credit(bytes: number): void {
    this.bufferedAmount -= bytes;
    if (this.bufferedAmount < HIGH_WATER) this.#waiters?.hasRoom();
  }

  disconnected(end: SessionEnd): void {
    if (this.#over === null) this.#finish(overBy(end));
  }

  traced(record: TraceRecord): void {
    this.#exchange?.traced(record);
  }

  informational(): void {}

  failed(failure: Failure): void {
    this.disconnected({ code: ABNORMAL, reason: "", failure });
    this.closed();
  }

  closed(): void {
    this.disconnected({ code: ABNORMAL, reason: "", failure: null });
    this.#over!.isClosed = true;
    if (this.#signal !== null) unwatchSignal(this.#signal, this);
    this.#bridge.calls.forget(this.#number);
    this.#bridge.release(this.#number);
    this.#waiters?.closed();
  }

  // a session is not read as a body
  whole(): void {}
  restartBody(): void {}
  streamed(): void {}
  readable(): void {}

  get #isClosed(): boolean {
    return this.#over !== null && this.#over.isClosed;
  }

  #refusal(over: Over, refused: Refusal): Promise<never> {
    return Promise.reject(over.reason).catch(refused);
  }

  #others(): SessionWaiters {
    return (this.#waiters ??= new SessionWaiters(this.#bridge));
  }

  #received(cost: number): void {
    this.#unreported += cost;
    if (this.#unreported < REPORTED_FROM || this.#over !== null) return;
    this.#bridge.submissions.messagesRead(this.#number, this.#unreported);
    this.#unreported = 0;
  }

  #finish(over: Over): void {
    this.#over = over;
    this.#receivers?.rejectAll(over.reason);
    this.#waiters?.end(over.reason);
  }
}

function overBy(end: SessionEnd): Over {
  return { end, reason: new SessionEnded(end), isAborted: false, isClosed: false };
}
