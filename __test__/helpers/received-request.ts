/**
 * A request as received over the wire. This file alone parses it, because assertions on the client's bytes must not
 * depend on a lenient parser. It implements the HTTP/1.1 framing of RFC 9112 and nothing else.
 */

/** The source of the bytes. */
export interface ByteSupply {
  /** Bytes received and not yet taken. */
  readonly held: Buffer;
  /** Waits for more; false when the peer has disconnected. */
  more(): Promise<boolean>;
  /** Takes the first `length` of the held bytes. */
  take(length: number): Buffer;
}

export class ReceivedRequest {
  /** Request line and header lines as received, with the empty line that ends them. */
  readonly head: string;
  /** The request line, without its end. */
  readonly line: string;
  /** The header lines, without their ends. */
  readonly headerLines: readonly string[];
  /** The number of the connection it came on, counted from 1. */
  readonly connection: number;
  /** The body received so far, without chunked framing. */
  readonly parts: Buffer[] = [];
  /** The sizes of the chunks, including the last one, 0; empty without chunked framing. */
  readonly chunkSizes: number[] = [];
  /** Whether the whole body was received. */
  complete = false;

  constructor(head: string, connection: number) {
    this.head = head;
    this.connection = connection;
    const [line = "", ...headerLines] = head.slice(0, -4).split("\r\n");
    this.line = line;
    this.headerLines = headerLines;
  }

  /** The body received so far. */
  get body(): Buffer {
    return Buffer.concat(this.parts);
  }

  /** The values of a header, in order; case-insensitive. */
  values(name: string): string[] {
    const wanted = name.toLowerCase();
    return this.headerLines
      .map((line) => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 1).trim()] as const)
      .filter(([found]) => found.toLowerCase() === wanted)
      .map(([, value]) => value);
  }
}

/** The next head; `null` if the peer disconnects before its end. */
export async function readHead(supply: ByteSupply, connection: number): Promise<ReceivedRequest | null> {
  const end = await find(supply, "\r\n\r\n");
  return end < 0 ? null : new ReceivedRequest(supply.take(end + 4).toString("latin1"), connection);
}

/** Reads the body into `request`, until its end or until the peer disconnects. */
export async function readBody(supply: ByteSupply, request: ReceivedRequest): Promise<void> {
  const [length] = request.values("content-length");
  if (request.values("transfer-encoding").includes("chunked")) await readChunks(supply, request);
  else request.complete = await readBytes(supply, request, Number(length ?? 0));
}

async function readChunks(supply: ByteSupply, request: ReceivedRequest): Promise<void> {
  for (;;) {
    const end = await find(supply, "\r\n");
    if (end < 0) return;
    const size = Number.parseInt(supply.take(end + 2).toString("latin1"), 16);
    request.chunkSizes.push(size);
    if (!(await readBytes(supply, request, size))) return;
    if ((await find(supply, "\r\n")) < 0) return;
    supply.take(2);
    if (size === 0) {
      request.complete = true;
      return;
    }
  }
}

async function readBytes(supply: ByteSupply, request: ReceivedRequest, length: number): Promise<boolean> {
  let missing = length;
  while (missing > 0) {
    if (supply.held.length === 0 && !(await supply.more())) break;
    const part = supply.take(Math.min(missing, supply.held.length));
    request.parts.push(part);
    missing -= part.length;
  }
  return missing === 0;
}

async function find(supply: ByteSupply, what: string): Promise<number> {
  for (;;) {
    const at = supply.held.indexOf(what);
    if (at >= 0 || !(await supply.more())) return at;
  }
}
