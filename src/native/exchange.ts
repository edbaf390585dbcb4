/**
 * One request under way, as this side of the boundary sees it. Its promise settles exactly once, and its number is
 * free again when the engine and the reader of its body are both done with it.
 */
import { type AsyncContext, currentContext } from "../platform/async-context.js";
import { now } from "../platform/clock.js";
import { type Abortable, unwatchSignal, watchSignal } from "../platform/signals.js";
import type { Bridge } from "./bridge.js";
import { ByteStream } from "./byte-stream.js";
import type { BufferedBody } from "./completion-buffer.js";
import type { CompletionHandler, StreamedHead } from "./completion-queue.js";
import type { EngineConnection } from "./connection.js";
import { Download } from "./download.js";
import { Failed, type Failure } from "./failure.js";
import type { InformationalObserver } from "./informational.js";
import type { Asker, ResolvingClient } from "./name-resolver.js";
import { type Refusal, type Settle, refuse } from "./settling.js";
import type { RequestRecord } from "./request-record.js";
import type { ResponseRecord } from "./response-record.js";
import { ReceivedBody, type StreamedExchange } from "./received-body.js";
import type { TraceObserver, TraceRecord, TracedExchange } from "./trace.js";
import { Upload } from "./upload.js";

/** The client of an exchange. @internal */
export interface ExchangeOwner extends ResolvingClient {
  /** What the caller gets as the body of a response that turned its connection into a byte stream. */
  opened(stream: ByteStream): object;
  /** Throws the error of a failure. */
  readonly refused: Refusal;
}

