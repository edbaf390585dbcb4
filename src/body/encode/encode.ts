/**
 * Encodes `content`, `data`, `json` and `files` as a body and the headers that describe it.
 *
 * A body whose length is known always has a `Content-Length`; any other is sent chunked. Of several options the first
 * in HTTPX's order wins: `content`, `files`, `data`, `json`.
 */
import { wrongType } from "../../platform/argument-error.js";
import { Buffer } from "node:buffer";
import { Headers } from "../../headers/headers.js";
import { noRecordAdvice } from "../../platform/no-record.js";
import { adviceFor, checkRecord, kindOf } from "../../platform/record.js";
import { type FilesTypes, fileEntries, fileParts } from "./files.js";
import { encodeForm, formContentType, formParts, type FormTypes } from "./form.js";
import type { EncodedContent } from "./encoded.js";
import { isBlob, isFormData, isSearchParams } from "./web-bodies.js";
import { formDataParts } from "./form-data.js";
import { encodeFormDataPackage, isFormDataPackage } from "./form-data-package.js";
import { encodeJSON } from "./json.js";
import { encodeParts } from "./multipart.js";
import type { FileHandleLike } from "../../platform/node-types.js";
import type { BlobLike, ByteStreamLike, FormDataLike, WebURLSearchParams } from "../../platform/web-types.js";
import { bytesOf, isSource, sourceOf } from "./source.js";
import { type Chunk, type Source, streamBody } from "./stream.js";

/**
 * Content that is sent as it is. Text, bytes, Blobs, `FormData`, open files (sent from their beginning) and
 * `fs.createReadStream(path)` have a known length; other content is sent chunked.
 */
export type ContentTypes =
  | string
  | Uint8Array
  | ArrayBuffer
  | ArrayBufferView
  | BlobLike
  | WebURLSearchParams
  | FormDataLike
  | Iterable<Chunk>
  | AsyncIterable<Chunk>
  | ByteStreamLike
  | FileHandleLike;

/** @internal */
export interface ContentOptions {
  content?: ContentTypes | null | undefined;
  data?: FormTypes | ContentTypes | null | undefined;
  json?: unknown;
  files?: FilesTypes | null | undefined;
}

/**
 * The body of a request with these options.
 *
 * @param ownLines the request's own header lines: a multipart body takes the boundary in their Content-Type.
 * @throws TypeError for a type that cannot be sent.
 * @throws LocalProtocolError if a header of a file would break the body.
 * @throws RangeError if `json` has a `NaN` or an `Infinity` in it.
 * @internal
 */
export function encodeContent(method: string, options: ContentOptions, ownLines = ""): EncodedContent {
  const { content, data, json, files } = options;
  if (isGiven(data)) {
    if (!isMapping(data)) return encodeRaw(method, data, "data", ownLines);
    checkRecord(data, "data");
  }
  if (isGiven(content)) return encodeRaw(method, content, "content", ownLines);
  if (isGiven(files)) {
    const entries = fileEntries(files);
    if (entries.length > 0) return encodeFiles((data ?? {}) as FormTypes, entries, ownLines);
  }
  if (isGiven(data) && Object.keys(data).length > 0)
    return encodeText(encodeForm(data as FormTypes), formContentType);
  if (isGiven(json)) return encodeText(encodeJSON(json), "application/json");
  return encodeNothing(method);
}

/** `null` is HTTPX's `None`, the absence of an option. So `json: null` sends no body. */
function isGiven<T>(value: T): value is NonNullable<T> {
  return value !== undefined && value !== null;
}

/** Whether it is an object of names and values, not content that is sent as it is. */
function isMapping(data: unknown): data is FormTypes {
  if (typeof data !== "object" || bytesOf(data) !== null) return false;
  return !isFormData(data) && !isFormDataPackage(data) && !isSource(data);
}

/** The fields first, as in HTTPX. */
function encodeFiles(
  data: FormTypes,
  entries: readonly (readonly [name: unknown, file: unknown])[],
  ownLines: string,
): EncodedContent {
  const files = entries.flatMap(([name, file]) => fileParts(name, file));
  return encodeParts([...formParts(data), ...files], contentTypeIn(ownLines));
}

function contentTypeIn(lines: string): string | null {
  return Headers.fromLines(lines).get("content-type");
}

function encodeRaw(method: string, content: unknown, option: string, ownLines: string): EncodedContent {
  if (typeof content === "string") {
    if (content === "") return encodeNothing(method);
    const byteLength = Buffer.byteLength(content);
    return { headers: contentLength(byteLength), body: { kind: "text", text: content, byteLength } };
  }
  const bytes = bytesOf(content);
  if (bytes !== null) return encodeBytes(method, bytes);
  if (isSearchParams(content)) return encodeText(content.toString(), formContentType);
  if (isFormData(content)) return encodeParts(formDataParts(content), contentTypeIn(ownLines));
  if (isFormDataPackage(content)) return encodeFormDataPackage(content);
  const isPairs =
    content instanceof Map || (typeof content === "object" && noRecordAdvice(content!) !== null);
  const source = isPairs ? null : sourceOf(content, option);
  if (source !== null) return encodeSource(source, isBlob(content) ? content.type : "");
  const advice = adviceFor(content);
  throw wrongType(
    `Unexpected type for '${option}', ${kindOf(content)}${advice === null ? "" : `: ${advice}`}`,
  );
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

function encodeSource(source: Source, contentType: string): EncodedContent {
  const { length } = source;
  const headers: [string, string][] =
    length === null ? [["Transfer-Encoding", "chunked"]] : contentLength(length);
  if (contentType !== "") headers.push(["Content-Type", contentType]);
  return { headers, body: streamBody(source) };
}

function contentLength(length: number): [string, string][] {
  return [["Content-Length", String(length)]];
}
