/** A server of raw WebSocket frames: it sends what a well-behaved server cannot, and shows what a client sends. */
import { createHash } from "node:crypto";
import { type RawConnection, type RawServer, head, startRawServer } from "./raw-server.js";
import type { ReceivedRequest } from "./received-request.js";

export const CONTINUATION = 0x0;
export const TEXT = 0x1;
export const BINARY = 0x2;
export const CLOSE = 0x8;
export const PING = 0x9;
export const PONG = 0xa;

/** A frame that a client sent, unmasked. */
export interface Frame {
  readonly isFinal: boolean;
  readonly rsv: number;
  readonly opcode: number;
  readonly isMasked: boolean;
  readonly payload: Buffer;
}

/** How a frame differs from a final one without reserved bits. */
export interface FrameParts {
  readonly isFinal?: boolean;
  /** RSV1 is 4, RSV2 is 2, RSV3 is 1. */
  readonly rsv?: number;
  readonly mask?: Buffer;
}

/** A frame of a server. */
export function frame(
  opcode: number,
  payload: string | Uint8Array = "",
  { isFinal = true, rsv = 0, mask }: FrameParts = {},
): Buffer {
  const bytes = Buffer.from(payload as string);
  const first = (isFinal ? 0x80 : 0) | (rsv << 4) | opcode;
  const masked = mask === undefined ? 0 : 0x80;
  let start;
  if (bytes.length < 126) {
    start = Buffer.from([first, masked | bytes.length]);
  } else if (bytes.length < 0x1_0000) {
    start = Buffer.from([first, masked | 126, bytes.length >> 8, bytes.length & 0xff]);
  } else {
    start = Buffer.alloc(10);
    start[0] = first;
    start[1] = masked | 127;
    start.writeBigUInt64BE(BigInt(bytes.length), 2);
  }
  return Buffer.concat([start, mask ?? Buffer.alloc(0), bytes]);
}

/** A close frame. */
export function closeFrame(code?: number, reason = ""): Buffer {
  if (code === undefined) return frame(CLOSE);
  return frame(CLOSE, Buffer.concat([Buffer.from([code >> 8, code & 0xff]), Buffer.from(reason)]));
}

/** The code of a close frame's payload; 1005 if it has none. */
export function codeOf({ payload }: Frame): number {
  return payload.length === 0 ? 1005 : payload.readUInt16BE(0);
}

export function acceptOf(request: ReceivedRequest): string {
  const [key = ""] = request.values("sec-websocket-key");
  return createHash("sha1").update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest("base64");
}

/** The head that agrees to a handshake. */
export function agreement(request: ReceivedRequest, ...lines: readonly string[]): Buffer {
  return head(
    "101 Switching Protocols",
    "Upgrade: websocket",
    "Connection: Upgrade",
    `Sec-WebSocket-Accept: ${acceptOf(request)}`,
    ...lines,
  );
}

/** One session, as the server's script sees it. */
export class RawSession {
  readonly connection: RawConnection;
  readonly request: ReceivedRequest;

  constructor(connection: RawConnection, request: ReceivedRequest) {
    this.connection = connection;
    this.request = request;
  }

  send(...frames: readonly Uint8Array[]): Promise<boolean> {
    return this.connection.send(Buffer.concat(frames));
  }

  /** The next frame; null if the client has closed the connection. */
  async receive(): Promise<Frame | null> {
    const start = await this.#take(2);
    if (start === null) return null;
    const [first, second] = [start[0]!, start[1]!];
    let length = second & 0x7f;
    if (length === 126) length = (await this.#take(2))!.readUInt16BE();
    else if (length === 127) length = Number((await this.#take(8))!.readBigUInt64BE());
    const isMasked = (second & 0x80) !== 0;
    const mask = isMasked ? await this.#take(4) : null;
    const payload = await this.#take(length);
    if (payload === null) return null;
    if (mask) for (let at = 0; at < payload.length; at += 1) payload[at]! ^= mask[at % 4]!;
    return { isFinal: (first & 0x80) !== 0, rsv: (first >> 4) & 7, opcode: first & 0xf, isMasked, payload };
  }

  /** The next frame that is not a ping of the client's own. */
  async receiveData(): Promise<Frame | null> {
    for (;;) {
      const next = await this.receive();
      if (next?.opcode !== PING) return next;
    }
  }

  /** Answers the client's close frame; returns its code. */
  async answerClose(): Promise<number> {
    for (;;) {
      const next = await this.receiveData();
      if (next === null) return 1006;
      if (next.opcode !== CLOSE) continue;
      await this.send(frame(CLOSE, next.payload));
      return codeOf(next);
    }
  }

  async #take(length: number): Promise<Buffer | null> {
    while (this.connection.held.length < length) if (!(await this.connection.more())) return null;
    return Buffer.from(this.connection.take(length));
  }
}

/** Agrees to every handshake, with these header lines, and then runs the script. */
export function startWebSocketServer(
  script: (session: RawSession) => Promise<void>,
  ...lines: readonly string[]
): Promise<RawServer> {
  return startRawServer(async (connection) => {
    const request = await connection.readRequest();
    if (request === null) return;
    await connection.send(agreement(request, ...lines));
    await script(new RawSession(connection, request));
  });
}

/** Sends every message back, and answers pings and the close frame. */
export async function echo(session: RawSession): Promise<void> {
  for (let next = await session.receive(); next !== null; next = await session.receive()) {
    if (next.opcode === PONG) continue;
    const opcode = next.opcode === PING ? PONG : next.opcode;
    await session.send(frame(opcode, next.payload, { isFinal: next.isFinal, rsv: next.rsv }));
    if (next.opcode === CLOSE) return;
  }
}
