/**
 * The class of WHATWG HTML, 9.2, on event streams of this package: after a network error it connects again, also at first;
 * after another status than 200, another Content-Type, and what no attempt can mend, it is closed for good.
 */
import type { AsyncClient } from "../client/async-client.js";
import { SSEError } from "../errors/sse-error.js";
import { Headers, type HeadersInit } from "../headers/headers.js";
import { wrongType } from "../platform/argument-error.js";
import { definePlatformClass } from "../platform/event-handlers.js";
import { ErrorEvent, MessageEvent } from "../platform/events.js";
import { eventStreamChecks } from "../sse/options.js";
import type { ReconnectingStream } from "../sse/stream.js";
import { mergeBase } from "../url/base.js";
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

    constructor(url: string | { toString(): string }, init?: EventSourceInit | null) {
      super();
      if (arguments.length === 0) throw wrongType("An EventSource needs a URL.");
      const given = init ?? {};
      this.#url = checkedURL(url, client().baseUrl);
      this.#withCredentials = Boolean(given.withCredentials);
      const options = {
        ...settingsOf(given),
        headers: new Headers(given.headers as HeadersInit | undefined),
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

/** A relative URL belongs to the base URL of the client. */
function checkedURL(given: string | { toString(): string }, base: URL | null): string {
  try {
    return new URL(mergeBase(base, String(given))).href;
  } catch {
    throw new DOMException(`${JSON.stringify(String(given))} is not a URL.`, "SyntaxError");
  }
}

type Settings = Pick<EventSourceInit, "reconnect" | "lastEventId" | "maxEventBytes">;

/** Checked here: a stream would refuse them when it connects. */
function settingsOf({ reconnect, lastEventId, maxEventBytes }: Settings): Settings {
  const settings = { reconnect, lastEventId, maxEventBytes };
  for (const [name, value] of Object.entries(settings)) {
    if (value !== undefined) eventStreamChecks[name as keyof Settings]!(value, name);
  }
  return settings as Settings;
}
