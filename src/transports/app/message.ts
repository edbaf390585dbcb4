/** Trailers, expectations and interim responses of a request to an application of Node.js. */
import type { ClientRequest, InformationEvent } from "node:http";
import { Headers } from "../../headers/headers.js";
import { clearTimeout, setTimeout } from "../../platform/timers.js";
import { Listener } from "../../platform/listener.js";
import { expectationOf, trailersOf } from "../../request/message-options.js";
import { givenTrailerLines } from "../../request/trailers.js";
import type { AppExchange } from "./exchange.js";

/** Passes the interim responses on to the caller's listener. @internal */
export function reportInformation(exchange: AppExchange, request: ClientRequest): void {
  const onInformational = exchange.request.givenExtensions?.onInformational ?? null;
  if (onInformational === null) return;
  const listener = new Listener(onInformational);
  request.on("information", ({ statusCode, rawHeaders }: InformationEvent) => {
    const pairs = Array.from({ length: rawHeaders.length / 2 }, (_, at) =>
      rawHeaders.slice(2 * at, 2 * at + 2),
    );
    listener.call(exchange, { statusCode, headers: new Headers(pairs as [string, string][]) });
  });
}

/** Calls back when the application wants the body; never if it answers without it. @internal */
export function whenWanted(exchange: AppExchange, request: ClientRequest, send: () => void): void {
  const { givenExtensions } = exchange.request;
  const wait = givenExtensions === null ? null : expectationOf(givenExtensions);
  if (wait === null) return send();
  const over = (): void => {
    clearTimeout(timer);
    request.off("continue", wanted).off("response", over);
  };
  const wanted = (): void => {
    over();
    send();
  };
  const timer = setTimeout(wanted, wait);
  request.once("continue", wanted).once("response", over);
  exchange.whenOver(over);
  request.flushHeaders();
}

/** Gives the trailers once the body has been sent; null if the request has none. @internal */
export function trailersAfter(exchange: AppExchange): (() => Promise<Headers>) | null {
  const { request } = exchange;
  const trailers = request.givenExtensions === null ? null : trailersOf(request.givenExtensions);
  return trailers === null
    ? null
    : async () => Headers.fromLines(givenTrailerLines(await trailers(), request));
}
