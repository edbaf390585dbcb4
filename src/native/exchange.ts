/**
 * One request under way, as this side of the boundary sees it: its promise, its upload, and the state of its streamed
 * body. It is settled exactly once, and gives its number back when the engine and the reader are both done with it.
 */
import { type EngineFailure, errorFromEngine } from "../errors/engine.js";
import type { RequestBody } from "../body/encode/encoded.js";
import type { Request } from "../request/request.js";
import type { WholeBody, WireResponse } from "../response/wire.js";
import { type Abortable, unwatchSignal, watchSignal } from "../platform/signals.js";
import type { Timeout } from "../config/timeout.js";
import type { Bridge } from "./bridge.js";
import type { CompletionHandler } from "./completion.js";
import { EngineBody } from "./engine-body.js";
import { listenerOf, originOf, targetOf } from "./extensions.js";
import { engineFailure } from "./failure.js";
import { STREAM, type StartBody, TRACE } from "./submission.js";
import { type EngineEvent, Trace } from "./trace.js";
import { Upload } from "./upload.js";

/** What a promise of the engine is rejected with; it becomes an error where the caller's stack is known. @internal */
export class Failed {
  constructor(
    readonly failure: EngineFailure,
    readonly request: Request,
  ) {}
}

const NOTHING = { kind: "none" } as const;
const LATER = { kind: "streamed" } as const;
const utf8 = new TextEncoder();

function startBody(body: RequestBody): StartBody {
  if (body.kind === "empty") return NOTHING;
  if (body.kind === "stream") return LATER;
  return { kind: "bytes", bytes: body.kind === "bytes" ? body.bytes : utf8.encode(body.text) };
}

/** @internal */
export class Exchange implements CompletionHandler, Abortable {
  readonly request: Request;
  /** What must not be collected, and thereby closed, while this is under way. */
  readonly client: { readonly number: number };
  readonly #bridge: Bridge;
  readonly #number: number;
  readonly #startedAt = performance.now();
  readonly #signal: AbortSignal | null;
  #resolve: ((response: WireResponse) => void) | null;
  #reject: ((reason: unknown) => void) | null;
  #upload: Upload | null = null;
  #trace: Trace | null = null;
  /** What a read that found nothing waits with. */
  #readable: (() => void) | null = null;
  #whenClosed: (() => void)[] | null = null;
  #isTerminated = false;
  /** Whether the engine keeps something for the number: a streamed body. */
  #isKept = false;
  #isReading = false;
  #downloaded: number | null = null;
  #aborted: { reason: unknown } | null = null;

  constructor(
    bridge: Bridge,
    client: { readonly number: number },
    request: Request,
    signal: AbortSignal | null,
    resolve: (response: WireResponse) => void,
    reject: (reason: unknown) => void,
  ) {
    this.request = request;
    this.client = client;
    this.#bridge = bridge;
    this.#signal = signal;
    this.#resolve = resolve;
    this.#reject = reject;
    this.#number = bridge.register(this);
  }

  /** Sends the request. With `stream` the response comes before its body. */
  start(timeout: Timeout, stream: boolean): void {
    const { request } = this;
    const { submissions } = this.#bridge;
    const { target, body, givenExtensions } = request;
    let { path, origin } = target;
    let flags = stream ? STREAM : 0;
    if (givenExtensions !== null) {
      path = targetOf(request, givenExtensions);
      origin = originOf(request, givenExtensions);
      const listener = listenerOf(givenExtensions);
      if (listener !== null) {
        this.#trace = new Trace(listener, request, (error) => this.#giveUp(error));
        this.#bridge.clock.compare();
        flags |= TRACE;
      }
    }
    const head = `${request.method} ${path} HTTP/1.1\r\n${request.headerBlock}\r\n`;
    // refuses a body that was sent before, while nothing is under way
    const chunks = body.kind === "stream" ? body.iterate() : null;
    if (this.#signal !== null) {
      // the body is the caller's, and may have aborted it just now
      this.#signal.throwIfAborted();
      watchSignal(this.#signal, this);
    }
    submissions.start(this.#number, this.client.number, flags, timeout, origin, head, startBody(body));
    this.#bridge.hold();
    if (chunks !== null) {
      this.#upload = new Upload(submissions, this.#number, chunks, (error) => this.#giveUp(error));
    }
  }

  /** Takes back a request whose start failed. */
  discard(): void {
    if (this.#signal !== null) unwatchSignal(this.#signal, this);
    this.#bridge.release(this.#number);
  }

  // ── told by the engine ──

  whole(
    status: number,
    setsCookies: boolean,
    head: string,
    body: Uint8Array | WholeBody,
    downloaded: number,
    trailers: string,
  ): void {
    this.#terminated();
    this.#answer({
      statusCode: status,
      setsCookies,
      head,
      request: this.request,
      content: body,
      source: null,
      numBytesDownloaded: downloaded,
      startedAt: this.#startedAt,
      trailers,
    });
  }

  streamed(status: number, setsCookies: boolean, head: string): void {
    this.#isKept = true;
    this.#isReading = true;
    const source = new EngineBody(this);
    this.#answer({
      statusCode: status,
      setsCookies,
      head,
      request: this.request,
      content: null,
      source,
      numBytesDownloaded: 0,
      startedAt: this.#startedAt,
    });
    // the caller gave up while the head was on its way
    if (this.#aborted !== null) this.finishReading();
  }

