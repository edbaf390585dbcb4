/** Where a client connects to for a URL: the first host of the connection, seen before anything is sent. */
import type { AsyncClient, RequestOptions } from "httpxide";

class Seen extends Error {}

/** `host:port` of the server or of the proxy. No bytes are sent, and the connection is given up. */
export async function firstHop(
  client: AsyncClient,
  url: string,
  options: RequestOptions = {},
): Promise<string> {
  let hop = "";
  const trace = (event: string, info: Record<string, unknown>): void => {
    if (event !== "connection.connect_tcp.started" && event !== "socks.connect_tcp.started") return;
    hop = `${String(info["host"])}:${String(info["port"])}`;
    throw new Seen();
  };
  try {
    await client.get(url, { ...options, extensions: { trace } });
  } catch (error) {
    if (!(error instanceof Seen)) throw error;
  }
  return hop;
}
