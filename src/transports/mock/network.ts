/** Where requests go that a mock passes on: a transport given for it, or the network, if it comes to that. */
import { AsyncHTTPTransport } from "../http/transport.js";
import type { AsyncTransport } from "../transport.js";

/** The transports behind another one, which are closed with it. @internal */
export class Network {
  readonly #given = new Set<AsyncTransport>();
  #own: AsyncTransport | null = null;

  /**
   * By what requests are to be sent: `transport`, or the network itself. That is made when it is first needed: until
   * then nothing needs the compiled engine.
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
