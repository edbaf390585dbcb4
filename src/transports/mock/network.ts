/** The target of passed-on requests: a given transport, or the network. */
import { AsyncHTTPTransport } from "../http/transport.js";
import type { AsyncTransport } from "../transport.js";

/** The transports behind another one, closed with it. @internal */
export class Network {
  readonly #given = new Set<AsyncTransport>();
  #own: AsyncTransport | null = null;

  /**
   * The transport that sends the requests: `transport`, or the network. The network's is made on first use: until then
   * nothing needs the compiled engine.
   */
  by(transport?: AsyncTransport): () => AsyncTransport {
    if (transport === undefined) return () => (this.#own ??= new AsyncHTTPTransport());
    this.#given.add(transport);
    return () => transport;
  }

  async aclose(): Promise<void> {
    const own = this.#own;
    this.#own = null;
    const closings = [...this.#given, own].map((transport) => transport?.aclose?.());
    await Promise.all(closings);
  }
}
