/** A relay that stops after a number of bytes: a server that fails at any byte of what it sends, whatever it speaks. */
import { connect, createServer, type Socket } from "node:net";
import { Listener } from "./listening.js";

/** What the relay does when it has passed its bytes on: nothing more, close, reset, send garbage, or send the rest late. */
export type Cut = "hangs" | "closes" | "resets" | "babbles" | "is late";

const GARBAGE = Buffer.from("\0\u00ff no protocol \r\n\r\n".repeat(4), "latin1");

export interface CutRelay extends Listener {
  /** Bytes that it has passed on from the server, over all connections. */
  readonly passed: number;
}

/**
 * Passes everything on to `port`, and back from it no more than `limit` bytes for each connection.
 *
 * @param late milliseconds until it sends the rest, if that is late
 */
export async function startCutRelay(port: number, limit: number, cut: Cut, late = 0): Promise<CutRelay> {
  let passed = 0;
  const listener = new Listener(
    createServer((client) => {
      const server = connect(port, "127.0.0.1");
      let left = limit;
      client.pipe(server);
      server.on("data", (bytes: Buffer) => {
        const piece = bytes.subarray(0, left);
        left -= piece.length;
        passed += piece.length;
        if (piece.length > 0) client.write(piece);
        if (left === 0) end(client, server, cut, bytes.subarray(piece.length), late);
      });
      if (limit === 0) client.once("data", () => end(client, server, cut, Buffer.alloc(0), late));
      server.on("error", () => client.destroy());
      // else nobody would read the client's end
      server.on("close", () => client.resume());
      client.on("error", () => server.destroy());
      client.on("close", () => server.destroy());
    }),
  );
  await listener.listen();
  return Object.defineProperty(listener, "passed", { get: () => passed }) as CutRelay;
}

function end(client: Socket, server: Socket, cut: Cut, rest: Buffer, late: number): void {
  server.removeAllListeners("data");
  if (cut === "is late") {
    const timer = setTimeout(() => {
      client.write(rest);
      server.pipe(client);
    }, late);
    client.on("close", () => clearTimeout(timer));
    return void server.pause();
  }
  server.resume();
  if (cut === "closes") client.end();
  else if (cut === "resets") client.resetAndDestroy();
  else if (cut === "babbles") client.write(GARBAGE);
}
