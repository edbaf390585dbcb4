/** Where requests go that a mock passes on: a transport given for it, or the network, if it comes to that. */
import { AsyncHTTPTransport } from "../http.js";
import type { AsyncTransport } from "../transport.js";

/** The transports behind another one, which are closed with it. @internal */
export class Network {
  readonly #given = new Set<AsyncTransport>();
  #own: AsyncTransport | null = null;

  /** Takes `transport` to be closed with the rest. */
  add(transport: AsyncTransport): void {
    this.#given.add(transport);
  }

  /** The network itself. Made when it is first needed: until then nothing needs the compiled engine. */
  get own(): AsyncTransport {
    return (this.#own ??= new AsyncHTTPTransport());
  }

  async aclose(): Promise<void> {
    const own = this.#own;
    this.#own = null;
    const closings = [...this.#given, own].map((transport) => transport?.aclose?.());
    await Promise.all(closings);
  }
}
