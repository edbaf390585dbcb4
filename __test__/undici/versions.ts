/** The copies of undici that the tests of the dispatcher use, each major version in its own package. */
import { createRequire } from "node:module";
import type { Duplex } from "node:stream";
import type { HttpxideDispatcher } from "httpxide/undici";

type Interceptor = Parameters<HttpxideDispatcher["compose"]>[0];

/** What the tests use of a version. Only some have each interceptor. */
export interface Undici {
  fetch: typeof globalThis.fetch;
  request(
    url: string,
    options: object,
  ): Promise<{
    statusCode: number;
    headers: Record<string, string>;
    trailers: Record<string, string>;
    body: { text(): Promise<string> };
    context?: { history?: URL[] };
  }>;
  connect(url: string, options: object): Promise<{ socket: Duplex }>;
  upgrade(url: string, options: object): Promise<{ socket: Duplex; headers: object }>;
  interceptors: Record<string, ((options?: object) => Interceptor) | undefined>;
  Agent: typeof HttpxideDispatcher;
  setGlobalDispatcher(dispatcher: object): void;
  getGlobalDispatcher(): object;
}

const require = createRequire(import.meta.url);
const major = Number(process.versions.node.split(".")[0]);

/** undici 8 needs Node.js 22. */
export const versions: readonly number[] = [6, 7, 8].filter((version) => version < 8 || major >= 22);

export function undiciOf(version: number): Undici {
  return require(`undici-${version}`) as Undici;
}
