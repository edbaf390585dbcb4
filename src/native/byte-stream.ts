/**
 * A connection that a response has turned into a byte stream, as this side of the boundary sees it. It takes the number of
 * its exchange over, and frees it when the engine is done with the stream.
 */
import { type Abortable, unwatchSignal, watchSignal } from "../platform/signals.js";
import type { ClientCertificate, NativeTlsOptions } from "./binding.js";
import type { Bridge } from "./bridge.js";
import type { CompletionHandler } from "./completion-queue.js";
import { Download } from "./download.js";
import { Failed, type Failure } from "./failure.js";
import { MessageStream } from "./message-stream.js";
import type { UpgradedExchange } from "./upgraded-exchange.js";
import type { SessionSettings } from "./session-record.js";
import { StreamEnded } from "./stream-ended.js";
import type { TraceRecord } from "./trace.js";
import { WaitingLine } from "./waiting-line.js";

/** Bytes on their way from which on a writer waits. */
const HIGH_WATER = 256 * 1024;

/** @internal */
export class ByteStream implements CompletionHandler, Abortable {
  readonly #bridge: Bridge;
  readonly #number: number;
  readonly #exchange: UpgradedExchange;
  readonly #download: Download;
  #underWay = 0;
  /** Each line is null until somebody waits: most streams become sessions at once. */
  #writers: WaitingLine<void> | null = null;
  #handshakes: WaitingLine<void> | null = null;
  #closers: WaitingLine<void> | null = null;
  #isOver = false;
  #isEnded = false;
  /** Whether it ends once what was written is sent. */
  #isClosing = false;
  /** Why it broke off. */
  #broken: { readonly reason: unknown } | null = null;

  constructor(bridge: Bridge, number: number, exchange: UpgradedExchange) {
    this.#bridge = bridge;
    this.#number = number;
    this.#exchange = exchange;
    this.#download = new Download(bridge, number);
    if (exchange.signal !== null) watchSignal(exchange.signal, this);
  }

  get request(): unknown {
    return this.#exchange.request;
  }

  // ── the owner ──

