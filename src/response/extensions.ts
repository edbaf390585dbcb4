/** What a network transport tells of a response beside its head and body. Nothing of it is made before somebody reads it. */
import type { Timings } from "../errors/timings.js";
import type { ConnectionInfo, TlsInfo } from "./connection-info.js";
import type { NetworkStream } from "./network-stream.js";
import { UpgradedBody } from "./upgraded-body.js";
import type { WireResponse } from "./wire.js";

/**
 * Further information from the transport. A response that a client received from the network has all that is not optional
 * here, and `networkStream` where it says so. From an application, and from a transport of the program, it has `attempt`,
 * `streamId` and `tls`, and what the transport gives.
 *
 * @example
 * const { timings, connection } = (await client.get("https://example.org/")).extensions;
 * console.log(timings.firstByte, connection.reused);
 */
export interface ResponseExtensions {
  /** As the server sent it: `"HTTP/1.1"`, `"HTTP/2"`. */
  httpVersion?: string;
  /** As the server sent it; HTTP/2 has none. */
  reasonPhrase?: string;
  /** The number of the stream in HTTP/2; `null` in HTTP/1.1. */
  streamId: number | null;
  /** The connection that the response came over. */
  connection: ConnectionInfo;
  /** TLS with the server; `null` without. */
  tls: TlsInfo | null;
  /** The number of the attempt that got this response: more than 1 only with the option `retry`. */
  attempt: number;
  /** How long the parts of the request took, in milliseconds. */
  timings: Timings;
  /** The connection itself, after a 101 or a 2xx to CONNECT. */
  networkStream: NetworkStream;
  [name: string]: unknown;
}

/** What a response has before a client fills in the rest. @internal */
export type GivenExtensions = Partial<ResponseExtensions>;

/** Adds what every received response has to what a transport has given. @internal */
export function completed(given: GivenExtensions): GivenExtensions {
  given.attempt ??= 1;
  given.streamId ??= null;
  if (given.tls === undefined) given.tls = null;
  return given;
}

/** What the head and the engine say beside the response. `downloaded` gives milliseconds. @internal */
export function receivedExtensions(wire: WireResponse, downloaded: () => number | null): GivenExtensions {
  const extensions = parseStatusLine(wire.head);
  extensions.attempt = 1;
  const { source, streamId, connection } = wire;
  if (source instanceof UpgradedBody) extensions.networkStream = source.networkStream;
  extensions.streamId = streamId || null;
  extensions.tls = null;
  if (connection === undefined || connection === null) return extensions;
  const reused = wire.isReused === true;
  lazily(extensions, "connection", () => ({ ...connection.facts, reused }));
  lazily(extensions, "tls", () => connection.tls);
  Object.defineProperty(extensions, "timings", {
    get: () => timingsOf(wire, downloaded()),
    enumerable: true,
    configurable: true,
  });
  return extensions;
}

/** Milliseconds from the head to the end of the body, which the reader's pace decides if it is streamed; null before. @internal */
export function downloadedWithin(
  { download = null }: WireResponse,
  streamed: { readonly endedAt: number | null } | null,
  receivedAt: number | null,
): number | null {
  if (streamed === null) return download === null ? null : download / 1000;
  const { endedAt } = streamed;
  return endedAt === null || receivedAt === null ? null : endedAt - receivedAt;
}

/** The phrase of a head's status line; null in later versions than HTTP/1.x. @internal */
export function phraseOf(head: string): string | null {
  return parseStatusLine(head).reasonPhrase ?? null;
}

/** The version of a head. @internal */
export function versionOf(head: string): string {
  return head.slice(0, head.indexOf(" "));
}

/** The times of a response of the network. @internal */
export function timingsOf(
  { connection, isReused, pool = 0, firstByte = 0 }: WireResponse,
  download: number | null,
): Timings {
  const dial = isReused === true ? undefined : connection?.dial;
  return {
    pool: pool / 1000,
    dns: dial?.dns ?? null,
    connect: dial?.connect ?? null,
    tls: dial?.tls ?? null,
    firstByte: firstByte / 1000,
    download,
  };
}

/** A field that is made when it is read first. */
function lazily<Name extends keyof ResponseExtensions>(
  extensions: GivenExtensions,
  name: Name,
  make: () => ResponseExtensions[Name],
): void {
  Object.defineProperty(extensions, name, {
    // `this` may be a copy
    get(this: GivenExtensions) {
      const value = make();
      Object.defineProperty(this, name, { value, writable: true });
      return value;
    },
    enumerable: true,
    configurable: true,
  });
}

/** HTTP/1.x sends a phrase, which may be empty; later versions have none. */
function parseStatusLine(head: string): GivenExtensions {
  const lineEnd = head.indexOf("\n");
  const line = (lineEnd === -1 ? head : head.slice(0, lineEnd)).trimEnd();
  const [httpVersion = "", , ...phrase] = line.split(" ");
  return httpVersion.startsWith("HTTP/1") ? { httpVersion, reasonPhrase: phrase.join(" ") } : { httpVersion };
}
