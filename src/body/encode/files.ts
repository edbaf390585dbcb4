/**
 * The `files` of a request, in HTTPX's forms: the name, the type and the content of each.
 */
import { wrongType } from "../../platform/argument-error.js";
import { ReadStream } from "node:fs";
import { basename, extname } from "node:path";
import type { FileHandleLike } from "../../platform/node-types.js";
import type { BlobLike, ByteStreamLike } from "../../platform/web-types.js";
import { pairsOf } from "../../platform/pairs.js";
import { adviceFor, checkRecord, kindOf } from "../../platform/record.js";
import type { Part } from "./multipart.js";
import { escapeAsHTTPX, partHead } from "./part-head.js";
import { partHeaders } from "./part-headers.js";
import type { HeadersInit } from "../../headers/headers.js";
import { bytesOf, sourceOf } from "./source.js";
import { isFormDataPackage } from "./form-data-package.js";
import { isBlob, isFormData } from "./web-bodies.js";
import type { Chunk } from "./stream.js";

/**
 * The content of a file: text (sent as UTF-8), bytes, a Blob, an open file, or a stream or generator of bytes. Text,
 * bytes, Blobs, open files and `fs.createReadStream(path)` have a known length; other content makes the request
 * chunked. Streams and generators can be sent once, other content any number of times, as redirects may need.
 */
export type FileContent =
  | string
  | Uint8Array
  | ArrayBuffer
  | ArrayBufferView
  | BlobLike
  | Iterable<Chunk>
  | AsyncIterable<Chunk>
  | ByteStreamLike
  | FileHandleLike;

/** One file: its content alone, or with its name, type and headers.
 *
 * - `filename`: by default that of a `File`, the last part of the path of an `fs.ReadStream` or, if there is neither,
 *   `"upload"`. `null` sends none, as for a field of a form.
 * - `contentType`: by default the Blob's own, else guessed from the filename, else `application/octet-stream`;
 *   without a filename none is guessed.
 * - `headers` of the part, in any form that the headers of a request have: a `Content-Type` among them wins over
 *   `contentType`.
 */
export type FileTypes =
  | FileContent
  | readonly [
      filename: string | null,
      content: FileContent,
      contentType?: string | null | undefined,
      headers?: HeadersInit | null | undefined,
    ];

/** The files of a request, by the names of their fields. A field with several files has a list of them.
 *
 * An array that begins with text or `null` is one file with its name, any other a list of files.
 *
 * @example
 * await client.post(url, {
 *   data: { title: "Holiday" },
 *   files: { photo: createReadStream("beach.jpg"), notes: [["a.txt", "first"], ["b.txt", "second"]] },
 * });
 */
export type FilesTypes =
  | Readonly<Record<string, FileTypes | readonly FileTypes[]>>
  | readonly (readonly [name: string, file: FileTypes | readonly FileTypes[]])[];

/** The files by name; empty when none are given. @throws TypeError @internal */
export function fileEntries(files: FilesTypes): (readonly [name: unknown, file: unknown])[] {
  if (typeof files !== "object" || bytesOf(files) !== null || isBlob(files)) {
    throw wrongType(`Unexpected type for 'files', ${kindOf(files)}. Expected a record or a list of pairs`);
  }
  if (isFormData(files) || isFormDataPackage(files)) {
    throw wrongType("Unexpected type for 'files', a FormData: give it as content");
  }
  if (!(Symbol.iterator in files)) {
    checkRecord(files, "files");
    return Object.entries(files);
  }
  return pairsOf(files, "files", "a file");
}

/**
 * The parts that the files of one name make.
 * @throws TypeError, LocalProtocolError for what cannot be sent.
 * @internal
 */
export function fileParts(name: unknown, file: unknown): Part[] {
  if (typeof name !== "string") {
    throw wrongType(`Invalid type for name. Expected str, got ${typeof name}: ${String(name)}`);
  }
  if (!Array.isArray(file)) return [filePart(name, undefined, file, null, null)];
  if (!isNamed(file)) return file.flatMap((one: unknown) => fileParts(name, one));
  const [filename, content, contentType = null, headers = null] = file as [
    string | null,
    unknown,
    string | null | undefined,
    unknown,
  ];
  return [filePart(name, filename, content, contentType, headers)];
}

function isNamed(file: readonly unknown[]): boolean {
  if (typeof file[0] !== "string" && file[0] !== null) return false;
  if (file.length >= 2 && file.length <= 4) return true;
  throw wrongType("files: a file with its name is [filename, content, contentType?, headers?]");
}

function filePart(
  name: string,
  filename: string | null | undefined,
  content: unknown,
  contentType: string | null,
  headers: unknown,
): Part {
  const part = contentOf(content);
  const called = filename === undefined ? filenameOf(content) : filename;
  const lines = partHeaders(headers);
  if (!lines.some(([header]) => typeof header === "string" && header.toLowerCase() === "content-type")) {
    const type = contentType ?? typeOf(content, called);
    if (type !== null) lines.push(["Content-Type", type]);
  }
  return { head: partHead(name, called, lines, escapeAsHTTPX), content: part };
}

function contentOf(content: unknown): Part["content"] {
  if (typeof content === "string") return content;
  const found = bytesOf(content) ?? sourceOf(content, "files");
  if (found !== null) return found;
  const advice = adviceFor(content);
  throw wrongType(
    `Unexpected type for a file of 'files', ${kindOf(content)}${advice === null ? "" : `: ${advice}`}`,
  );
}

/** Only the last part of a path: the folders of this machine are private. */
function filenameOf(content: unknown): string {
  let path: unknown;
  if (content instanceof ReadStream) path = content.path?.toString();
  else if (isBlob(content) && "name" in content) path = content.name;
  return (typeof path === "string" && basename(path)) || "upload";
}

/** A Blob's own type, else a guess from the filename. */
function typeOf(content: unknown, filename: string | null): string | null {
  if (isBlob(content) && content.type !== "") return content.type;
  if (!filename) return null;
  const extension = extname(filename);
  return (extension === "" ? null : knownType(extension)) ?? "application/octet-stream";
}

function knownType(extension: string): string | null {
  const { mediaTypes } = require("./media-types.js") as typeof import("./media-types.js");
  return mediaTypes.getType(extension);
}
