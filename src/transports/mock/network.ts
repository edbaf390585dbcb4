/** The target of passed-on requests: a given transport, or the network. */
import { AsyncHTTPTransport } from "../http/transport.js";
import { type AsyncTransport, isGuarded } from "../transport.js";

/** The transports behind another one, closed with it. @internal */
export class Network {
  readonly #given = new Set<AsyncTransport>();
  #own: AsyncTransport | null = null;
  #hasUnguarded = false;

  /**
   * The transport that sends the requests: `transport`, or the network. The network's is made on first use: until then
   * nothing needs the compiled engine.
   */
  by(transport?: AsyncTransport): () => AsyncTransport {
    this.#hasUnguarded ||= transport === undefined || transport[isGuarded] === false;
    if (transport === undefined) return () => (this.#own ??= new AsyncHTTPTransport());
    this.#given.add(transport);
    return () => transport;
  }

  /** False if one of the transports has connections that no `connectPolicy` judges. */
  get [isGuarded](): false | undefined {
    return this.#hasUnguarded ? false : undefined;
  }

  async aclose(): Promise<void> {
    const own = this.#own;
    this.#own = null;
    const closings = [...this.#given, own].map((transport) => transport?.aclose?.());
    await Promise.all(closings);
  }
}
