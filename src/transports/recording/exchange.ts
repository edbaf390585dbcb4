/** Requests and responses to what a recording has of them, and recorded responses back to what a client gets. */
import { Buffer } from "node:buffer";
import type { Headers } from "../../headers.js";
import type { Request } from "../../request.js";
import { Response } from "../../response.js";
import { codes } from "../../status-codes.js";
import type { Mask } from "../masking/mask.js";
import { boundaryIn } from "../masking/multipart.js";
import { bodyBytes, recordedBody } from "./body.js";
import { type RecordedRequest, type RecordedResponse, splitHeaderLine } from "./format.js";

/** Instead of boundaries, which are new for each request. */
const BOUNDARY = "boundary";

/** Its body must have been read. @internal */
export function recordedRequest(request: Request, mask: Mask): RecordedRequest {
  const [url = ""] = request.target.href.split("#");
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
 * @internal
 */
export function recordedResponse(response: Response, content: Uint8Array, mask: Mask): RecordedResponse {
  const { statusCode, reasonPhrase, httpVersion } = response;
  const headers = headersOfDecoded(response.headers, content);
  const masked = mask.message("", headers, content);
  const body = recordedBody(masked.body);
  return {
    status: statusCode,
    ...(reasonPhrase !== codes.getReasonPhrase(statusCode) && { reason: reasonPhrase }),
    ...(httpVersion !== "HTTP/1.1" && { httpVersion }),
    headers: masked.headers.map(([name, value]) => `${name}: ${value}`),
    ...(body !== undefined && { body }),
  };
}

/** @internal */
export function replayedResponse({ status, reason, httpVersion, headers, body }: RecordedResponse): Response {
  return new Response(status, {
    headers: headers.map(splitHeaderLine),
    content: bodyBytes(body),
    extensions: {
      ...(reason !== undefined && { reasonPhrase: reason }),
      ...(httpVersion !== undefined && { httpVersion }),
    },
  });
}

/**
 * Without what described the body as it came: its codings are undone, and it may be masked. A response without a body,
 * as to HEAD, keeps what it says of the one that there would be.
 * @internal
 */
export function headersOfDecoded(headers: Headers, content: Uint8Array | null): Headers {
  const left = headers.copy();
  if (content?.byteLength === 0) return left;
  for (const name of ["content-encoding", "content-length", "transfer-encoding"]) left.delete(name);
  return left;
}
