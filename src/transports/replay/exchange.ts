/** Converts requests and responses to their recorded form, and recorded responses back to a client's. */
import { Buffer } from "node:buffer";
import { Headers } from "../../headers/headers.js";
import type { Request } from "../../request/request.js";
import { Response } from "../../response/response.js";
import { codes } from "../../response/status-codes.js";
import type { Mask } from "../masking/mask.js";
import { MockError } from "../mock/mock-error.js";
import { boundaryIn } from "../masking/multipart.js";
import { bodyBytes, recordedBody } from "./body.js";
import { type RecordedRequest, type RecordedResponse, splitHeaderLine } from "./format.js";

/** Replaces boundaries, which are new for each request. */
const BOUNDARY = "boundary";

/** Its body must have been read. @internal */
export function recordedRequest(request: Request, mask: Mask): RecordedRequest {
  const [url = ""] = request.parsedURL.href.split("#");
  const masked = mask.message(url, request.headers, request.content);
  const boundary = boundaryIn(request.headers.get("content-type") ?? "");
  const replaced = (text: string): string => (boundary === null ? text : text.replaceAll(boundary, BOUNDARY));
  const bytes =
    boundary === null
      ? masked.body
      : Buffer.from(replaced(Buffer.from(masked.body).toString("latin1")), "latin1");
  const body = recordedBody(bytes);
  return {
    method: request.method,
    url: masked.url,
    headers: masked.headers.map(([name, value]) => `${name}: ${replaced(value)}`),
    ...(body !== undefined && { body }),
  };
}

/**
 * @param content decoded.
 * @param isWhole whether it was read to its end.
 * @internal
 */
export function recordedResponse(
  response: Response,
  content: Uint8Array,
  isWhole: boolean,
  mask: Mask,
): RecordedResponse {
  const { statusCode, reasonPhrase, httpVersion } = response;
  const headers = headersOfDecoded(response.headers, isWhole ? content : null);
  const masked = mask.message("", headers, content);
  const body = recordedBody(masked.body);
  return {
    status: statusCode,
    ...(reasonPhrase !== codes.getReasonPhrase(statusCode) && { reason: reasonPhrase }),
    ...(httpVersion !== "HTTP/1.1" && { httpVersion }),
    headers: masked.headers.map(([name, value]) => `${name}: ${value}`),
    ...(body !== undefined && { body }),
    ...(!isWhole && { incomplete: true }),
  };
}

/**
 * @param isStreamed whether the caller reads the body, as over the network.
 * @internal
 */
export function replayedResponse(recorded: RecordedResponse, isStreamed: boolean, file: string): Response {
  const { status, reason, httpVersion, incomplete = false } = recorded;
  const headers = new Headers(recorded.headers.map(splitHeaderLine));
  const bytes = bodyBytes(recorded.body);
  const isRead = !incomplete && (!isStreamed || bytes.byteLength === 0);
  if (!isRead) headers.set("Content-Length", `${bytes.byteLength}`);
  return new Response(status, {
    headers,
    content: isRead ? bytes : streamOf(bytes, incomplete, file),
    extensions: {
      ...(reason !== undefined && { reasonPhrase: reason }),
      ...(httpVersion !== undefined && { httpVersion }),
    },
  });
}

/** The recorded part of an incomplete body, for a program that reads no further now either. */
async function* streamOf(
  bytes: Uint8Array,
  isIncomplete: boolean,
  file: string,
): AsyncGenerator<Uint8Array, void, undefined> {
  if (bytes.byteLength > 0) yield bytes;
  if (isIncomplete) {
    throw new MockError(
      `The recording ${file} has no more of this response than the first ${bytes.byteLength} bytes: its reader stopped there when it was recorded`,
      { code: "ERR_MOCK_NOT_RECORDED" },
    );
  }
}

/**
 * Without the headers that described the body on the wire: it is decoded, and may be masked. A response without a body, as
 * to HEAD, keeps those headers.
 * @internal
 */
export function headersOfDecoded(headers: Headers, content: Uint8Array | null): Headers {
  const left = headers.copy();
  if (content?.byteLength === 0) return left;
  for (const name of ["content-encoding", "content-length", "transfer-encoding"]) left.delete(name);
  return left;
}
