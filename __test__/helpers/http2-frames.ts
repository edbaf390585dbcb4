/** A server of HTTP/2 that writes frames one by one (RFC 9113, 4.1), as no well-behaved server would. */
import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import { Listener } from "./listening.js";

export const DATA = 0;
export const HEADERS = 1;
export const PRIORITY = 2;
export const RST_STREAM = 3;
export const SETTINGS = 4;
export const PING = 6;
export const GOAWAY = 7;
export const WINDOW_UPDATE = 8;
export const CONTINUATION = 9;

export const END_HEADERS = 4;

/** `:status: 200` in the static table of HPACK. */
export const OK = Buffer.from([0x88]);

const PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

export function frame(kind: number, flags: number, stream: number, payload: Uint8Array): Buffer {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.byteLength, 0, 3);
  head.writeUInt8(kind, 3);
  head.writeUInt8(flags, 4);
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
}

export interface FrameServer extends AsyncDisposable {
  /** Over plain TCP. */
  readonly url: string;
}

/** Plays `script` on each connection once its first request has come, which is on stream 1. */
export async function startFrameServer(script: (socket: Socket) => Promise<void>): Promise<FrameServer> {
  const server = createServer((socket) => {
    let received = Buffer.alloc(0);
    const onData = (bytes: Buffer): void => {
      received = Buffer.concat([received, bytes]);
      if (!hasHeaders(received)) return;
      socket.off("data", onData);
      socket.resume();
      script(socket).catch(() => socket.destroy());
    };
    socket.on("data", onData);
    socket.write(frame(SETTINGS, 0, 0, Buffer.alloc(0)));
  });
  const listener = new Listener(server);
  await listener.listen();
  return Object.assign(listener, { url: `http://127.0.0.1:${listener.port}` });
}

function hasHeaders(received: Buffer): boolean {
  let at = PREFACE.length;
  while (at + 9 <= received.length) {
    if (received[at + 3] === HEADERS) return true;
    at += 9 + received.readUIntBE(at, 3);
  }
  return false;
}

/** Writes the same bytes again and again, as fast as the client reads them, until it closes. */
export async function flood(socket: Socket, bytes: Uint8Array): Promise<void> {
  // fewer system calls: the flood is as fast as it can be
  const many = Buffer.concat(Array.from({ length: Math.ceil(65_536 / bytes.byteLength) }, () => bytes));
  while (socket.writable) {
    if (socket.write(many)) await new Promise((resolve) => setImmediate(resolve));
    else await Promise.race([once(socket, "drain"), once(socket, "close")]);
  }
}