  /**
   * The next bytes; `undefined` when none have arrived yet, see {@link untilReadable}; `null` at the end.
   * @throws Failed when the stream broke off, or the reason of an abort.
   */
  read(): Uint8Array | null | undefined {
    if (!this.#download.isReading) {
      if (this.#broken !== null) throw this.#broken.reason;
      throw new StreamEnded();
    }
    const chunk = this.#download.read(true, false);
    if (chunk !== null) return chunk;
    const failure = this.#download.failure();
    if (failure !== null) throw new Failed(failure, this.request);
    return null;
  }

  /** Resolves when a read that found nothing may find more. Keeps the event loop alive meanwhile, if it `holds`. */
  untilReadable(holds = true): Promise<void> {
    return this.#download.untilReadable(holds);
  }

  /**
   * Writes bytes, which are copied before this returns. Resolves when there is room for more.
   * @throws StreamEnded on a direction that is closed; Failed when the stream broke off, or the reason of an abort.
   */
  async write(bytes: Uint8Array): Promise<void> {
    this.#checkWritable();
    this.#underWay += bytes.byteLength;
    this.#bridge.submissions.chunk(this.#number, bytes);
    if (this.#underWay >= HIGH_WATER) await (this.#writers ??= new WaitingLine(this.#bridge)).join();
  }

  /** Closes the direction to the peer, behind what was written. Idempotent. */
  end(): void {
    if (this.#isEnded || this.#isOver) return;
    this.#isEnded = true;
    this.#bridge.submissions.end(this.#number, "");
  }

  /** Starts TLS behind what was written. Resolves when it has started. */
  startTls(options: NativeTlsOptions, certificate: ClientCertificate | null): Promise<void> {
    this.#checkWritable();
    this.#bridge.submissions.flush();
    this.#bridge.native.startTls(this.#number, options, certificate);
    return (this.#handshakes ??= new WaitingLine(this.#bridge)).join();
  }

  /** Begins a WebSocket session on the stream, of which nothing was read. This stream is not used any more. */
  openSession(settings: SessionSettings): MessageStream {
    this.#checkWritable();
    if (this.#exchange.signal !== null) unwatchSignal(this.#exchange.signal, this);
    const session = new MessageStream(this.#bridge, this.#number, this.#exchange, settings);
    this.#bridge.handOver(this.#number, session);
    this.#download.forget();
    this.#exchange.became?.(session);
    return session;
  }

  /**
   * Closes both directions. What was written before is sent. Idempotent.
   * @throws Failed when bytes that were written are lost meanwhile, or the reason of an abort.
   */
  close(): Promise<void> {
    if (this.#download.isReading) {
      this.#isEnded = true;
      this.#isClosing = true;
      this.#leave(new StreamEnded());
      if (!this.#isOver) this.#bridge.submissions.closeStream(this.#number);
    }
    return this.#isOver ? Promise.resolve() : this.#untilClosed();
  }

  /** Closes both directions. A {@link close} that waits already is broken off, and rejects with StreamEnded. */
  closeOrBreakOff(): Promise<void> {
    if (!this.#isClosing || this.#isOver) return this.close();
    this.abort(new StreamEnded());
    return this.#untilClosed();
  }

  /** Breaks the stream off, also while it closes. Pending promises reject with the reason. */
  abort(reason: unknown): void {
    if (!this.#download.isReading && (!this.#isClosing || this.#isOver)) return;
    this.#broken ??= { reason };
    if (this.#isClosing) this.#lose(reason);
    else this.#leave(reason);
    if (!this.#isOver) this.#bridge.submissions.cancel(this.#number);
  }

  // ── records of the engine ──

  readable(): void {
    this.#download.readable();
  }

  credit(bytes: number): void {
    this.#underWay -= bytes;
    if (this.#underWay < HIGH_WATER) this.#writers?.resolveAll();
  }

  secured(): void {
    this.#handshakes?.resolveAll();
  }

  traced(record: TraceRecord): void {
    this.#exchange.traced(record);
  }

  informational(): void {}

  failed(failure: Failure): void {
    const reason = new Failed(failure, this.request);
    this.#broken ??= { reason };
    if (this.#isClosing && (this.#underWay > 0 || failure.kind === "WriteTimeout"))
      this.#lose(ofWriting(reason));
    this.#terminate(reason);
  }

  closed(): void {
    this.#terminate(new StreamEnded());
  }

  // a byte stream has had its response
  whole(): void {}
  restartBody(): void {}
  streamed(): void {}

  #untilClosed(): Promise<void> {
    return (this.#closers ??= new WaitingLine(this.#bridge)).join();
  }

  #checkWritable(): void {
    if (this.#broken !== null) throw ofWriting(this.#broken.reason);
    if (this.#isEnded || this.#isOver) throw new StreamEnded();
  }

  /** The owner reads no more. */
  #leave(reason: unknown): void {
    this.#download.finish();
    this.#download.readable();
    this.#refuse(reason);
    if (this.#isOver) this.#release();
  }

  /** What was written before a close is not sent. */
  #lose(reason: unknown): void {
    this.#isClosing = false;
    this.#closers?.rejectAll(reason);
  }

  /** Nothing more comes from the engine. What came before can still be read. */
  #terminate(reason: unknown): void {
    this.#isOver = true;
    this.#refuse(reason);
    this.#download.readable();
    if (!this.#download.isReading) this.#release();
    this.#closers?.resolveAll();
  }

  #refuse(reason: unknown): void {
    this.#writers?.rejectAll(ofWriting(reason));
    this.#handshakes?.rejectAll(reason);
  }

  #release(): void {
    if (this.#exchange.signal !== null) unwatchSignal(this.#exchange.signal, this);
    this.#download.forget();
    this.#bridge.release(this.#number);
  }
}

/** The engine tells once why a stream broke off, as readers see it. Whoever writes fails to write for the same reason. */
function ofWriting(reason: unknown): unknown {
  if (!(reason instanceof Failed) || reason.failure.kind !== "ReadError") return reason;
  return new Failed({ ...reason.failure, kind: "WriteError", phase: "write" }, reason.request);
}
