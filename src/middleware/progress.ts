/**
 * Progress of a single request's bodies. A repetition (a redirect that keeps the body, a retry, an answer to a challenge)
 * begins again. Only a call with a listener takes this step.
 */
import { AbortController } from "../platform/classes.js";
import { BodyProgress } from "../body/progress.js";
import { unwatchSignal, watchSignal } from "../platform/signals.js";
import type { Request } from "../request/request.js";
import type { Response } from "../response/response.js";
import { UpgradedBody } from "../response/upgraded-body.js";
import type { Call, Middleware, Send } from "./middleware.js";

/** These have no body, whatever their Content-Length says (RFC 9110, 6.4.1). */
const WITHOUT_BODY = new Set([204, 304]);

/** @internal */
export function hasProgress({ givenExtensions }: Request): boolean {
  if (givenExtensions === null) return false;
  return Boolean(givenExtensions.onUploadProgress ?? givenExtensions.onDownloadProgress);
}

/** @internal */
export const progress: Middleware = (next) => (request, call) =>
  hasProgress(request) ? sendWithProgress(request, call, next) : next(request, call);

async function sendWithProgress(request: Request, call: Call, next: Send): Promise<Response> {
  const { signal } = call;
  const { onUploadProgress = null, onDownloadProgress = null } = request.extensions;
  // an exception of a listener ends the exchange as an abort does, over every transport
  const exchange = new AbortController();
  if (signal !== null) watchSignal(signal, exchange);
  const over = (): void => {
    if (signal !== null) unwatchSignal(signal, exchange);
  };
  if (onUploadProgress !== null && request.body.kind !== "empty") {
    request.uploadProgress = new BodyProgress(onUploadProgress, request.contentLength, exchange);
  }
  try {
    const streams = call.stream || onDownloadProgress !== null;
    const response = await next(request, { ...call, stream: streams, signal: exchange.signal });
    reportTakenWhole(request);
    const body = response.streamed;
    if (onDownloadProgress !== null && !(body?.source instanceof UpgradedBody)) {
      const total = bytesOf(response, request);
      const download = new BodyProgress(onDownloadProgress, total, exchange);
      if (body !== null && body.content === null) body.progress = download;
      else download.ended(total ?? response.content.byteLength);
    }
    if (body === null || response.isClosed) over();
    else body.whenClosed(over);
    if (exchange.signal.aborted) {
      await response.aclose();
      throw exchange.signal.reason;
    }
    return response;
  } catch (error) {
    over();
    throw error;
  } finally {
    request.uploadProgress = null;
  }
}

/** A transport that does not send the body in pieces, such as a mock, has taken all of it. */
function reportTakenWhole(request: Request): void {
  const upload = request.uploadProgress;
  if (upload === null || upload.isBegun || request.body.kind === "stream") return;
  upload.ended(request.content.byteLength);
}

/** The size of the body on the wire, if the head has it. */
function bytesOf(response: Response, request: Request): number | null {
  if (request.method === "HEAD" || WITHOUT_BODY.has(response.statusCode)) return 0;
  const { headers } = response;
  const length = headers.has("transfer-encoding") ? null : headers.get("content-length");
  return length !== null && /^\d+$/.test(length) ? Number(length) : null;
}
