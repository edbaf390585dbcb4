/** The completion queue: reads the records with which the engine answers, in the layout of `crates/protocol`. */
import type { Calls } from "./binding.js";
import { BufferedBody, CompletionBuffer } from "./completion-buffer.js";
import type { EngineClock } from "./engine-clock.js";
import { EngineConnection, milliseconds } from "./connection.js";
import { type Failure, type FailureTimings, failureOf } from "./failure.js";
import {
  COMPLETE_CLOSED,
  COMPLETE_CONNECTION_CLOSED,
  COMPLETE_CONNECTION_OPENED,
  COMPLETE_CREDIT,
  COMPLETE_FAILED,
  COMPLETE_DISCONNECTED,
  COMPLETE_MESSAGE,
  COMPLETE_MESSAGE_ATTACHED,
  COMPLETE_PONG,
  COMPLETE_INFORMATIONAL,
  COMPLETE_LOOKUP,
  COMPLETE_LOOKUP_GIVEN_UP,
  COMPLETE_READABLE,
  COMPLETE_RESTART_BODY,
  COMPLETE_SECURED,
  COMPLETE_STREAMED,
  COMPLETE_TRACE,
  COMPLETE_UPGRADED,
  COMPLETE_WARNING,
  COMPLETE_WHOLE,
  COMPLETE_WHOLE_ATTACHED,
  COMPLETION_LENGTH,
  COMPLETION_NUMBER,
  COMPLETION_OPERATION,
  CONNECTION_CLOSED_CONNECTION,
  CONNECTION_OPENED_ASKER,
  CONNECTION_OPENED_CONNECTION,
  CONNECTION_OPENED_WORDS,
  CREDIT_BYTES,
  DISCONNECTED_CODE,
  DISCONNECTED_REASON_LENGTH,
  DISCONNECTED_WORDS,
  FAILED_CONNECT,
  FAILED_DNS,
  FAILED_DOWNLOAD,
  FAILED_FIRST_BYTE,
  FAILED_POOL,
  FAILED_TLS,
  FAILED_WORDS,
  FAILURE_CODE_LENGTH,
  FAILURE_HTTP2_CODE,
  FAILURE_KIND,
  FAILURE_LOOKUP,
  FAILURE_MESSAGE_LENGTH,
  FAILURE_PHASE,
  FAILURE_PROXY_BODY_LENGTH,
  FAILURE_PROXY_HEAD_LENGTH,
  FAILURE_PROXY_STATUS,
  FAILURE_REQUEST_SENT,
  FAILURE_WORDS,
  HTTP2_CODE_NONE,
  INFORMATIONAL_HEAD_LENGTH,
  INFORMATIONAL_STATUS,
  INFORMATIONAL_WORDS,
  LOOKUP_ASKER,
  LOOKUP_CLIENT,
  LOOKUP_GIVEN_UP_LOOKUP,
  LOOKUP_LOOKUP,
  LOOKUP_NAME_LENGTH,
  LOOKUP_WORDS,
  MOMENTS,
  PONG_TIME_HIGH,
  PONG_TIME_LOW,
  RECEIVED_FLAGS,
  RECEIVED_IS_ASCII,
  RECEIVED_LENGTH,
  RECEIVED_TEXT,
  RECEIVED_WORDS,
  STATUS_CODE,
  STATUS_IS_ASCII,
  STATUS_IS_REUSED,
  STATUS_SETS_COOKIES,
  STEPS,
  STREAMED_CONNECTION,
  STREAMED_FIRST_BYTE,
  STREAMED_HEAD_LENGTH,
  STREAMED_POOL,
  STREAMED_STATUS,
  STREAMED_STREAM_ID,
  STREAMED_WORDS,
  TAKEN_MORE,
  TRACE_FIELDS_LENGTH,
  TRACE_MOMENT,
  TRACE_STEP,
  TRACE_TIME_HIGH,
  TRACE_TIME_LOW,
  TRACE_WORDS,
  WARNING_CODE_LENGTH,
  WARNING_MESSAGE_LENGTH,
  WARNING_WORDS,
  WHOLE_BODY_LENGTH,
  WHOLE_CONNECTION,
  WHOLE_DOWNLOAD,
  WHOLE_DOWNLOADED_HIGH,
  WHOLE_DOWNLOADED_LOW,
  WHOLE_FIRST_BYTE,
  WHOLE_HEAD_LENGTH,
  WHOLE_POOL,
  WHOLE_STATUS,
  WHOLE_STREAM_ID,
  WHOLE_TRAILERS_LENGTH,
  WHOLE_WORDS,
} from "./protocol.js";
import { LoopTurn } from "../platform/loop-turn.js";
import type { SessionEnd } from "./session-record.js";
import type { Lookups } from "./lookups.js";
import type { Thrown } from "./name-resolver.js";
import type { TraceRecord } from "./trace.js";

