/** A request of axios as a message for the client. */
import { TextEncoder } from "../platform/classes.js";
import { Buffer } from "node:buffer";
import type { RequestBody } from "../body/encode/encoded.js";
import type { ContentTypes } from "../body/encode/encode.js";
import { isFormDataPackage } from "../body/encode/form-data-package.js";
import { type PartLengths, streamBody } from "../body/encode/stream.js";
import { isFormData } from "../body/encode/web-bodies.js";
import { bytesOf, isSource } from "../body/encode/source.js";
import type { Headers } from "../headers/headers.js";
import type { RequestExtensions } from "../request/extensions.js";
import { Request } from "../request/request.js";
import type { Hop } from "./hop.js";
import type { AxiosLibrary, Config } from "./library.js";
import type { TlsOfAgents } from "./network.js";
import { pacedBy, piecesAt, rateOf } from "./rate.js";
import { progressOf } from "./progress.js";
import { proxyOf } from "./proxy.js";
import { headersOf } from "./request-headers.js";
import type { Target } from "./target.js";

const utf8 = new TextEncoder();

/**
 * @param length that of the body, if it is known only here.
 * @throws AxiosError for data that cannot be sent; errors of {@link Headers}.
 * @internal
 */
export function firstHop(axios: AxiosLibrary, config: Config, target: Target, length: number | null): Hop {
  const { AxiosError } = axios;
  const { url, exact } = target;
  if (url.protocol !== "http:" && url.protocol !== "https:") {
    throw new AxiosError(`Unsupported protocol ${url.protocol}`, AxiosError.ERR_BAD_REQUEST, config);
  }
  // a falsy value is no body, whatever it is
  const content: unknown = config.data || null;
  if (content !== null && !isContent(content)) {
    const message = "Data after transformation must be a string, an ArrayBuffer, a Buffer, or a Stream";
    throw new AxiosError(message, AxiosError.ERR_BAD_REQUEST, config);
  }
  const auth = credentialsOf(config, url);
  const headers = headersOf(axios, config, content, auth);
  if (length !== null && !headers.has("content-length")) headers.set("Content-Length", String(length));
  url.username = "";
  url.password = "";
  return { method: String(config.method ?? "get").toUpperCase(), url, exact, headers, auth, content };
}

/**
 * @param tls what agents say of it.
 * @throws errors of {@link Request}; AxiosError for a body that is too large, and for a proxy that is none.
 * @internal
 */
export function messageOf(axios: AxiosLibrary, config: Config, hop: Hop, tls: TlsOfAgents): Request {
  const { method, url, exact, auth, content } = hop;
  const { serverName, verify } = tls;
  const extensions: RequestExtensions = proxyOf(axios, config, verify);
  if (exact !== null) extensions.target = exact;
  if (serverName !== null) extensions.sniHostname = serverName;
  const headers = auth === null ? hop.headers : withAuth(hop.headers, auth);
  const request = new Request(method, url, { headers, content: content as ContentTypes, extensions });
  const { body } = request;
  const limit = config.maxBodyLength ?? -1;
  const isLarge = limit > -1 && body.kind !== "stream" && sizeOf(body) > limit;
  if (isLarge) throw tooLarge(axios, config);
  const rate = rateOf(config.maxRate, 0);
  if (!config.onUploadProgress && rate === null && (limit === -1 || body.kind !== "stream")) return request;
  return new Request({
    method: request.method,
    url: request.parsedURL,
    lines: request.headerBlock,
    body: body.kind === "empty" ? body : watched(axios, config, body, request.headers),
    timeout: null,
    extensions,
  });
}

/** Credentials give way to a header that a redirect's hook has set. */
function withAuth(headers: Headers, auth: string): Headers {
  if (headers.has("authorization")) return headers;
  const all = headers.copy();
  all.append("Authorization", `Basic ${Buffer.from(auth).toString("base64")}`);
  return all;
}

function isContent(data: unknown): boolean {
  return (
    typeof data === "string" ||
    bytesOf(data) !== null ||
    isSource(data) ||
    isFormData(data) ||
    isFormDataPackage(data)
  );
}

function credentialsOf({ auth }: Config, { username, password }: URL): string | null {
  if (auth) return `${auth.username || ""}:${auth.password || ""}`;
  if (username === "" && password === "") return null;
  return `${decoded(username)}:${decoded(password)}`;
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** The same body in pieces, whose size, progress and rate are watched. */
function watched(axios: AxiosLibrary, config: Config, body: RequestBody, headers: Headers): RequestBody {
  const total = headers.has("content-length") ? Number(headers.get("content-length")) : undefined;
  const limit = config.maxBodyLength ?? -1;
  const rate = rateOf(config.maxRate, 0);
  async function* chunks(parts?: PartLengths): AsyncGenerator<Uint8Array> {
    const pace = pacedBy(rate);
    const progress = progressOf(config.onUploadProgress, total, "upload");
    let sent = 0;
    for await (const chunk of piecesOf(body, rate, parts)) {
      sent += chunk.byteLength;
      if (limit > -1 && sent > limit) throw tooLarge(axios, config);
      await pace?.(sent);
      yield chunk;
      progress?.moved(sent);
    }
    progress?.ended(sent);
  }
  const isOnce = body.kind === "stream" && !body.replayable;
  return streamBody({
    usedUp: isOnce ? [body] : [],
    open: chunks,
    canReopen: () => body.kind !== "stream" || (body.canReopen?.() ?? true),
  });
}

async function* piecesOf(
  body: RequestBody,
  rate: number | null,
  parts: PartLengths | undefined,
): AsyncGenerator<Uint8Array> {
  if (body.kind === "stream") {
    const iterator = body.iterate(parts);
    for await (const chunk of { [Symbol.asyncIterator]: () => iterator }) {
      yield* piecesAt(rate, typeof chunk === "string" ? utf8.encode(chunk) : chunk);
    }
    return;
  }
  const bytes = body.kind === "text" ? utf8.encode(body.text) : body.kind === "bytes" ? body.bytes : null;
  if (bytes !== null) yield* piecesAt(rate, bytes);
}

function sizeOf(body: RequestBody): number {
  return body.kind === "text" ? body.byteLength : body.kind === "bytes" ? body.bytes.byteLength : 0;
}

function tooLarge({ AxiosError }: AxiosLibrary, config: Config): Error {
  const message = "Request body larger than maxBodyLength limit";
  return new AxiosError(message, AxiosError.ERR_BAD_REQUEST, config);
}
