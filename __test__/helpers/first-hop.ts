/** Where a client connects to for a URL: the first host of the connection, seen before anything is sent. */
import type { AsyncClient, RequestOptions, TraceListener } from "httpxide";

/** What ends a call whose first hop is known. */
export class FirstHop extends Error {
  /** `host:port` of the server or of the proxy. */
  readonly hop: string;

  constructor(hop: string) {
    super(hop);
    this.hop = hop;
  }
}

/** A listener that ends its call with {@link FirstHop}. */
export const stopAtFirstHop: TraceListener = (event, info) => {
  if (event !== "connection.connect_tcp.started" && event !== "socks.connect_tcp.started") return;
  throw new FirstHop(`${String(info["host"])}:${String(info["port"])}`);
};

/** `host:port` of the server or of the proxy. No bytes are sent, and the connection is given up. */
export async function firstHop(
  client: AsyncClient,
  url: string,
  options: RequestOptions = {},
): Promise<string> {
  try {
    await client.get(url, { ...options, extensions: { trace: stopAtFirstHop } });
    return "";
  } catch (error) {
    if (error instanceof FirstHop) return error.hop;
    throw error;
  }
}
