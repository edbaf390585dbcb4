/** A byte stream of the engine as a network stream. */
import { wrongType } from "../../platform/argument-error.js";
import { checkOptions, optionList } from "../../config/options.js";
import { checkVerify } from "../../config/tls.js";
import { aString } from "../../config/value-checks.js";
import { StreamClosed } from "../../errors/stream-error.js";
import { afterPromises } from "../../platform/clock.js";
import { Dropped, type Link } from "../../platform/dropped.js";
import type { NativeTls, NativeTrust } from "../../native/binding.js";
import type { ByteStream } from "../../native/byte-stream.js";
import type { ClientCertificate } from "../../native/client-certificate.js";
import type { MessageStream } from "../../native/message-stream.js";
import type { SessionSettings } from "../../native/session-record.js";
import { StreamEnded } from "../../native/stream-ended.js";
import type { Request } from "../../request/request.js";
import {
  ByteNetworkStream,
  type NetworkStream,
  type StartTlsOptions,
} from "../../response/network-stream.js";
import { UpgradedBody } from "../../response/upgraded-body.js";
import { errorOf } from "./failure.js";
import { nativeTrust } from "./native-trust.js";

/** A stream that is dropped open gives its connection back: when it is collected, it is closed. */
const dropped = new Dropped<ByteStream>((stream) => {
  // nobody waits for it
  stream.close().catch(() => {});
});

/** Streams that began since promises last ran. */
let fresh: EngineNetworkStream[] = [];

/**
 * Most streams become sessions at once, and are not watched: V8 keeps its record of an object that it has watched until the next
 * collection of old objects.
 */
function watchLater(stream: EngineNetworkStream): void {
  fresh.push(stream);
  if (fresh.length === 1) void Promise.resolve().then(() => afterPromises(watchFresh));
}

function watchFresh(): void {
  const streams = fresh;
  fresh = [];
  for (const stream of streams) stream.watch();
}

const startTlsOptions = optionList<StartTlsOptions>("startTls()", {
  serverName: aString,
  verify: checkVerify,
  alpn: (value, name) => {
    if (Array.isArray(value) && value.every((one) => typeof one === "string" && one !== "")) return;
    throw wrongType(`${name} must be a list of names, such as ["h2", "http/1.1"].`);
  },
});

/** What the TLS connections of a client have in common. @internal */
export interface ClientTls {
  readonly trust: NativeTrust;
  /** Whether variables of the environment add to whom it trusts. */
  readonly trustEnv: boolean;
  readonly tls: NativeTls;
  readonly certificate: ClientCertificate | null;
}

/** @internal */
export class EngineNetworkStream extends ByteNetworkStream {
  /** Null once it has become a session. */
  #stream: ByteStream | null;
  /** Null while it is not watched. */
  #link: Link<ByteStream> | null = null;
  /** Whether it is closed, or another has its connection. */
  #isGivenUp = false;
  /** Null for a stream that is a session from the start. */
  readonly #clientTls: ClientTls | null;
  /** What the stream has become. */
  #session: MessageStream | null = null;

  private constructor(stream: ByteStream | null, clientTls: ClientTls | null) {
    super();
    this.#clientTls = clientTls;
    this.#stream = stream;
    if (stream !== null) watchLater(this);
  }

  static over(stream: ByteStream, clientTls: ClientTls): EngineNetworkStream {
    return new EngineNetworkStream(stream, clientTls);
  }

  /** The stream that has become this session. */
  static of(session: MessageStream): EngineNetworkStream {
    const stream = new EngineNetworkStream(null, null);
    stream.#session = session;
    return stream;
  }

  /** From now on, it is closed when it is collected. */
  watch(): void {
    if (this.#stream === null || this.#isGivenUp) return;
    this.#link = dropped.watch(this, this.#stream);
  }

  async startTls(options: StartTlsOptions = {}): Promise<NetworkStream> {
    checkOptions(options, startTlsOptions);
    const stream = this.#open();
    const request = stream.request as Request;
    const { serverName = request.parsedURL.hostname, alpn = [], verify } = options;
    const { trust, trustEnv, tls, certificate } = this.#clientTls!;
    const start = {
      serverName,
      trust: verify === undefined ? trust : nativeTrust(verify, trustEnv),
      tls,
      alpn: [...alpn],
      limit: request.timeout.connect ?? undefined,
    };
    await this.#use(() => stream.startTls(start, certificate));
    this.#giveUp();
    return new EngineNetworkStream(stream, this.#clientTls);
  }

  /** Begins a WebSocket session, after which this stream can only be closed. @internal */
  openSession(settings: SessionSettings): MessageStream {
    this.#giveUp();
    this.#session = this.#open().openSession(settings);
    this.#stream = null;
    return this.#session;
  }

  protected async readChunk(): Promise<Uint8Array | null> {
    for (;;) {
      let chunk;
      const stream = this.#open();
      try {
        chunk = stream.read();
      } catch (reason) {
        throw thrown(reason);
      }
      if (chunk !== undefined) return chunk;
      await stream.untilReadable();
    }
  }

  protected async writeBytes(bytes: Uint8Array): Promise<void> {
    const stream = this.#open();
    await this.#use(() => stream.write(bytes));
  }

  protected end(): Promise<void> {
    this.#stream?.end();
    return Promise.resolve();
  }

  protected close(): Promise<void> {
    this.#giveUp();
    const stream = this.#stream;
    return stream === null ? this.#session!.close(1000, "") : this.#use(() => stream.close());
  }

  protected override closeOrBreakOff(): Promise<void> {
    this.#giveUp();
    const stream = this.#stream;
    return stream === null
      ? this.#session!.closeOrBreakOff(1000, "")
      : this.#use(() => stream.closeOrBreakOff());
  }

  #giveUp(): void {
    this.#isGivenUp = true;
    if (this.#link !== null) dropped.forget(this, this.#link);
  }

  /** @throws StreamClosed once it has become a session. */
  #open(): ByteStream {
    if (this.#stream === null) throw new StreamClosed();
    return this.#stream;
  }

  async #use(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (reason) {
      throw thrown(reason);
    }
  }
}

/** The body of a response whose connection has become this stream. @internal */
export function upgradedBody(stream: ByteStream, clientTls: ClientTls): UpgradedBody {
  return new UpgradedBody(EngineNetworkStream.over(stream, clientTls));
}

function thrown(reason: unknown): unknown {
  return reason instanceof StreamEnded ? new StreamClosed() : errorOf(reason);
}
