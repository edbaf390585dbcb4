/**
 * What the engine tells of a connection, once, when it is open. The record is kept as it came, and read when somebody asks: most
 * programs never do.
 */
import type { ConnectionMessage, ConnectionRoute } from "./connection-channels.js";
import {
  CONNECTION_OPENED_CERTIFICATES_LENGTH,
  CONNECTION_OPENED_CONNECT,
  CONNECTION_OPENED_DNS,
  CONNECTION_OPENED_ID,
  CONNECTION_OPENED_IS_RESUMED,
  CONNECTION_OPENED_LOCAL_PORT,
  CONNECTION_OPENED_REMOTE_PORT,
  CONNECTION_OPENED_TEXT_LENGTH,
  CONNECTION_OPENED_TLS,
  TIME_NONE,
} from "./protocol.js";

/** Where the route begins among the texts of the record. */
const ROUTE_AT = 7;

/** What TLS agreed on. @internal */
export interface EngineTls {
  readonly protocol: string;
  readonly cipher: string;
  readonly alpn: string | null;
  readonly serverName: string | null;
  readonly resumed: boolean;
  readonly peerCertificates: Uint8Array[];
}

/** The texts and certificates of the last connection: those to one server have the same. */
let lastTail = "";

/** @internal */
export class EngineConnection {
  readonly #words: string;
  /** What follows the words. */
  readonly #tail: string;
  #tls: EngineTls | null | undefined;
  #message: ConnectionMessage | null = null;

  /** `words` and `tail` are the whole record, a character for each byte: a string takes a third of the memory of bytes. */
  constructor(words: string, tail: string) {
    this.#words = words;
    if (tail !== lastTail) lastTail = tail;
    this.#tail = lastTail;
  }

  /** The facts that hold for every response. Without TCP there are no addresses. */
  get facts() {
    const [localAddress, remoteAddress, proxy] = this.#text();
    return {
      id: this.#word(CONNECTION_OPENED_ID),
      localAddress: localAddress || null,
      localPort: this.#word(CONNECTION_OPENED_LOCAL_PORT) || null,
      remoteAddress: remoteAddress || null,
      remotePort: this.#word(CONNECTION_OPENED_REMOTE_PORT) || null,
      proxy: proxy || null,
    };
  }

  /** What TLS agreed on; null without TLS. The same for every response. */
  get tls(): EngineTls | null {
    return (this.#tls ??= this.#readTls());
  }

  /** Milliseconds of opening it; null for a part that did not happen. */
  get dial() {
    return {
      dns: milliseconds(this.#word(CONNECTION_OPENED_DNS)),
      connect: milliseconds(this.#word(CONNECTION_OPENED_CONNECT)),
      tls: milliseconds(this.#word(CONNECTION_OPENED_TLS)),
    };
  }

  /** What subscribers of its channels get; always the same object. */
  get message(): ConnectionMessage {
    return (this.#message ??= this.#readMessage());
  }

  #readMessage(): ConnectionMessage {
    const { id, proxy, ...addresses } = this.facts;
    const [key = "", origin, serverName, ...uds] = this.#text().slice(ROUTE_AT);
    const route: ConnectionRoute = {
      origin: origin || null,
      serverName: serverName || null,
      proxy,
      // the name of an abstract socket begins with a NUL
      uds: uds.join("\0") || null,
      toString: () => key,
    };
    return { id, route, ...addresses, timings: this.dial };
  }

  #readTls(): EngineTls | null {
    const [, , , protocol = "", cipher = "", alpn, serverName] = this.#text();
    if (protocol === "") return null;
    return {
      protocol,
      cipher,
      alpn: alpn || null,
      serverName: serverName || null,
      resumed: this.#word(CONNECTION_OPENED_IS_RESUMED) === 1,
      peerCertificates: this.#certificates(),
    };
  }

  #word(index: number): number {
    const at = index << 2;
    const byte = (offset: number): number => this.#words.charCodeAt(at + offset);
    return (byte(0) | (byte(1) << 8) | (byte(2) << 16) | (byte(3) << 24)) >>> 0;
  }

  #text(): string[] {
    const text = this.#tail.slice(0, this.#word(CONNECTION_OPENED_TEXT_LENGTH));
    return Buffer.from(text, "latin1").toString("utf8").split("\0");
  }

  #certificates(): Uint8Array[] {
    let at = this.#word(CONNECTION_OPENED_TEXT_LENGTH);
    const end = at + this.#word(CONNECTION_OPENED_CERTIFICATES_LENGTH);
    const bytes = Uint8Array.from(this.#tail, (character) => character.charCodeAt(0));
    const view = new DataView(bytes.buffer);
    const certificates: Uint8Array[] = [];
    while (at < end) {
      const start = at + 4;
      at = start + view.getUint32(at, true);
      certificates.push(bytes.slice(start, at));
    }
    return certificates;
  }
}

/** Milliseconds of a time that may not have happened. @internal */
export function milliseconds(microseconds: number): number | null {
  return microseconds === TIME_NONE ? null : microseconds / 1000;
}
