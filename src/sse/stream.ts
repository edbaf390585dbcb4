/** An event stream: one response after another, with the events of all of them. */
import { AbortController } from "../platform/classes.js";
import type { EventDecoder } from "../body/read/event-decoder.js";
import type { ServerSentEvent } from "../body/read/server-sent-event.js";
import { iteratorForCaller, withCallersStack } from "../errors/callers-stack.js";
import { unwatchSignal, watchSignal } from "../platform/signals.js";
import { sleep } from "../platform/sleep.js";
import { checkEventStream, eventDecoder, sseError } from "../response/events.js";
import type { Response } from "../response/response.js";
import type { EventStreamOptions } from "./options.js";
import { Reconnection } from "./reconnection.js";

/** The events of a URL, over as many connections as it takes. */
export interface EventStream extends AsyncDisposable, AsyncIterable<ServerSentEvent> {
  /** That of the current connection, or of the last one. */
  readonly response: Response;
  /** The ID of the last event that had one. */
  readonly lastEventId: string;
  /** Ends the stream, and a loop over it. Idempotent. */
  aclose(): Promise<void>;
}

/** What connects a stream. @internal */
export interface Connector {
  /** The response, when its head is there. */
  connect(lastEventId: string, signal: AbortSignal): Promise<Response>;
  /** Whether there can be another request with the same body. */
  canRepeat(): boolean;
}

/** Sees the connections of a stream. @internal */
export interface StreamListener {
  /** A response is an event stream; its events follow. */
  connected?(response: Response): void;
  /** There was no connection, or it ended; the next attempt follows. The error is null after an end. */
  interrupted?(error: unknown): void;
  /** Called once, when there will be no further connection. */
  ended(): void;
}

/** The reason of an abort by `aclose()`, which no caller sees. */
const CLOSED = new Error("The event stream is closed.");

/** @internal */
export class ReconnectingStream implements EventStream {
  #response: Response | null = null;
  readonly #connector: Connector;
  readonly #reconnection: Reconnection;
  readonly #decoders: (lastEventId: string) => EventDecoder;
  readonly #listener: StreamListener;
  readonly #signal: AbortSignal | null;
  readonly #abort = new AbortController();
  readonly #follower = { abort: (reason: unknown) => this.fail(reason) };
  #decoder: EventDecoder;
  #events: AsyncGenerator<ServerSentEvent, void, undefined> | null = null;
  #isConnected = false;
  #isOver = false;

  /** Without {@link open}, the first step of a loop connects, and a failure then is like any later one. */
  constructor(
    connector: Connector,
    options: EventStreamOptions,
    signal: AbortSignal | null,
    listener: StreamListener,
  ) {
    const { maxEventBytes: max } = options;
    this.#connector = connector;
    this.#reconnection = new Reconnection(options.reconnect ?? true);
    this.#decoders = (lastEventId) => eventDecoder(max, lastEventId);
    this.#decoder = this.#decoders(options.lastEventId ?? "");
    this.#signal = signal;
    this.#listener = listener;
    if (signal?.aborted) this.#abort.abort(signal.reason);
    else if (signal !== null) watchSignal(signal, this.#follower);
  }

  get response(): Response {
    return this.#response!;
  }

  get lastEventId(): string {
    return this.#decoder.lastEventId;
  }

  /** The first connection. @throws SSEError, and what the call throws. */
  async open(): Promise<this> {
    try {
      await this.#connect();
      return this;
    } catch (error) {
      this.#end();
      throw error;
    }
  }

  [Symbol.asyncIterator](): AsyncIterator<ServerSentEvent> {
    const events = iteratorForCaller((this.#events ??= this.#all()));
    return {
      next: () => events.next(),
      return: async () => {
        await this.aclose();
        return { done: true, value: undefined };
      },
    };
  }

  async aclose(): Promise<void> {
    // before the abort, which would be a failure of a response that is open
    const closing = this.#response?.aclose();
    this.fail(CLOSED);
    await closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.aclose();
  }

  /** Ends the stream with this error. */
  fail(reason: unknown): void {
    this.#end();
    this.#abort.abort(reason);
  }

  async *#all(): AsyncGenerator<ServerSentEvent, void, undefined> {
    const { signal } = this.#abort;
    try {
      for (;;) {
        let failure: unknown = null;
        try {
          signal.throwIfAborted();
          if (!this.#isConnected) await this.#connect();
          // 204: there is nothing to come, and the server does not want to be asked again
          if (this.#response!.statusCode === 204) return;
          for await (const event of this.#response!.events(this.#decoder)) {
            this.#reconnection.succeeded();
            yield event;
          }
        } catch (error) {
          failure = error;
        }
        signal.throwIfAborted();
        const delay = this.#connector.canRepeat()
          ? this.#reconnection.delayAfter(failure, this.#decoder.retry)
          : null;
        if (delay === null) {
          if (failure !== null) throw failure;
          return;
        }
        this.#isConnected = false;
        this.#listener.interrupted?.(failure);
        await sleep(delay, signal);
      }
    } catch (error) {
      if (signal.reason !== CLOSED) throw withCallersStack(error);
    } finally {
      this.#end();
    }
  }

  async #connect(): Promise<void> {
    const { lastEventId, retry } = this.#decoder;
    const response = await this.#connector.connect(lastEventId, this.#abort.signal);
    this.#response = response;
    this.#isConnected = true;
    if (response.statusCode === 204) return;
    if (response.statusCode !== 200) {
      throw sseError(response, `The response is ${response.summary}, not an event stream.`);
    }
    checkEventStream(response);
    this.#decoder = this.#decoders(lastEventId);
    this.#decoder.retry = retry;
    this.#listener.connected?.(response);
  }

  #end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    if (this.#signal !== null) unwatchSignal(this.#signal, this.#follower);
    this.#listener.ended();
  }
}
