/**
 * The submission queue: writes the records that the engine acts on, in the layout of `crates/protocol`.
 *
 * Records of one turn of the event loop are collected and handed over at once: one call and one wake-up of the I/O
 * thread, however many requests, after all that the turn's promises started.
 */
import { TextEncoder } from "../platform/classes.js";
import { afterPromises } from "../platform/clock.js";
import type { Calls } from "./binding.js";
import {
  BODY_ATTACHED,
  BODY_INLINE,
  BODY_NONE,
  BODY_REPLAYABLE,
  BODY_STREAMED,
  CHUNK_BODY,
  CHUNK_BODY_LENGTH,
  CHUNK_WORDS,
  CLOSE_CLIENT_CLIENT,
  CLOSE_CLIENT_WORDS,
  END_TRAILERS_LENGTH,
  END_WORDS,
  FLAG_FORWARD,
  CLOSE_SESSION_CODE,
  CLOSE_SESSION_REASON_LENGTH,
  CLOSE_SESSION_WORDS,
  FLAG_INFORMATIONAL,
  FLAG_STREAM,
  FLAG_STREAM_REDIRECT,
  FLAG_WHOLE_IF_HERE,
  FLAG_RAW,
  FLAG_FETCH_CODINGS,
  FLAG_TRACE,
  FLAG_TRAILERS,
  MESSAGES_READ_COST,
  MESSAGES_READ_WORDS,
  MESSAGE_BODY,
  MESSAGE_BODY_LENGTH,
  MESSAGE_FLAGS,
  MESSAGE_WORDS,
  OPEN_SESSION_CARRIER,
  OPEN_SESSION_CLOSE_TIMEOUT,
  OPEN_SESSION_FLAGS,
  OPEN_SESSION_LIMIT_HIGH,
  OPEN_SESSION_LIMIT_LOW,
  OPEN_SESSION_PING_INTERVAL,
  OPEN_SESSION_PING_TIMEOUT,
  OPEN_SESSION_WINDOW_BITS,
  OPEN_SESSION_WORDS,
  PING_PAYLOAD_LENGTH,
  PING_WORDS,
  RESOLVED_TEXT_LENGTH,
  RESOLVED_WORDS,
  SCHEME_HTTP,
  SCHEME_HTTPS,
  SESSION_CLIENT_NO_CONTEXT_TAKEOVER,
  SESSION_COMPRESSED,
  SESSION_SERVER_NO_CONTEXT_TAKEOVER,
  START_BODY,
  START_BODY_LENGTH,
  START_CLIENT,
  START_CONNECT,
  START_EXPECT,
  START_FLAGS,
  START_HEAD_LENGTH,
  START_HOST_LENGTH,
  START_POOL,
  START_PORT,
  START_PROXY,
  START_READ,
  START_SCHEME,
  START_SERVER_NAME_LENGTH,
  START_TOTAL,
  START_WORDS,
  START_WRITE,
  SUBMISSION_NUMBER,
  SUBMISSION_OPERATION,
  SUBMISSION_WORDS,
  SUBMIT_BODY_PART_FULL,
  SUBMIT_BODY_PART_TOO_LONG,
  SUBMIT_BODY_RESTARTED,
  SUBMIT_CANCEL,
  SUBMIT_CHUNK,
  SUBMIT_CLOSE_CLIENT,
  SUBMIT_CLOSE_SESSION,
  SUBMIT_CLOSE_STREAM,
  SUBMIT_END,
  SUBMIT_FORGET_PROXY,
  SUBMIT_MESSAGE,
  SUBMIT_MESSAGES_READ,
  SUBMIT_OPEN_SESSION,
  SUBMIT_PING,
  SUBMIT_RESOLVED,
  SUBMIT_START,
  SUBMIT_UNRESOLVED,
  TIMEOUT_LONGEST,
  TIMEOUT_NONE,
  UNRESOLVED_TEXT_LENGTH,
  UNRESOLVED_WORDS,
} from "./protocol.js";
import type { LoopHold } from "./loop-hold.js";
import type { ResolvedName } from "./name-resolver.js";
import type { BodyPieces, Delivery, RequestRecord } from "./request-record.js";
import type { SessionSettings } from "./session-record.js";

