/**
 * Files of the disk as bodies: how long what comes out of them is, and an open file read from its beginning.
 *
 * A length is told only if it is certain. A file that changes meanwhile belies it, which the engine notices: what
 * is longer is not sent, what is shorter is an error.
 */
import { Buffer } from "node:buffer";
import { fstatSync, type PathLike, type ReadStream, statSync } from "node:fs";
import type { FileHandle } from "node:fs/promises";
import type { Source } from "./stream.js";

const PIECE = 64 * 1024;

/** What Node.js's declarations leave out. */
interface Opened {
  readonly fd: number | null;
  readonly path?: PathLike | null;
  readonly start?: number;
  /** Inclusive. */
  readonly end?: number;
}

/** How many bytes `stream` will give; `null` if that is not certain. @internal */
export function readStreamLength(stream: ReadStream): number | null {
  // Somebody has read from it, or its bytes are made into text in whatever encoding.
  if (stream.readableDidRead || stream.readableEncoding !== null || stream.destroyed) return null;
  const { fd, path, start, end = Infinity } = stream as unknown as Opened;
  // A file that the caller opened is read from where it stands, which Node.js cannot tell.
  if (!path && start === undefined) return null;
  const size = sizeOf(fd ?? path);
  return size === null ? null : Math.max(0, Math.min(size, end + 1) - (start ?? 0));
}

/** `null` for what is no ordinary file, or none at all: reading it says what is wrong. */
function sizeOf(file: number | PathLike | null | undefined): number | null {
  if (file === null || file === undefined) return null;
  try {
    const stats = typeof file === "number" ? fstatSync(file) : statSync(file);
    return stats.isFile() ? stats.size : null;
  } catch {
    return null;
  }
}

/** The class is not exported; no stream has both `fd` and `stat`. @internal */
export function isFileHandle(value: unknown): value is FileHandle {
  return (
    typeof value === "object" &&
    value !== null &&
    "fd" in value &&
    typeof value.fd === "number" &&
    "stat" in value &&
    typeof value.stat === "function"
  );
}

/**
 * A file that was opened: read from its beginning each time, wherever it stands. It stays open, being the caller's.
 * @throws TypeError for a file that has been closed.
 * @internal
 */
export function fileHandleSource(file: FileHandle): Source {
  if (file.fd < 0) throw new TypeError("A FileHandle that has been closed cannot be sent");
  const stats = fstatSync(file.fd);
  // A pipe or a device has neither a length nor a beginning.
  const isOrdinary = stats.isFile();
  return {
    length: isOrdinary ? stats.size : null,
    usedUp: isOrdinary ? [] : [file],
    open: () => readFile(file, isOrdinary),
  };
}

async function* readFile(file: FileHandle, fromBeginning: boolean): AsyncGenerator<Uint8Array> {
  for (let position = 0; ;) {
    const into = Buffer.allocUnsafe(PIECE);
    const { bytesRead } = await file.read(into, 0, PIECE, fromBeginning ? position : null);
    if (bytesRead === 0) return;
    position += bytesRead;
    yield into.subarray(0, bytesRead);
  }
}
