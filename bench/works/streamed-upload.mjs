// 256 MiB from an async generator, one upload at a time, in chunks of 64 KiB and of unknown total length (chunked).
import { LARGE_BYTES } from "../servers/content.mjs";

const CHUNK = new Uint8Array(64 * 1024).fill(0x61);

async function* chunks() {
  for (let sent = 0; sent < LARGE_BYTES; sent += CHUNK.length) yield CHUNK;
}

export const streamedUpload = {
  title: "256 MiB uploaded from an async generator",
  uses: "upload",
  inFlight: 1,
  rate: "MB/s",
  bytes: LARGE_BYTES,
  start: (peer, urls) => () => peer.upload(urls.upload, chunks()),
  check(received) {
    if (received !== LARGE_BYTES) throw new Error(`the server got ${received} bytes of ${LARGE_BYTES}`);
  },
};
