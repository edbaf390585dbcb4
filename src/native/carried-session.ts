/** A WebSocket session on bytes that this side carries: the peer is in this process, and no connection of the engine. */
import type { Bridge } from "./bridge.js";
import { bridge } from "./bridge.js";
import { ByteStream } from "./byte-stream.js";
import type { CompletionHandler } from "./completion-queue.js";
import { MessageStream } from "./message-stream.js";
import type { SessionSettings } from "./session-record.js";
import type { UpgradedExchange } from "./upgraded-exchange.js";

/** The session, and the stream of its bytes: what is written to it is what the peer sent. @internal */
export interface CarriedSession {
  readonly session: MessageStream;
  readonly carrier: Promise<ByteStream>;
}

/** @internal */
export function carrySession(
  request: unknown,
  settings: SessionSettings,
  signal: AbortSignal | null,
): CarriedSession {
  const to = bridge();
  const exchange: UpgradedExchange = { request, client: null, signal, isTraced: false, traced: nothing };
  const { number, carrier } = carrierOf(to, { ...exchange, signal: null });
  const own = to.register(waiting);
  const session = new MessageStream(to, own, exchange, settings, number);
  to.handOver(own, session);
  return { session, carrier };
}

/** The stream can be read once the engine has opened it. */
function carrierOf(to: Bridge, exchange: UpgradedExchange): { number: number; carrier: Promise<ByteStream> } {
  let opened: (stream: ByteStream) => void;
  const carrier = new Promise<ByteStream>((resolve) => (opened = resolve));
  const number = to.register({
    ...waiting,
    upgraded(): void {
      const stream = new ByteStream(to, number, exchange);
      to.handOver(number, stream);
      opened(stream);
    },
  });
  return { number, carrier };
}

const nothing = (): void => undefined;

/** What a number receives before its stream is there: nothing. */
const waiting: CompletionHandler = {
  whole: nothing,
  streamed: nothing,
  restartBody: nothing,
  informational: nothing,
  readable: nothing,
  credit: nothing,
  traced: nothing,
  failed: nothing,
  closed: nothing,
};