const INITIAL_BYTES = 256 * 1024;

/** The head of a response whose body follows. @internal */
export interface StreamedHead {
  readonly statusCode: number;
  readonly setsCookies: boolean;
  readonly head: string;
  readonly streamId: number;
  readonly connection: EngineConnection | null;
  readonly isReused: boolean;
  readonly pool: number;
  readonly firstByte: number;
}

/** Receives the records of one exchange. `whole`, `failed` and `closed` are its last. @internal */
export interface CompletionHandler {
  whole(
    status: number,
    setsCookies: boolean,
    head: string,
    body: Uint8Array | BufferedBody,
    downloaded: number,
    trailers: string,
    streamId: number,
    connection: EngineConnection | null,
    isReused: boolean,
    pool: number,
    firstByte: number,
    download: number,
  ): void;
  streamed(head: StreamedHead): void;
  /** In the place of `streamed`, for a connection that becomes a byte stream. */
  upgraded?(head: StreamedHead): void;
  /** TLS has started on a byte stream. */
  secured?(): void;
  /** A message of a WebSocket session, and its length in bytes. */
  message?(data: string | Uint8Array, byteLength: number): void;
  /** In the place of `message`, for text that no string can hold. */
  messageTooLong?(byteLength: number): void;
  pong?(milliseconds: number): void;
  disconnected?(end: SessionEnd): void;
  readable(): void;
  credit(bytes: number): void;
  restartBody(): void;
  traced(record: TraceRecord): void;
  informational(status: number, head: string): void;
  failed(failure: Failure): void;
  closed(): void;
  /** Of number 0 only, which no exchange has. */
  warned?(code: string, message: string): void;
  /** Of number 0 only. `asker` is the exchange that it was opened for, while that has no end. */
  connectionOpened?(connection: EngineConnection, asker: number): void;
  /** Of number 0 only. */
  connectionClosed?(connection: EngineConnection): void;
  /** Of number 0 only. */
  lookup?(lookup: number, client: number, asker: number, hostname: string): void;
  /** Of number 0 only. */
  lookupGivenUp?(lookup: number): void;
}

/** The completion side of the boundary. @internal */
export class CompletionQueue {
  readonly #calls: Calls;
  readonly #clock: EngineClock;
  readonly #handlerOf: (number: number) => CompletionHandler | null;
  readonly #lookups: Lookups;
  #buffer = new CompletionBuffer(INITIAL_BYTES);
  /** The bodies in the buffer. */
  readonly #bodies: BufferedBody[] = [];
  /** The open connections, by the engine's numbers, which are small. */
  readonly #connections: (EngineConnection | null)[] = [null];
  readonly #turn = new LoopTurn(() => this.drain());

  constructor(
    calls: Calls,
    clock: EngineClock,
    handlerOf: (number: number) => CompletionHandler | null,
    lookups: Lookups,
  ) {
    this.#calls = calls;
    this.#clock = clock;
    this.#handlerOf = handlerOf;
    this.#lookups = lookups;
  }

