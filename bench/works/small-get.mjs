// GET of a 1 KiB body, read to bytes, repeatedly.
import { SMALL_BYTES } from "../servers/content.mjs";

export const smallGet = ({ inFlight, tls = false }) => ({
  title: `1 KiB GET${tls ? " over TLS" : ""}, ${inFlight.toLocaleString("en")} in flight`,
  uses: "get",
  inFlight,
  rate: "req/s",
  url: (urls) => `${tls ? urls.https : urls.http}/1k`,
  start(peer, urls) {
    const url = this.url(urls);
    return () => peer.get(url);
  },
  check(length) {
    if (length !== SMALL_BYTES) throw new Error(`a body of ${length} bytes instead of ${SMALL_BYTES}`);
  },
});
