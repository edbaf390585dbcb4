// GET of 1 KiB of JSON to the parsed value, repeatedly: the most common work of a service.
import { USER } from "../servers/content.mjs";

export const smallJson = {
  title: "1 KiB of JSON parsed, 64 in flight",
  uses: "json",
  inFlight: 64,
  rate: "req/s",
  start(peer, urls) {
    const url = `${urls.http}/user.json`;
    return () => peer.json(url);
  },
  check(user) {
    if (user.email !== USER.email) throw new Error("the JSON is not the one that was served");
  },
};
