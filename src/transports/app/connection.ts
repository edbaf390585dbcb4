/**
 * A connection without a network: two ends; one end reads what the other writes, and a writer waits until its reader has
 * room. Each end has the properties of a socket that node:http and the frameworks use.
 *
 * `stream.duplexPair` could carry the bytes, but its ends have neither an address nor a timeout, and not every supported
 * runtime has it.
 */
import { Duplex } from "node:stream";
import { clearTimeout, setTimeout, type Timer } from "../../platform/timers.js";
import { familyOf } from "./callable.js";

/** The addresses of both ends. @internal */
export interface Endpoints {
  readonly localAddress: string;
  readonly localPort: number;
  readonly remoteAddress: string;
  readonly remotePort: number;
  /** Whether the connection counts as TLS. */
  readonly encrypted: boolean;
}

/** The buffer of each direction in bytes; when it is full, the writer waits. */
const HIGH_WATER = 16 * 1024;

/** One end. */
class End extends Duplex {
  readonly localAddress: string;
  readonly localPort: number;
  readonly remoteAddress: string;
  readonly remotePort: number;
  readonly encrypted: boolean;
  readonly connecting = false;
  readonly pending = false;
  bytesRead = 0;
  bytesWritten = 0;
  readonly #isServer: boolean;
  #isEnded = false;
  #timeout = 0;
  #idle: Timer | null = null;
  /** The other end; set once, when both exist. */
  other: End = this;
  /** The callback of the other end's waiting write, called when this end reads. */
  room: (() => void) | null = null;
  /** Called with the errors of its reader, and with the error with which it is destroyed. */
  broken: (error: unknown) => void = () => undefined;

  constructor(endpoints: Endpoints, isServer: boolean) {
    super({ highWaterMark: HIGH_WATER });
    this.#isServer = isServer;
    this.localAddress = endpoints.localAddress;
    this.localPort = endpoints.localPort;
    this.remoteAddress = endpoints.remoteAddress;
    this.remotePort = endpoints.remotePort;
    this.encrypted = endpoints.encrypted;
    // The creator of the connection gets its errors; they must not end the process when http no longer listens.
    this.on("error", () => undefined);
  }

  get remoteFamily(): string {
    return familyOf(this.remoteAddress);
  }

  get localFamily(): string {
    return familyOf(this.localAddress);
  }

  get timeout(): number {
    return this.#timeout;
  }

  address(): { address: string; family: string; port: number } {
    return { address: this.localAddress, family: this.localFamily, port: this.localPort };
  }

  /** As with a socket: after that much silence, `timeout` is emitted and nothing else happens. */
  setTimeout(milliseconds: number, listener?: () => void): this {
    this.#timeout = milliseconds;
    if (listener !== undefined) {
      if (milliseconds > 0) this.once("timeout", listener);
      else this.removeListener("timeout", listener);
    }
    this.#active();
    return this;
  }

  setNoDelay(): this {
    return this;
  }

  setKeepAlive(): this {
    return this;
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }

  destroySoon(): void {
    if (this.writable) this.end();
    if (this.writableFinished) this.destroy();
    else this.once("finish", () => this.destroy());
  }

  resetAndDestroy(): this {
    return this.destroy();
  }

  override _read(): void {
    const { room } = this;
    this.room = null;
    room?.();
  }

  override _write(chunk: Uint8Array, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.bytesWritten += chunk.byteLength;
    this.#active();
    if (this.other.#take(chunk)) done();
    else this.other.room = done;
  }

  override _final(done: (error?: Error | null) => void): void {
    this.other.#takeEnd();
    done();
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    if (this.#idle !== null) clearTimeout(this.#idle);
    if (error !== null) this.broken(error);
    const { other, room } = this;
    this.room = null;
    // A writer that waits for this end to read no longer has to.
    room?.();
    other.#hangUp();
    done(error);
  }

  /** Whether there is room for more. Bytes written to a closed end are lost, as on a network. */
  #take(chunk: Uint8Array): boolean {
    if (this.destroyed || this.readableEnded) return true;
    this.bytesRead += chunk.byteLength;
    this.#active();
    try {
      return this.push(chunk) || this.destroyed;
    } catch (error) {
      this.broken(error);
      return true;
    }
  }

  #takeEnd(): void {
    if (this.destroyed || this.#isEnded) return;
    this.#isEnded = true;
    this.push(null);
  }

  /** A client still reads what was sent before; a server without a client stops writing. */
  #hangUp(): void {
    if (this.#isServer) this.destroy();
    else this.#takeEnd();
  }

  #active(): void {
    if (this.#idle !== null) clearTimeout(this.#idle);
    this.#idle = null;
    if (this.#timeout <= 0 || this.destroyed) return;
    this.#idle = setTimeout(() => this.emit("timeout"), this.#timeout);
    this.#idle.unref();
  }
}

/** @internal */
export type Connection = End;

/** The two ends of a new connection: the client's, and the server's with the addresses as the server sees them. @internal */
export function connect(endpoints: Endpoints): { client: Connection; server: Connection } {
  const { localAddress, localPort, remoteAddress, remotePort, encrypted } = endpoints;
  const server = new End(endpoints, true);
  const mirrored = {
    localAddress: remoteAddress,
    localPort: remotePort,
    remoteAddress: localAddress,
    remotePort: localPort,
    encrypted,
  };
  const client = new End(mirrored, false);
  server.other = client;
  client.other = server;
  return { client, server };
}