/** Bytes up to this many are cheaper copied into the batch than handed over beside it. */
const INLINE_UP_TO = 16 * 1024;
const INITIAL_BYTES = 64 * 1024;
/**
 * A batch of this size is handed over at once. Positions in it have 32 bits, and a program can begin any number of requests
 * before the event loop turns.
 */
const FULL_BYTES = 16 * 1024 * 1024;
/** With so many bytes beside it, a batch is handed over before the turn ends: they are sent while more come. */
const ENOUGH_BESIDE = 512 * 1024;
/** The memory of a batch that grew beyond this is released. */
const KEPT_BYTES = 1024 * 1024;

const EMPTY = new Uint8Array(0);
const utf8 = new TextEncoder();

const flagsOf: Readonly<Record<Delivery, number>> = {
  whole: 0,
  streamed: FLAG_STREAM,
  "streamed-as-fetch": FLAG_STREAM | FLAG_FETCH_CODINGS,
  "whole-unless-redirect": FLAG_STREAM_REDIRECT,
  "whole-if-here-decoded": FLAG_WHOLE_IF_HERE,
  "whole-if-here-as-fetch": FLAG_WHOLE_IF_HERE | FLAG_FETCH_CODINGS,
  "whole-if-here-raw": FLAG_WHOLE_IF_HERE | FLAG_RAW,
};

/** The submission side of the boundary. @internal */
export class SubmissionQueue {
  readonly #calls: Calls;
  readonly #hold: LoopHold;
  #batch = Buffer.allocUnsafeSlow(INITIAL_BYTES);
  #words = new Uint32Array(this.#batch.buffer);
  #length = 0;
  /** Bytes of chunks beside the batch. */
  #beside = 0;
  /** The exchange to whose chunk, beside the batch, another can be joined: that of the last record. 0: none. */
  #joinable = 0;
  #scheduled = false;
  readonly #flush = (): void => this.flush();

  constructor(calls: Calls, hold: LoopHold) {
    this.#calls = calls;
    this.#hold = hold;
  }

  /** A request. Chunks of its body follow it. */
  start(number: number, client: number, record: RequestRecord<unknown>): void {
    const { route, serverName, head, body, pieces, timeouts, delivery } = record;
    const { scheme, hostname, port } = route;
    const isHttps = scheme === "https";
    const bytes = body ?? EMPTY;
    const inline = bytes.byteLength <= INLINE_UP_TO;
    const inlined = inline ? bytes.byteLength : 0;
    const bodyAt =
      pieces !== null ? streamed(pieces) : body === null ? BODY_NONE : inline ? BODY_INLINE : BODY_ATTACHED;
    const textLength = hostname.length + serverName.length + head.length;
    const word = this.#record(SUBMIT_START, number, START_WORDS, textLength + inlined);
    const words = this.#words;
    words[word + START_CLIENT] = client;
    words[word + START_FLAGS] =
      flagsOf[delivery] |
      (record.trace === null ? 0 : FLAG_TRACE) |
      (record.forwards ? FLAG_FORWARD : 0) |
      (record.informational === null ? 0 : FLAG_INFORMATIONAL) |
      (record.trailers === null ? 0 : FLAG_TRAILERS);
    words[word + START_CONNECT] = limit(timeouts.connect);
    words[word + START_READ] = limit(timeouts.read);
    words[word + START_WRITE] = limit(timeouts.write);
    words[word + START_POOL] = limit(timeouts.pool);
    words[word + START_TOTAL] = limit(timeouts.total);
    words[word + START_EXPECT] = limit(record.expect);
    words[word + START_SCHEME] = isHttps ? SCHEME_HTTPS : SCHEME_HTTP;
    words[word + START_PORT] = port ?? (isHttps ? 443 : 80);
    words[word + START_PROXY] = record.proxy === null ? 0 : record.proxy.number;
    words[word + START_HOST_LENGTH] = hostname.length;
    words[word + START_SERVER_NAME_LENGTH] = serverName.length;
    words[word + START_HEAD_LENGTH] = head.length;
    words[word + START_BODY] = bodyAt;
    words[word + START_BODY_LENGTH] = inlined;
    let end = (word + START_WORDS) << 2;
    // each text is latin1 by its checks: one byte a character; a write of its own would cost each 0.05 µs
    end += this.#batch.write(hostname + serverName + head, end, "latin1");
    if (inlined > 0) {
      this.#batch.set(bytes, end);
      end += inlined;
    }
    this.#added(end, inline ? null : bytes);
  }

