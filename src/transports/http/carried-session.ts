/** A WebSocket session over the network stream of another transport: the engine frames, and this file carries the bytes. */
import type { ByteStream } from "../../native/byte-stream.js";
import { carrySession } from "../../native/carried-session.js";
import type { MessageStream } from "../../native/message-stream.js";
import type { SessionSettings } from "../../native/session-record.js";
import type { Request } from "../../request/request.js";
import type { NetworkStream } from "../../response/network-stream.js";

/** @internal */
export function carriedSession(
  stream: NetworkStream,
  request: Request,
  settings: SessionSettings,
  signal: AbortSignal | null,
): MessageStream {
  const { session, carrier } = carrySession(request, settings, signal);
  session.whenClosed(() => void stream.aclose().catch(() => undefined));
  void carry(stream, carrier);
  return session;
}

async function carry(stream: NetworkStream, opening: Promise<ByteStream>): Promise<void> {
  const carrier = await opening;
  try {
    await Promise.all([toSession(stream, carrier), fromSession(carrier, stream)]);
  } catch (reason) {
    // the session learns that its connection broke
    carrier.abort(reason);
  }
  // the session has its own end
  await carrier.close().catch(() => undefined);
}

async function toSession(stream: NetworkStream, carrier: ByteStream): Promise<void> {
  for await (const chunk of stream) await carrier.write(chunk);
  carrier.end();
}

async function fromSession(carrier: ByteStream, stream: NetworkStream): Promise<void> {
  for (;;) {
    const chunk = carrier.read();
    if (chunk === null) break;
    // the session's owner waits for messages; its bytes alone keep no process alive
    if (chunk === undefined) await carrier.untilReadable(false);
    else await stream.write(chunk);
  }
  await stream.closeWrite();
}
