/**
 * A request: method, URL, headers, body. It costs little: the URL object, the headers and the extensions are
 * created at their first access. Until then, it has a shared parsed URL and the text of the header lines.
 */
import { TextEncoder, URL } from "../platform/classes.js";
import { surplusArgument } from "../platform/argument-error.js";
import { type SharedText, TextSharing } from "../platform/shared-text.js";
import { isNoRecord } from "../platform/no-record.js";
import type { WebURL } from "../platform/web-types.js";
import { Turn } from "../platform/turn.js";
import { encodeContent } from "../body/encode/encode.js";
import type { RequestBody } from "../body/encode/encoded.js";
import type { BodyProgress } from "../body/progress.js";
import { checkOptions } from "../config/options.js";
import { Cookies } from "../cookies/cookies.js";
import { RequestNotRead } from "../errors/stream-error.js";
import { Headers } from "../headers/headers.js";
import { normaliseMethod } from "./method.js";
import { mergeParams } from "../url/query.js";
import { type RequestExtensions, afterRedirect, extensionsOf } from "./extensions.js";
import { hostFirst, ownLines, requestLines } from "./lines.js";
import { withMessageHeaders } from "./message-headers.js";
import { type RequestInitOptions, requestInitOptions } from "./options.js";
import { joinBytes } from "../body/read/bytes.js";
import { Proxy } from "../config/proxy.js";
import { Timeout, defaultTimeout } from "../config/timeout.js";
import { mergeBase } from "../url/base.js";
import { maskedHref } from "../url/masked.js";
import { type ParsedURL, parseURL } from "../url/parsed-url.js";

/** A URL, as text or as an object. */
export type URLTypes = string | WebURL;

/** The parts of a request that a client has prepared. @internal */
export interface RequestParts {
  /** Upper case, and a token. */
  method: string;
  url: ParsedURL;
  /** All header lines, each ended by CRLF. */
  lines: string;
  body: RequestBody;
  timeout: Timeout | null;
  extensions: RequestExtensions | null;
}

const NO_OPTIONS: RequestInitOptions = Object.freeze({});
const NO_BODY: RequestBody = { kind: "empty" };
const NO_BYTES = new Uint8Array(0);
const sharing = new TextSharing();
const utf8 = new TextEncoder();

/** One HTTP request, ready to be sent. */
export class Request {
  static {
    isNoRecord(this, "read its body first, and give that");
  }

  readonly #method: string;
  #parsedURL: ParsedURL;
  #url: URL | null = null;
  /** The header lines. Not used any more once `#headers` exists. */
  #lines: string | SharedText;
  #headers: Headers | null = null;
  #body: RequestBody;
  #content: Uint8Array | null = null;
  #timeout: Timeout | null;
  /** Undefined: the origin of the URL at the time of sending. */
  #initialOrigin: string | null | undefined;
  /** Once it exists, it also has the timeout. */
  #extensions: RequestExtensions | null;
  #clientProxy: Proxy | undefined = undefined;
  #uploadProgress: BodyProgress | null = null;