  /** Bytes of a streamed body. They are copied before this returns. */
  chunk(number: number, bytes: Uint8Array): void {
    const length = bytes.byteLength;
    if (length > INLINE_UP_TO) {
      this.#chunkBeside(number, bytes);
      return;
    }
    const word = this.#record(SUBMIT_CHUNK, number, CHUNK_WORDS, length);
    this.#words[word + CHUNK_BODY] = BODY_INLINE;
    this.#words[word + CHUNK_BODY_LENGTH] = length;
    const start = (word + CHUNK_WORDS) << 2;
    this.#batch.set(bytes, start);
    this.#added(start + length, null);
  }

  /** The end of a streamed body, and the lines of its trailers. */
  end(number: number, trailers: string): void {
    const word = this.#record(SUBMIT_END, number, END_WORDS, trailers.length);
    this.#words[word + END_TRAILERS_LENGTH] = trailers.length;
    const end = (word + END_WORDS) << 2;
    this.#added(end + this.#batch.write(trailers, end, "latin1"), null);
  }

  /** The chunks that follow begin a streamed body again. */
  bodyRestarted(number: number): void {
    this.#bare(SUBMIT_BODY_RESTARTED, number);
  }

  /** The announced bytes of a part of a streamed body have been submitted: it may have more. */
  bodyPartFull(number: number): void {
    this.#bare(SUBMIT_BODY_PART_FULL, number);
  }

  /** A part of a streamed body is longer than announced. */
  bodyPartTooLong(number: number): void {
    this.#bare(SUBMIT_BODY_PART_TOO_LONG, number);
  }

  /** Stops an exchange, which answers with its last record. */
  cancel(number: number): void {
    this.#bare(SUBMIT_CANCEL, number);
  }

  /** Closes a byte stream behind what was written. The answer is its last record. */
  closeStream(number: number): void {
    this.#bare(SUBMIT_CLOSE_STREAM, number);
  }

  /** Closes a client. The answer is the last record of `number`. */
  closeClient(number: number, client: number): void {
    const word = this.#record(SUBMIT_CLOSE_CLIENT, number, CLOSE_CLIENT_WORDS, 0);
    this.#words[word + CLOSE_CLIENT_CLIENT] = client;
    this.#added((word + CLOSE_CLIENT_WORDS) << 2, null);
  }

  /** Forgets a proxy that no later request names. */
  forgetProxy(proxy: number): void {
    this.#bare(SUBMIT_FORGET_PROXY, proxy);
  }