  readable(): void {
    const readable = this.#readable;
    if (readable === null) return;
    this.#readable = null;
    this.#bridge.unhold();
    readable();
  }

  credit(bytes: number): void {
    this.#upload?.credit(bytes);
  }

  traced(event: EngineEvent): void {
    this.#trace?.tell(event, this.#bridge.clock.toPerformance(event.time), this.#aborted);
  }

  failed(failure: EngineFailure): void {
    // of a streamed body, only when the engine has lost it: then nobody ends the pipe
    if (this.#isReading) this.#aborted ??= { reason: errorFromEngine(failure, this.request) };
    this.#terminated();
    this.#refuse(new Failed(failure, this.request));
  }

  closed(): void {
    this.#terminated();
  }

  // ── told by the reader of the streamed body ──

  /** What is there of the body: `undefined` when nothing is as yet. */
  read(raw: boolean): Uint8Array | null | undefined {
    return this.#bridge.native.read(this.#number, raw);
  }

  /** Resolves when a read may find more. Keeps the event loop alive meanwhile. */
  untilReadable(): Promise<void> {
    this.#bridge.hold();
    return new Promise((resolve) => {
      this.#readable = resolve;
    });
  }

  get downloaded(): number {
    return this.#downloaded ?? this.#bridge.native.downloaded(this.#number);
  }

  /** After the end: the trailers' lines, or the error with which the body broke off. */
  outcome(): { trailers: string; error: unknown } {
    const { native } = this.#bridge;
    const failure = native.failure(this.#number);
    const error = failure === null ? null : errorFromEngine(engineFailure(failure), this.request);
    return { trailers: failure === null ? native.trailers(this.#number) : "", error };
  }

  /** Why reading cannot go on, if the caller's signal says so. */
  get aborted(): { reason: unknown } | null {
    return this.#aborted;
  }

  /** Whether the listener has yet to hear of the end. */
  get hasNews(): boolean {
    return this.#trace !== null && !this.#isTerminated;
  }

  /** The body was read to its end, or is not wanted: the engine stops if it has not. */
  finishReading(): void {
    if (!this.#isReading) return;
    this.#isReading = false;
    // the number may stand for another exchange from here on
    this.#downloaded = this.downloaded;
    if (this.#isTerminated) this.#releaseNumber();
    else this.#bridge.submissions.cancel(this.#number);
  }

  /** Resolves when the engine is done with the exchange. */
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

  // ── told by the caller ──

  abort(reason: unknown): void {
    this.#giveUp(reason);
  }

  #giveUp(reason: unknown): void {
    if (this.#aborted !== null) return;
    this.#aborted = { reason };
    this.#upload?.stop();
    this.#refuse(reason);
    if (this.#isReading) {
      this.finishReading();
      this.readable();
    } else if (!this.#isTerminated) {
      this.#bridge.submissions.cancel(this.#number);
    }
  }

  #answer(response: WireResponse): void {
    // an async listener that threw at once has rejected its promise, which is known a microtask later
    if (this.#trace?.isAsync) queueMicrotask(() => this.#resolveWith(response));
    else this.#resolveWith(response);
  }

  #resolveWith(response: WireResponse): void {
    const resolve = this.#resolve;
    if (resolve === null) return;
    this.#settled();
    resolve(response);
  }

  #refuse(reason: unknown): void {
    const reject = this.#reject;
    if (reject === null) return;
    this.#settled();
    reject(reason);
  }

  #settled(): void {
    this.#resolve = null;
    this.#reject = null;
    this.#bridge.unhold();
  }

  /** The engine has said its last word. */
  #terminated(): void {
    this.#isTerminated = true;
    this.#upload?.stop();
    if (!this.#isReading) this.#releaseNumber();
    this.readable();
    const whenClosed = this.#whenClosed;
    this.#whenClosed = null;
    if (whenClosed !== null) for (const closed of whenClosed) closed();
  }

  #releaseNumber(): void {
    if (this.#signal !== null) unwatchSignal(this.#signal, this);
    if (this.#isKept) this.#bridge.native.forget(this.#number);
    this.#bridge.release(this.#number);
  }
}
