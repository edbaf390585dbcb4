// HTTP/2 over TLS, all streams on one connection.
import { LARGE_BYTES, SMALL_BYTES } from "../servers/content.mjs";

const UPLOAD = new Uint8Array(4 * 1024 * 1024).fill(0x61);

export const http2Get = (inFlight) => ({
  title: `1 KiB GET over HTTP/2 and TLS, ${inFlight.toLocaleString("en")} streams`,
  uses: "http2",
  http2: true,
  inFlight,
  rate: "req/s",
  start(peer, urls) {
    const url = `${urls.http2}/1k`;
    return () => peer.get(url);
  },
  check: (length) => expect(length, SMALL_BYTES),
});

export const http2Stream = {
  title: "256 MiB body streamed over HTTP/2 and TLS",
  uses: "http2",
  http2: true,
  inFlight: 1,
  rate: "MB/s",
  bytes: LARGE_BYTES,
  start(peer, urls) {
    const url = `${urls.http2}/256m`;
    return () => peer.stream(url);
  },
  check: (length) => expect(length, LARGE_BYTES),
};

export const http2Upload = {
  title: "4 MiB uploaded over HTTP/2 and TLS, 64 streams",
  uses: "http2",
  http2: true,
  inFlight: 64,
  rate: "MB/s",
  bytes: UPLOAD.length,
  start(peer, urls) {
    const url = `${urls.http2}/upload`;
    return () => peer.upload(url, UPLOAD);
  },
  check: (received) => expect(received, UPLOAD.length),
};

function expect(bytes, expected) {
  if (bytes !== expected) throw new Error(`${bytes} bytes instead of ${expected}`);
}
