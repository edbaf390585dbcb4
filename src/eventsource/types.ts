/** The public types of the class, so that they need no library for the web. */
import type { HeadersInit } from "../headers/headers.js";
import type { ReconnectOptions } from "../sse/options.js";

/**
 * The second argument: the standard's, and settings of an event stream. Unknown members are ignored, as
 * the platform does.
 */
export interface EventSourceInit {
  /** Only readable: a client sends its cookies wherever they belong. @default false */
  withCredentials?: boolean;
  /** Headers of each request, beside those of the client. */
  headers?: HeadersInit | string[][];
  /** Whether and when it connects again, as in `client.sse()`. @default true */
  reconnect?: boolean | ReconnectOptions;
  /** Sent as `Last-Event-ID` by the first connection. @default "" */
  lastEventId?: string;
  /** The most characters of an event's data; a longer event ends the stream. @default 1_048_576 */
  maxEventBytes?: number;
}

/** The event of an event of the stream, whose type is its name. */
export interface EventSourceMessageEvent extends Event {
  // oxlint-disable-next-line typescript/no-explicit-any -- as in the platform's types
  readonly data: any;
  /** Of the URL that answered, after redirects. */
  readonly origin: string;
  readonly lastEventId: string;
}

/** The event of a connection that ended. `readyState` tells whether another one follows. */
export interface EventSourceErrorEvent extends Event {
  /** The error of this package; null after an end of the stream and after a status of 204. */
  readonly error: unknown;
  readonly message: string;
}

/** The events by their types. */
interface Events {
  open: Event;
  message: EventSourceMessageEvent;
  error: EventSourceErrorEvent;
}

type ListenerOf<Event> = ((event: Event) => void) | null;

type ListenerOptions = boolean | { once?: boolean; passive?: boolean; capture?: boolean };

/** An event source of the platform. */
export interface PlatformEventSource extends EventTarget {
  readonly url: string;
  readonly withCredentials: boolean;
  /** 0 connecting, 1 open, 2 closed for good. */
  readonly readyState: number;
  onopen: ListenerOf<Events["open"]>;
  onmessage: ListenerOf<Events["message"]>;
  /** Its event has the members of those of listeners: here, as in the platform's types, a plain event is enough. */
  onerror: ListenerOf<Event & Partial<Events["error"]>>;
  readonly CONNECTING: 0;
  readonly OPEN: 1;
  readonly CLOSED: 2;
  /** No event follows. */
  close(): void;
  addEventListener<Type extends keyof Events>(
    type: Type,
    listener: (event: Events[Type]) => void,
    options?: ListenerOptions,
  ): void;
  /** For events with a name of the server's. */
  addEventListener(
    type: string,
    listener: (event: EventSourceMessageEvent) => void,
    options?: ListenerOptions,
  ): void;
  addEventListener(
    type: string,
    listener: ((event: Event) => void) | { handleEvent(event: Event): void } | null,
    options?: ListenerOptions,
  ): void;
  removeEventListener<Type extends keyof Events>(
    type: Type,
    listener: (event: Events[Type]) => void,
    options?: boolean | { capture?: boolean },
  ): void;
  removeEventListener(
    type: string,
    listener: (event: EventSourceMessageEvent) => void,
    options?: boolean | { capture?: boolean },
  ): void;
  removeEventListener(
    type: string,
    listener: ((event: Event) => void) | { handleEvent(event: Event): void } | null,
    options?: boolean | { capture?: boolean },
  ): void;
}

/** The class of {@link PlatformEventSource}. */
export interface EventSourceClass {
  /**
   * @throws DOMException SyntaxError for a URL that it cannot have.
   * @throws TypeError, RangeError for a setting that it cannot have.
   */
  new (url: string | { toString(): string }, init?: EventSourceInit): PlatformEventSource;
  readonly prototype: PlatformEventSource;
  readonly CONNECTING: 0;
  readonly OPEN: 1;
  readonly CLOSED: 2;
}
