// One 256 MiB body at a time, read chunk by chunk and dropped.
import { LARGE_BYTES } from "../servers/content.mjs";

export const largeStream = {
  title: "256 MiB body streamed",
  uses: "stream",
  inFlight: 1,
  rate: "MB/s",
  bytes: LARGE_BYTES,
  url: (urls) => `${urls.http}/256m`,
  start(peer, urls) {
    const url = this.url(urls);
    return () => peer.stream(url);
  },
  check(length) {
    if (length !== LARGE_BYTES) throw new Error(`a body of ${length} bytes instead of ${LARGE_BYTES}`);
  },
};