  /**
   * Makes a request with the necessary headers only. `client.buildRequest` adds those of a client.
   *
   * @throws LocalProtocolError for a method, header or cookie that HTTP does not allow.
   * @throws InvalidURL, UnsupportedProtocol for the URL.
   * @throws TypeError, RangeError for a body that cannot be encoded.
   */
  constructor(method: string, url: URLTypes, options?: RequestInitOptions);
  /** @internal */
  constructor(parts: RequestParts);
  constructor(
    methodOrParts: string | RequestParts,
    url?: URLTypes,
    options: RequestInitOptions = NO_OPTIONS,
  ) {
    if (arguments.length > 3) throw surplusArgument("Request", "a method, a URL and options");
    if (typeof methodOrParts === "object" && url === undefined) {
      this.#method = methodOrParts.method;
      this.#parsedURL = methodOrParts.url;
      this.#lines = methodOrParts.lines;
      this.#body = methodOrParts.body;
      this.#timeout = methodOrParts.timeout;
      this.#extensions = methodOrParts.extensions;
      return;
    }
    if (options !== NO_OPTIONS) checkOptions(options, requestInitOptions);
    this.#method = normaliseMethod(methodOrParts as string);
    this.#parsedURL = parseURL(mergeParams(mergeBase(null, url!), null, options.params));
    const own = ownLines(new Headers(options.headers));
    this.#extensions = extensionsOf(options, null);
    const content = encodeContent(this.#method, options, own.block);
    const encoded = withMessageHeaders(content, this.#extensions, own.block);
    const cookies = options.cookies
      ? Cookies.from(options.cookies).cookieHeader(this.#parsedURL.href, true)
      : null;
    this.#lines = requestLines(this.#parsedURL.host, own, encoded, cookies);
    this.#body = encoded.body;
    this.#timeout = null;
  }

  /** In upper case. */
  get method(): string {
    return this.#method;
  }

  /** The URL, in an object that belongs to this request. A change sends the request elsewhere, with the same Host header. */
  get url(): WebURL {
    return (this.#url ??= new URL(this.#parsedURL.href));
  }

  set url(url: URLTypes) {
    this.#parsedURL = parseURL(url);
    this.#url = null;
  }

  /** The headers, in the order and case in which they will be sent. */
  get headers(): Headers {
    return (this.#headers ??= Headers.fromLines(this.#lines.toString()));
  }

  /** Options for the transport, such as `timeout`. */
  get extensions(): RequestExtensions {
    return (this.#extensions ??= this.#timeout === null ? {} : { timeout: this.#timeout });
  }

  /**
   * The body.
   * @throws RequestNotRead if it is a stream or generator that `aread()` has not read.
   */
  get content(): Uint8Array {
    if (this.#content === null) {
      const body = this.#body;
      if (body.kind === "stream") throw new RequestNotRead();
      this.#content =
        body.kind === "bytes" ? body.bytes : body.kind === "text" ? utf8.encode(body.text) : NO_BYTES;
    }
    return this.#content;
  }

  /**
   * Reads the body into memory. The request is then sent from there.
   * @throws StreamConsumed if it was a generator that has been sent already.
   */
  async aread(): Promise<Uint8Array> {
    if (arguments.length > 0) throw surplusArgument("aread()", "no arguments");
    if (this.#body.kind === "stream") {
      const iterator = this.#body.iterate();
      const chunks: Uint8Array[] = [];
      const turn = new Turn();
      for await (const chunk of { [Symbol.asyncIterator]: () => iterator }) {
        const bytes = typeof chunk === "string" ? utf8.encode(chunk) : chunk;
        chunks.push(bytes);
        if (turn.isOver(bytes.byteLength)) await turn.next();
      }
      this.#body = chunks.length === 0 ? NO_BODY : { kind: "bytes", bytes: joinBytes(chunks) };
    }
    return this.content;
  }

  /** @internal */
  get parsedURL(): ParsedURL {
    // the caller may have changed the URL object since
    if (this.#url !== null && this.#url.href !== this.#parsedURL.href) this.#parsedURL = parseURL(this.#url);
    return this.#parsedURL;
  }

  /** @internal */
  get body(): RequestBody {
    return this.#body;
  }

  /** What a transport that sends the body in pieces tells of them, while the request is sent. @internal */
  get uploadProgress(): BodyProgress | null {
    return this.#uploadProgress;
  }

  /** @internal */
  set uploadProgress(progress: BodyProgress | null) {
    this.#uploadProgress = progress;
  }

  /** The bytes of the body, if they are known before it is read. @internal */
  get contentLength(): number | null {
    const body = this.#body;
    if (body.kind === "empty") return 0;
    if (body.kind !== "stream") return body.kind === "text" ? body.byteLength : body.bytes.byteLength;
    const length = this.headers.has("transfer-encoding") ? null : this.headers.get("content-length");
    return length !== null && /^\d+$/.test(length) ? Number(length) : null;
  }

  /** @internal */
  get timeout(): Timeout {
    if (this.#extensions === null) return this.#timeout ?? defaultTimeout;
    return Timeout.from(this.#extensions.timeout, defaultTimeout);
  }

  /**
   * The proxy that the caller or the client has chosen; null: none, undefined: the transport's own.
   * @throws TypeError, InvalidURL for an extension that is no proxy.
   * @internal
   */
  get proxy(): Proxy | null | undefined {
    const chosen = this.#extensions === null ? undefined : this.#extensions.proxy;
    if (chosen === undefined) return this.#clientProxy;
    return chosen === null ? null : Proxy.from(chosen);
  }

  /** The extensions, or null if there are none: unlike `extensions`, this makes no object. @internal */
  get givenExtensions(): RequestExtensions | null {
    return this.#extensions;
  }

  /**
   * The origin of the caller's own request: cookies without a domain belong to it. Null after a redirect to another
   * origin.
   * @internal
   */
  get initialOrigin(): string | null {
    return this.#initialOrigin === undefined ? this.parsedURL.origin : this.#initialOrigin;
  }

  /**
   * The request that follows a redirect: with the same timeout, the extensions that still apply, and the body unless it is
   * dropped.
   * @internal
   */
  redirected(to: {
    method: string;
    url: ParsedURL;
    lines: string;
    dropsBody: boolean;
    initialOrigin: string | null;
  }): Request {
    const sameOrigin = to.url.origin === this.parsedURL.origin;
    const extensions =
      this.#extensions === null
        ? null
        : afterRedirect(this.#extensions, { sameOrigin, dropsBody: to.dropsBody });
    const body = to.dropsBody ? NO_BODY : this.#body;
    const next = new Request({ ...to, body, timeout: this.#timeout, extensions });
    next.#initialOrigin = to.initialOrigin;
    return next;
  }

  /** Sets the timeout, unless one is set. @internal */
  setDefaultTimeout(timeout: Timeout): void {
    if (this.#extensions === null) this.#timeout ??= timeout;
    else this.#extensions.timeout ??= timeout;
  }

  /** Sets the proxy that the client chooses for the URL, unless the request has one of its own. @internal */
  setClientProxy(proxy: Proxy | undefined): void {
    this.#clientProxy = proxy;
  }

  /** All header lines as sent, each ended by CRLF. @internal */
  get headerBlock(): string {
    return hostFirst(this.#headers === null ? this.#lines.toString() : this.#headers.block);
  }

  /** Called when it is sent, if it will be kept for long besides many similar ones. @internal */
  shareLines(): void {
    if (this.#headers === null) this.#lines = sharing.keep(this.#lines.toString());
  }

  /**
   * What an equal request can be made from; null once the program has got an object of this one that it can change.
   * @internal
   */
  get untouched(): RequestParts | null {
    if ((this.#headers ?? this.#url ?? this.#extensions ?? this.#content) !== null) return null;
    const isCallersOwn = this.#initialOrigin === undefined && this.#body.kind === "empty";
    if (!isCallersOwn) return null;
    return {
      method: this.#method,
      url: this.#parsedURL,
      lines: this.#lines.toString(),
      body: this.#body,
      timeout: this.#timeout,
      extensions: null,
    };
  }

  /** Method and URL for messages, without user information. @internal */
  get summary(): string {
    return `${this.method} ${this.#shownURL}`;
  }

  /** @internal */
  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return `<Request('${this.method}', '${this.#shownURL}')>`;
  }

  /** Without user information. It never throws, even if the URL was made one that cannot be requested. */
  get #shownURL(): string {
    return maskedHref(this.#url === null ? this.#parsedURL.href : this.#url.href);
  }
}
