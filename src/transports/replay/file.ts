/** The file of a recording on disk. It is replaced as a whole: no reader ever sees half of one. */
import { type RecordedExchange, parseRecording, printRecording, unreadable } from "./format.js";

/**
 * Null if the file does not exist.
 * @throws MockError if it is not a recording, or cannot be read.
 * @internal
 */
export async function readRecording(file: string): Promise<RecordedExchange[] | null> {
  const { readFile } = await import("node:fs/promises");
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw unreadable(file, (error as Error).message, error);
  }
  return parseRecording(text, file);
}

/**
 * Creates missing folders.
 * @throws Error of the file system.
 * @internal
 */
export async function writeRecording(file: string, exchanges: readonly RecordedExchange[]): Promise<void> {
  const { mkdir, realpath, rename, rm, stat, writeFile } = await import("node:fs/promises");
  const { dirname } = await import("node:path");
  await mkdir(dirname(file), { recursive: true });
  // A link's target is replaced, not the link, and the new file keeps the permissions of the old one.
  const target = await realpath(file).catch(() => file);
  const mode = await stat(target).then(
    (old) => old.mode,
    () => undefined,
  );
  const unfinished = `${target}.${crypto.randomUUID()}.tmp`;
  try {
    await writeFile(unfinished, printRecording(exchanges), { flag: "wx", mode });
    await rename(unfinished, target);
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  }
}
