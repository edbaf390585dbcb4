/** Selects the netrc file and checks it: the home folder's must be closed to other users, as in Python. */
import { TextDecoder } from "../platform/classes.js";
import { ownError } from "../platform/argument-error.js";
import { coded } from "../errors/coded.js";
import type { Stats } from "node:fs";
import type { FileHandle } from "node:fs/promises";
import { join } from "node:path";
import { os } from "../platform/on-demand.js";
import type { NetrcEntries } from "./netrc-entries.js";
import { parseNetrc } from "./netrc-parse.js";

/**
 * Reads `file`, or the one of the home folder.
 *
 * @throws SyntaxError if it is malformed
 * @throws Error if it cannot be read, or must not be
 * @internal
 */
export async function readNetrc(file: string | null): Promise<NetrcEntries> {
  const { path, handle } = file === null ? await openDefault() : { path: file, handle: await opened(file) };
  try {
    const entries = parseNetrc(decoded(await handle.readFile(), path), path);
    if (file === null && holdsSecrets(entries)) checkPrivate(await handle.stat(), path);
    return entries;
  } finally {
    await handle.close();
  }
}

async function opened(path: string): Promise<FileHandle> {
  const { open } = await import("node:fs/promises");
  try {
    return await open(path);
  } catch (error) {
    throw ownError(error);
  }
}

async function openDefault(): Promise<{ path: string; handle: FileHandle }> {
  const path = join(os().homedir(), ".netrc");
  try {
    return { path, handle: await opened(path) };
  } catch (error) {
    // What curl and ftp call it on Windows.
    const other = join(os().homedir(), "_netrc");
    const handle = process.platform === "win32" ? await opened(other).catch(() => null) : null;
    if (handle === null) throw error;
    return { path: other, handle };
  }
}

function decoded(bytes: Uint8Array, path: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw coded("ERR_NETRC", new SyntaxError(`Malformed netrc file ${path}: it is not UTF-8`));
  }
}

/** Anonymous FTP's password is no credential. */
function holdsSecrets({ machines, fallback }: NetrcEntries): boolean {
  const entries = fallback === null ? [...machines.values()] : [...machines.values(), fallback];
  return entries.some(({ login }) => login !== "anonymous");
}

function checkPrivate(stats: Stats, path: string): void {
  if (process.platform === "win32") return;
  const user = process.getuid?.();
  if (user !== undefined && stats.uid !== user) {
    throw coded("ERR_NETRC", new Error(`${path} is not used, because it belongs to another user`));
  }
  if ((stats.mode & 0o077) !== 0) {
    throw coded(
      "ERR_NETRC",
      new Error(`${path} is not used, because other users have access to it: chmod 600 takes it away`),
    );
  }
}
