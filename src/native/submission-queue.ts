/**
 * Writes the records that the engine acts on: `crates/binding/src/submission.rs` reads them, and the two files
 * change together.
 *
 * Records of one turn of the event loop are collected and handed over at once: one call and one wake-up of the I/O
 * thread, however many requests, after all that the turn's promises started.
 */
import { afterPromises } from "../platform/clock.js";
import type { NativeBridge } from "./binary.js";
import type { RequestRecord } from "./request-record.js";

const START = 1;
const CHUNK = 2;
const END = 3;
const CANCEL = 4;
const CLOSE_CLIENT = 5;

const NO_BODY = 0;
const INLINE = 1;
const ATTACHED = 2;
const STREAMED = 3;

const HTTP = 0;
const HTTPS = 1;

/** Flags of a START record. */
const STREAM = 1;
const TRACE = 2;

/** Bytes of a START record before its text. */
const START_BYTES = 16 * 4;
const CHUNK_BYTES = 4 * 4;
/** Bytes up to this many are cheaper copied into the batch than handed over beside it. */
const INLINE_UP_TO = 16 * 1024;
const INITIAL_BYTES = 64 * 1024;
/** A batch that has grown beyond this is not kept. */
const KEPT_BYTES = 1024 * 1024;
const NO_LIMIT = 0xffffffff;
/** 49 days: nobody tells it from a longer time. */
const LONGEST_LIMIT = 0xfffffffe;

const EMPTY = new Uint8Array(0);

/** The submission side of the boundary. @internal */
export class SubmissionQueue {
  readonly #native: NativeBridge;
  #batch = Buffer.allocUnsafeSlow(INITIAL_BYTES);
  #words = new Uint32Array(this.#batch.buffer);
  #length = 0;
  #scheduled = false;
  readonly #flush = (): void => this.flush();

  constructor(native: NativeBridge) {
    this.#native = native;
  }

  /** A request. Chunks of its body follow it. */
  start(number: number, client: number, record: RequestRecord<unknown>): void {
    const { route, serverName, head, body, chunks, timeouts } = record;
    const { scheme, hostname, port } = route;
    const isHttps = scheme === "https";
    const bytes = body ?? EMPTY;
    const inline = bytes.byteLength <= INLINE_UP_TO;
    const inlined = inline ? bytes.byteLength : 0;
    const at = this.#room(START_BYTES + hostname.length + serverName.length + head.length + inlined);
    const words = this.#words;
    let word = at >>> 2;
    words[word++] = START;
    words[word++] = number;
    words[word++] = client;
    words[word++] = (record.isStreamed ? STREAM : 0) | (record.trace === null ? 0 : TRACE);
    words[word++] = limit(timeouts.connect);
    words[word++] = limit(timeouts.read);
    words[word++] = limit(timeouts.write);
    words[word++] = limit(timeouts.pool);
    words[word++] = limit(timeouts.total);
    words[word++] = isHttps ? HTTPS : HTTP;
    words[word++] = port ?? (isHttps ? 443 : 80);
    words[word++] = hostname.length;
    words[word++] = serverName.length;
    words[word++] = head.length;
    words[word++] = chunks !== null ? STREAMED : body === null ? NO_BODY : inline ? INLINE : ATTACHED;
    words[word++] = inlined;
    let end = at + START_BYTES;
    // each text is latin1 by its checks: one byte a character
    end += this.#batch.write(hostname, end, "latin1");
    if (serverName !== "") end += this.#batch.write(serverName, end, "latin1");
    end += this.#batch.write(head, end, "latin1");
    if (inlined > 0) {
      this.#batch.set(bytes, end);
      end += inlined;
    }
    this.#added(end, inline ? null : bytes);
  }

  /** Bytes of a streamed body. They are copied before this returns. */
  chunk(number: number, bytes: Uint8Array): void {
    const inline = bytes.byteLength <= INLINE_UP_TO;
    const inlined = inline ? bytes.byteLength : 0;
    const at = this.#room(CHUNK_BYTES + inlined);
    const words = this.#words;
    let word = at >>> 2;
    words[word++] = CHUNK;
    words[word++] = number;
    words[word++] = inline ? INLINE : ATTACHED;
    words[word++] = inlined;
    if (inlined > 0) this.#batch.set(bytes, at + CHUNK_BYTES);
    this.#added(at + CHUNK_BYTES + inlined, inline ? null : bytes);
  }

  /** The end of a streamed body. */
  end(number: number): void {
    this.#bare(END, number);
  }

  /** Stops an exchange, which answers with its terminal record. */
  cancel(number: number): void {
    this.#bare(CANCEL, number);
  }

  /** Closes a client; the answer comes as the terminal record of `number`. */
  closeClient(number: number, client: number): void {
    const at = this.#room(12);
    this.#words[at >>> 2] = CLOSE_CLIENT;
    this.#words[(at >>> 2) + 1] = number;
    this.#words[(at >>> 2) + 2] = client;
    this.#added(at + 12, null);
  }

  /** Hands over what was collected. */
  flush(): void {
    this.#scheduled = false;
    if (this.#length === 0) return;
    const length = this.#length;
    this.#length = 0;
    this.#native.submit(this.#batch, length);
    if (length > KEPT_BYTES) this.#resize(INITIAL_BYTES);
  }

  #bare(operation: number, number: number): void {
    const at = this.#room(8);
    this.#words[at >>> 2] = operation;
    this.#words[(at >>> 2) + 1] = number;
    this.#added(at + 8, null);
  }

  /** Makes room for so many bytes, and says where. */
  #room(bytes: number): number {
    const needed = this.#length + bytes + 3;
    if (needed > this.#batch.byteLength) {
      const collected = this.#batch.subarray(0, this.#length);
      this.#resize(Math.max((needed + 3) & ~3, this.#batch.byteLength * 2));
      this.#batch.set(collected);
    }
    return this.#length;
  }

  #resize(bytes: number): void {
    this.#batch = Buffer.allocUnsafeSlow(bytes);
    this.#words = new Uint32Array(this.#batch.buffer);
  }

  /** An attachment belongs to its caller, who may change it as soon as this returns: it is handed over at once. */
  #added(end: number, attachment: Uint8Array | null): void {
    this.#length = (end + 3) & ~3;
    if (attachment !== null) {
      const length = this.#length;
      this.#length = 0;
      this.#native.submit(this.#batch, length, [attachment]);
    } else if (!this.#scheduled) {
      this.#scheduled = true;
      afterPromises(this.#flush);
    }
  }
}

function limit(milliseconds: number | null): number {
  // a timeout of 0 is over at once; fractions are rounded up so that 0.5 is not 0
  return milliseconds === null ? NO_LIMIT : Math.min(Math.ceil(milliseconds), LONGEST_LIMIT);
}
