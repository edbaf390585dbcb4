// The platform's `fetch`: the same calls for every peer, which only gives the function.
import { LARGE_BYTES, SMALL_BYTES, USER } from "../servers/content.mjs";

/** `uses` tells apart whose function it is: another `fetch`, or Node's own with another dispatcher. */
export const fetchText = ({ title, uses }) => ({
  title,
  uses,
  inFlight: 64,
  rate: "req/s",
  start(peer, urls) {
    const url = `${urls.http}/1k`;
    return async () => (await peer.fetch(url)).text();
  },
  check({ length }) {
    if (length !== SMALL_BYTES) throw new Error(`a body of ${length} bytes instead of ${SMALL_BYTES}`);
  },
});

export const fetchJson = {
  title: "1 KiB of JSON parsed and a header read through fetch, 64 in flight",
  uses: "fetch",
  inFlight: 64,
  rate: "req/s",
  start(peer, urls) {
    const url = `${urls.http}/user.json`;
    return async () => {
      const response = await peer.fetch(url);
      return { type: response.headers.get("content-type"), user: await response.json() };
    };
  },
  check({ type, user }) {
    if (type !== "application/json") throw new Error(`Content-Type ${type} instead of application/json`);
    if (user.email !== USER.email) throw new Error("the JSON is not the one that was served");
  },
};

export const fetchStream = {
  title: "256 MiB body streamed through response.body of fetch",
  uses: "fetch",
  inFlight: 1,
  rate: "MB/s",
  bytes: LARGE_BYTES,
  start(peer, urls) {
    const url = `${urls.http}/256m`;
    return async () => {
      const response = await peer.fetch(url);
      let length = 0;
      for await (const chunk of response.body) length += chunk.length;
      return length;
    };
  },
  check(length) {
    if (length !== LARGE_BYTES) throw new Error(`a body of ${length} bytes instead of ${LARGE_BYTES}`);
  },
};
