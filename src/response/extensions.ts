/** What a network transport tells of a response beside its head and body. Nothing of it is made before somebody reads it. */
import type { Timings } from "../errors/timings.js";
import type { ConnectionInfo, TlsInfo } from "./connection-info.js";
import { UpgradedBody } from "./upgraded-body.js";
import type { WireResponse } from "./wire.js";

/**
 * Further information from the transport. The network has all that is declared here; other transports have what they give.
 *
 * @example
 * const { timings, connection } = (await client.get("https://example.org/")).extensions;
 * console.log(timings?.firstByte, connection?.reused);
 */
export interface ResponseExtensions {
  /** As the server sent it: `"HTTP/1.1"`, `"HTTP/2"`. */
  httpVersion?: string;
  /** As the server sent it; HTTP/2 has none. */
  reasonPhrase?: string;
  /** The number of the stream in HTTP/2; `null` in HTTP/1.1. */
  streamId?: number | null;
  /** The connection that the response came over. */
  connection?: ConnectionInfo;
  /** TLS with the server; `null` without. */
  tls?: TlsInfo | null;
  /** The number of the attempt that got this response: more than 1 only with the option `retry`. */
  attempt?: number;
  /** How long the parts of the request took, in milliseconds. */
  timings?: Timings;
  [name: string]: unknown;
}

/** What the head and the engine say beside the response. `downloaded` gives milliseconds. @internal */
export function receivedExtensions(wire: WireResponse, downloaded: () => number | null): ResponseExtensions {
  const extensions = parseStatusLine(wire.head);
  extensions.attempt = 1;
  const { source, streamId, connection } = wire;
  if (source instanceof UpgradedBody) extensions["networkStream"] = source.networkStream;
  if (streamId !== undefined) extensions.streamId = streamId || null;
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
  extensions: ResponseExtensions,
  name: Name,
  make: () => ResponseExtensions[Name],
): void {
  Object.defineProperty(extensions, name, {
    get: () => {
      const value = make();
      Object.defineProperty(extensions, name, { value, writable: true });
      return value;
    },
    enumerable: true,
    configurable: true,
  });
}

/** HTTP/1.x sends a phrase, which may be empty; later versions have none. */
function parseStatusLine(head: string): ResponseExtensions {
  const lineEnd = head.indexOf("\n");
  const line = (lineEnd === -1 ? head : head.slice(0, lineEnd)).trimEnd();
  const [httpVersion = "", , ...phrase] = line.split(" ");
  return httpVersion.startsWith("HTTP/1") ? { httpVersion, reasonPhrase: phrase.join(" ") } : { httpVersion };
}