  /** Begins a WebSocket session on a byte stream. */
  openSession(number: number, settings: SessionSettings, carrier: number): void {
    const { compression, maxMessageBytes } = settings;
    const word = this.#record(SUBMIT_OPEN_SESSION, number, OPEN_SESSION_WORDS, 0);
    const words = this.#words;
    words[word + OPEN_SESSION_CARRIER] = carrier;
    words[word + OPEN_SESSION_FLAGS] =
      compression === null
        ? 0
        : SESSION_COMPRESSED |
          (compression.serverNoContextTakeover ? SESSION_SERVER_NO_CONTEXT_TAKEOVER : 0) |
          (compression.clientNoContextTakeover ? SESSION_CLIENT_NO_CONTEXT_TAKEOVER : 0);
    words[word + OPEN_SESSION_WINDOW_BITS] = compression?.clientMaxWindowBits ?? 0;
    words[word + OPEN_SESSION_LIMIT_LOW] = maxMessageBytes;
    words[word + OPEN_SESSION_LIMIT_HIGH] = Math.floor(maxMessageBytes / 0x1_0000_0000);
    words[word + OPEN_SESSION_PING_INTERVAL] = limit(settings.pingInterval);
    words[word + OPEN_SESSION_PING_TIMEOUT] = limit(settings.pingTimeout);
    words[word + OPEN_SESSION_CLOSE_TIMEOUT] = limit(settings.closeTimeout);
    this.#added((word + OPEN_SESSION_WORDS) << 2, null);
  }

  /** A message, or a part of one. It is copied before this returns. Returns its bytes. */
  message(number: number, flags: number, data: string | Uint8Array): number {
    // a character of a string has three bytes at most
    const room = typeof data === "string" ? data.length * 3 : data.byteLength;
    const inline = room <= INLINE_UP_TO;
    const word = this.#record(SUBMIT_MESSAGE, number, MESSAGE_WORDS, inline ? room : 0);
    const start = (word + MESSAGE_WORDS) << 2;
    this.#words[word + MESSAGE_FLAGS] = flags;
    this.#words[word + MESSAGE_BODY] = inline ? BODY_INLINE : BODY_ATTACHED;
    if (!inline) {
      const bytes = typeof data === "string" ? utf8.encode(data) : data;
      this.#words[word + MESSAGE_BODY_LENGTH] = 0;
      this.#added(start, bytes);
      return bytes.byteLength;
    }
    let length = room;
    if (typeof data === "string") length = this.#batch.write(data, start, "utf8");
    else this.#batch.set(data, start);
    this.#words[word + MESSAGE_BODY_LENGTH] = length;
    this.#added(start + length, null);
    return length;
  }

  /** A ping of a WebSocket session. */
  ping(number: number, payload: Uint8Array): void {
    const word = this.#record(SUBMIT_PING, number, PING_WORDS, payload.byteLength);
    const start = (word + PING_WORDS) << 2;
    this.#words[word + PING_PAYLOAD_LENGTH] = payload.byteLength;
    this.#batch.set(payload, start);
    this.#added(start + payload.byteLength, null);
  }

  /** Begins the closing handshake of a WebSocket session. A code of 0 is none. */
  closeSession(number: number, code: number, reason: string): void {
    const bytes = utf8.encode(reason);
    const word = this.#record(SUBMIT_CLOSE_SESSION, number, CLOSE_SESSION_WORDS, bytes.byteLength);
    const start = (word + CLOSE_SESSION_WORDS) << 2;
    this.#words[word + CLOSE_SESSION_CODE] = code;
    this.#words[word + CLOSE_SESSION_REASON_LENGTH] = bytes.byteLength;
    this.#batch.set(bytes, start);
    this.#added(start + bytes.byteLength, null);
  }

  /** Messages were read: their bytes, and the cost of each beside them. */
  messagesRead(number: number, cost: number): void {
    const word = this.#record(SUBMIT_MESSAGES_READ, number, MESSAGES_READ_WORDS, 0);
    this.#words[word + MESSAGES_READ_COST] = cost;
    this.#added((word + MESSAGES_READ_WORDS) << 2, null);
  }

  /** What a look-up has found. */
  resolved(lookup: number, addresses: readonly ResolvedName[]): void {
    const parts = addresses.flatMap(({ address, ttl }) => [address, ttl === null ? "" : milliseconds(ttl)]);
    this.#text(SUBMIT_RESOLVED, lookup, RESOLVED_WORDS, RESOLVED_TEXT_LENGTH, parts.join("\0"));
  }

