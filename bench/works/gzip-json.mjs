// 22 MB of JSON, sent as gzip, one at a time: read to bytes, or to the parsed value, with the event loop's longest stall.
// The first shows the client's own work; in the second, JSON.parse, the same for all, is a large part.
import { JSON_BYTES } from "../servers/content.mjs";

const common = {
  inFlight: 1,
  rate: "MB/s",
  bytes: JSON_BYTES,
  watchesStalls: true,
};

export const gzipBytes = {
  ...common,
  title: "22 MB of JSON sent as gzip, read to bytes",
  uses: "decode",
  start(peer, urls) {
    const url = `${urls.http}/records.json`;
    return () => peer.get(url);
  },
  check(length) {
    if (length < JSON_BYTES)
      throw new Error(`a body of ${length} bytes instead of ${JSON_BYTES} or a little more`);
  },
};

export const gzipJson = {
  ...common,
  title: "22 MB of JSON sent as gzip, parsed",
  uses: "decodedJson",
  start(peer, urls) {
    const url = `${urls.http}/records.json`;
    return () => peer.json(url);
  },
  check(records) {
    if (records.at(-1)?.id !== records.length - 1) throw new Error("the JSON is not the one that was served");
  },
};
