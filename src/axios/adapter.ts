/** The adapter: one call of axios, with its redirects, to a response that axios settles. */
import type { Readable } from "node:stream";
import type { AxiosAdapter, AxiosResponse } from "axios";
import { isFormDataPackage, lengthOfForm } from "../body/encode/form-data-package.js";
import { afterRedirect } from "../middleware/resends.js";
import { readableOf } from "../response/readable.js";
import type { Response as Received } from "../response/response.js";
import { Cancellation } from "./cancellation.js";
import type { AdapterClients } from "./clients.js";
import { axiosErrorOf } from "./errors.js";
import type { Hop } from "./hop.js";
import type { AxiosLibrary, Config } from "./library.js";
import { firstHop, messageOf } from "./request.js";
import { type Ways, waysOf } from "./network.js";
import { isRedirect, nextHop } from "./redirect.js";
import { chunksOf, dataOf } from "./response-data.js";
import { type ShownRequest, shownRequest } from "./shown-request.js";
import { checkSupport } from "./support.js";
import { settled } from "./settle.js";
import { targetOf, urlOf } from "./target.js";

/** The codings that the engine decodes. The body keeps any other, and the header says so. */
const DECODED = new Set(["gzip", "x-gzip", "deflate", "br", "zstd"]);
const NONE = /^\s*(?:identity)?\s*$/i;

/** What is known of a call, for its errors. */
interface Progress {
  /** The last request that was sent. */
  hop: Hop | null;
  response: AxiosResponse | undefined;
}

/** @internal */
export function adapterOver(axios: AxiosLibrary, clients: AdapterClients): AxiosAdapter {
  return async (given) => {
    const config = given as Config;
    const url = urlOf(axios, config);
    // it needs no connection
    if (/^data:/i.test(url)) return await axios.getAdapter("http")(given);
    checkSupport(axios, config);
    const ways = waysOf(axios, config, clients.connects);
    const target = targetOf(axios, config, url);
    const length = isFormDataPackage(config.data) ? await lengthOfForm(config.data) : null;
    const cancellation = new Cancellation(axios, config);
    const progress: Progress = { hop: null, response: undefined };
    let isStreaming = false;
    try {
      const first = firstHop(axios, config, target, length);
      const received = await follow(axios, clients, ways, config, first, cancellation, progress);
      const response = responseOf(axios, config, received, shownRequest(progress.hop!, received));
      progress.response = response;
      if (config.responseType === "stream") {
        isStreaming = true;
        cancellation.endTimeout();
        response.data = streamOf(axios, config, received, response, cancellation);
      } else {
        response.data = await dataOf(axios, config, received);
      }
      return settled(axios, response);
    } catch (error) {
      const { hop, response } = progress;
      const sent = hop === null ? undefined : shownRequest(hop, null);
      const request = (response?.request as ShownRequest | undefined) ?? sent;
      throw axiosErrorOf(axios, error, config, cancellation, request, response);
    } finally {
      if (!isStreaming) cancellation.end();
    }
  };
}

async function follow(
  axios: AxiosLibrary,
  clients: AdapterClients,
  ways: Ways,
  config: Config,
  first: Hop,
  { signal }: Cancellation,
  progress: Progress,
): Promise<Received> {
  let hop = first;
  let last: Received | null = null;
  for (let redirects = 0; ; redirects++) {
    const form = config.decompress === false ? "raw" : "decoded";
    const way = ways[hop.url.protocol as keyof Ways];
    const client = clients.on(way.network);
    const message = afterRedirect(last, messageOf(axios, config, hop, way));
    progress.hop = hop;
    const received = await client.exchange(message, signal, form);
    if (config.maxRedirects === 0 || !isRedirect(received)) return received;
    try {
      hop = nextHop(axios, config, hop, received, redirects, first);
      last = received;
    } finally {
      await received.aclose();
    }
  }
}

function responseOf(
  axios: AxiosLibrary,
  config: Config,
  received: Received,
  request: ShownRequest,
): AxiosResponse {
  const headers = new axios.AxiosHeaders(request.res!.headers);
  const codings = config.decompress === false ? null : received.headers.get("content-encoding");
  const names = codings === null ? [] : codings.split(",");
  if (names.some(isDecoded)) {
    const left = names.filter((name) => !isDecoded(name) && !NONE.test(name));
    if (left.length === 0) headers.delete("content-encoding");
    else headers.set("content-encoding", left.join(",").trim());
  }
  const { statusCode: status, sentPhrase } = received;
  return { data: undefined, status, statusText: sentPhrase ?? "", headers, config, request };
}

function isDecoded(coding: string): boolean {
  return DECODED.has(coding.trim().toLowerCase());
}

function streamOf(
  axios: AxiosLibrary,
  config: Config,
  received: Received,
  response: AxiosResponse,
  cancellation: Cancellation,
): Readable {
  async function* chunks(): AsyncGenerator<Uint8Array> {
    try {
      yield* chunksOf(axios, config, received);
    } catch (error) {
      throw axiosErrorOf(axios, error, config, cancellation, response.request as ShownRequest, response);
    } finally {
      await received.aclose();
    }
  }
  return readableOf(received, chunks(), () => cancellation.end(), cancellation.signal);
}
