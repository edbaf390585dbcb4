/**
 * An upload made while it is sent: the client pulls the generator only when there is room.
 */
import { createHash, randomBytes } from "node:crypto";
import { AsyncClient } from "httpxide";
import type { Addresses } from "../../servers/addresses.js";
import { checkEqual } from "../check.js";
import { mebibytes, row } from "../screen.js";

const PIECE = randomBytes(64 * 1024);
const PIECES = 1024;

export async function upload({ http }: Addresses): Promise<void> {
  await using client = new AsyncClient({ baseUrl: http });
  const hash = createHash("sha256");
  let bytes = 0;

  async function* pieces(): AsyncGenerator<Uint8Array> {
    for (let number = 0; number < PIECES; number++) {
      // All pieces differ, so that a lost, repeated or swapped one is noticed.
      const piece = Buffer.from(PIECE);
      piece.writeUInt32LE(number);
      hash.update(piece);
      bytes += piece.length;
      yield piece;
    }
  }

  const started = performance.now();
  const response = await client.post("/uploads", { content: pieces() });
  const seconds = (performance.now() - started) / 1000;
  const sha256 = hash.digest("hex");
  checkEqual("the status", response.statusCode, 201);
  checkEqual("the bytes received", response.json(), { bytes, sha256 });
  row("POST /uploads", `${mebibytes(bytes)} MiB in ${PIECES} pieces, ${mebibytes(bytes / seconds)} MiB/s`);
  row("the server's SHA-256", `${sha256.slice(0, 16)}… is the generator's`);
}
