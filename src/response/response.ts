/**
 * A response: received from a server, or made by a test or a user's transport. A received one costs little: its head
 * stays one string until a field is read. Its body is either in memory (`#content`, or `#whole` until its bytes are
 * requested) or unread (`#streamed`).
 */
import type { UnsharedBytes } from "../platform/unshared.js";
import { isNoRecord } from "../platform/no-record.js";
import { surplusArgument } from "../platform/argument-error.js";
import { coded } from "../errors/coded.js";
import type { WebURL } from "../platform/web-types.js";
import { type OptionList, checkOptions, optionList } from "../config/options.js";
import { aRecord, aString, orNull } from "../config/value-checks.js";
import { Cookies } from "../cookies/cookies.js";
import { now } from "../platform/clock.js";
import { iteratorForCaller } from "../errors/callers-stack.js";
import { HTTPStatusError } from "../errors/http-error.js";
import { ResponseNotRead } from "../errors/stream-error.js";
import { Headers, type HeadersInit } from "../headers/headers.js";
import type { Request } from "../request/request.js";
import { responseAdvice } from "./advice.js";
import { type DefaultEncoding, charsetOf, checkEncoding, resolveEncoding } from "./charset.js";
import {
  type GivenExtensions,
  type ResponseExtensions,
  completed,
  downloadedWithin,
  phraseOf,
  receivedExtensions,
} from "./extensions.js";
import { type HandshakeAnswer, handshakeAnswer } from "./handshake-answer.js";
import { ResponseHead } from "./head.js";
import { aListOfResponses, aRequest } from "./given.js";
import {
  checkChunkSize,
  inBytes,
  inCharacters,
  inLines,
  inText,
  inUTF8,
  nothingLeft,
  partFor,
  whole,
} from "./iterate.js";
import { eventDecoder, inEvents } from "./events.js";
import { inJSONLines } from "./json-lines.js";
import { parseJSON } from "./json.js";
import { elapsedNotKnown, requestNotSet } from "./not-received.js";
import { type ResponseContent, addMissing, bodyOf, checkStatus, encodeResponseContent } from "./made.js";
import type { ResponseSettings } from "./settings.js";
import { statusMessage } from "./status-message.js";
import { tooLarge } from "./size-limit.js";
import { StreamedBody } from "./streamed-body.js";
import { type WholeBody, type WireResponse, linesOf } from "./wire.js";
import type { EventDecoder } from "../body/read/event-decoder.js";
import type { ServerSentEvent } from "../body/read/server-sent-event.js";
import { decodeText, extendsASCII } from "../body/read/text.js";

/** Options of a {@link Response}, besides its status. */
export interface ResponseInitOptions extends ResponseContent {
  headers?: HeadersInit | null | undefined;
  /** The request of this response. A client sets it. */
  request?: Request | undefined;
  /** Further information from the transport. `reasonPhrase` and `httpVersion` are read from here. */
  extensions?: Record<string, unknown> | undefined;
  /** The earlier responses of the call, oldest first. */
  history?: Response[] | undefined;
}

/** A null check: the class that the value is passed to checks it. @internal */
export const responseInitOptions: OptionList = optionList<ResponseInitOptions>(
  "a Response",
  {
    headers: null,
    content: null,
    text: orNull(aString),
    html: orNull(aString),
    json: null,
    request: orNull(aRequest),
    extensions: orNull(aRecord),
    history: orNull(aListOfResponses),
  },
  { advice: responseAdvice },
);
const NO_BYTES = new Uint8Array(0);

/** The response to a request. */
export class Response extends ResponseHead implements AsyncDisposable {
  static {
    isNoRecord(this, "read its body first, and give that");
  }
  readonly #statusCode: number;
  /** What the engine handed over; null for a response made in JavaScript. */
  #wire: WireResponse | null = null;
  #headers: Headers | null = null;
  #cookies: Cookies | null = null;
  #extensions: GivenExtensions | null = null;
  #history: Response[] | null = null;
  #request: Request | null = null;
  #nextRequest: Request | null = null;
  #content: Uint8Array | null = NO_BYTES;
  #whole: WholeBody | null = null;
  #streamed: StreamedBody | null = null;
  #startedAt: number | null = null;
  /** When its headers arrived, or with a body in memory, all of it. */
  #receivedAt: number | null = null;
  #defaultEncoding: DefaultEncoding = "utf-8";
  #encoding: string | null = null;
  #text: string | null = null;

