/**
 * From `content`, `data`, `json` and `files` to a body and the headers that describe it.
 *
 * A body whose length is known always has a `Content-Length`; any other is sent chunked. Which of several
 * options wins is HTTPX's order: `content`, `files`, `data`, `json`.
 */
import { Buffer } from "node:buffer";
import type { Readable } from "node:stream";
import { encodeForm, formContentType, type FormTypes } from "./form.js";
import { encodeJSON } from "./json.js";
import { blobBody, type Chunk, isChunkSource, type StreamBody, streamBody } from "./stream.js";

/** What can be sent as it is. */
export type ContentTypes =
  | string
  | Uint8Array
  | ArrayBuffer
  | Blob
  | URLSearchParams
  | FormData
  | Iterable<Chunk>
  | AsyncIterable<Chunk>
  | ReadableStream<Uint8Array>
  | Readable;

/** @internal */
export type RequestBody =
  | { kind: "empty" }
  | { kind: "bytes"; bytes: Uint8Array }
  /** Sent as UTF-8, of `byteLength` bytes. */
  | { kind: "text"; text: string; byteLength: number }
  | StreamBody;

/** @internal */
export interface EncodedContent {
  /** To be added to the request's own headers, which win. */
  headers: [string, string][];
  body: RequestBody;
}

/** @internal */
export interface ContentOptions {
  content?: ContentTypes | null | undefined;
  data?: FormTypes | ContentTypes | null | undefined;
  json?: unknown;
  files?: unknown;
}

/**
 * The body of a request with these options.
 *
 * @throws TypeError if something is of no type that can be sent.
 * @throws RangeError if `json` has a `NaN` or an `Infinity` in it.
 * @internal
 */
export function encodeContent(method: string, options: ContentOptions): EncodedContent {
  const { content, data, json, files } = options;
  if (isGiven(files)) throw new TypeError("files: multipart bodies are not available yet");
  if (isGiven(data) && !isMapping(data)) return encodeRaw(method, data, "data");
  if (isGiven(content)) return encodeRaw(method, content, "content");
  if (isGiven(data) && Object.keys(data).length > 0)
    return encodeText(encodeForm(data as FormTypes), formContentType);
  if (isGiven(json)) return encodeText(encodeJSON(json), "application/json");
  return encodeNothing(method);
}

/** `null` is what HTTPX calls `None`: nothing given. So `json: null` sends no body. */
function isGiven<T>(value: T): value is NonNullable<T> {
  return value !== undefined && value !== null;
}

/** Whether it is an object of names and values, rather than something to be sent as it is. */
function isMapping(data: unknown): boolean {
  return (
    typeof data === "object" &&
    !(data instanceof ArrayBuffer || ArrayBuffer.isView(data) || data instanceof Blob) &&
    !(data instanceof FormData || isChunkSource(data))
  );
}

function encodeRaw(method: string, content: unknown, option: string): EncodedContent {
  if (typeof content === "string") {
    if (content === "") return encodeNothing(method);
    const byteLength = Buffer.byteLength(content);
    return { headers: contentLength(byteLength), body: { kind: "text", text: content, byteLength } };
  }
  if (content instanceof Uint8Array) return encodeBytes(method, content);
  if (content instanceof ArrayBuffer) return encodeBytes(method, new Uint8Array(content));
  if (ArrayBuffer.isView(content)) {
    return encodeBytes(method, new Uint8Array(content.buffer, content.byteOffset, content.byteLength));
  }
  if (content instanceof URLSearchParams) return encodeText(content.toString(), formContentType);
  if (content instanceof Blob) return encodeBlob(content);
  if (content instanceof FormData) return encodeFormData(content);
  if (isChunkSource(content)) {
    return { headers: [["Transfer-Encoding", "chunked"]], body: streamBody(content) };
  }
  throw new TypeError(`Unexpected type for '${option}', ${typeof content}`);
}

/** A request with these methods is expected to have a body, so its absence is stated (RFC 9110, 8.6). */
function encodeNothing(method: string): EncodedContent {
  const stated = method === "POST" || method === "PUT" || method === "PATCH";
  return { headers: stated ? contentLength(0) : [], body: { kind: "empty" } };
}

function encodeBytes(method: string, bytes: Uint8Array): EncodedContent {
  if (bytes.byteLength === 0) return encodeNothing(method);
  return { headers: contentLength(bytes.byteLength), body: { kind: "bytes", bytes } };
}

function encodeText(text: string, contentType: string): EncodedContent {
  const byteLength = Buffer.byteLength(text);
  return {
    headers: [...contentLength(byteLength), ["Content-Type", contentType]],
    body: text === "" ? { kind: "empty" } : { kind: "text", text, byteLength },
  };
}

function encodeBlob(blob: Blob): EncodedContent {
  const headers = contentLength(blob.size);
  if (blob.type !== "") headers.push(["Content-Type", blob.type]);
  return { headers, body: blob.size === 0 ? { kind: "empty" } : blobBody(blob) };
}

/** Lets the platform write the multipart body: it chooses the boundary, which then stands in the type. */
function encodeFormData(form: FormData): EncodedContent {
  const encoded = new globalThis.Response(form);
  const headers: [string, string][] = [["Transfer-Encoding", "chunked"]];
  const contentType = encoded.headers.get("content-type");
  if (contentType !== null) headers.push(["Content-Type", contentType]);
  return { headers, body: streamBody(encoded.body ?? []) };
}

function contentLength(length: number): [string, string][] {
  return [["Content-Length", String(length)]];
}
