/** The body of a `fetch` (Fetch Standard, 5.2 "extract a body"): its bytes or stream, its length and its type. */
import { Buffer } from "node:buffer";
import { isArrayBuffer } from "node:util/types";
import type { EncodedContent } from "../body/encode/encoded.js";
import { formDataParts } from "../body/encode/form-data.js";
import { encodeParts } from "../body/encode/multipart.js";
import { bytesOf, sourceOf } from "../body/encode/source.js";
import { streamBody } from "../body/encode/stream.js";
import { isBlob, isFormData, isSearchParams } from "../body/encode/web-bodies.js";
import { UploadStream, isStream } from "./upload-stream.js";

/** @internal */
export interface FetchBody {
  readonly encoded: EncodedContent;
  /** Whether a redirect can send it again. */
  readonly isReplayable: boolean;
  /** The stream that it comes from, if it does. */
  readonly stream: UploadStream | null;
  /** Tells the source that it will not be read further. */
  cancel(reason: unknown): void;
}

/** Also those of a buffer that was transferred, which cannot be copied. */
const NO_BYTES = new Uint8Array(0);

/** @internal @throws TypeError for a stream that is in use. */
export function bodyOf(value: unknown): FetchBody {
  if (typeof value === "string") return textBody(value, "text/plain;charset=UTF-8");
  const bytes = isArrayBuffer(value) && value.byteLength === 0 ? NO_BYTES : bytesOf(value);
  // a copy, because the caller may change the bytes while they are sent
  if (bytes !== null) return bytesBody(bytes.byteLength === 0 ? NO_BYTES : new Uint8Array(bytes));
  if (isSearchParams(value))
    return textBody(String(value), "application/x-www-form-urlencoded;charset=UTF-8");
  if (isFormData(value)) return inMemory(encodeParts(formDataParts(value), null));
  if (isBlob(value)) return blobBody(value);
  if (isStream(value)) return streamedBody(new UploadStream(value));
  // a template refuses a symbol, which String() accepts
  return textBody(`${value as string}`, "text/plain;charset=UTF-8");
}

/**
 * The body of a `Request`. It is a stream even if it was made from text or bytes, whose length the platform's `fetch`
 * announces and many servers need.
 *
 * @internal
 */
export async function bodyOfRequest(value: unknown): Promise<FetchBody> {
  const body = bodyOf(value);
  const bytes = (await body.stream?.wholeIfReady()) ?? null;
  return bytes === null ? body : bytesBody(bytes);
}

function streamedBody(stream: UploadStream): FetchBody {
  return { encoded: stream.encoded, isReplayable: false, stream, cancel: (reason) => stream.cancel(reason) };
}

function bytesBody(bytes: Uint8Array): FetchBody {
  return inMemory({
    headers: contentLength(bytes.byteLength),
    body: bytes.byteLength === 0 ? { kind: "empty" } : { kind: "bytes", bytes },
  });
}

function textBody(text: string, type: string): FetchBody {
  const byteLength = Buffer.byteLength(text);
  return inMemory({
    headers: [...contentLength(byteLength), ["Content-Type", type]],
    body: text === "" ? { kind: "empty" } : { kind: "text", text, byteLength },
  });
}

function blobBody(blob: Blob): FetchBody {
  const headers = contentLength(blob.size);
  if (blob.type !== "") headers.push(["Content-Type", blob.type]);
  return inMemory({ headers, body: streamBody(sourceOf(blob, "body")!) });
}

function inMemory(encoded: EncodedContent): FetchBody {
  return { encoded, isReplayable: true, stream: null, cancel: () => undefined };
}

function contentLength(length: number): [string, string][] {
  return [["Content-Length", String(length)]];
}