/** @internal */
export class Exchange<R, T>
  implements CompletionHandler, Asker, Abortable, StreamedExchange, TracedExchange<R>
{
  readonly request: R;
  /** Kept, because a client that is garbage-collected closes its connections, also that of this exchange. */
  readonly client: ExchangeOwner;
  readonly context: AsyncContext | null;
  readonly #bridge: Bridge;
  readonly #number: number;
  readonly #startedAt = now();
  readonly signal: AbortSignal | null;
  readonly #trace: TraceObserver<R> | null;
  readonly #informational: InformationalObserver | null;
  readonly #answered: (response: ResponseRecord<R>) => T;
  /** Null once the promise is settled. */
  #resolve: Settle<T> | null;
  #upload: Upload | null = null;
  #download: Download | null = null;
  /** What its connection has become. It has taken the number over. */
  #stream: Abortable | null = null;
  #whenClosed: (() => void)[] | null = null;
  #isTerminated = false;
  #aborted: { readonly reason: unknown } | null = null;

  constructor(
    bridge: Bridge,
    client: ExchangeOwner,
    { request, trace, informational }: RequestRecord<R>,
    signal: AbortSignal | null,
    answered: (response: ResponseRecord<R>) => T,
    resolve: (result: T | Promise<T>) => void,
  ) {
    this.request = request;
    this.client = client;
    const isContextNeeded = bridge.hearsOfConnections() || client.resolver !== null;
    this.context = isContextNeeded ? currentContext() : null;
    this.#bridge = bridge;
    this.signal = signal;
    this.#trace = trace;
    this.#informational = informational;
    this.#answered = answered;
    this.#resolve = resolve;
    this.#number = bridge.register(this);
  }

  /** Submits the request. @throws the signal's reason; {@link discard} must follow. */
  start(record: RequestRecord<R>): void {
    const { submissions, clock } = this.#bridge;
    const { pieces } = record;
    this.#bridge.hold();
    // a body that cannot be read fails before anything is submitted
    const upload =
      pieces === null
        ? null
        : new Upload(submissions, this.#number, pieces, record, (error) => this.abort(error));
    if (this.signal !== null) {
      // the body is the caller's code, and may have aborted just now
      this.signal.throwIfAborted();
      watchSignal(this.signal, this);
    }
    if (this.#trace !== null) clock.compare();
    submissions.start(this.#number, this.client.number, record);
    if (upload !== null) {
      this.#upload = upload;
      upload.start();
    }
  }

  /** Takes back a request whose start failed with `reason`. */
  discard(reason: unknown): void {
    if (this.signal !== null) unwatchSignal(this.signal, this);
    this.#bridge.release(this.#number);
    this.#refuse(reason);
  }

  // ── records of the engine ──

  whole(
    statusCode: number,
    setsCookies: boolean,
    head: string,
    content: Uint8Array | BufferedBody,
    numBytesDownloaded: number,
    trailers: string,
    streamId: number,
    connection: EngineConnection | null,
    isReused: boolean,
    pool: number,
    firstByte: number,
    download: number,
  ): void {
    this.#terminate();
    this.#answer({
      request: this.request,
      statusCode,
      setsCookies,
      head,
      content,
      source: null,
      numBytesDownloaded,
      startedAt: this.#startedAt,
      trailers,
      streamId,
      connection,
      isReused,
      pool,
      firstByte,
      download,
    });
  }

  streamed(head: StreamedHead): void {
    this.#download = new Download(this.#bridge, this.#number);
    this.#answer(this.#responseFrom(new ReceivedBody(this, this.#download), head));
    // the caller gave up while the head was on its way
    if (this.#aborted !== null) this.finishReading();
  }

  upgraded(head: StreamedHead): void {
    if (this.signal !== null) unwatchSignal(this.signal, this);
    this.#upload?.stop();
    const stream = new ByteStream(this.#bridge, this.#number, this);
    this.#stream = stream;
    this.#bridge.handOver(this.#number, stream);
    // the caller gave up while the head was on its way
    if (this.#aborted !== null) return stream.abort(this.#aborted.reason);
    this.#answer(this.#responseFrom(this.client.opened(stream), head));
  }

  became(session: Abortable): void {
    this.#stream = session;
  }

  readable(): void {
    this.#download?.readable();
  }

  credit(bytes: number): void {
    this.#upload?.credit(bytes);
  }

  restartBody(): void {
    this.#upload?.restart();
  }

  traced(record: TraceRecord): void {
    this.#trace?.traced(record, this);
  }

  informational(statusCode: number, head: string): void {
    if (this.#aborted === null) this.#informational?.informed(statusCode, head, this);
  }

  failed(failure: Failure): void {
    const reason = new Failed(failure, this.request);
    // for a streamed body this comes only when the engine has lost it: its bytes then have no end
    if (this.#download?.isReading) this.#aborted ??= { reason };
    this.#terminate();
    this.#refuse(reason);
  }

  closed(): void {
    this.#terminate();
  }

  // ── the reader of a streamed body ──

  get aborted(): { readonly reason: unknown } | null {
    return this.#aborted;
  }

  get isTracing(): boolean {
    return this.#trace !== null && !this.#isTerminated;
  }

  get isTraced(): boolean {
    return this.#trace !== null;
  }

  /** The reader is done with the body: the engine stops if it is not. */
  finishReading(): void {
    const download = this.#download;
    if (download === null || !download.isReading) return;
    download.finish();
    if (this.#isTerminated) this.#releaseNumber();
    else this.#bridge.submissions.cancel(this.#number);
  }

  /** Resolves when the engine is done with the exchange. Keeps the event loop alive meanwhile. */
  untilClosed(): Promise<void> {
    if (this.#isTerminated) return Promise.resolve();
    this.#bridge.hold();
    return new Promise((resolve) => {
      (this.#whenClosed ??= []).push(() => {
        this.#bridge.unhold();
        resolve();
      });
    });
  }

  // ── the caller ──

  /** Gives the request up, at any time. Pending promises reject with the reason. */
  abort(reason: unknown): void {
    if (this.#aborted !== null) return;
    this.#aborted = { reason };
    this.#upload?.stop();
    this.#refuse(reason);
    if (this.#stream !== null) return this.#stream.abort(reason);
    if (this.#download?.isReading) {
      this.finishReading();
      this.#download.readable();
    } else if (!this.#isTerminated) {
      this.#bridge.submissions.cancel(this.#number);
    }
  }

  /** A response whose body is read from `source`. */
  #responseFrom(source: object, received: StreamedHead): ResponseRecord<R> {
    return {
      request: this.request,
      statusCode: received.statusCode,
      setsCookies: received.setsCookies,
      head: received.head,
      content: null,
      source,
      numBytesDownloaded: 0,
      startedAt: this.#startedAt,
      trailers: "",
      streamId: received.streamId,
      connection: received.connection,
      isReused: received.isReused,
      pool: received.pool,
      firstByte: received.firstByte,
      download: null,
    };
  }

  #answer(response: ResponseRecord<R>): void {
    // an exception of an async observer rejects its promise, one microtask later
    if (this.#trace?.isAsync) void Promise.resolve(response).then((later) => this.#resolveWith(later));
    else this.#resolveWith(response);
  }

  /** Resolves the caller's promise itself: a `then` between would make a second promise for each request. */
  #resolveWith(response: ResponseRecord<R>): void {
    const resolve = this.#settling();
    if (resolve === null) return;
    try {
      resolve(this.#answered(response));
    } catch (error) {
      refuse(resolve, error, this.client.refused);
    }
  }

  #refuse(reason: unknown): void {
    const resolve = this.#settling();
    if (resolve !== null) refuse(resolve, reason, this.client.refused);
  }

  /** What settles the promise; null if it is settled. */
  #settling(): Settle<T> | null {
    const resolve = this.#resolve;
    this.#resolve = null;
    if (resolve !== null) this.#bridge.unhold();
    return resolve;
  }

  /** Nothing more comes from the engine. */
  #terminate(): void {
    this.#isTerminated = true;
    this.#upload?.stop();
    const download = this.#download;
    if (download === null || !download.isReading) this.#releaseNumber();
    download?.readable();
    const whenClosed = this.#whenClosed;
    this.#whenClosed = null;
    if (whenClosed !== null) for (const closed of whenClosed) closed();
  }

  #releaseNumber(): void {
    if (this.signal !== null) unwatchSignal(this.signal, this);
    this.#download?.forget();
    this.#bridge.release(this.#number);
  }
}
