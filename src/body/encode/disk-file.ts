/**
 * Files on disk as bodies: their length, and an open file read from its beginning.
 *
 * A length is announced only if it is certain. If the file changes meanwhile, the engine finds that the body is longer
 * or shorter than announced, which is an error.
 */
import { wrongType } from "../../platform/argument-error.js";
import { Buffer } from "node:buffer";
import {
  closeSync,
  constants,
  fstatSync,
  openSync,
  type PathLike,
  type ReadStream,
  readSync,
  type Stats,
  statSync,
} from "node:fs";
import type { FileHandle } from "node:fs/promises";
import type { Source } from "./stream.js";

const PIECE = 64 * 1024;

/** The properties of a stream that Node.js's declarations leave out. */
interface Opened {
  readonly fd: number | null;
  readonly path?: PathLike | null;
  readonly start?: number;
  /** Inclusive. */
  readonly end?: number;
}

/** The number of bytes that `stream` will yield; `null` if that is not certain. @internal */
export function readStreamLength(stream: ReadStream): number | null {
  // Part of it was read, or its bytes become text in some encoding.
  if (stream.readableDidRead || stream.readableEncoding !== null || stream.destroyed) return null;
  const { fd, path, start, end = Infinity } = stream as unknown as Opened;
  // A file that the caller opened is read from its current position, which Node.js cannot tell.
  if (!path && start === undefined) return null;
  const size = sizeOf(fd ?? path);
  return size === null ? null : Math.max(0, Math.min(size, end + 1) - (start ?? 0));
}

/** `null` if the size is not certain, or if there is no file, which is an error when it is read. */
function sizeOf(file: number | PathLike | null | undefined): number | null {
  if (file === null || file === undefined) return null;
  try {
    return certainSize(typeof file === "number" ? fstatSync(file) : statSync(file), file);
  } catch {
    return null;
  }
}

/**
 * The size of an ordinary file; `null` if the file may have more or fewer bytes. The files of `/proc` have content and
 * size 0, those of `/sys` a size of 4,096 and less content; neither occupies blocks.
 */
function certainSize(stats: Stats, file: number | PathLike): number | null {
  if (!stats.isFile()) return null;
  if (stats.size === 0) return isEmpty(file) ? 0 : null;
  return process.platform === "linux" && stats.blocks === 0 ? null : stats.size;
}

function isEmpty(file: number | PathLike): boolean {
  if (typeof file === "number") return readSync(file, new Uint8Array(1), 0, 1, 0) === 0;
  // Some files of /proc wait for an event when they are read.
  const opened = openSync(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    return isEmpty(opened);
  } finally {
    closeSync(opened);
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
 * An open file. Each reading starts at its beginning, regardless of its position. The caller closes it.
 * @throws TypeError for a file that has been closed.
 * @internal
 */
export function fileHandleSource(file: FileHandle): Source {
  if (file.fd < 0) throw wrongType("A FileHandle that has been closed cannot be sent");
  const stats = fstatSync(file.fd);
  // A pipe or a device has neither a length nor a beginning.
  const isOrdinary = stats.isFile();
  return {
    length: sizeOf(file.fd),
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
