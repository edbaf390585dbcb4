/**
 * A server that is scripted byte by byte, for everything that a well-behaved one cannot send and cannot see. The
 * script is an async function of one connection; when it returns, the connection is closed. Nothing is read but
 * what the script reads.
 */
import { createServer, type Socket } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import type { KeyAndCertificate } from "./certificates.js";
import { Listener } from "./listening.js";
import { type ByteSupply, readBody, readHead, type ReceivedRequest } from "./received-request.js";
import { turn } from "./waiting.js";

export type Script = (connection: RawConnection) => Promise<void>;

/** What the connections of one server have seen and sent. */
interface Tally {
  readonly requests: ReceivedRequest[];
  bytesReceived: number;
  bytesSent: number;
}

export class RawServer extends Listener {
  readonly #tally: Tally = { requests: [], bytesReceived: 0, bytesSent: 0 };
  readonly #failures: unknown[] = [];
  readonly #base: string;

  constructor(script: Script, certificate: KeyAndCertificate | undefined) {
    // Paused, the system's buffers are the only ones: what a script does not read stops the client.
    const server = certificate
      ? createTlsServer({ ...certificate, noDelay: true })
      : createServer({ pauseOnConnect: true, noDelay: true });
    super(server);
    this.#base = certificate ? "https://localhost" : "http://127.0.0.1";
    server.on(certificate ? "secureConnection" : "connection", (socket: Socket) => {
      const connection = new RawConnection(socket, this.numberOf(socket), this.#tally);
      script(connection)
        .catch((error: unknown) => this.#failures.push(error))
        .finally(() => connection.close());
    });
  }

  /** Where it listens, without a slash at the end. */
  get url(): string {
    return `${this.#base}:${this.port}`;
  }

  /** The requests whose head was read, whole or not. */
  get requests(): readonly ReceivedRequest[] {
    return this.#tally.requests;
  }

  /** How many bytes the scripts have read. */
  get bytesReceived(): number {
    return this.#tally.bytesReceived;
  }

  /** How many bytes the system has taken from the scripts. */
  get bytesSent(): number {
    return this.#tally.bytesSent;
  }

  override async [Symbol.asyncDispose](): Promise<void> {
    await super[Symbol.asyncDispose]();
    // What a script asserted in vain must fail the test.
    if (this.#failures.length > 0) throw new AggregateError(this.#failures, "the server's script failed");
  }
}

/** Starts one; with a certificate, over TLS. */
export async function startRawServer(script: Script, certificate?: KeyAndCertificate): Promise<RawServer> {
  const server = new RawServer(script, certificate);
  await server.listen();
  return server;
}

/** One connection, seen from the script. */
export class RawConnection implements ByteSupply {
  readonly socket: Socket;
  /** Counted from 1. */
  readonly number: number;
  readonly #tally: Tally;
  #held: Buffer = Buffer.alloc(0);
  #gone = false;
  #wake: () => void = () => {};

  constructor(socket: Socket, number: number, tally: Tally) {
    this.socket = socket;
    this.number = number;
    this.#tally = tally;
    socket.on("end", () => this.#lose());
    socket.on("close", () => this.#lose());
  }

  get held(): Buffer {
    return this.#held;
  }

  async more(): Promise<boolean> {
    // Not before: a listener of "readable" makes the socket read ahead.
    if (this.socket.listenerCount("readable") === 0) this.socket.on("readable", () => this.#wake());
    for (;;) {
      const chunk = this.socket.read() as Buffer | null;
      if (chunk !== null) {
        this.#held = Buffer.concat([this.#held, chunk]);
        this.#tally.bytesReceived += chunk.length;
        return true;
      }
      if (this.#gone) return false;
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  take(length: number): Buffer {
    const taken = this.#held.subarray(0, length);
    this.#held = this.#held.subarray(length);
    return taken;
  }

  /** The next request's head; `null` if the client is gone. The body stays unread. */
  async readHead(): Promise<ReceivedRequest | null> {
    const request = await readHead(this, this.number);
    if (request !== null) this.#tally.requests.push(request);
    return request;
  }

  /** The next request with its body, as far as it came; `null` if the client is gone before the end of its head. */
  async readRequest(): Promise<ReceivedRequest | null> {
    const request = await this.readHead();
    if (request !== null) await readBody(this, request);
    return request;
  }

  /** Sends, and waits until the system has taken it; false when the client is gone. A string is latin1. */
  async send(data: string | Uint8Array): Promise<boolean> {
    if (!this.socket.writable) return false;
    const bytes = typeof data === "string" ? Buffer.from(data, "latin1") : data;
    const taken = await new Promise<boolean>((resolve) => {
      this.socket.write(bytes, (error) => resolve(!error && !this.socket.destroyed));
    });
    if (taken) this.#tally.bytesSent += bytes.length;
    return taken;
  }

  /** Sends each of `pieces` by itself, so that the client gets them one after the other. */
  async sendPieces(pieces: Iterable<string | Uint8Array>): Promise<boolean> {
    for (const piece of pieces) {
      if (!(await this.send(piece))) return false;
      await turn();
    }
    return true;
  }

  /** Resolves when the client has closed; what it still sends is thrown away. */
  async closed(): Promise<void> {
    while (await this.more()) this.take(this.#held.length);
  }

  /** Closes in the ordinary way (FIN), reading what the client still sends so that the system sends no reset. */
  close(): void {
    this.socket.end();
    this.socket.removeAllListeners("readable");
    this.socket.resume();
  }

  /** Closes with a reset (RST). */
  reset(): void {
    this.socket.resetAndDestroy();
  }

  #lose(): void {
    this.#gone = true;
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

/** The head of a response in chunks. */
export function chunkedHead(...headerLines: readonly string[]): Buffer {
  return head("200 OK", "Transfer-Encoding: chunked", ...headerLines);
}

/** One chunk of such a response. */
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
