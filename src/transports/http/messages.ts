/** Converts a request to the engine's request record, and the response record to the parts of a response. */
import { TextEncoder } from "../../platform/classes.js";
import { inPieces } from "../../body/encode/pieces.js";
import type { RequestBody } from "../../body/encode/encoded.js";
import type { StreamBody } from "../../body/encode/stream.js";
import type { Timeout } from "../../config/timeout.js";
import { ReceivedBody } from "../../native/received-body.js";
import type { BodyPieces, Delivery, PartLengths, RequestRecord } from "../../native/request-record.js";
import type { ResponseRecord } from "../../native/response-record.js";
import type { Request } from "../../request/request.js";
import type { WireResponse } from "../../response/wire.js";
import { EngineBody } from "./engine-body.js";
import { expectationOf, trailersOf } from "../../request/message-options.js";
import { givenTrailerLines } from "../../request/trailers.js";
import { informationalOf, listenerOf, serverNameOf, requestTarget } from "./extensions.js";
import { Informational } from "./informational.js";
import type { ProxyRoute } from "./proxy-route.js";
import { Trace } from "./trace.js";

/** Bytes, or characters, of a body up to which the engine gets it whole. */
const WHOLE_UP_TO = 1024 * 1024;

const utf8 = new TextEncoder();

/**
 * @throws LocalProtocolError, TypeError for extensions that cannot be sent.
 * @internal
 */
export function requestRecord(
  request: Request,
  timeouts: Timeout,
  delivery: Delivery,
  through: ProxyRoute | null,
): RequestRecord<Request> {
  const { parsedURL, body, givenExtensions, uploadProgress } = request;
  let target = requestTarget(request, givenExtensions);
  let lines = request.headerBlock;
  let serverName = "";
  let trace: Trace | null = null;
  let informational: Informational | null = null;
  let expect: number | null = null;
  let trailers: RequestRecord<Request>["trailers"] = null;
  if (givenExtensions !== null) {
    serverName = serverNameOf(request, givenExtensions);
    const listener = listenerOf(givenExtensions);
    if (listener !== null) trace = new Trace(listener, through);
    const onInformational = informationalOf(givenExtensions);
    if (onInformational !== null) informational = new Informational(onInformational);
    if (body.kind !== "empty") expect = expectationOf(givenExtensions);
    const fields = trailersOf(givenExtensions);
    if (fields !== null) trailers = async () => givenTrailerLines(await fields(), request);
  }
  if (through !== null) {
    target = through.target(target);
    lines = through.headerBlock(lines);
  }
  // trailers follow pieces only, and only pieces have progress
  const isInPieces = trailers !== null || uploadProgress !== null || isLarge(body);
  return {
    request,
    route: parsedURL,
    serverName,
    proxy: through === null ? null : through.proxy,
    forwards: through !== null && through.forwards,
    head: `${request.method} ${target} HTTP/1.1\r\n${lines}\r\n`,
    body: isInPieces ? null : wholeBody(body),
    pieces: piecesOf(body, { isHeld: expect !== null, isInPieces }),
    timeouts,
    delivery,
    trace,
    informational,
    expect,
    trailers,
    uploadObserver: uploadProgress,
  };
}

/** The engine copies a body that it gets whole. It gets pieces of a large one as the connection takes them. */
function isLarge(body: RequestBody): boolean {
  if (body.kind === "text") return body.text.length > WHOLE_UP_TO;
  return body.kind === "bytes" && body.bytes.byteLength > WHOLE_UP_TO;
}

/** A body that is not sent whole. */
function piecesOf(
  body: RequestBody,
  { isHeld, isInPieces }: { isHeld: boolean; isInPieces: boolean },
): BodyPieces | null {
  if (body.kind === "stream") {
    const pieces = reportingTaken(body);
    return isHeld ? openedLater(pieces) : pieces;
  }
  return isInPieces ? { iterate: () => cut(wholeBody(body)), replayable: true } : null;
}

/** The engine reports what the connection takes. */
function reportingTaken(body: StreamBody): BodyPieces {
  const { replayable } = body;
  return { iterate: (parts) => body.iterate(parts, true), replayable, taken: () => body.taken?.() };
}

/** The source is used up only if the server wants it. */
function openedLater(body: BodyPieces): BodyPieces {
  async function* iterate(parts: PartLengths): AsyncGenerator<Uint8Array | string> {
    yield* { [Symbol.asyncIterator]: () => body.iterate(parts) };
  }
  return { ...body, iterate };
}

async function* cut(bytes: Uint8Array | null): AsyncGenerator<Uint8Array> {
  if (bytes !== null) yield* inPieces(bytes);
}

function wholeBody(body: RequestBody): Uint8Array | null {
  if (body.kind === "text") return utf8.encode(body.text);
  return body.kind === "bytes" ? body.bytes : null;
}

/** The response whose body may still be arriving. @internal */
export function wireResponse(record: ResponseRecord<Request>): WireResponse {
  const { source } = record;
  return source instanceof ReceivedBody
    ? { ...record, source: new EngineBody(source, record as WireResponse) }
    : (record as WireResponse);
}
