/**
 * Diagnostics channels of connections: `httpxide:connection:open` and `httpxide:connection:close`. Whether anyone listens is
 * looked at once for each request; only then does the engine tell of connections at once.
 *
 * A subscriber of `close` gets the async context of the call that a connection was opened for, whose stores are held as long as
 * the connection lives. The metrics of this package have channels of their own, because they need no context.
 */
import { channel } from "node:diagnostics_channel";
import { type AsyncContext, currentContext } from "../platform/async-context.js";

/** Where a connection leads, and by which way. As text it is the connection's key in the `origins` of `client.stats()`. */
export interface ConnectionRoute {
  /** `"https://example.org:443"`; `null` for a connection to a proxy that forwards requests to any server. */
  readonly origin: string | null;
  /** The name for TLS, if requests gave one of their own. */
  readonly serverName: string | null;
  /** The URL of the proxy, without credentials. */
  readonly proxy: string | null;
  /** The path of the Unix socket. */
  readonly uds: string | null;
  toString(): string;
}

/** The message of both channels. It is one object for the opening and the end of a connection. */
export interface ConnectionMessage {
  /** The `id` of `response.extensions.connection`. */
  readonly id: number;
  readonly route: ConnectionRoute;
  /** The IP address of this end; `null` without TCP, as the three that follow. */
  readonly localAddress: string | null;
  readonly localPort: number | null;
  /** The IP address of the peer, which is the proxy if there is one. */
  readonly remoteAddress: string | null;
  readonly remotePort: number | null;
  /** Milliseconds that it took to look the name up, to connect and to agree on TLS; `null` for what did not happen. */
  readonly timings: {
    readonly dns: number | null;
    readonly connect: number | null;
    readonly tls: number | null;
  };
}

/** A connection that has a message, made when somebody needs it. */
interface Told {
  readonly message: ConnectionMessage;
}

const open = channel("httpxide:connection:open");
const close = channel("httpxide:connection:close");

/** The same two without an async context: nothing of a call is held for their subscribers. @internal */
export const contextless = {
  open: channel(Symbol("httpxide:connection:open")),
  close: channel(Symbol("httpxide:connection:close")),
};

/** The async context of connections that opened before anyone listened, or for a call that is over. */
const contextOfNone = currentContext();
/** In which each connection opened, and closes. */
const contexts = new WeakMap<Told, AsyncContext>();

/** @internal */
export function connectionsAreHeard(): boolean {
  const { open: ownOpen, close: ownClose } = contextless;
  return open.hasSubscribers || close.hasSubscribers || ownOpen.hasSubscribers || ownClose.hasSubscribers;
}

/** Publishes the message in the context of the call that the connection was opened for. @internal */
export function publishOpened(connection: Told, context: AsyncContext | null): void {
  if (context !== null && close.hasSubscribers) contexts.set(connection, context);
  if (contextless.open.hasSubscribers) contextOfNone(() => contextless.open.publish(connection.message));
  if (open.hasSubscribers) (context ?? contextOfNone)(() => open.publish(connection.message));
}

/** The same, whoever closes it: a client, a server or the time. @internal */
export function publishClosed(connection: Told): void {
  if (contextless.close.hasSubscribers) contextOfNone(() => contextless.close.publish(connection.message));
  if (!close.hasSubscribers) return;
  const context = contexts.get(connection) ?? contextOfNone;
  context(() => close.publish(connection.message));
}
