// axios: the same call for every peer, which only gives the instance.
import { USER } from "../servers/content.mjs";

export const axiosGet = {
  title: "1 KiB of JSON through axios, 64 in flight",
  uses: "axios",
  inFlight: 64,
  rate: "req/s",
  start(peer, urls) {
    const url = `${urls.http}/user.json`;
    return async () => (await peer.axios.get(url)).data;
  },
  check(user) {
    if (user.email !== USER.email) throw new Error("the JSON is not the one that was served");
  },
};
