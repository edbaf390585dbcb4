/** The adapter: one call of axios, with its redirects, to a response that axios settles. */
import { URL } from "../platform/classes.js";
import type { Readable } from "node:stream";
import type { AxiosAdapter, AxiosResponse } from "axios";
import type { AsyncClient } from "../client/async-client.js";
import { isFormDataPackage, lengthOfForm } from "../body/encode/form-data-package.js";
import { afterRedirect } from "../middleware/resends.js";
import { readableOf } from "../response/readable.js";
import type { Response as Received } from "../response/response.js";
import { Cancellation } from "./cancellation.js";
import type { AdapterClients } from "./clients.js";
import { axiosErrorFrom, axiosErrorOf } from "./errors.js";
import type { AxiosLibrary, Config } from "./library.js";
import { type Hop, firstHop, messageOf } from "./request.js";
import { nextHop } from "./redirect.js";
import { chunksOf, dataOf } from "./response-data.js";
import { type ShownRequest, shownRequest } from "./shown-request.js";
import { checkSupport } from "./support.js";
import { settled } from "./settle.js";

/** The codings that the engine decodes. The body keeps any other, and the header says so. */
const DECODED = new Set(["gzip", "x-gzip", "deflate", "br", "zstd", "identity", ""]);

/** @internal */
export function adapterOver(axios: AxiosLibrary, clients: AdapterClients): AxiosAdapter {
  return async (given) => {
    const config = given as Config;
    const url = urlOf(axios, config);
    // it needs no connection
    if (/^data:/i.test(url)) return await axios.getAdapter("http")(given);
    checkSupport(axios, config, clients.on !== null);
    const length = isFormDataPackage(config.data) ? await lengthOfForm(config.data) : null;
    const first = firstHop(axios, config, url, length);
    const cancellation = new Cancellation(axios, config);
    const progress: { request: ShownRequest | undefined; response: AxiosResponse | undefined } = {
      request: undefined,
      response: undefined,
    };
    let isStreaming = false;
    try {
      const { socketPath } = config;
      const client = typeof socketPath === "string" ? clients.on!(socketPath) : clients.usual();
      const { received, hop } = await follow(axios, client, config, first, cancellation);
      progress.request = shownRequest(hop, received);
      const response = responseOf(axios, config, received, progress.request);
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
      throw axiosErrorOf(axios, error, config, cancellation, progress.request, progress.response);
    } finally {
      if (!isStreaming) cancellation.end();
    }
  };
}

/** With base URL and params, by axios's own rules. An instance without defaults adds nothing to the configuration. */
function urlOf(axios: AxiosLibrary, config: Config): string {
  try {
    const { baseURL, params } = config;
    // merging the configuration once more costs as much as a tenth of the call
    const url = baseURL || params ? new axios.Axios({}).getUri(config) : (config.url ?? "");
    return config.socketPath ? new URL(url, "http://localhost").href : url;
  } catch (error) {
    if (axios.isAxiosError(error)) throw error;
    const failed = axiosErrorFrom(axios, error as Error, axios.AxiosError.ERR_BAD_REQUEST, config);
    throw Object.assign(failed, { url: config.url, exists: true });
  }
}

async function follow(
  axios: AxiosLibrary,
  client: AsyncClient,
  config: Config,
  first: Hop,
  { signal }: Cancellation,
): Promise<{ received: Received; hop: Hop }> {
  let hop = first;
  let last: Received | null = null;
  for (let redirects = 0; ; redirects++) {
    const form = config.decompress === false ? "raw" : "decoded";
    const message = afterRedirect(last, messageOf(axios, config, hop));
    const received = await client.exchange(message, signal, form);
    if (config.maxRedirects === 0 || !received.hasRedirectLocation) return { received, hop };
    try {
      hop = nextHop(axios, config, hop, received, redirects);
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
  const headers = new axios.AxiosHeaders(request.res.headers);
  const codings = config.decompress === false ? null : received.headers.get("content-encoding");
  if (codings !== null) {
    const left = codings.split(",").filter((name) => !DECODED.has(name.trim().toLowerCase()));
    if (left.length === 0) headers.delete("content-encoding");
    else headers.set("content-encoding", left.join(",").trim());
  }
  const { statusCode: status, sentPhrase } = received;
  return { data: undefined, status, statusText: sentPhrase ?? "", headers, config, request };
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
