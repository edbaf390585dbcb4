/**
 * The byte stream that a connection becomes after a 101, or after a 2xx to CONNECT. A kind of stream says how single reads
 * and writes are done; this file does the rest.
 */
import { TextEncoder } from "../platform/classes.js";
import { webStreams } from "../platform/on-demand.js";
import { outOfRange, surplusArgument, wrongType } from "../platform/argument-error.js";
import { aWholeNumber } from "../config/value-checks.js";
import { iteratorForCaller, withCallersStack } from "../errors/callers-stack.js";
import { StreamClosed, StreamConsumed } from "../errors/stream-error.js";
import type { WebReadableStream, WebWritableStream } from "../platform/web-types.js";
import type { VerifyOptions } from "../config/tls.js";

/** Options of {@link NetworkStream.startTls}. The client's `cert` and `tls` apply, `pins` among them. */
export interface StartTlsOptions {
  /** The name that is sent (SNI) and that the certificate must be for. @default the host of the request */
  serverName?: string | undefined;
  /** Whether and how the certificate is checked. @default the client's own `verify` */
  verify?: boolean | VerifyOptions | undefined;
  /** The protocols that ALPN offers, the preferred one first. @default none */
  alpn?: readonly string[] | undefined;
}

/**
 * A connection without HTTP: `response.extensions.networkStream` after a 101, or after a 2xx to CONNECT. It ends when it,
 * its response or its client is closed, or its call aborted.
 *
 * @example
 * const headers = { Connection: "Upgrade", Upgrade: "echo" };
 * await using response = await client.stream("GET", "https://example.org/echo", { headers });
 * const stream = response.extensions["networkStream"] as NetworkStream;
 * await stream.write("hello");
 * for await (const bytes of stream) console.log(bytes);
 */
export interface NetworkStream extends AsyncDisposable, AsyncIterable<Uint8Array> {
  /**
   * The next bytes, at most so many; null once the peer has ended its direction. Calls are answered in order.
   * @throws ReadError when the connection broke; StreamClosed after `aclose()`; the signal's reason.
   */
  read(maxBytes?: number): Promise<Uint8Array | null>;
  /**
   * Writes bytes, or text as UTF-8. Resolves when there is room for more.
   * @throws WriteError when the connection broke; StreamClosed after `closeWrite()` and `aclose()`; the signal's reason.
   */
  write(data: Uint8Array | string): Promise<void>;
  /**
   * Starts TLS behind what was written. Use only the result from then on.
   * @throws ConnectError, ConnectTimeout in phase `tls`, when the handshake failed, which ends the stream.
   */
  startTls(options?: StartTlsOptions): Promise<NetworkStream>;
  /** Ends the direction to the peer, behind what was written. Reading goes on. */
  closeWrite(): Promise<void>;
  /**
   * Closes both directions. What was written before is sent, as long as the peer is seen to take some of it within any 5
   * seconds. The system shows that in steps, on Linux of about 128 KiB, so a peer that reads less than some 30 KB a second may
   * be given up. `response.aclose()`, an abort of the call and a closed client end the wait. Bytes that are lost reset the
   * connection. Idempotent.
   * @throws WriteTimeout, WriteError when written bytes are lost; StreamClosed after `response.aclose()`; the signal's reason.
   */
  aclose(): Promise<void>;
  /** The two directions as streams of the web platform. Closing or cancelling both closes this stream. @throws StreamConsumed the second time. */
  toWeb(): { readable: WebReadableStream; writable: WebWritableStream };
}

const utf8 = new TextEncoder();

/** A network stream over one kind of connection. @internal */
export abstract class ByteNetworkStream implements NetworkStream {
  /** The rest of a chunk that a read had no room for. */
  #rest: Uint8Array | null = null;
  /** Settles when the last read has ended. */
  #reading: Promise<unknown> | null = null;
  #isClosed = false;
  #isWithWeb = false;

