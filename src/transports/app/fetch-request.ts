/** The `Request` of the platform for a fetch handler; the handler's reads pull its body. */
import { webStreams } from "../../platform/on-demand.js";
import { trailersOf } from "../../request/message-options.js";
import type { AppExchange } from "./exchange.js";
import { UNSENT, failureOf, invalidRequest } from "./failure.js";
import { mountedPath } from "./root-path.js";
import { uploadOf } from "./upload.js";

/** These methods have no body in fetch. */
const WITHOUT_BODY = new Set(["GET", "HEAD"]);

/** @internal @throws LocalProtocolError if a `Request` cannot represent it. */
export function requestOf(exchange: AppExchange, rootPath: string, signal: AbortSignal): globalThis.Request {
  const { method, headers, parsedURL, givenExtensions } = exchange.request;
  if (givenExtensions !== null && trailersOf(givenExtensions) !== null) {
    throw refused("a request of fetch has no trailers", exchange);
  }
  const { inner } = mountedPath(rootPath, parsedURL.path);
  const host = headers.get("host") ?? parsedURL.host;
  // It must not reach beyond its part of the URL.
  if (/[/\\?#@]/.test(host)) throw refused("the Host header is no host", exchange);
  const init: RequestInit = { method, headers: headers.raw, signal };
  const upload = WITHOUT_BODY.has(method) ? null : uploadOf(exchange);
  if (upload === null || upload instanceof Uint8Array) {
    if (upload !== null) init.body = upload;
    exchange.sent();
  } else {
    init.body = pulled(exchange, upload);
    init.duplex = "half";
  }
  try {
    return new globalThis.Request(`${parsedURL.scheme}://${host}${inner}`, init);
  } catch (error) {
    throw refused((error as Error).message, exchange);
  }
}

/** Fetch does not allow all of HTTP: no TRACE, no CONNECT. */
function refused(why: string, exchange: AppExchange): Error {
  return failureOf(invalidRequest(why), UNSENT, exchange.request);
}

/** One piece is always pulled before it is read, as over a network; while one is available, the reader is to act. */
function pulled(exchange: AppExchange, pieces: AsyncGenerator<Uint8Array>): ReadableStream<Uint8Array> {
  const stop = (): void => void pieces.return(undefined).catch(() => undefined);
  const make = (): Promise<IteratorResult<Uint8Array, void>> => {
    const made = pieces.next();
    made.then(
      ({ done }) => exchange.phase === "headers" && done !== true && exchange.awaits("write"),
      // The error is the caller's own: the generator threw, or yields what cannot be sent.
      (error: unknown) => exchange.fail(error),
    );
    return made;
  };
  let next = make();
  exchange.whenOver(stop);
  const { ReadableStream } = webStreams();
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { done, value } = await next;
        if (exchange.failure !== null) throw exchange.failure.reason;
        if (exchange.phase === "headers") exchange.awaits(null);
        if (done === true) {
          controller.close();
          exchange.sent();
        } else {
          controller.enqueue(value);
          next = make();
        }
      },
      cancel() {
        stop();
        exchange.sent();
      },
    },
    { highWaterMark: 0 },
  );
}
