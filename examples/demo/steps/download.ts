/**
 * A body too large for memory: it is hashed as it arrives, and the process does not grow with it.
 */
import { createHash } from "node:crypto";
import { AsyncClient } from "httpxide";
import type { Addresses } from "../../servers/addresses.js";
import { check, checkEqual } from "../check.js";
import { mebibytes, progress, row } from "../screen.js";

const MEBIBYTES = 256;
const BYTES = MEBIBYTES * 2 ** 20;
/** The allowed growth of the process: half the body, mostly chunks that V8 has not collected yet. */
const MAY_GROW = BYTES / 2;

export async function download({ http }: Addresses): Promise<void> {
  // The first time, the server takes a moment to compute its digest of the body.
  await using client = new AsyncClient({ baseUrl: http, timeout: { read: 60_000 } });
  const params = { mebibytes: MEBIBYTES };
  const announced = await client.head("/archive", { params });
  const digest = announced.headers.get("repr-digest");
  checkEqual("Content-Length", Number(announced.headers.get("content-length")), BYTES);

  const before = process.memoryUsage.rss();
  let peak = before;
  let bytes = 0;
  const hash = createHash("sha256");
  const show = progress("GET /archive", BYTES);
  const started = performance.now();
  await using response = await client.stream("GET", "/archive", { params });
  for await (const chunk of response.aiterBytes()) {
    hash.update(chunk);
    bytes += chunk.length;
    peak = Math.max(peak, process.memoryUsage.rss());
    show(bytes);
  }
  const seconds = (performance.now() - started) / 1000;

  checkEqual("the number of bytes", bytes, BYTES);
  checkEqual("numBytesDownloaded", response.numBytesDownloaded, BYTES);
  checkEqual("the digest", `sha-256=:${hash.digest("base64")}:`, digest);
  row("", `${mebibytes(bytes / seconds)} MiB/s, hashed on the way; the server's digest is the same`);
  const [grown, allowed] = [mebibytes(peak - before), mebibytes(MAY_GROW)];
  row(
    "memory (RSS)",
    `${mebibytes(before)} MiB before, ${mebibytes(peak)} MiB at its peak: ${grown} MiB more`,
  );
  check(`the process grew by ${allowed} MiB at most (it was ${grown})`, peak - before <= MAY_GROW);
}