  /**
   * Makes a response, for the handler of a `MockTransport` or for your own transport.
   *
   * @param statusCode of three digits.
   * @throws TypeError, RangeError for another status, and for content that cannot be sent.
   * @throws DecodingError if the content does not have the Content-Encoding in `headers`.
   */
  constructor(statusCode: number, init?: ResponseInitOptions) {
    super();
    if (arguments.length > 2) throw surplusArgument("Response", "a status and options");
    checkStatus(statusCode);
    this.#statusCode = statusCode;
    if (init === undefined) return;
    checkOptions(init, responseInitOptions);
    this.#request = init.request ?? null;
    // a copy, because clients add to it
    this.#extensions = Object.defineProperties({}, Object.getOwnPropertyDescriptors(init.extensions ?? {}));
    this.#history = init.history ?? null;
    const encoded = encodeResponseContent(init);
    const headers = new Headers(init.headers).copy();
    addMissing(headers, encoded.headers);
    this.#headers = headers;
    const made = bodyOf(encoded.body, headers, init.extensions?.["networkStream"], () => this.#request);
    this.#streamed = made instanceof StreamedBody ? made : null;
    this.#content = made instanceof StreamedBody ? null : made;
  }

  /** @internal */
  static fromWire(wire: WireResponse): Response {
    const response = new Response(wire.statusCode);
    response.#wire = wire;
    response.#request = wire.request;
    response.#startedAt = wire.startedAt;
    if (wire.source === null) {
      const { content } = wire;
      if (content instanceof Uint8Array) response.#content = content;
      else if (content !== null) {
        response.#content = null;
        response.#whole = content;
      }
    } else {
      response.#content = null;
      response.#streamed = new StreamedBody(wire.source);
      response.#streamed.request = wire.request;
    }
    response.#receivedAt = wire.receivedAt ?? now();
    return response;
  }

  /**
   * Makes it the response to `request`, with the client's settings.
   * @throws ResponseTooLarge
   * @internal
   */
  attach(request: Request, startedAt: number, settings: ResponseSettings): void {
    this.#request = request;
    this.#startedAt ??= startedAt;
    if (this.#wire === null) this.#extensions = completed(this.#extensions ?? {});
    this.#receivedAt ??= now();
    this.#defaultEncoding = settings.defaultEncoding;
    const { maxResponseBytes } = settings;
    if (this.#streamed !== null) {
      this.#streamed.request = request;
      this.#streamed.maxBytes = maxResponseBytes;
    } else {
      const { byteLength } = this.#whole ?? this.content;
      if (maxResponseBytes !== null && byteLength > maxResponseBytes) {
        throw tooLarge(maxResponseBytes, request);
      }
    }
  }

  /** Gives a response whose content is in memory something else to close: what its connection has become. @internal */
  closeWith(source: StreamedBody["source"]): void {
    this.#streamed = new StreamedBody(source);
  }

  get statusCode(): number {
    return this.#statusCode;
  }

  /** The unread body; null if the body is in memory. @internal */
  get streamed(): StreamedBody | null {
    return this.#streamed;
  }

  /** The body in memory, if it came from the network and nothing else uses its memory. @internal */
  get whole(): WholeBody | null {
    return this.#whole;
  }

  get headers(): Headers {
    return (this.#headers ??= Headers.fromLines(linesOf(this.#wire?.head ?? "")));
  }

  /**
   * The cookies that this response sets and its URL may set.
   * @throws Error if it has no request.
   */
  get cookies(): Cookies {
    if (this.#cookies === null) {
      const cookies = new Cookies();
      cookies.extract(this.request.parsedURL.href, this.headers.getSetCookie());
      this.#cookies = cookies;
    }
    return this.#cookies;
  }

  /** Whether there is a `Set-Cookie`. The engine reports it, so the head stays unparsed. @internal */
  get setsCookies(): boolean {
    return this.#wire?.setsCookies ?? this.headers.has("set-cookie");
  }

  /** The headers after the body. Empty until the body has been read to its end. */
  get trailers(): Headers {
    return Headers.fromLines(
      this.#streamed === null ? (this.#wire?.trailers ?? "") : this.#streamed.source.trailers,
    );
  }

  /**
   * Further information from the transport, such as `httpVersion`, `reasonPhrase` and `streamId` (HTTP/2), the number of the
   * `attempt` (more than 1 only with the option `retry`), and after a 101 or a 2xx to CONNECT, the {@link NetworkStream} `networkStream`.
   */
  get extensions(): ResponseExtensions {
    const wire = this.#wire;
    const downloaded = (): number | null => downloadedWithin(wire!, this.#streamed, this.#receivedAt);
    this.#extensions ??= wire === null ? {} : receivedExtensions(wire, downloaded);
    // what only some transports have is declared as the network has it
    return this.#extensions as ResponseExtensions;
  }

  /** The extensions, if they exist: unlike `extensions`, this makes none of what the network gave. @internal */
  get givenExtensions(): GivenExtensions | null {
    return this.#extensions;
  }

  /** Its record and the time of its arrival; null once the program has got an object that it can change. @internal */
  get untouched(): { readonly wire: WireResponse; readonly receivedAt: number } | null {
    const wire = this.#wire;
    if (wire === null || (this.#headers ?? this.#extensions ?? this.#cookies ?? this.#history) !== null)
      return null;
    return { wire, receivedAt: this.#receivedAt! };
  }

  /** What the judge of a handshake looks at. @internal */
  get handshakeAnswer(): HandshakeAnswer {
    if (this.#wire !== null && !(this.#headers ?? this.#extensions)) return handshakeAnswer(this.#wire);
    const { networkStream } = this.extensions;
    return { headers: this.headers, httpVersion: this.httpVersion, networkStream };
  }

  /** The phrase that the server sent; null if there is none. It makes no {@link extensions}. @internal */
  get sentPhrase(): string | null {
    if (this.#extensions === null && this.#wire !== null) return phraseOf(this.#wire.head);
    const given: unknown = this.extensions.reasonPhrase;
    return typeof given === "string" ? given : null;
  }

  /** @throws Error if it has no request, because no client received it. */
  get request(): Request {
    if (this.#request === null) throw requestNotSet();
    return this.#request;
  }

  /** The URL of the request. */
  get url(): WebURL {
    return this.request.url;
  }

  /** The earlier responses of the call, oldest first. */
  get history(): Response[] {
    return (this.#history ??= []);
  }

  /** @internal */
  set history(history: Response[]) {
    this.#history = history;
  }

  /**
   * The request that follows this redirect, for `client.send`. Null if this is no redirect, if the client has followed it, or
   * if its `Location` is not a URL. A request to another origin has no credentials, not even the client's `auth`.
   */
  get nextRequest(): Request | null {
    return this.#nextRequest;
  }

  /** @internal */
  set nextRequest(request: Request | null) {
    this.#nextRequest = request;
  }

  /**
   * Returns this response if its status is 2xx.
   * @throws HTTPStatusError for any other status, including 1xx and 3xx.
   */
  raiseForStatus(): this {
    const { request, statusCode, reasonPhrase } = this;
    if (this.isSuccess) return this;
    const location = this.hasRedirectLocation ? this.headers.get("location") : null;
    const message = statusMessage(statusCode, reasonPhrase, request.parsedURL.href, location);
    throw new HTTPStatusError(message, { request, response: this });
  }

  /**
   * Milliseconds from the start of the request until the body was read to its end or closed; before that, until the headers
   * arrived.
   * @throws Error if it has no request, because no client received it.
   */
  get elapsed(): number {
    const receivedAt = this.#streamed?.endedAt ?? this.#receivedAt;
    if (this.#startedAt === null || receivedAt === null) throw elapsedNotKnown();
    return receivedAt - this.#startedAt;
  }

  /** Bytes of the body received so far, before decoding; 0 for a response made with its whole body. */
  get numBytesDownloaded(): number {
    return this.#streamed === null
      ? (this.#wire?.numBytesDownloaded ?? 0)
      : this.#streamed.source.numBytesDownloaded;
  }

  get isClosed(): boolean {
    return this.#streamed === null || this.#streamed.isClosed;
  }

  /** Whether reading of the body has begun: it cannot be streamed a second time. */
  get isStreamConsumed(): boolean {
    return this.#streamed === null || this.#streamed.isConsumed;
  }

  /**
   * The body, decoded.
   * @throws ResponseNotRead before `aread()` on a streamed response.
   */
  get content(): UnsharedBytes {
    const content = this.#readContent();
    if (content === null) throw new ResponseNotRead();
    return content as UnsharedBytes;
  }

  /**
   * The body as text in `encoding`. Malformed bytes become U+FFFD, and a byte order mark is kept.
   * @throws ResponseNotRead before `aread()` on a streamed response.
   */
  get text(): string {
    if (this.#text === null && extendsASCII(this.encoding)) this.#text = this.#whole?.ascii() ?? null;
    return (this.#text ??= decodeText(this.content, this.encoding));
  }

  /**
   * The body as JSON. Its bytes alone decide its encoding.
   * @throws SyntaxError if it is not JSON, with the position.
   * @throws ResponseNotRead before `aread()` on a streamed response.
   */
  // oxlint-disable-next-line typescript/no-explicit-any -- only the caller knows the type
  json<T = any>(): T {
    if (arguments.length > 0) throw surplusArgument("json()", "no arguments");
    return parseJSON(this.#whole?.ascii() ?? this.content, () => this.#subject()) as T;
  }

  /**
   * The encoding of the text: the assigned one, else the `charset` of Content-Type if it is known, else the
   * client's `defaultEncoding`, else UTF-8. Assignable until `text` has been used.
   */
  get encoding(): string {
    return (this.#encoding ??= resolveEncoding(this.charsetEncoding, this.#defaultEncoding, () =>
      this.#readContent(),
    ));
  }

  /** @throws Error after `text` has been read; RangeError for an unknown encoding. */
  set encoding(encoding: string) {
    if (this.#text !== null) {
      throw coded(
        "ERR_TEXT_DECODED",
        new Error("Setting encoding after `text` has been accessed is not allowed."),
      );
    }
    checkEncoding(encoding);
    this.#encoding = encoding;
  }

  /** The `charset` of Content-Type, in lower case, known or not; null if there is none. */
  get charsetEncoding(): string | null {
    // a head without this word has no such header; any other head is parsed
    if (this.#headers === null && this.#wire !== null && !/charset/i.test(this.#wire.head)) return null;
    return charsetOf(this.headers.get("content-type"));
  }

  /** Reads the body to its end, and closes the response. */
  aread(): Promise<UnsharedBytes> {
    if (arguments.length > 0) return Promise.reject(surplusArgument("aread()", "no arguments"));
    return this.#content === null && this.#streamed !== null
      ? (this.#streamed.read() as Promise<UnsharedBytes>)
      : Promise.resolve(this.content);
  }

  /**
   * The body, decoded, in pieces: as they arrive, or of exactly `chunkSize` bytes (the last may be shorter). Leaving the
   * loop early closes the response. A body in memory can be iterated again.
   */
  aiterBytes(chunkSize?: number): AsyncIterableIterator<UnsharedBytes> {
    if (arguments.length > 1) throw surplusArgument("aiterBytes()", "a size");
    checkChunkSize(chunkSize);
    const bytes =
      chunkSize === undefined ? this.#chunks() : inBytes(this.#chunks(partFor(chunkSize)), chunkSize);
    return iteratorForCaller(bytes as AsyncGenerator<UnsharedBytes>);
  }

  /** The body as received, without content decoding. It can be read once, and only if nothing else has read the body. */
  aiterRaw(chunkSize?: number): AsyncIterableIterator<UnsharedBytes> {
    if (arguments.length > 1) throw surplusArgument("aiterRaw()", "a size");
    checkChunkSize(chunkSize);
    const bytes = this.#streamed === null ? nothingLeft() : this.#streamed.chunks(true);
    const sized = chunkSize === undefined ? bytes : inBytes(bytes, chunkSize);
    return iteratorForCaller(sized as AsyncGenerator<UnsharedBytes>);
  }

  /** The body as text in pieces: as they arrive, or of exactly `chunkSize` characters (code points). */
  aiterText(chunkSize?: number): AsyncIterableIterator<string> {
    if (arguments.length > 1) throw surplusArgument("aiterText()", "a size");
    checkChunkSize(chunkSize);
    if (chunkSize === undefined) return iteratorForCaller(inText(this.#chunks(), this.encoding));
    return iteratorForCaller(inCharacters(inText(this.#chunks(partFor(1)), this.encoding), chunkSize));
  }

  /** The body as lines, without their terminators. They end as in Python's `str.splitlines`. */
  aiterLines(): AsyncIterableIterator<string> {
    if (arguments.length > 0) throw surplusArgument("aiterLines()", "no arguments");
    return iteratorForCaller(inLines(inText(this.#chunks(partFor(1)), this.encoding)));
  }

  /**
   * The body as server-sent events, which end with the body: `client.sse()` connects again. An event has at most 1,048,576
   * characters of data.
   * @throws SSEError at the first step, if the Content-Type is not `text/event-stream`; later, for an event that is too long.
   */
  aiterSse(): AsyncIterableIterator<ServerSentEvent> {
    if (arguments.length > 0) throw surplusArgument("aiterSse()", "no arguments");
    return iteratorForCaller(this.events(eventDecoder()));
  }

  /**
   * The body as JSON lines: one value a line, in UTF-8. Empty lines are skipped.
   * @throws DecodingError for a line that is no JSON, with its number.
   */
  // oxlint-disable-next-line typescript/no-explicit-any -- only the caller knows the type
  aiterJsonLines<T = any>(): AsyncIterableIterator<T> {
    if (arguments.length > 0) throw surplusArgument("aiterJsonLines()", "no arguments");
    const texts = inUTF8(this.#chunks(partFor(1)));
    return iteratorForCaller(inJSONLines<T>(texts, this.#request, () => this.#subject()));
  }

  /** The body as events, by a decoder that knows more when they end. @internal */
  events(decoder: EventDecoder): AsyncGenerator<ServerSentEvent, void, undefined> {
    return inEvents(this, inUTF8(this.#chunks(partFor(1))), decoder);
  }

  /** The request, for errors; undefined if it has none. @internal */
  get sentRequest(): Request | undefined {
    return this.#request ?? undefined;
  }

  /** Closes the response and discards the unread rest of its body. Idempotent. */
  aclose(): Promise<void> {
    return this.#streamed === null ? Promise.resolve() : this.#streamed.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.aclose();
  }

  #readContent(): Uint8Array | null {
    // the shared empty array must not leave: its owner may transfer it
    if (this.#content === NO_BYTES) this.#content = new Uint8Array(0);
    return (this.#content ??= this.#whole === null ? this.#streamed!.content : this.#whole.bytes());
  }

  /** The chunks as they arrive; a body in memory as one chunk, or in parts of `size` bytes. */
  #chunks(part?: number): AsyncGenerator<Uint8Array, void, undefined> {
    const content = this.#readContent();
    return content === null ? this.#streamed!.chunks(false) : whole(content, part);
  }

  #subject(): string {
    return `The body of ${this.#request === null ? "a response" : `the response to ${this.#request.summary}`} (${this.summary})`;
  }
}
