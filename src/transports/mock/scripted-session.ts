/**
 * A WebSocket whose server is a script of the test: messages go between the two as they are, without frames.
 */
import type { UnsharedBytes } from "../../platform/unshared.js";
import { Blob } from "../../platform/classes.js";
import { CLIENT_CLOSED, type EngineFailure } from "../../errors/engine.js";
import { disconnectFromEngine } from "../../errors/websocket-end.js";
import { type Abortable, unwatchSignal, watchSignal } from "../../platform/signals.js";
import type { Request } from "../../request/request.js";
import type { SessionChannel } from "../session-channel.js";
import { MessageQueue } from "./message-queue.js";
import type { MockWebSocket, MockWebSocketScript } from "./script.js";

interface End {
  readonly code: number;
  readonly reason: string;
}

/** What the engine tells a server when the call is aborted. */
const GOING_AWAY = 1001;
const NO_STATUS = 1005;
const ABNORMAL = 1006;

/** @internal */
export class ScriptedSession implements SessionChannel, Abortable {
  readonly #request: Request;
  readonly #signal: AbortSignal | null;
  readonly #toClient = new MessageQueue();
  readonly #toServer = new MessageQueue();
  readonly #closed: AbortSignal;
  readonly #closing: Abortable = { abort: () => this.#closeWithClient() };
  #parts: Uint8Array[] = [];
  #closedByClient: End | null = null;
  #cause: unknown = undefined;
  #failure: EngineFailure | null = null;
  #aborted: { readonly reason: unknown } | null = null;
  /** Reject what waits for the program. */
  readonly #works = new Set<(reason: unknown) => void>();
  end: End | null = null;
  readonly bufferedAmount = 0;
  readonly networkStream = null;

  /** `signal` ends it, as it ends any session, and so does `closed`, which aborts when the client is closed. */
  constructor(
    script: MockWebSocketScript,
    request: Request,
    signal: AbortSignal | null,
    closed: AbortSignal,
  ) {
    this.#request = request;
    this.#signal = signal;
    this.#closed = closed;
    if (signal !== null) watchSignal(signal, this);
    watchSignal(closed, this.#closing);
    if (signal?.aborted) this.abort(signal.reason);
    else if (closed.aborted) this.#closeWithClient();
    void this.#play(script);
  }

  async receive(): Promise<string | UnsharedBytes> {
    const message = this.#aborted === null ? await this.#toClient.take() : null;
    if (message === null || this.#aborted !== null) throw this.#ended();
    return message;
  }

  async send(data: string | Uint8Array, isText: boolean, isFirst = true, isLast = true): Promise<void> {
    if (this.end !== null) throw this.#ended();
    if (isText) return await this.#put(data as string);
    const bytes = new Uint8Array(data as Uint8Array);
    if (isFirst && isLast) return await this.#put(bytes);
    this.#parts.push(bytes);
    if (!isLast) return;
    const parts = this.#parts;
    this.#parts = [];
    await this.#put(new Uint8Array(await new Blob(parts).arrayBuffer()));
  }

  whileOpen<T>(work: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      if (this.end === null) this.#works.add(reject);
      else reject(this.#ended());
      work.finally(() => this.#works.delete(reject)).then(resolve, reject);
    });
  }

  async ping(): Promise<number> {
    if (this.end !== null) throw this.#ended();
    return 0;
  }

  async close(code: number | null, reason: string): Promise<void> {
    if (this.end !== null) return;
    this.#closedByClient = { code: code ?? NO_STATUS, reason };
    this.#finish(this.#closedByClient);
  }

  abort(reason: unknown): void {
    this.#aborted = { reason };
    this.#closedByClient ??= { code: GOING_AWAY, reason: "" };
    this.#finish({ code: ABNORMAL, reason: "" });
  }

  #closeWithClient(): void {
    this.#failure = { ...CLIENT_CLOSED, kind: "ReadError", phase: "body", requestSent: true };
    this.#closedByClient ??= { code: GOING_AWAY, reason: "" };
    this.#finish({ code: ABNORMAL, reason: "" });
  }

  async #put(data: string | UnsharedBytes): Promise<void> {
    await this.#toServer.put(data);
    if (this.#aborted !== null) throw this.#aborted.reason;
  }

  async #play(script: MockWebSocketScript): Promise<void> {
    const closedBy = (): End | null => this.#closedByClient;
    const receive = (): Promise<string | UnsharedBytes | null> => this.#toServer.take();
    const socket: MockWebSocket = {
      request: this.#request,
      send: (data) => this.#toClient.put(typeof data === "string" ? data : new Uint8Array(data)),
      receive,
      close: (code = 1000, reason = "") => this.#finish({ code: code ?? NO_STATUS, reason }),
      get closeCode() {
        return closedBy()?.code ?? null;
      },
      async *[Symbol.asyncIterator]() {
        for (let message; (message = await receive()) !== null;) yield message;
      },
    };
    try {
      await script(socket);
      this.#finish({ code: 1000, reason: "" });
    } catch (error) {
      this.#cause = error;
      this.#finish({ code: 1011, reason: "the script failed" });
    }
  }

  #finish(end: End): void {
    if (this.end !== null) return;
    this.end = end;
    if (this.#signal !== null) unwatchSignal(this.#signal, this);
    unwatchSignal(this.#closed, this.#closing);
    this.#toClient.end();
    this.#toServer.end();
    for (const reject of this.#works) reject(this.#ended());
  }

  #ended(): unknown {
    if (this.#aborted !== null) return this.#aborted.reason;
    const error = disconnectFromEngine({ ...this.end!, failure: this.#failure }, this.#request);
    if (this.#cause !== undefined) error.cause = this.#cause;
    return error;
  }
}