  /** The next bytes as they came, never none; null at the end. */
  protected abstract readChunk(): Promise<Uint8Array | null>;
  protected abstract writeBytes(bytes: Uint8Array): Promise<void>;
  protected abstract end(): Promise<void>;
  protected abstract close(): Promise<void>;

  /** As {@link close}, which does not go on waiting if it does. */
  protected closeOrBreakOff(): Promise<void> {
    return this.close();
  }

  abstract startTls(options?: StartTlsOptions): Promise<NetworkStream>;

  async read(maxBytes = Infinity): Promise<Uint8Array | null> {
    if (arguments.length > 1) throw surplusArgument("read()", "the most bytes to read");
    checkMaxBytes(maxBytes);
    const chunk = this.#readAfter(this.#reading, maxBytes);
    this.#reading = chunk.catch(() => undefined);
    try {
      return await chunk;
    } catch (error) {
      // the next read awaits it as well, and an engine follows a promise that one function awaits
      throw withCallersStack(error);
    }
  }

  async write(data: Uint8Array | string): Promise<void> {
    if (arguments.length > 1) throw surplusArgument("write()", "text or bytes");
    if (this.#isClosed) throw new StreamClosed();
    if (typeof data !== "string" && !(data instanceof Uint8Array)) {
      throw wrongType("write() takes text or bytes.");
    }
    await this.writeBytes(typeof data === "string" ? utf8.encode(data) : data);
  }

  closeWrite(): Promise<void> {
    return this.end();
  }

  aclose(): Promise<void> {
    this.#leave();
    return this.close();
  }

  /** Closes the stream because its response is closed. @internal */
  closeWithResponse(): Promise<void> {
    this.#leave();
    return this.closeOrBreakOff();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.aclose();
  }

  [Symbol.asyncIterator](): AsyncIterableIterator<Uint8Array> {
    return iteratorForCaller(this.#chunks());
  }

  toWeb(): { readable: WebReadableStream; writable: WebWritableStream } {
    if (this.#isWithWeb) throw new StreamConsumed("toWeb() has already given the stream away.");
    this.#isWithWeb = true;
    let open = 2;
    const closeOne = async (): Promise<void> => {
      open -= 1;
      if (open === 0) await this.aclose();
    };
    const { ReadableStream, WritableStream } = webStreams();
    const readable = new ReadableStream<Uint8Array>(
      {
        pull: async (controller) => {
          const chunk = await this.read();
          if (chunk !== null) return controller.enqueue(chunk);
          controller.close();
          await closeOne();
        },
        cancel: closeOne,
      },
      { highWaterMark: 0 },
    );
    const writable = new WritableStream<Uint8Array>({
      write: (chunk) => this.write(chunk),
      close: async () => {
        await this.closeWrite();
        await closeOne();
      },
      abort: () => this.aclose(),
    });
    return { readable, writable };
  }

  #leave(): void {
    this.#isClosed = true;
    this.#rest = null;
  }

  async *#chunks(): AsyncGenerator<Uint8Array, void, undefined> {
    for (let chunk; (chunk = await this.read()) !== null;) yield chunk;
  }

  async #readAfter(before: Promise<unknown> | null, maxBytes: number): Promise<Uint8Array | null> {
    await before;
    return await this.#read(maxBytes);
  }

  async #read(maxBytes: number): Promise<Uint8Array | null> {
    if (this.#isClosed) throw new StreamClosed();
    const chunk = this.#rest ?? (await this.readChunk());
    this.#rest = null;
    if (chunk === null || chunk.byteLength <= maxBytes) return chunk;
    this.#rest = chunk.subarray(maxBytes);
    return chunk.slice(0, maxBytes);
  }
}

function checkMaxBytes(value: unknown): void {
  if (value === Infinity) return;
  aWholeNumber(value, "maxBytes");
  if (value === 0) throw outOfRange("maxBytes must be at least 1, not 0.");
}