  /**
   * Reads a batch, unless the event loop must turn before. Its bodies stay in the buffer, because their promises run before
   * the next batch comes.
   */
  drain(): void {
    if (this.#turn.putsOff()) return;
    this.#keepBodies();
    let thrown: Thrown | null = null;
    let taken = this.#calls.take(this.#buffer.buffer, true);
    while (taken !== 0) {
      if (taken > 0) {
        thrown ??= this.#read(taken & ~TAKEN_MORE);
        if ((taken & TAKEN_MORE) === 0) break;
        this.#keepBodies();
      } else {
        this.#makeRoom(-taken);
      }
      taken = this.#calls.take(this.#buffer.buffer, false);
    }
    // not before: the engine signals once for all that it has published
    if (thrown !== null) throw thrown.error;
  }

  /** Makes the buffer large enough for the next record of the batch. */
  #makeRoom(bytes: number): void {
    this.#keepBodies();
    if (bytes > this.#buffer.bytes.byteLength) this.#buffer = new CompletionBuffer((bytes + 3) & ~3);
  }

  #keepBodies(): void {
    for (const body of this.#bodies) body.keep();
    this.#bodies.length = 0;
  }

  /** Returns the first exception of an exchange. */
  #read(length: number): Thrown | null {
    const { words } = this.#buffer;
    let thrown: Thrown | null = null;
    for (let at = 0; at < length;) {
      const word = at >>> 2;
      const handler = this.#handlerOf(words[word + COMPLETION_NUMBER]!);
      try {
        if (handler !== null) this.#dispatch(handler, word);
      } catch (error) {
        // a fault of one exchange must not cost the others their answers
        thrown ??= { error };
      }
      at += words[word + COMPLETION_LENGTH]!;
    }
    return thrown;
  }

