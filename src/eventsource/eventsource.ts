/**
 * The class of WHATWG HTML, 9.2, on event streams of this package: after a network error it connects again, also at first;
 * after another status than 200, another Content-Type, and what no attempt can mend, it is closed for good.
 */
import { Event, EventTarget } from "../platform/classes.js";
import type { AsyncClient } from "../client/async-client.js";
import { SSEError } from "../errors/sse-error.js";
import { Headers, type HeadersInit } from "../headers/headers.js";
import { quoted } from "../config/value-checks.js";
import { wrongType } from "../platform/argument-error.js";
import { definePlatformClass } from "../platform/event-handlers.js";
import { ErrorEvent, MessageEvent } from "../platform/events.js";
import type { ReconnectingStream } from "../sse/stream.js";
import { platformURL } from "../url/base.js";
import type { EventSourceClass, EventSourceInit } from "./types.js";

const CONNECTING = 0;
const OPEN = 1;
const CLOSED = 2;

/** @internal */
export function eventSourceOver(client: () => AsyncClient): EventSourceClass {
  class EventSource extends EventTarget {
    readonly #url: string;
    readonly #withCredentials: boolean;
    #readyState = CONNECTING;
    /** Of the current connection. */
    #origin = "";
    readonly #stream: ReconnectingStream;

    // no parameter of its own counts: `length` is 1
    constructor(url: string | { toString(): string }, ...[init]: [init?: EventSourceInit | null]) {
      super();
      if (arguments.length === 0) throw wrongType("An EventSource needs a URL.");
      if (init !== undefined && typeof init !== "object") {
        throw wrongType(`The settings of an EventSource are an object, not ${quoted(init)}.`);
      }
      const { withCredentials, headers, reconnect, lastEventId, maxEventBytes } = init ?? {};
      this.#url = platformURL(url, client().baseUrl).href;
      this.#withCredentials = Boolean(withCredentials);
      const options = {
        reconnect,
        lastEventId,
        maxEventBytes,
        headers: uncached(headers as HeadersInit | undefined),
        followRedirects: true,
      };
      this.#stream = client().eventStream(this.#url, options, {
        connected: ({ url: answered }) => this.#opened(answered.origin),
        interrupted: (error) => this.#interrupted(error),
      });
      void this.#run();
    }

    get url(): string {
      return this.#url;
    }

    get withCredentials(): boolean {
      return this.#withCredentials;
    }

    get readyState(): number {
      return this.#readyState;
    }

    close(): void {
      this.#readyState = CLOSED;
      void this.#stream.aclose();
    }

    async #run(): Promise<void> {
      let failure: unknown = null;
      try {
        for await (const { event, data, id } of this.#stream) {
          if (this.#isClosed) return;
          this.dispatchEvent(new MessageEvent(event, { data, origin: this.#origin, lastEventId: id }));
        }
      } catch (error) {
        failure = error;
      }
      if (this.#isClosed) return;
      this.#readyState = CLOSED;
      this.dispatchEvent(new ErrorEvent(failure));
      // a listener may have begun to read it
      if (failure instanceof SSEError && !failure.response.isStreamConsumed) void failure.response.aclose();
    }

    get #isClosed(): boolean {
      return this.#readyState === CLOSED;
    }

    #opened(origin: string): void {
      if (this.#isClosed) return;
      this.#origin = origin;
      this.#readyState = OPEN;
      this.dispatchEvent(new Event("open"));
    }

    #interrupted(error: unknown): void {
      if (this.#isClosed) return;
      this.#readyState = CONNECTING;
      this.dispatchEvent(new ErrorEvent(error));
    }
  }
  const states = { CONNECTING, OPEN, CLOSED };
  definePlatformClass(EventSource, "EventSource", states, ["open", "message", "error"]);
  return EventSource as unknown as EventSourceClass;
}

/** The headers of a request that no cache may answer, as fetch sends it (WHATWG Fetch, HTTP-network-or-cache fetch). */
function uncached(given: HeadersInit | undefined): Headers {
  const headers = new Headers(given);
  for (const name of ["Pragma", "Cache-Control"]) if (!headers.has(name)) headers.set(name, "no-cache");
  return headers;
}
