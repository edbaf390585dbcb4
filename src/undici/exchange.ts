/** One request of a dispatcher, from its handler's start to its end. */
import { AbortController } from "../platform/classes.js";
import { Buffer } from "node:buffer";
import { Duplex } from "node:stream";
import type { AsyncClient } from "../client/async-client.js";
import type { NetworkStream } from "../response/network-stream.js";
import type { TraceListener } from "../request/extensions.js";
import type { InformationalResponse } from "../request/message-options.js";
import type { Response } from "../response/response.js";
import { codes } from "../response/status-codes.js";
import { clearTimeout, setTimeout, type Timer } from "../platform/timers.js";
import { ControlState } from "./control.js";
import { silenceOf, undiciErrorOf } from "./errors.js";
import type { Reception } from "./handlers.js";
import { silenceLimits } from "./limits.js";
import { type DispatchOptions, messageOf } from "./message.js";

/** @internal */
export class Exchange extends ControlState {
  readonly #client: AsyncClient;
  readonly #options: DispatchOptions;
  readonly #reception: Reception;
  readonly #ended: () => void;
  readonly #controller = new AbortController();
  #resume: (() => void) | null = null;
  #timer: Timer | null = null;

  constructor(client: AsyncClient, options: DispatchOptions, reception: Reception, ended: () => void) {
    super();
    this.#client = client;
    this.#options = options;
    this.#reception = reception;
    this.#ended = ended;
  }

  protected override onAbort(reason: Error): void {
    this.#controller.abort(reason);
    this.onResume();
  }

  protected override onResume(): void {
    const resume = this.#resume;
    this.#resume = null;
    resume?.();
  }

  /** Never rejects: the handler learns of an error. */
  async run(): Promise<void> {
    const reception = this.#reception;
    try {
      reception.started(this);
      if (this.reason !== null) throw this.reason;
      await this.#send();
    } catch (error) {
      const reason = this.reason ?? undiciErrorOf(error);
      this.#controller.abort(reason);
      reception.failed(reason);
    } finally {
      this.#stopClock();
      this.#ended();
    }
  }

  async #send(): Promise<void> {
    const { method, upgrade, onInfo } = this.#options;
    const { timeout } = this.#client;
    const limits = silenceLimits(this.#options, timeout.read);
    const message = messageOf(
      this.#options,
      limits.read === timeout.read ? undefined : { ...timeout, read: limits.read },
      limits.headOnceSent === null ? undefined : this.#traceOf(limits.headOnceSent),
    );
    // to hear of them costs something for each request, and hardly a handler wants it
    if (typeof onInfo === "function") message.extensions.onInformational = this.#informed;
    this.#startClock(limits.head, "head");
    const received = await this.#client.exchange(message, this.#controller.signal, "raw");
    this.#stopClock();
    const fields = received.headers.raw;
    const isInMemory = received.streamed === null;
    const stream = isInMemory
      ? undefined
      : (received.extensions["networkStream"] as NetworkStream | undefined);
    this.#reception.allSent();
    if (stream !== undefined && (upgrade || method === "CONNECT")) {
      return this.#reception.upgraded(received.statusCode, fields, socketOf(stream, received));
    }
    this.#reception.answered();
    this.#reception.head(received.statusCode, fields, received.sentPhrase ?? "");
    if (isInMemory) await this.#handOver(received.content);
    else await this.#receive(received, limits.body);
    this.#reception.completed(received.trailers.raw);
  }

  readonly #informed = ({ statusCode, headers }: InformationalResponse): void => {
    this.#reception.answered();
    this.#reception.head(statusCode, headers.raw, codes.getReasonPhrase(statusCode));
  };

  async #receive(received: Response, limit: number | null): Promise<void> {
    const chunks = received.aiterRaw();
    try {
      for (;;) {
        await this.#untilResumed();
        this.#startClock(limit, "body");
        const { done, value } = await chunks.next();
        this.#stopClock();
        if (this.reason !== null) throw this.reason;
        if (done === true) return;
        this.#handOverChunk(value);
      }
    } finally {
      await received.aclose();
    }
  }

  /** A body in memory, which has its form. */
  async #handOver(content: Uint8Array): Promise<void> {
    await this.#untilResumed();
    if (content.byteLength === 0) return;
    this.#handOverChunk(content);
    await this.#untilResumed();
  }

  #handOverChunk({ buffer, byteOffset, byteLength }: Uint8Array): void {
    this.#reception.data(Buffer.from(buffer, byteOffset, byteLength));
  }

  /** @throws the reason of an abort. */
  #untilResumed(): Promise<void> | void {
    if (this.reason !== null) throw this.reason;
    if (!this.paused) return;
    return new Promise<void>((resolve) => (this.#resume = resolve)).then(() => this.#untilResumed());
  }

  /** Starts the clock once the request is sent. */
  #traceOf(limit: number): TraceListener {
    return (event) => {
      if (event.endsWith(".receive_response_headers.started")) this.#startClock(limit, "head");
    };
  }

  #startClock(milliseconds: number | null, part: "head" | "body"): void {
    if (milliseconds === null) return;
    this.#stopClock();
    this.#timer = setTimeout(() => this.abort(silenceOf(part)), milliseconds);
  }

  #stopClock(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }
}

function socketOf(stream: NetworkStream, received: Response): Duplex {
  const socket = Duplex.fromWeb(stream.toWeb() as never);
  // the socket is gone: nobody is left to tell that the peer did not take everything
  socket.once("close", () => void received.aclose().catch(() => undefined));
  return socket;
}
