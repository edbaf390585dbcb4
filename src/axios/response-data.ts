/** The body of a response as axios's `responseType` wants it, within its limits. */
import { Buffer } from "node:buffer";
import type { Response as Received } from "../response/response.js";
import type { AxiosLibrary, Config } from "./library.js";
import { progressOf } from "./progress.js";
import { pacedBy, piecesAt, rateOf } from "./rate.js";

/** @internal */
export async function dataOf(axios: AxiosLibrary, config: Config, received: Received): Promise<unknown> {
  const { responseType, responseEncoding = "utf8" } = config;
  const isText = responseType !== "arraybuffer" && responseEncoding === "utf8";
  const ascii = isText && isPlain(config) ? (received.whole?.ascii() ?? null) : null;
  if (ascii !== null) return ascii;
  const bytes = await bytesOf(axios, config, received);
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (responseType === "arraybuffer") return buffer;
  const text = buffer.toString(responseEncoding as BufferEncoding);
  return responseEncoding === "utf8" && text.startsWith("\ufeff") ? text.slice(1) : text;
}

/** The chunks as they arrive. @internal @throws AxiosError beyond `maxContentLength`. */
export async function* chunksOf(
  axios: AxiosLibrary,
  config: Config,
  received: Received,
): AsyncGenerator<Uint8Array> {
  const { maxContentLength = -1, onDownloadProgress } = config;
  const length = received.headers.get("content-length");
  const total = length === null ? undefined : Number(length);
  const progress = progressOf(onDownloadProgress, total, "download");
  const rate = rateOf(config.maxRate, 1);
  const pace = pacedBy(rate);
  let decoded = 0;
  let downloaded = 0;
  // what is in memory has its form
  const isRaw = config.decompress === false && received.streamed !== null;
  const chunks = isRaw ? received.aiterRaw() : received.aiterBytes();
  for await (const chunk of chunks) {
    decoded += chunk.byteLength;
    if (maxContentLength > -1 && decoded > maxContentLength) throw tooLarge(axios, config);
    // of a coded chunk, each piece counts for its part of the coded bytes
    const perByte = (received.numBytesDownloaded - downloaded) / chunk.byteLength;
    for (const piece of pace === null ? [chunk] : piecesAt(rate, chunk)) {
      downloaded += piece.byteLength * perByte;
      await pace?.(downloaded);
      progress?.moved(Math.round(downloaded));
      yield piece;
    }
    downloaded = received.numBytesDownloaded;
  }
  progress?.ended(received.numBytesDownloaded);
}

/** Whether nothing has to be done while it arrives. */
function isPlain({ maxContentLength = -1, onDownloadProgress, maxRate, decompress }: Config): boolean {
  return maxContentLength === -1 && !onDownloadProgress && !maxRate && decompress !== false;
}

async function bytesOf(axios: AxiosLibrary, config: Config, received: Received): Promise<Uint8Array> {
  if (isPlain(config)) return await received.aread();
  const chunks: Uint8Array[] = [];
  for await (const chunk of chunksOf(axios, config, received)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function tooLarge({ AxiosError }: AxiosLibrary, config: Config): Error {
  const message = `maxContentLength size of ${config.maxContentLength} exceeded`;
  return new AxiosError(message, AxiosError.ERR_BAD_RESPONSE, config);
}
