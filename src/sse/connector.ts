/** The requests of an event stream. Each is built anew, with the cookies and headers that hold when it is sent. */
import { AbortController } from "../platform/classes.js";
import type { Timeout, TimeoutTypes } from "../config/timeout.js";
import { Headers, type HeadersInit } from "../headers/headers.js";
import { unwatchSignal, watchSignal } from "../platform/signals.js";
import type { RequestExtensions } from "../request/extensions.js";
import type { Request } from "../request/request.js";
import type { Response } from "../response/response.js";
import { canBeSent } from "../transports/retry/retryable.js";
import { HeadLimits } from "./head-limits.js";
import type { Connector } from "./stream.js";

/** The options of a call that a connection changes. @internal */
export interface ConnectionOptions {
  headers?: HeadersInit | null | undefined;
  extensions?: RequestExtensions | null | undefined;
  timeout?: TimeoutTypes | Timeout | undefined;
  signal: AbortSignal;
}

/** A client that connects streams. @internal */
export interface ConnectingClient<Options> {
  readonly timeout: Timeout;
  build(options: Options & ConnectionOptions): Request;
  send(request: Request, options: Options & ConnectionOptions): Promise<Response>;
}

/** @internal */
export class RequestConnector<
  Options extends Partial<Omit<ConnectionOptions, "signal">>,
> implements Connector {
  readonly #client: ConnectingClient<Options>;
  readonly #options: Options;
  #request: Request | null = null;

  constructor(client: ConnectingClient<Options>, options: Options) {
    this.#client = client;
    this.#options = options;
  }

  async connect(lastEventId: string, signal: AbortSignal): Promise<Response> {
    const { timeout, extensions } = this.#options;
    const controller = new AbortController();
    const follower = { abort: (reason: unknown) => controller.abort(reason) };
    const expire = (error: Error): void => controller.abort(error);
    if (signal.aborted) controller.abort(signal.reason);
    else watchSignal(signal, follower);
    const limits = new HeadLimits(timeout, this.#client.timeout, extensions, expire);
    const options = {
      ...this.#options,
      headers: headersOf(this.#options.headers, lastEventId),
      timeout: limits.timeout,
      extensions: limits.trace === null ? extensions : { ...extensions, trace: limits.trace },
      signal: controller.signal,
    };
    let isOpen = false;
    try {
      this.#request = this.#client.build(options);
      const response = await this.#client.send(this.#request, options);
      const body = response.streamed;
      isOpen = body !== null && !body.isClosed;
      body?.whenClosed(() => unwatchSignal(signal, follower));
      return response;
    } finally {
      limits.end();
      if (!isOpen) unwatchSignal(signal, follower);
    }
  }

  canRepeat(): boolean {
    return this.#request === null || canBeSent(this.#request);
  }
}

function headersOf(given: HeadersInit | null | undefined, lastEventId: string): Headers {
  const headers = new Headers(given).copy();
  if (!headers.has("accept")) headers.set("Accept", "text/event-stream");
  if (!headers.has("cache-control")) headers.set("Cache-Control", "no-store");
  // UTF-8, as the standard has it
  if (lastEventId !== "") headers.set("Last-Event-ID", Buffer.from(lastEventId).toString("latin1"));
  return headers;
}
