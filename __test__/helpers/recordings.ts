/** Recordings in a folder of one test, their content, and functions that run on them. */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AsyncClient, ReplayTransport, type ReplayTransportOptions } from "httpxide";
import { type Handler, type HttpServer, startHttpServer } from "./http-server.js";

export interface RecordedMessage {
  readonly method?: string;
  readonly url?: string;
  readonly status?: number;
  readonly reason?: string;
  readonly headers: readonly string[];
  readonly body?: { readonly json?: unknown; readonly text?: string; readonly base64?: string };
  readonly incomplete?: boolean;
}

export interface Recording {
  readonly version: number;
  readonly exchanges: readonly { readonly request: RecordedMessage; readonly response: RecordedMessage }[];
}

export interface Recordings extends AsyncDisposable {
  readonly folder: string;
  /** The path of a recording. */
  path(name?: string): string;
  text(name?: string): Promise<string>;
  read(name?: string): Promise<Recording>;
}

export async function makeRecordings(): Promise<Recordings> {
  const folder = await mkdtemp(join(tmpdir(), "httpxide-recordings-"));
  const path = (name = "test.json"): string => join(folder, name);
  const text = (name?: string): Promise<string> => readFile(path(name), "utf8");
  return {
    folder,
    path,
    text,
    read: async (name) => JSON.parse(await text(name)) as Recording,
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}

export type Use<T> = (client: AsyncClient) => Promise<T>;

/** The result of `use` with a client over a recording. Afterwards the client is closed and the recording written. */
export async function through<T>(file: string, options: ReplayTransportOptions, use: Use<T>): Promise<T> {
  await using client = new AsyncClient({ transport: new ReplayTransport(file, options) });
  return await use(client);
}

/** Runs `use` against a server, closes the server, and runs `use` again on the recording. */
export async function twice<T>(
  handler: Handler,
  use: (client: AsyncClient, url: string) => Promise<T>,
): Promise<[T, T, string]> {
  await using recordings = await makeRecordings();
  let server: HttpServer | undefined;
  let recorded: T;
  try {
    server = await startHttpServer(handler);
    const { url } = server;
    recorded = await through(recordings.path(), { mode: "record" }, (client) => use(client, url));
  } finally {
    await server?.[Symbol.asyncDispose]();
  }
  const { url } = server;
  const replayed = await through(recordings.path(), { mode: "replay" }, (client) => use(client, url));
  return [recorded, replayed, await recordings.text()];
}

/** Answers with a count, so that a replay differs from the server. */
export function counting(): Handler {
  let count = 0;
  return (_request, response) => void response.end(`${++count}`);
}
