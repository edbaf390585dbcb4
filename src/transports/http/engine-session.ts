/** A WebSocket session of the engine, with errors of this package. */
import type { UnsharedBytes } from "../../platform/unshared.js";
import { captureCallersStack, followsAsyncFunctionsOnly, forCaller } from "../../errors/callers-stack.js";
import { disconnectFromEngine } from "../../errors/websocket-end.js";
import type { MessageStream } from "../../native/message-stream.js";
import type { Refusal } from "../../native/settling.js";
import { SessionEnded, type SessionSettings } from "../../native/session-record.js";
import type { Request } from "../../request/request.js";
import type { NetworkStream } from "../../response/network-stream.js";
import type { SessionChannel } from "../session-channel.js";
import { carriedSession } from "./carried-session.js";
import { EngineNetworkStream } from "./network-stream.js";

export type { Compression, SessionSettings } from "../../native/session-record.js";

/**
 * A session that is dropped open is given up: when it is collected, its connection is closed. What a promise waits for is not
 * dropped: its failure is made here, so the promise holds this object.
 */
const dropped = new FinalizationRegistry<MessageStream>((stream) => stream.giveUp());

/** @internal */
export class EngineSession implements SessionChannel {
  readonly #stream: MessageStream;
  readonly #handshake: { readonly request: Request };
  /** Null while nobody has waited for anything: a quiet session keeps no function for it. */
  #refusal: Refusal | null = null;

  private constructor(stream: MessageStream, handshake: { readonly request: Request }) {
    this.#stream = stream;
    this.#handshake = handshake;
  }

  /** Begins a session on a network stream, of which nothing was read. `signal` ends it. The handshake's request is that of errors. */
  static over(
    stream: NetworkStream,
    handshake: { readonly request: Request },
    settings: SessionSettings,
    signal: AbortSignal | null,
  ): EngineSession {
    const session =
      stream instanceof EngineNetworkStream
        ? stream.openSession(settings)
        : carriedSession(stream, handshake.request, settings, signal);
    const channel = new EngineSession(session, handshake);
    // without a token, which would take memory: a session that has ended is given up without effect
    dropped.register(channel, session);
    return channel;
  }

  receive(): Promise<string | UnsharedBytes> {
    const message = this.#stream.take();
    if (message !== null) return Promise.resolve(message);
    return forCallerOf(this.#stream.receive(this.#refused()));
  }

  send(data: string | Uint8Array, isText: boolean, isFirst = true, isLast = true): Promise<void> {
    if (this.#stream.send(data, isText, isFirst, isLast)) return Promise.resolve();
    return forCallerOf(this.#stream.untilRoom(this.#refused()));
  }

  ping(payload: Uint8Array): Promise<number> {
    return forCallerOf(this.#stream.ping(payload, this.#refused()));
  }

  close(code: number | null, reason: string): Promise<void> {
    return this.#stream.close(code, reason);
  }

  whileOpen<T>(work: Promise<T>): Promise<T> {
    return forCallerOf(this.#stream.whileOpen(work, this.#refused()));
  }

  get networkStream(): NetworkStream {
    return EngineNetworkStream.of(this.#stream);
  }

  get bufferedAmount(): number {
    return this.#stream.bufferedAmount;
  }

  /** Code and reason of the end; null while the session is open. */
  get end(): { readonly code: number; readonly reason: string } | null {
    return this.#stream.end;
  }

  /** Throws the error of a caller's promise: only where that is rejected does V8 know the stack that leads to the caller. */
  #refused(): Refusal {
    if (this.#refusal !== null) return this.#refusal;
    const refusal = (reason: unknown): never => {
      // the reason of an abort, whose stack stays as it is
      if (!(reason instanceof SessionEnded)) throw reason;
      const error = disconnectFromEngine(reason.end, this.#handshake.request);
      captureCallersStack(error, refusal);
      throw error;
    };
    this.#refusal = refusal;
    return refusal;
  }
}

function forCallerOf<T>(answer: Promise<T>): Promise<T> {
  return followsAsyncFunctionsOnly ? forCaller(answer) : answer;
}
