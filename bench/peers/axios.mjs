// axios with its own adapter, over a keep-alive Agent of node:http.
import http from "node:http";
import { create } from "axios";

export async function open({ connections }) {
  const httpAgent = new http.Agent({
    keepAlive: true,
    maxSockets: connections,
    maxFreeSockets: connections,
  });
  return {
    axios: create({ adapter: "http", httpAgent }),
    close: async () => httpAgent.destroy(),
  };
}