  /** A look-up failed, for this reason. */
  unresolved(lookup: number, reason: string): void {
    this.#text(SUBMIT_UNRESOLVED, lookup, UNRESOLVED_WORDS, UNRESOLVED_TEXT_LENGTH, reason);
  }

  /** Hands the collected records over. */
  flush(): void {
    this.#scheduled = false;
    if (this.#length > 0) this.#handOver();
    else if (this.#hold.start()) this.#calls.hold();
    if (this.#batch.byteLength > KEPT_BYTES) this.#resize(INITIAL_BYTES);
  }

  /** Sees to a {@link flush} before the event loop goes on. */
  schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    afterPromises(this.#flush);
  }

  #handOver(): void {
    const length = this.#length;
    this.#length = 0;
    this.#beside = 0;
    this.#joinable = 0;
    this.#calls.submit(this.#batch, length, this.#hold.start());
  }

  #chunkBeside(number: number, bytes: Uint8Array): void {
    if (!this.#calls.attach(bytes, this.#joinable === number)) {
      const word = this.#record(SUBMIT_CHUNK, number, CHUNK_WORDS, 0);
      this.#words[word + CHUNK_BODY] = BODY_ATTACHED;
      this.#words[word + CHUNK_BODY_LENGTH] = 0;
      this.#added((word + CHUNK_WORDS) << 2, null);
      this.#joinable = number;
    }
    this.#beside += bytes.byteLength;
    if (this.#beside >= ENOUGH_BESIDE) this.#handOver();
  }

  #bare(operation: number, number: number): void {
    const word = this.#record(operation, number, SUBMISSION_WORDS, 0);
    this.#added((word + SUBMISSION_WORDS) << 2, null);
  }

  /** A record with a text, whose bytes the word `length` counts. */
  #text(operation: number, number: number, words: number, length: number, text: string): void {
    const bytes = utf8.encode(text);
    const word = this.#record(operation, number, words, bytes.byteLength);
    this.#words[word + length] = bytes.byteLength;
    const start = (word + words) << 2;
    this.#batch.set(bytes, start);
    this.#added(start + bytes.byteLength, null);
  }

  /** Begins a record of so many words and bytes. Returns the position of its first word. */
  #record(operation: number, number: number, words: number, bytes: number): number {
    const needed = this.#length + (words << 2) + bytes + 3;
    if (needed > this.#batch.byteLength) {
      const collected = this.#batch.subarray(0, this.#length);
      this.#resize(Math.max((needed + 3) & ~3, this.#batch.byteLength * 2));
      this.#batch.set(collected);
    }
    this.#joinable = 0;
    const word = this.#length >>> 2;
    this.#words[word + SUBMISSION_OPERATION] = operation;
    this.#words[word + SUBMISSION_NUMBER] = number;
    return word;
  }

  #resize(bytes: number): void {
    this.#batch = Buffer.allocUnsafeSlow(bytes);
    this.#words = new Uint32Array(this.#batch.buffer);
  }

  /** Ends a record. The caller may change an attachment once this returns, so it is handed over at once. */
  #added(end: number, attachment: Uint8Array | null): void {
    this.#length = (end + 3) & ~3;
    if (attachment !== null) {
      const length = this.#length;
      this.#length = 0;
      this.#beside = 0;
      this.#calls.submit(this.#batch, length, this.#hold.start(), attachment);
      return;
    }
    if (this.#length >= FULL_BYTES) this.#handOver();
    this.schedule();
  }
}

function streamed({ replayable }: BodyPieces): number {
  return replayable ? BODY_REPLAYABLE : BODY_STREAMED;
}

function limit(milliseconds: number | null): number {
  // a timeout of 0 is over at once; fractions are rounded up so that 0.5 is not 0
  return milliseconds === null ? TIMEOUT_NONE : Math.min(Math.ceil(milliseconds), TIMEOUT_LONGEST);
}

/** Whole milliseconds, none so many that 64 bits do not hold them. */
function milliseconds(time: number): string {
  return String(Math.min(Math.floor(time), Number.MAX_SAFE_INTEGER));
}
