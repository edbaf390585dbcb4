/**
 * A server scripted byte by byte, for bytes that a well-behaved server cannot send or observe. The script is an async
 * function of one connection; when it returns, the connection closes. The server reads only on the script's demand.
 */
import { createServer, type Socket } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import type { KeyAndCertificate } from "./certificates.js";
import { Listener } from "./listening.js";
import { type ByteSupply, readBody, readHead, type ReceivedRequest } from "./received-request.js";
import { turn } from "./waiting.js";

export type Script = (connection: RawConnection) => Promise<void>;

/** What the connections of one server have received and sent. */
interface Counters {
  readonly requests: ReceivedRequest[];
  bytesReceived: number;
  bytesSent: number;
  connectionsEnded: number;
}

export class RawServer extends Listener {
  readonly #counters: Counters = { requests: [], bytesReceived: 0, bytesSent: 0, connectionsEnded: 0 };
  readonly #failures: unknown[] = [];
  readonly #base: string;

  constructor(script: Script, certificate: KeyAndCertificate | undefined) {
    // While paused, only the system's buffers hold data: unread bytes block the client.
    const server = certificate
      ? createTlsServer({ ...certificate, noDelay: true })
      : createServer({ pauseOnConnect: true, noDelay: true });
    super(server);
    this.#base = certificate ? "https://localhost" : "http://127.0.0.1";
    server.on(certificate ? "secureConnection" : "connection", (socket: Socket) => {
      const connection = new RawConnection(socket, this.numberOf(socket), this.#counters);
      script(connection)
        .catch((error: unknown) => this.#failures.push(error))
        .finally(() => connection.close());
    });
  }

  /** Its base URL, without a trailing slash. */
  get url(): string {
    return `${this.#base}:${this.port}`;
  }

  /** The requests whose heads were read. */
  get requests(): readonly ReceivedRequest[] {
    return this.#counters.requests;
  }

  /** The number of bytes that the scripts have read. */
  get bytesReceived(): number {
    return this.#counters.bytesReceived;
  }

  /** The number of bytes that the system has accepted from the scripts. */
  get bytesSent(): number {
    return this.#counters.bytesSent;
  }

  /** The number of connections on which the server has sent its FIN. */
  get connectionsEnded(): number {
    return this.#counters.connectionsEnded;
  }

  override async [Symbol.asyncDispose](): Promise<void> {
    await super[Symbol.asyncDispose]();
    // An assertion that failed inside a script must fail the test.
    if (this.#failures.length > 0) throw new AggregateError(this.#failures, "the server's script failed");
  }
}

/** Starts a server; with a certificate, over TLS. */
export async function startRawServer(script: Script, certificate?: KeyAndCertificate): Promise<RawServer> {
  const server = new RawServer(script, certificate);
  await server.listen();
  return server;
}

/** One connection, as the script sees it. */
export class RawConnection implements ByteSupply {
  readonly socket: Socket;
  /** Counted from 1. */
  readonly number: number;
  readonly #counters: Counters;
  #held: Buffer = Buffer.alloc(0);
  #disconnected = false;
  #wake: () => void = () => {};

  constructor(socket: Socket, number: number, counters: Counters) {
    this.socket = socket;
    this.number = number;
    this.#counters = counters;
    socket.on("end", () => this.#disconnect());
    socket.on("finish", () => (counters.connectionsEnded += 1));
    socket.on("close", () => this.#disconnect());
  }

  get held(): Buffer {
    return this.#held;
  }

  async more(): Promise<boolean> {
    // Added on demand: a listener of "readable" makes the socket read ahead.
    if (this.socket.listenerCount("readable") === 0) this.socket.on("readable", () => this.#wake());
    for (;;) {
      const chunk = this.socket.read() as Buffer | null;
      if (chunk !== null) {
        this.#held = Buffer.concat([this.#held, chunk]);
        this.#counters.bytesReceived += chunk.length;
        return true;
      }
      if (this.#disconnected) return false;
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  take(length: number): Buffer {
    const taken = this.#held.subarray(0, length);
    this.#held = this.#held.subarray(length);
    return taken;
  }

  /** The next request's head; `null` if the client has disconnected. The body stays unread. */
  async readHead(): Promise<ReceivedRequest | null> {
    const request = await readHead(this, this.number);
    if (request !== null) this.#counters.requests.push(request);
    return request;
  }

  /** The next request with its body, as far as it arrived; `null` if the client disconnected before the head ended. */
  async readRequest(): Promise<ReceivedRequest | null> {
    const request = await this.readHead();
    if (request !== null) await readBody(this, request);
    return request;
  }

  /** Sends, and waits until the system has accepted the bytes; false if the client disconnected. A string is latin1. */
  async send(data: string | Uint8Array): Promise<boolean> {
    if (!this.socket.writable) return false;
    const bytes = typeof data === "string" ? Buffer.from(data, "latin1") : data;
    const taken = await new Promise<boolean>((resolve) => {
      this.socket.write(bytes, (error) => resolve(!error && !this.socket.destroyed));
    });
    if (taken) this.#counters.bytesSent += bytes.length;
    return taken;
  }

  /** Sends each of `pieces` separately, so that the client receives them one after the other. */
  async sendPieces(pieces: Iterable<string | Uint8Array>): Promise<boolean> {
    for (const piece of pieces) {
      if (!(await this.send(piece))) return false;
      await turn();
    }
    return true;
  }

  /** Resolves when the client has closed; bytes that it still sends are dropped. */
  async closed(): Promise<void> {
    while (await this.more()) this.take(this.#held.length);
  }

  /** Closes normally (FIN), and drains the client's remaining bytes so that the system sends no reset. */
  close(): void {
    this.socket.end();
    this.socket.removeAllListeners("readable");
    this.socket.resume();
  }

  /** Closes with a reset (RST). */
  reset(): void {
    this.socket.resetAndDestroy();
  }

  #disconnect(): void {
    this.#disconnected = true;
    this.#wake();
  }
}

/** A response with this body and its length. */
export function ok(body: string | Uint8Array = "ok", ...headerLines: readonly string[]): Buffer {
  const bytes = Buffer.from(body as string);
  return Buffer.concat([head("200 OK", `Content-Length: ${bytes.length}`, ...headerLines), bytes]);
}

/** Status line and header lines. */
export function head(status: string, ...headerLines: readonly string[]): Buffer {
  return Buffer.from([`HTTP/1.1 ${status}`, ...headerLines, "", ""].join("\r\n"), "latin1");
}

/** The head of a chunked response. */
export function chunkedHead(...headerLines: readonly string[]): Buffer {
  return head("200 OK", "Transfer-Encoding: chunked", ...headerLines);
}

/** One chunk of a chunked response. */
export function chunk(data: string | Uint8Array): Buffer {
  const bytes = Buffer.from(data as string);
  return Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from("\r\n")]);
}

export const LAST_CHUNK = "0\r\n\r\n";

/** A script that answers every request of every connection in the same way. */
export function replying(
  answer: string | Uint8Array | ((request: ReceivedRequest) => string | Uint8Array),
): Script {
  return async (connection) => {
    for (let request = await connection.readRequest(); request; request = await connection.readRequest()) {
      if (!(await connection.send(typeof answer === "function" ? answer(request) : answer))) return;
    }
  };
}

/** A script that reads requests and never answers. */
export const silent: Script = async (connection) => {
  while (await connection.readRequest());
};