  #dispatch(handler: CompletionHandler, word: number): void {
    const { words } = this.#buffer;
    switch (words[word + COMPLETION_OPERATION]) {
      case COMPLETE_WHOLE:
        return this.#whole(handler, word, false);
      case COMPLETE_WHOLE_ATTACHED:
        return this.#whole(handler, word, true);
      case COMPLETE_STREAMED:
        return handler.streamed(this.#head(word));
      case COMPLETE_UPGRADED:
        return handler.upgraded?.(this.#head(word));
      case COMPLETE_SECURED:
        return handler.secured?.();
      case COMPLETE_MESSAGE:
        return handler.message?.(this.#message(word), words[word + RECEIVED_LENGTH]!);
      case COMPLETE_MESSAGE_ATTACHED: {
        const bytes = this.#calls.takeMessage(words[word + COMPLETION_NUMBER]!);
        const isText = (words[word + RECEIVED_FLAGS]! & RECEIVED_TEXT) !== 0;
        const data = isText ? textOf(bytes) : bytes;
        return data === null
          ? handler.messageTooLong?.(bytes.byteLength)
          : handler.message?.(data, bytes.byteLength);
      }
      case COMPLETE_PONG:
        return handler.pong?.(
          (words[word + PONG_TIME_LOW]! + words[word + PONG_TIME_HIGH]! * 0x1_0000_0000) / 1000,
        );
      case COMPLETE_DISCONNECTED:
        return handler.disconnected?.(this.#end(word));
      case COMPLETE_READABLE:
        return handler.readable();
      case COMPLETE_CREDIT:
        return handler.credit(words[word + CREDIT_BYTES]!);
      case COMPLETE_RESTART_BODY:
        return handler.restartBody();
      case COMPLETE_FAILED: {
        const failure = word + FAILED_WORDS;
        const reason = this.#failure(failure, (failure + FAILURE_WORDS) << 2);
        return handler.failed({ ...reason, timings: this.#timings(word) });
      }
      case COMPLETE_CLOSED:
        return handler.closed();
      case COMPLETE_CONNECTION_OPENED: {
        const connection = this.#connection(word);
        this.#connections[words[word + CONNECTION_OPENED_CONNECTION]!] = connection;
        return handler.connectionOpened?.(connection, words[word + CONNECTION_OPENED_ASKER]!);
      }
      case COMPLETE_CONNECTION_CLOSED: {
        const number = words[word + CONNECTION_CLOSED_CONNECTION]!;
        const connection = this.#connections[number]!;
        this.#connections[number] = null;
        return handler.connectionClosed?.(connection);
      }
      case COMPLETE_TRACE:
        return handler.traced(this.#trace(word));
      case COMPLETE_INFORMATIONAL: {
        const start = (word + INFORMATIONAL_WORDS) << 2;
        const head = this.#buffer.latin1(start, start + words[word + INFORMATIONAL_HEAD_LENGTH]!);
        return handler.informational(words[word + INFORMATIONAL_STATUS]!, head);
      }
      case COMPLETE_WARNING: {
        const code = (word + WARNING_WORDS) << 2;
        const message = code + words[word + WARNING_CODE_LENGTH]!;
        const end = message + words[word + WARNING_MESSAGE_LENGTH]!;
        return handler.warned?.(this.#buffer.latin1(code, message), this.#buffer.utf8(message, end));
      }
      case COMPLETE_LOOKUP: {
        const name = (word + LOOKUP_WORDS) << 2;
        return handler.lookup?.(
          words[word + LOOKUP_LOOKUP]!,
          words[word + LOOKUP_CLIENT]!,
          words[word + LOOKUP_ASKER]!,
          this.#buffer.latin1(name, name + words[word + LOOKUP_NAME_LENGTH]!),
        );
      }
      case COMPLETE_LOOKUP_GIVEN_UP:
        return handler.lookupGivenUp?.(words[word + LOOKUP_GIVEN_UP_LOOKUP]!);
    }
  }

  #connection(word: number): EngineConnection {
    const start = word << 2;
    const tail = (word + CONNECTION_OPENED_WORDS) << 2;
    const end = start + this.#buffer.words[word + COMPLETION_LENGTH]!;
    return new EngineConnection(this.#buffer.latin1(start, tail), this.#buffer.latin1(tail, end));
  }

  #timings(word: number): FailureTimings {
    const { words } = this.#buffer;
    return {
      pool: milliseconds(words[word + FAILED_POOL]!),
      dns: milliseconds(words[word + FAILED_DNS]!),
      connect: milliseconds(words[word + FAILED_CONNECT]!),
      tls: milliseconds(words[word + FAILED_TLS]!),
      firstByte: milliseconds(words[word + FAILED_FIRST_BYTE]!),
      download: milliseconds(words[word + FAILED_DOWNLOAD]!),
    };
  }

  #head(word: number): StreamedHead {
    const { words } = this.#buffer;
    const status = words[word + STREAMED_STATUS]!;
    const start = (word + STREAMED_WORDS) << 2;
    const head = this.#buffer.latin1(start, start + words[word + STREAMED_HEAD_LENGTH]!);
    return {
      statusCode: status & STATUS_CODE,
      setsCookies: (status & STATUS_SETS_COOKIES) !== 0,
      head,
      streamId: words[word + STREAMED_STREAM_ID]!,
      connection: this.#connections[words[word + STREAMED_CONNECTION]!] ?? null,
      isReused: (status & STATUS_IS_REUSED) !== 0,
      pool: words[word + STREAMED_POOL]!,
      firstByte: words[word + STREAMED_FIRST_BYTE]!,
    };
  }

  #whole(handler: CompletionHandler, word: number, isAttached: boolean): void {
    const buffer = this.#buffer;
    const { words } = buffer;
    const status = words[word + WHOLE_STATUS]!;
    const head = (word + WHOLE_WORDS) << 2;
    const body = head + words[word + WHOLE_HEAD_LENGTH]!;
    const trailers = body + words[word + WHOLE_BODY_LENGTH]!;
    const trailersLength = words[word + WHOLE_TRAILERS_LENGTH]!;
    handler.whole(
      status & STATUS_CODE,
      (status & STATUS_SETS_COOKIES) !== 0,
      buffer.latin1(head, body),
      isAttached
        ? this.#calls.takeBody(words[word + COMPLETION_NUMBER]!)
        : this.#body(body, trailers, (status & STATUS_IS_ASCII) !== 0),
      words[word + WHOLE_DOWNLOADED_LOW]! + words[word + WHOLE_DOWNLOADED_HIGH]! * 0x1_0000_0000,
      trailersLength === 0 ? "" : buffer.latin1(trailers, trailers + trailersLength),
      words[word + WHOLE_STREAM_ID]!,
      this.#connections[words[word + WHOLE_CONNECTION]!] ?? null,
      (status & STATUS_IS_REUSED) !== 0,
      words[word + WHOLE_POOL]!,
      words[word + WHOLE_FIRST_BYTE]!,
      words[word + WHOLE_DOWNLOAD]!,
    );
  }

  #message(word: number): string | Uint8Array {
    const buffer = this.#buffer;
    const flags = buffer.words[word + RECEIVED_FLAGS]!;
    const start = (word + RECEIVED_WORDS) << 2;
    const end = start + buffer.words[word + RECEIVED_LENGTH]!;
    if ((flags & RECEIVED_TEXT) === 0) return buffer.bytes.slice(start, end);
    return (flags & RECEIVED_IS_ASCII) !== 0 ? buffer.latin1(start, end) : buffer.utf8(start, end);
  }

  #end(word: number): SessionEnd {
    const buffer = this.#buffer;
    const { words } = buffer;
    const failure = word + DISCONNECTED_WORDS;
    const reason = (failure + FAILURE_WORDS) << 2;
    const code = reason + words[word + DISCONNECTED_REASON_LENGTH]!;
    return {
      code: words[word + DISCONNECTED_CODE]!,
      reason: buffer.utf8(reason, code),
      failure: words[failure + FAILURE_CODE_LENGTH] === 0 ? null : this.#failure(failure, code),
    };
  }

  #trace(word: number): TraceRecord {
    const buffer = this.#buffer;
    const { words } = buffer;
    const failure = word + TRACE_WORDS;
    const fields = (failure + FAILURE_WORDS) << 2;
    const code = fields + words[word + TRACE_FIELDS_LENGTH]!;
    const microseconds = words[word + TRACE_TIME_LOW]! + words[word + TRACE_TIME_HIGH]! * 0x1_0000_0000;
    return {
      step: STEPS[words[word + TRACE_STEP]!]!,
      moment: MOMENTS[words[word + TRACE_MOMENT]!]!,
      time: this.#clock.toPerformance(microseconds / 1000),
      fields: buffer.utf8(fields, code).split("\0"),
      failure: words[failure + FAILURE_CODE_LENGTH] === 0 ? null : this.#failure(failure, code),
    };
  }

  #body(start: number, end: number, isASCII: boolean): Uint8Array | BufferedBody {
    // one for each response: its owner may transfer it
    if (start === end) return new Uint8Array(0);
    const body = new BufferedBody(this.#buffer, start, end, isASCII);
    this.#bodies.push(body);
    return body;
  }

  /** The failure whose words begin at `word`, and whose code and further bytes begin at byte `code`. */
  #failure(word: number, code: number): Failure {
    const buffer = this.#buffer;
    const { words } = buffer;
    const message = code + words[word + FAILURE_CODE_LENGTH]!;
    const head = message + words[word + FAILURE_MESSAGE_LENGTH]!;
    const lookup = words[word + FAILURE_LOOKUP]!;
    const http2Code = words[word + FAILURE_HTTP2_CODE]!;
    const failure = failureOf({
      kind: words[word + FAILURE_KIND]!,
      phase: words[word + FAILURE_PHASE]!,
      requestSent: words[word + FAILURE_REQUEST_SENT]!,
      code: buffer.latin1(code, message),
      message: buffer.utf8(message, head),
      ...(http2Code !== HTTP2_CODE_NONE && { http2Code }),
    });
    if (lookup !== 0) return { ...failure, thrown: this.#lookups.failureOf(lookup) };
    const status = words[word + FAILURE_PROXY_STATUS]!;
    if (status === 0) return failure;
    const body = head + words[word + FAILURE_PROXY_HEAD_LENGTH]!;
    const proxyAnswer = {
      status,
      head: buffer.latin1(head, body),
      body: buffer.bytes.slice(body, body + words[word + FAILURE_PROXY_BODY_LENGTH]!),
    };
    return { ...failure, proxyAnswer };
  }
}

/** Null: it is longer than a string can be. */
function textOf({ buffer, byteOffset, byteLength }: Uint8Array): string | null {
  try {
    return Buffer.from(buffer, byteOffset, byteLength).toString("utf8");
  } catch {
    return null;
  }
}
