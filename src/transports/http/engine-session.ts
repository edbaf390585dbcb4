/** A WebSocket session of the engine, with errors of this package. */
import { captureCallersStack, followsAsyncFunctionsOnly, forCaller } from "../../errors/callers-stack.js";
import { disconnectFromEngine } from "../../errors/websocket-end.js";
import type { MessageStream } from "../../native/message-stream.js";
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
  #rethrow: ((reason: unknown) => never) | null = null;

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

  receive(): Promise<string | Uint8Array> {
    const message = this.#stream.take();
    if (message !== null) return Promise.resolve(message);
    return this.#forCaller(this.#stream.receive());
  }

  send(data: string | Uint8Array, isText: boolean, isFirst = true, isLast = true): Promise<void> {
    const room = this.#stream.send(data, isText, isFirst, isLast);
    return room === null ? Promise.resolve() : this.#forCaller(room);
  }

  ping(payload: Uint8Array): Promise<number> {
    return this.#forCaller(this.#stream.ping(payload));
  }

  close(code: number | null, reason: string): Promise<void> {
    return this.#stream.close(code, reason);
  }

  whileOpen<T>(work: Promise<T>): Promise<T> {
    return this.#forCaller(this.#stream.whileOpen(work));
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

  /** What it rejects with may be the reason of an abort, whose stack stays as it is. */
  #forCaller<T>(answer: Promise<T>): Promise<T> {
    const settled = answer.then(undefined, this.#rejected());
    return followsAsyncFunctionsOnly ? forCaller(settled) : settled;
  }

  /** Handles the rejection of a caller's promise: only there does V8 know the stack that leads to the caller. */
  #rejected(): (reason: unknown) => never {
    if (this.#rethrow !== null) return this.#rethrow;
    const rethrow = (reason: unknown): never => {
      if (!(reason instanceof SessionEnded)) throw reason;
      const error = disconnectFromEngine(reason.end, this.#handshake.request);
      captureCallersStack(error, rethrow);
      throw error;
    };
    this.#rethrow = rethrow;
    return rethrow;
  }
}
