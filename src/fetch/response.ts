/**
 * The response of a `fetch`. It is an object of the platform's class with no body of its own, which costs 0.3 µs where one
 * with a body costs up to 58. Its members answer from the engine's response. Headers are made when they are read, and a
 * stream only when `body` is: then the platform's own response stands behind this one, and answers for the body.
 */
import { TextDecoder } from "../platform/classes.js";
import { hideOwnFrames } from "../platform/own-frames.js";
import { refusal } from "./failures.js";
import type { Response as Received } from "../response/response.js";
import type { Hop, Tainting } from "./hop.js";
import { PlatformResponse } from "./platform.js";
import { PLATFORM_MEMBER, methodsBeyond, showMembers } from "./platform-members.js";
import { type BodyEnd, type ResponseBytes, ReceivedBytes, splitBytes } from "./response-bytes.js";
import { ResponseHeaders } from "./response-headers.js";
import { streamOf } from "./response-stream.js";

interface Circumstances {
  readonly signal: AbortSignal | null;
  readonly isRedirected: boolean;
  /** Hears of the end of a body that is not in memory yet. */
  readonly ended: BodyEnd | null;
}

const NULL_BODY_STATUSES = new Set([101, 103, 204, 205, 304]);
const utf8 = new TextDecoder();

type WebResponse = globalThis.Response;

/** The types declare the platform's members as fields, which accessors cannot override. */
const ResponseBase = PlatformResponse as unknown as new (body: null, init?: { status: number }) => object;

/** @internal */
export class Response extends ResponseBase implements WebResponse {
  static {
    const { prototype } = this;
    showMembers(prototype, PlatformResponse.prototype);
    // inherited ones, such as `textStream` of Node.js 26, would find no body
    for (const [name, method] of methodsBeyond(prototype, PlatformResponse.prototype)) {
      const ofBody = function (this: Response, ...values: unknown[]): unknown {
        return method.apply(this.#byPlatform() ?? this, values);
      };
      Object.defineProperty(prototype, name, { value: ofBody, ...PLATFORM_MEMBER });
    }
  }

  readonly #received: Received;
  readonly #hop: Hop;
  readonly #circumstances: Circumstances;
  #headers: ResponseHeaders | null = null;
  /** The unread body; null if there is none, and once the platform's response has it. */
  #bytes: ResponseBytes | null;
  #isUsed = false;
  #platform: WebResponse | null = null;

  /** @param bytes that of `received` unless given; null for no body. */
  constructor(received: Received, hop: Hop, circumstances: Circumstances, bytes?: ResponseBytes | null) {
    const { statusCode } = received;
    super(null, statusCode < 201 || statusCode > 599 ? undefined : { status: statusCode });
    this.#received = received;
    this.#hop = hop;
    this.#circumstances = circumstances;
    const hasBody = hop.method !== "HEAD" && !NULL_BODY_STATUSES.has(statusCode);
    if (!hasBody) this.#bytes = null;
    else if (bytes !== undefined) this.#bytes = bytes;
    else this.#bytes = new ReceivedBytes(received, circumstances.signal, circumstances.ended);
  }

  get status(): number {
    return this.#received.statusCode;
  }

  get ok(): boolean {
    return this.#received.isSuccess;
  }

  get statusText(): string {
    return this.#received.sentPhrase ?? "";
  }

  get headers(): globalThis.Headers {
    return (this.#headers ??= new ResponseHeaders(this.#received.headers.multiItems()));
  }

  /** Of the last request, without its fragment. */
  get url(): string {
    const { href } = this.#hop.url;
    const hash = href.indexOf("#");
    return hash === -1 ? href : href.slice(0, hash);
  }

  get redirected(): boolean {
    return this.#circumstances.isRedirected;
  }

  get type(): Tainting {
    return this.#hop.tainting;
  }

  get bodyUsed(): boolean {
    return this.#platform === null ? this.#isUsed : this.#platform.bodyUsed;
  }

  get body(): WebResponse["body"] {
    return this.#byPlatform()?.body ?? null;
  }

  async text(): Promise<string> {
    const text = this.#text();
    if (this.#circumstances.signal !== null) return await this.#unlessAborted(text);
    return typeof text === "string" ? text : await text;
  }

  async json(): Promise<unknown> {
    const text = this.#circumstances.signal === null ? this.#text() : this.#unlessAborted(this.#text());
    return parsed(typeof text === "string" ? text : await text);
  }

  async bytes(): Promise<Uint8Array<ArrayBuffer>> {
    return new Uint8Array(await this.arrayBuffer());
  }

  async arrayBuffer(): Promise<ArrayBuffer> {
    if (this.#isWithPlatform()) return (await this.#platform?.arrayBuffer()) ?? new ArrayBuffer(0);
    return (await this.#unlessAborted(this.#use().all())).buffer;
  }

  async blob(): Promise<Blob> {
    return await (await this.#whole()).blob();
  }

  async formData(): Promise<FormData> {
    return await (await this.#whole()).formData();
  }

  clone(): Response {
    if (this.#isUsed) throw refusal("Response.clone: Body has already been consumed.");
    if (this.#platform !== null) {
      const copy = this.#copy();
      copy.#platform = this.#platform.clone();
      copy.#bytes = null;
      return copy;
    }
    if (this.#bytes === null) return this.#copy();
    const [own, other] = splitBytes(this.#bytes, this.#circumstances.signal);
    this.#bytes = own;
    return this.#copy(other);
  }

  #copy(bytes?: ResponseBytes): Response {
    return new Response(this.#received, this.#hop, this.#circumstances, bytes);
  }

  /** Whether the body is no longer here: the platform has it, or there is none. */
  #isWithPlatform(): boolean {
    return this.#bytes === null;
  }

  /** The body, which only the caller of this may read from here on. */
  #use(): ResponseBytes {
    if (this.#isUsed) throw refusal("Body is unusable: Body has already been read");
    this.#isUsed = true;
    return this.#bytes!;
  }

  /** The body as text, at once if it is in memory. */
  #text(): string | Promise<string> {
    if (this.#isWithPlatform()) return this.#platform?.text() ?? "";
    const bytes = this.#use();
    return bytes.ascii() ?? textOf(bytes);
  }

  /** An abort in the turn of the call still counts for a body that was in memory. */
  async #unlessAborted<T>(value: T | Promise<T>): Promise<T> {
    const read = await value;
    this.#circumstances.signal?.throwIfAborted();
    return read;
  }

  /** A response of the platform that has the whole body in memory, and its type. */
  async #whole(): Promise<WebResponse> {
    if (this.#platform !== null) return this.#platform;
    const type = this.headers.get("content-type");
    const body = this.#bytes === null ? null : await this.#unlessAborted(this.#use().all());
    return new PlatformResponse(body, { headers: type === null ? {} : { "content-type": type } });
  }

  /** The platform's response behind this one; null without a body. */
  #byPlatform(): WebResponse | null {
    const bytes = this.#bytes;
    if (bytes === null) return this.#platform;
    const type = this.headers.get("content-type");
    this.#platform = new PlatformResponse(this.#isUsed ? "" : streamOf(bytes), {
      headers: type === null ? {} : { "content-type": type },
    });
    // the stream of a body that was read is locked and at its end
    if (this.#isUsed) void this.#platform.text();
    this.#bytes = null;
    return this.#platform;
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    hideOwnFrames(error as SyntaxError);
    throw error;
  }
}

async function textOf(bytes: ResponseBytes): Promise<string> {
  return utf8.decode(await bytes.all());
}
