// Generated from index.ts and src/ by scripts/declarations.mjs (npm run build): never edited.
/// <reference lib="esnext.disposable" />
// @ts-ignore -- without @types/node there is no such module
import type { IncomingMessage, Server, ServerResponse } from "node:http";

type GlobalOr<Name extends string, Like> = typeof globalThis extends {
  readonly [Key in Name]: {
    readonly prototype: infer Type;
  };
}
  ? Type
  : Like;
interface URLLike {
  hash: string;
  host: string;
  hostname: string;
  href: string;
  readonly origin: string;
  password: string;
  pathname: string;
  port: string;
  protocol: string;
  search: string;
  username: string;
  toString(): string;
  toJSON(): string;
}
interface URLSearchParamsLike {
  get(name: string): string | null;
  getAll(name: string): string[];
  forEach(use: (value: string, name: string) => void): void;
  toString(): string;
}
interface WebHeadersLike {
  get(name: string): string | null;
  getSetCookie(): string[];
  forEach(use: (value: string, name: string) => void): void;
}
interface WebBodyLike {
  readonly headers: WebHeaders;
  readonly bodyUsed: boolean;
  arrayBuffer(): Promise<ArrayBuffer>;
  json(): Promise<unknown>;
  text(): Promise<string>;
}
interface WebRequestLike extends WebBodyLike {
  readonly method: string;
  readonly url: string;
}
interface WebResponseLike extends WebBodyLike {
  readonly status: number;
  readonly statusText: string;
}
interface AbortSignalLike {
  readonly aborted: boolean;
  readonly reason?: unknown;
  addEventListener(type: "abort", listener: () => void): void;
  removeEventListener(type: "abort", listener: () => void): void;
}
interface BlobLike {
  readonly size: number;
  readonly type: string;
  arrayBuffer(): Promise<ArrayBuffer>;
  stream(): object;
}
interface FormDataLike {
  append(name: string, value: string): void;
  getAll(name: string): unknown[];
  has(name: string): boolean;
}
interface ByteStreamLike {
  getReader(): {
    read(): Promise<{
      done: boolean;
      value?: Uint8Array | undefined;
    }>;
  };
}
type WebURL = GlobalOr<"URL", URLLike>;
type WebURLSearchParams = GlobalOr<"URLSearchParams", URLSearchParamsLike>;
type WebHeaders = GlobalOr<"Headers", WebHeadersLike>;
type WebRequest = GlobalOr<"Request", WebRequestLike>;
type WebResponse = GlobalOr<"Response", WebResponseLike>;
type WebReadableStream = GlobalOr<"ReadableStream", ByteStreamLike>;
type WebWritableStream = GlobalOr<"WritableStream", object>;
type WebAbortSignal = GlobalOr<"AbortSignal", AbortSignalLike>;
type Fields = object & {
  readonly [Symbol.iterator]?: never;
  readonly [Symbol.toPrimitive]?: never;
  readonly [Symbol.toStringTag]?: never;
};
/**
 * What {@link Headers} can be made from: an object of names and values, pairs of them, a Map. In an object, a list is a
 * line for each of its values, and `undefined` is left out: `IncomingHttpHeaders` of node:http can be sent on.
 */
export type HeadersInit =
  | Headers
  | WebHeaders
  | Readonly<Record<string, string | readonly string[] | undefined>>
  | Fields
  | Iterable<readonly [string, string]>;
export declare class Headers {
  #private;
  /**
   * @param init another `Headers` (this package's or the platform's), a record, or pairs of name and value.
   * @throws TypeError if a name or a value is not a string.
   * @throws LocalProtocolError if a name is not a token, or a value has characters that HTTP forbids.
   */
  constructor(init?: HeadersInit | null);
  /** The value of `name`; several values are joined by `", "`. `null` if there is none. */
  get(name: string): string | null;
  /** All values of `name` one by one; with `splitCommas`, a value that is a list yields its items. */
  getList(name: string, splitCommas?: boolean): string[];
  /** The `Set-Cookie` values one by one: they contain commas, so they must not be joined. */
  getSetCookie(): string[];
  has(name: string): boolean;
  /** Sets `name` to one value, at the position of its first field, or at the end if it is new. */
  set(name: string, value: string): void;
  /** Adds a field at the end, and keeps those of the same name. */
  append(name: string, value: string): void;
  /** Removes all fields of that name, if there are any. */
  delete(name: string): void;
  /** Replaces every name in `headers` by all its fields there; these come last, as in HTTPX. */
  update(headers: HeadersInit | null | undefined): void;
  /** An independent copy. Costs the same for any number of fields. */
  copy(): Headers;
  /** Every name once, in lower case, in order of first appearance. */
  keys(): IterableIterator<string>;
  /** The values in the order of {@link entries}. */
  values(): IterableIterator<string>;
  /**
   * Name in lower case and value, several values of one name joined by `", "`. Only `set-cookie` occurs once per field,
   * as in the platform's `Headers`.
   */
  entries(): IterableIterator<[string, string]>;
  [Symbol.iterator](): IterableIterator<[string, string]>;
  /** Calls `use` for each of the {@link entries}. */
  forEach(use: (value: string, name: string, headers: Headers) => void, thisArgument?: unknown): void;
  /** Every field separately, its name in lower case. */
  multiItems(): [string, string][];
  /** Every field separately, exactly as given or received. */
  get raw(): [string, string][];
}
/** A certificate or key: the PEM text itself, never a path. */
export type PEM = string | Uint8Array;
/** How a server's certificate is checked. */
export interface VerifyOptions {
  /** Trusted instead of the built-in roots. */
  ca?: PEM | PEM[] | undefined;
  /** Trust the platform's own roots. @default false */
  system?: boolean | undefined;
  /** Whether the certificate must match the requested host. @default true */
  checkHostname?: boolean | undefined;
}
/**
 * Options of TLS connections.
 *
 * @example
 * const client = new AsyncClient({ tls: { minVersion: "TLSv1.3" } });
 */
export interface TlsOptions {
  /** The oldest version that is spoken. @default "TLSv1.2" */
  minVersion?: "TLSv1.2" | "TLSv1.3" | undefined;
  /**
   * Public keys, each as `sha256/` and the digest of its SubjectPublicKeyInfo in base64 (RFC 7469). One of them must be in the
   * verified chain of the server's certificate, or with `verify: false` in the chain that the server sends. Proxies are
   * exempt. @default any key
   */
  pins?: string[] | undefined;
  /**
   * The path of a file to which the secrets of all connections are appended: with it, tools such as Wireshark decrypt recorded
   * traffic. @default the one that `SSLKEYLOGFILE` names, unless `trustEnv` is false
   */
  keyLog?: string | undefined;
  /** Whether sessions are resumed, also those of other clients with the same options. @default true */
  sessionResumption?: boolean | undefined;
}
/** Options of a {@link Proxy}. */
export interface ProxyOptions {
  /** User name and password, where the URL has none. */
  auth?: readonly [username: string, password: string] | null | undefined;
  /** Sent to an HTTP proxy with each `CONNECT` and each request that it forwards, never to a server behind a tunnel. */
  headers?: HeadersInit | null | undefined;
  /** Whether and how the certificate of an `https:` proxy is checked. The client's `verify` is for servers. @default true */
  verify?: boolean | VerifyOptions | undefined;
}
/**
 * A proxy. `proxy: "http://user:password@proxy.example:3128"` is short for one without further options.
 *
 * Its scheme says how to talk to the proxy: `http` and `https` (TLS to the proxy), `socks5` and `socks5h` (both let the
 * proxy resolve names, as in HTTPX), `socks4` (names are resolved here) and `socks4a` (by the proxy). It never changes.
 *
 * @example
 * const proxy = new Proxy("https://proxy.example", { auth: ["user", "password"], headers: { "X-Team": "a" } });
 * const client = new AsyncClient({ proxy });
 */
export declare class Proxy {
  #private;
  /**
   * @throws TypeError for an unknown scheme, unknown options, and credentials that the proxy's protocol cannot carry.
   * @throws InvalidURL if the URL is malformed.
   */
  constructor(url: string | WebURL, options?: ProxyOptions);
  /** The URL, without credentials. */
  get url(): WebURL;
  /** User name and password, of the URL or the options; null without any. */
  get auth(): [username: string, password: string] | null;
  /** The further headers, as a copy. */
  get headers(): Headers;
}
/** A number for each of `connect`, `read`, `write` and `pool`; `null` for no limits; or the phases by name. */
export type TimeoutTypes = number | null | TimeoutOptions;
/** Omitted phases have the default: 5000 ms, and no `total`. `null` (or `Infinity`) means no limit. */
export interface TimeoutOptions {
  connect?: number | null | undefined;
  read?: number | null | undefined;
  write?: number | null | undefined;
  pool?: number | null | undefined;
  total?: number | null | undefined;
}
export declare class Timeout {
  /** From the start of name resolution to the end of the TLS handshake. */
  readonly connect: number | null;
  /** Until the response begins, and between two pieces of its body. */
  readonly read: number | null;
  /** Between two pieces of the request that the server accepts. */
  readonly write: number | null;
  /** Until a connection is free, when all that `Limits` allows are in use. */
  readonly pool: number | null;
  /** For the whole call, to the end of the body. */
  readonly total: number | null;
  /**
   * @param except phases with limits of their own, beside one for all: `new Timeout(5000, { read: 60_000 })`.
   * @throws RangeError if a number is negative or NaN; TypeError if it is not a number.
   */
  constructor(timeout: TimeoutTypes | Timeout, except?: TimeoutOptions);
}
/** How far the body of a request or a response has come. */
export interface Progress {
  /** Bytes on the wire: compressed, if the body is, and without transfer coding. */
  readonly transferred: number;
  /** The bytes of the whole body; null if they are not known before its end. */
  readonly total: number | null;
  /** 0 to 100; null without a `total`. */
  readonly percent: number | null;
  /** Bytes per second, on average since the body began. */
  readonly rate: number;
}
/** Called with the progress of a body. */
export type ProgressListener = (progress: Progress) => void;
/**
 * Fields that follow the body, or a function that returns them. The function is called when all of the body has been sent,
 * so it can give a checksum.
 */
export type TrailersInit = HeadersInit | (() => HeadersInit | Promise<HeadersInit>);
/** An interim response (RFC 9110, 15.2). */
export interface InformationalResponse {
  /** 100 to 199, except 101. */
  readonly statusCode: number;
  readonly headers: Headers;
}
/** Options of a call about its message. */
export interface MessageOptions {
  /**
   * Fields that follow the body (RFC 9110, 6.5), or a function that is called when all of the body has been sent. The
   * body is sent chunked.
   *
   * @throws LocalProtocolError with code `ERR_FORBIDDEN_TRAILER` for fields that cannot be trailers, such as `Host`.
   */
  trailers?: TrailersInit | null | undefined;
  /**
   * Sends `Expect: 100-continue`, and the body only when the server asks for it, or after so many milliseconds; `true`:
   * 1,000. A final response before that, such as 417, is returned, and the body is neither read nor sent. A request without
   * a body expects nothing.
   *
   * @default false
   */
  expectContinue?: boolean | number | null | undefined;
  /**
   * Called with each interim response, such as 103 (Early Hints), before the call settles. If it throws, the call fails
   * with that exception.
   */
  onInformational?: ((response: InformationalResponse) => void) | null | undefined;
  /**
   * Called while the body is sent, at most ten times a second, and when the connection has taken its last byte. A
   * redirect, a retry or an authentication that sends the body again begins again at 0. If it throws, the call fails with
   * that exception.
   *
   * @example
   * await client.put("/uploads/7", {
   *   content: createReadStream("film.mp4"),
   *   onUploadProgress: ({ percent }) => console.log(`${percent?.toFixed(0)} %`),
   * });
   */
  onUploadProgress?: ProgressListener | null | undefined;
  /**
   * Called while the body of the response is read, at most ten times a second, and at its end. It does not hear of the
   * bodies of redirects that are followed and of challenges that are answered; a retry begins again at 0. If it throws,
   * the call, or the reading of a streamed body, fails with that exception.
   */
  onDownloadProgress?: ProgressListener | null | undefined;
}
/** The fields of an event that a {@link TraceListener} receives. They depend on the event. */
export interface TraceInfo {
  /** When the event happened, in milliseconds of `performance.now()`. */
  time: number;
  /** Of events that end in `.failed`: the error of the call, or the reason of its abort. */
  exception?: unknown;
  [field: string]: unknown;
}
/**
 * Receives the steps of a request as they happen. Each step has an event `.started`, then `.complete` or `.failed`, named
 * as in HTTPX: `connection.connect_tcp.started`. A request on an existing connection begins with
 * `http11.send_request_headers`.
 *
 * | step                              | started                      | complete                                   |
 * | --------------------------------- | ---------------------------- | ------------------------------------------ |
 * | `connection.connect_tcp`          | `host`, `port`, `timeout`    | `clientAddr`, `serverAddr`: `[host, port]` |
 * | `connection.connect_unix_socket`  | `path`, `timeout`            |                                            |
 * | `connection.start_tls`            | `serverHostname`, `timeout`  | `version`, `cipher`, `selectedAlpnProtocol` |
 * | `connection.retry`                | `delay` in milliseconds      |                                            |
 * | `http11.send_request_headers`     | `request`                    |                                            |
 * | `http11.send_request_body`        | `request`                    |                                            |
 * | `http11.receive_response_headers` | `request`                    | `httpVersion`, `status`                    |
 * | `http11.receive_response_body`    | `request`                    |                                            |
 * | `http11.response_closed`          |                              |                                            |
 * | `connection.close`                |                              |                                            |
 * | `http11.receive_informational_headers` |                         | `httpVersion`, `status`                    |
 *
 * In HTTP/2, `http2.` replaces `http11.`, and these events have `streamId`, the number of the request's stream. On a new
 * connection, `http2.send_connection_init` (`request`) precedes them. `http2.receive_remote_settings` (`request`) occurs
 * within `http2.receive_response_headers` of the first traced request after the server sent settings.
 *
 * Through an HTTP proxy that opens a tunnel, `http11.send_request_headers` to `http11.receive_response_headers` of its
 * `CONNECT` come first, and TLS with the server is `proxy.start_tls`. Through a SOCKS proxy, `connect_tcp` and `start_tls`
 * begin with `socks.`, and `socks.setup_socks5_connection` (or `4`) is between them.
 *
 * `http11.receive_informational_headers` occurs for each interim response (1xx). `connection.close` occurs within `http11.response_closed`, if the connection ends with the request.
 *
 * If a listener throws, the call fails with that exception, and the listener is not called again. The call does not wait
 * for a promise that a listener returns; if the promise rejects before the call settles, the call fails with its reason.
 */
export type TraceListener = (event: string, info: TraceInfo) => unknown;
/**
 * Options of a request for its transport. A transport may know others, and ignores those that it does not know.
 *
 * @example
 * await client.get("https://example.org/", {
 *   extensions: { trace: (event, { time }) => console.log(time.toFixed(3), event) },
 * });
 */
export interface RequestExtensions extends MessageOptions {
  /** In milliseconds. @default the `timeout` of the call or the client */
  timeout?: TimeoutTypes | Timeout | undefined;
  /** Receives the steps of the request. Without a listener, nothing is measured. */
  trace?: TraceListener | null | undefined;
  /**
   * The name for TLS instead of the URL's host: the client sends it to the server (SNI), and the certificate
   * must be valid for it. Requests with different names never share a connection.
   */
  sniHostname?: string | null | undefined;
  /**
   * The request target, in place of the URL's path and query: `*` for OPTIONS, `host:port` for CONNECT, a
   * whole URL for a proxy. Text is sent as latin1. Spaces and control characters are refused.
   */
  target?: string | Uint8Array | null | undefined;
  /** The proxy of this request, in place of the client's; `null`: none. @default the `proxy` of the call or the client */
  proxy?: string | WebURL | Proxy | null | undefined;
  [name: string]: unknown;
}
type Resolved<Type, Like> = unknown[] extends Type[] ? Like : Type;
interface IncomingMessageLike extends AsyncIterable<Uint8Array> {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly httpVersion: string;
  method?: string;
  readonly rawHeaders: string[];
  url?: string;
}
interface ServerResponseLike {
  readonly headersSent: boolean;
  statusCode: number;
  statusMessage: string;
  end(chunk?: string | Uint8Array): this;
  getHeader(name: string): string | number | string[] | undefined;
  setHeader(name: string, value: string | number | readonly string[]): this;
  write(chunk: string | Uint8Array): boolean;
  writeHead(statusCode: number, headers?: Readonly<Record<string, string | number | string[]>>): this;
}
interface ServerLike {
  readonly listening: boolean;
  emit(event: string, ...values: unknown[]): boolean;
  listen(port?: number): this;
  listeners(event: string): unknown[];
  setTimeout(milliseconds?: number): this;
}
interface FileHandleLike {
  readonly fd: number;
  close(): Promise<void>;
  stat(): Promise<{
    readonly size: number;
  }>;
}
type NodeIncomingMessage = Resolved<IncomingMessage, IncomingMessageLike>;
type NodeServerResponse = Resolved<ServerResponse, ServerResponseLike>;
type NodeServer = Resolved<Server, ServerLike>;
type Chunk = Uint8Array | string;
/**
 * Content that is sent as it is. Text, bytes, Blobs, `FormData`, open files (sent from their beginning) and
 * `fs.createReadStream(path)` have a known length; other content is sent chunked.
 */
export type ContentTypes =
  | string
  | Uint8Array
  | ArrayBuffer
  | ArrayBufferView
  | BlobLike
  | WebURLSearchParams
  | FormDataLike
  | Iterable<Chunk>
  | AsyncIterable<Chunk>
  | ByteStreamLike
  | FileHandleLike;
/**
 * The content of a file: text (sent as UTF-8), bytes, a Blob, an open file, or a stream or generator of bytes. Text,
 * bytes, Blobs, open files and `fs.createReadStream(path)` have a known length; other content makes the request
 * chunked. Streams and generators can be sent once, other content any number of times, as redirects may need.
 */
export type FileContent =
  | string
  | Uint8Array
  | ArrayBuffer
  | ArrayBufferView
  | BlobLike
  | Iterable<Chunk>
  | AsyncIterable<Chunk>
  | ByteStreamLike
  | FileHandleLike;
/** One file: its content alone, or with its name, type and headers.
 *
 * - `filename`: by default that of a `File`, the last part of the path of an `fs.ReadStream` or, if there is neither,
 *   `"upload"`. `null` sends none, as for a field of a form.
 * - `contentType`: by default the Blob's own, else guessed from the filename, else `application/octet-stream`;
 *   without a filename none is guessed.
 * - `headers` of the part, in any form that the headers of a request have: a `Content-Type` among them wins over
 *   `contentType`.
 */
export type FileTypes =
  | FileContent
  | readonly [
      filename: string | null,
      content: FileContent,
      contentType?: string | null | undefined,
      headers?: HeadersInit | null | undefined,
    ];
/** The files of a request, by the names of their fields. A field with several files has a list of them.
 *
 * An array that begins with text or `null` is one file with its name, any other a list of files.
 *
 * @example
 * await client.post(url, {
 *   data: { title: "Holiday" },
 *   files: { photo: createReadStream("beach.jpg"), notes: [["a.txt", "first"], ["b.txt", "second"]] },
 * });
 */
export type FilesTypes =
  | Readonly<Record<string, FileTypes | readonly FileTypes[]>>
  | readonly (readonly [name: string, file: FileTypes | readonly FileTypes[]])[];
/**
 * A primitive value in a query or a form: `true` becomes `true`, `null` and `undefined` become empty. Other objects are sent
 * as their own text, a `Date` in the form of ISO 8601.
 */
export type Primitive = string | number | bigint | boolean | null | undefined;
/**
 * What {@link QueryParams} can be made from: text, an object of names and values, pairs of them, a Map. A list as a value
 * repeats the key; an empty list removes it.
 */
export type ParamsInit =
  | string
  | WebURLSearchParams
  | Readonly<Record<string, Primitive | readonly Primitive[]>>
  | Fields
  | Iterable<readonly [string, Primitive]>;
/** An immutable multi-dict of query parameters, grouped by key in order of first appearance. */
export declare class QueryParams {
  #private;
  /** @throws TypeError if a value is none of the primitive types. */
  constructor(init?: QueryParams | ParamsInit | null);
  /** The number of different keys. */
  get size(): number;
  has(key: string): boolean;
  /** The first value of `key`, or `null`. */
  get(key: string): string | null;
  /** All values of `key`. */
  getList(key: string): string[];
  /** Every key once. */
  keys(): IterableIterator<string>;
  /** The first value of every key. */
  values(): IterableIterator<string>;
  /** Every key once, with its first value. */
  entries(): IterableIterator<[string, string]>;
  /** Every key with each of its values. */
  multiItems(): [string, string][];
  /** Same as {@link multiItems}, so that copying from an iterator loses nothing. */
  [Symbol.iterator](): IterableIterator<[string, string]>;
  /** A copy in which `key` has only this value. */
  set(key: string, value: Primitive): QueryParams;
  /** A copy with one more value for `key`. */
  add(key: string, value: Primitive): QueryParams;
  /** A copy without `key`. */
  remove(key: string): QueryParams;
  /** A copy in which every key of `params` has its values from there. */
  merge(params?: QueryParams | ParamsInit | null): QueryParams;
  /** The parameters as in a URL, form-encoded: a space is `+`. */
  toString(): string;
}
/** A value of a form. `true` is sent as `true`, `null` as nothing, bytes as they are. */
export type FormValue = Primitive | Uint8Array;
/** The fields of a form. A list sends the field once for each value. */
export type FormTypes = Readonly<Record<string, FormValue | readonly FormValue[]>> | Fields;
/** Stored as the server sent it, without effect: it restricts requests that other sites cause in a browser. */
export type SameSite = "strict" | "lax" | "none";
/** The attributes of a cookie that a program sets. */
export interface CookieOptions {
  /**
   * The host that receives the cookie, with all hosts below it. A cookie without a domain (or with `""`) goes to every
   * host that the program itself requests, but never along with a redirect to another origin. A public suffix or an
   * IP address stands for that host alone.
   */
  domain?: string | null | undefined;
  /** Whether only `domain` itself receives the cookie, and no host below it. @default false */
  hostOnly?: boolean | undefined;
  /** The paths that receive the cookie: `/a` covers `/a` and `/a/b`, but not `/ab`. @default "/" */
  path?: string | null | undefined;
  /** When the cookie ends: a `Date`, or milliseconds since the epoch. Without it, the cookie lives as long as the jar. */
  expires?: Date | number | null | undefined;
  /** Whether the cookie is sent over `https` only. @default false */
  secure?: boolean | undefined;
  /** Stored for programs that read the jar from a file, without effect here. @default false */
  httpOnly?: boolean | undefined;
  sameSite?: SameSite | null | undefined;
}
/** One cookie as `Cookies.toJSON()` gives it. */
export interface CookieJSON {
  name: string;
  value: string;
  /** Missing in a cookie for every host. */
  domain?: string;
  /** Missing in a cookie that goes to the hosts below `domain` as well. */
  hostOnly?: true;
  path: string;
  /** ISO 8601. Missing in a cookie without an end. */
  expires?: string;
  secure?: true;
  httpOnly?: true;
  sameSite?: SameSite;
}
/**
 * The sources of {@link Cookies}. Records and pairs make cookies without a domain. A field that is `undefined` is left out.
 */
export type CookiesInit =
  Cookies | Readonly<Record<string, string | undefined>> | Fields | Iterable<readonly [string, string]>;
/** Selects cookies by domain and path; without either, all cookies. */
export interface CookieFilter {
  /** The cookie's own domain, with or without a leading dot; `""` selects cookies without a domain. */
  domain?: string | null | undefined;
  path?: string | null | undefined;
}
/**
 * A cookie jar.
 *
 *     const cookies = new Cookies({ theme: "dark" });
 *     cookies.set("session", "8fa3", { domain: "example.com", secure: true });
 *     await writeFile("cookies.txt", cookies.toNetscape(), "latin1");
 *
 * RFC 6265bis decides which requests get the cookies of servers: those to the host that set the cookie, or to the
 * domain that it named if that is no public suffix; below the cookie's path; over `https` only if it is marked
 * `Secure`. Servers can store 180 cookies for a domain and 3,000 in all; beyond that the jar drops the cookies that
 * were not sent for longest.
 *
 * A cookie without a domain (from a record, from pairs, or set without `domain`) goes to every host that the program
 * itself requests, but never along with a redirect to another origin. A cookie of the same name for the requested host
 * and path takes its place: when a server renews a session that the program had seeded, only the new one is sent. The
 * seeded cookie returns when that cookie is gone: only `delete`, `clear` and `set` change a cookie without a domain.
 * HTTPX sends such cookies along redirects, and sends both of the same name.
 */
export declare class Cookies implements Iterable<[string, string]> {
  #private;
  /**
   * @throws TypeError for anything but names and values.
   * @throws LocalProtocolError for a name or a value with line breaks, semicolons or other characters that no cookie may have.
   */
  constructor(init?: CookiesInit | null);
  /**
   * The jar from the result of `toJSON()`, as text or as a value.
   * @throws SyntaxError for text that is no JSON; TypeError for JSON without cookies.
   */
  static fromJSON(json: string | readonly CookieJSON[]): Cookies;
  /**
   * The jar from the text of a `cookies.txt`, as curl and Python's `MozillaCookieJar` write it. Each character of the
   * text is one byte: read the file as `"latin1"`.
   * @throws SyntaxError for a line that is no cookie, naming the line.
   */
  static fromNetscape(text: string): Cookies;
  /**
   * The value of the cookie of that name; `null` if there is none.
   * @throws CookieConflict for several cookies of that name: select one by `domain` or `path`.
   */
  get(name: string, filter?: CookieFilter): string | null;
  has(name: string, filter?: CookieFilter): boolean;
  /**
   * Sets a cookie, in place of the one with the same name, domain and path. A cookie that has expired already only
   * removes that one.
   * @throws TypeError, RangeError for options that no cookie can have.
   * @throws LocalProtocolError for a name or a value with line breaks, semicolons or other characters that no cookie may have.
   */
  set(name: string, value: string, options?: CookieOptions): void;
  /** Removes the cookies of that name that `filter` selects. No such cookie is no error. */
  delete(name: string, filter?: CookieFilter): void;
  /** Removes the cookies that `filter` selects; without a filter, all. */
  clear(filter?: CookieFilter): void;
  /**
   * Sets all of `cookies`, or none of them if one is invalid. Cookies of another jar keep their attributes.
   * @throws TypeError, LocalProtocolError as the constructor does.
   */
  update(cookies: CookiesInit | null | undefined): void;
  /** The number of cookies. */
  get size(): number;
  /** The name of each cookie, in order of creation. */
  keys(): IterableIterator<string>;
  /** The values in the order of {@link keys}. */
  values(): IterableIterator<string>;
  /** Name and value in the order of {@link keys}. `toJSON()` has the other attributes. */
  entries(): IterableIterator<[string, string]>;
  [Symbol.iterator](): IterableIterator<[string, string]>;
  /** The whole jar, for `Cookies.fromJSON`, with its values, which are usually secrets. */
  toJSON(): CookieJSON[];
  /**
   * The jar as a `cookies.txt`. Each character of the text is one byte: write the file as `"latin1"`. The format has
   * no `SameSite`, has times in whole seconds, and cannot hold a cookie with a tab, which is left out. The domain of a
   * cookie without one is an empty field, as Python writes it; curl sends such a cookie nowhere.
   */
  toNetscape(): string;
}
/** Options of a {@link Request}, besides method and URL. */
export interface RequestInitOptions extends MessageOptions {
  /** Merged into the URL's query: a key given here replaces that key there. */
  params?: ParamsInit | QueryParams | null | undefined;
  headers?: HeadersInit | null | undefined;
  /** Sent in a `Cookie` header if they apply to the URL, unless `headers` have such a header. */
  cookies?: CookiesInit | null | undefined;
  /** The body: text (sent as UTF-8), bytes, or a stream or generator of them. */
  content?: ContentTypes | null | undefined;
  /** The fields of a form, sent URL-encoded, or as multipart where there are `files`. */
  data?: FormTypes | ContentTypes | null | undefined;
  /** Sent as multipart, after the fields in `data`. Ignored if there is `content`. */
  files?: FilesTypes | null | undefined;
  /** Sent as compact JSON. `NaN` and the infinities are refused. */
  json?: unknown;
  /** Options for the transport, such as `trace`. */
  extensions?: RequestExtensions | null | undefined;
}
/** A URL, as text or as an object. */
export type URLTypes = string | WebURL;
/** One HTTP request, ready to be sent. */
export declare class Request {
  #private;
  /**
   * Makes a request with the necessary headers only. `client.buildRequest` adds those of a client.
   *
   * @throws LocalProtocolError for a method, header or cookie that HTTP does not allow.
   * @throws InvalidURL, UnsupportedProtocol for the URL.
   * @throws TypeError, RangeError for a body that cannot be encoded.
   */
  constructor(method: string, url: URLTypes, options?: RequestInitOptions);
  /** In upper case. */
  get method(): string;
  /** The URL, in an object that belongs to this request. A change sends the request elsewhere, with the same Host header. */
  get url(): WebURL;
  set url(url: URLTypes);
  /** The headers, in the order and case in which they will be sent. */
  get headers(): Headers;
  /** Options for the transport, such as `timeout`. */
  get extensions(): RequestExtensions;
  /**
   * The body.
   * @throws RequestNotRead if it is a stream or generator that `aread()` has not read.
   */
  get content(): Uint8Array;
  /**
   * Reads the body into memory. The request is then sent from there.
   * @throws StreamConsumed if it was a generator that has been sent already.
   */
  aread(): Promise<Uint8Array>;
}
type UnsharedBytes = ReturnType<Uint8Array["slice"]>;
/**
 * How long the parts of a single request took, in milliseconds. They do not overlap. `null`: a part that did not happen, such as
 * `dns` on a kept connection. Of a failed request, the part in which it failed is the last one.
 */
export interface Timings {
  /** Waiting for a free connection, or for one that was being opened for another request. */
  pool: number | null;
  /** Resolving the host's name. */
  dns: number | null;
  /** Opening the TCP or Unix connection, and the way through a proxy. */
  connect: number | null;
  /** The TLS handshake; with an HTTPS proxy, both. */
  tls: number | null;
  /** From sending the request's head to receiving the response's. */
  firstByte: number | null;
  /** From the response's head to the end of its body; `null` while that has not come. */
  download: number | null;
}
/** The connection that a response came over. */
export interface ConnectionInfo {
  /** A number that no other connection of the process has. */
  id: number;
  /** Whether the connection was not opened for this request. */
  reused: boolean;
  /** The IP address of this end; `null` without TCP. */
  localAddress: string | null;
  localPort: number | null;
  /** The IP address of the peer, which is the proxy if there is one; `null` without TCP. */
  remoteAddress: string | null;
  remotePort: number | null;
  /** The URL of the proxy, without credentials; `null` if there is none. */
  proxy: string | null;
}
/** What TLS agreed on with the server. */
export interface TlsInfo {
  /** `"TLSv1.3"` or `"TLSv1.2"`. */
  protocol: string;
  /** The cipher suite by its name in the IANA registry, as `standardName` of Node.js: `"TLS_AES_256_GCM_SHA384"`. */
  cipher: string;
  /** The protocol that the server chose, such as `"h2"`; `null` if it chose none. */
  alpn: string | null;
  /** The name that was sent (SNI); `null` for an IP address, which is not sent. */
  serverName: string | null;
  /** Whether an earlier session was resumed. */
  resumed: boolean;
  /** The server's certificate and the others that it sent, in DER: `new X509Certificate(der)` reads them. */
  peerCertificates: Uint8Array[];
}
/** Options of {@link NetworkStream.startTls}. The client's `cert` and `tls` apply, `pins` among them. */
export interface StartTlsOptions {
  /** The name that is sent (SNI) and that the certificate must be for. @default the host of the request */
  serverName?: string | undefined;
  /** Whether and how the certificate is checked. @default the client's own `verify` */
  verify?: boolean | VerifyOptions | undefined;
  /** The protocols that ALPN offers, the preferred one first. @default none */
  alpn?: readonly string[] | undefined;
}
/**
 * A connection without HTTP: `response.extensions.networkStream` after a 101, or after a 2xx to CONNECT. It ends when it,
 * its response or its client is closed, or its call aborted.
 *
 * @example
 * const headers = { Connection: "Upgrade", Upgrade: "echo" };
 * await using response = await client.stream("GET", "https://example.org/echo", { headers });
 * const stream = response.extensions["networkStream"] as NetworkStream;
 * await stream.write("hello");
 * for await (const bytes of stream) console.log(bytes);
 */
export interface NetworkStream extends AsyncDisposable, AsyncIterable<Uint8Array> {
  /**
   * The next bytes, at most so many; null once the peer has ended its direction. Calls are answered in order.
   * @throws ReadError when the connection broke; StreamClosed after `aclose()`; the signal's reason.
   */
  read(maxBytes?: number): Promise<Uint8Array | null>;
  /**
   * Writes bytes, or text as UTF-8. Resolves when there is room for more.
   * @throws WriteError when the connection broke; StreamClosed after `closeWrite()` and `aclose()`; the signal's reason.
   */
  write(data: Uint8Array | string): Promise<void>;
  /**
   * Starts TLS behind what was written. Use only the result from then on.
   * @throws ConnectError, ConnectTimeout in phase `tls`, when the handshake failed, which ends the stream.
   */
  startTls(options?: StartTlsOptions): Promise<NetworkStream>;
  /** Ends the direction to the peer, behind what was written. Reading goes on. */
  closeWrite(): Promise<void>;
  /**
   * Closes both directions. What was written before is sent, as long as the peer is seen to take some of it within any 5
   * seconds. The system shows that in steps, on Linux of about 128 KiB, so a peer that reads less than some 30 KB a second may
   * be given up. `response.aclose()`, an abort of the call and a closed client end the wait. Bytes that are lost reset the
   * connection. Idempotent.
   * @throws WriteTimeout, WriteError when written bytes are lost; StreamClosed after `response.aclose()`; the signal's reason.
   */
  aclose(): Promise<void>;
  /** The two directions as streams of the web platform. Closing or cancelling both closes this stream. @throws StreamConsumed the second time. */
  toWeb(): {
    readable: WebReadableStream;
    writable: WebWritableStream;
  };
}
/**
 * Further information from the transport. A response that a client received from the network has all that is not optional
 * here, and `networkStream` where it says so. From an application, and from a transport of the program, it has `attempt`,
 * `streamId` and `tls`, and what the transport gives.
 *
 * @example
 * const { timings, connection } = (await client.get("https://example.org/")).extensions;
 * console.log(timings.firstByte, connection.reused);
 */
export interface ResponseExtensions {
  /** As the server sent it: `"HTTP/1.1"`, `"HTTP/2"`. */
  httpVersion?: string;
  /** As the server sent it; HTTP/2 has none. */
  reasonPhrase?: string;
  /** The number of the stream in HTTP/2; `null` in HTTP/1.1. */
  streamId: number | null;
  /** The connection that the response came over. */
  connection: ConnectionInfo;
  /** TLS with the server; `null` without. */
  tls: TlsInfo | null;
  /** The number of the attempt that got this response: more than 1 only with the option `retry`. */
  attempt: number;
  /** How long the parts of the request took, in milliseconds. */
  timings: Timings;
  /** The connection itself, after a 101 or a 2xx to CONNECT. */
  networkStream: NetworkStream;
  [name: string]: unknown;
}
declare abstract class ResponseHead {
  abstract readonly statusCode: number;
  abstract get headers(): Headers;
  /** Further information from the transport, such as `httpVersion` and `reasonPhrase`. */
  abstract get extensions(): ResponseExtensions;
  /** The phrase after the status: the server's in HTTP/1.x, else the usual one. */
  get reasonPhrase(): string;
  /** `"HTTP/1.1"`, `"HTTP/2"`, … */
  get httpVersion(): string;
  /** The `Link` header: the fields of each link by its `rel`, or by its URL without one. */
  get links(): Record<string, Record<string, string>>;
  /** 1xx */
  get isInformational(): boolean;
  /** 2xx */
  get isSuccess(): boolean;
  /** 3xx, with or without a `Location`: see `hasRedirectLocation`. */
  get isRedirect(): boolean;
  /** 4xx */
  get isClientError(): boolean;
  /** 5xx */
  get isServerError(): boolean;
  /** 4xx and 5xx */
  get isError(): boolean;
  /** Whether it is a redirect that a client can follow: 301, 302, 303, 307 or 308 with a `Location`. */
  get hasRedirectLocation(): boolean;
}
interface ResponseContent {
  /** Text (as UTF-8), bytes, or a stream or generator of them. */
  content?: ContentTypes | null | undefined;
  /** With `Content-Type: text/plain; charset=utf-8`. */
  text?: string | null | undefined;
  /** With `Content-Type: text/html; charset=utf-8`. */
  html?: string | null | undefined;
  /** Compact, with `Content-Type: application/json`. */
  json?: unknown;
}
/** The fields of a {@link ServerSentEvent}. */
export interface ServerSentEventInit {
  event?: string | undefined;
  data?: string | undefined;
  id?: string | undefined;
  retry?: number | null | undefined;
}
/** An event of an event stream. */
export declare class ServerSentEvent {
  /** Its type. @default "message" */
  readonly event: string;
  /** The lines of its data, joined by `\n`. */
  readonly data: string;
  /** The last event ID of the stream at this event, which is that of an earlier event if this one has none. */
  readonly id: string;
  /** Milliseconds until the client connects again, if this event says so. */
  readonly retry: number | null;
  /** @throws TypeError for an unknown field, and for a value that a field cannot have. */
  constructor(fields?: ServerSentEventInit);
  /**
   * The data as JSON.
   * @throws SyntaxError if it is not JSON.
   */
  json<T = any>(): T;
}
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
/** The response to a request. */
export declare class Response extends ResponseHead implements AsyncDisposable {
  #private;
  /**
   * Makes a response, for the handler of a `MockTransport` or for your own transport.
   *
   * @param statusCode of three digits.
   * @throws TypeError, RangeError for another status, and for content that cannot be sent.
   * @throws DecodingError if the content does not have the Content-Encoding in `headers`.
   */
  constructor(statusCode: number, init?: ResponseInitOptions);
  get statusCode(): number;
  get headers(): Headers;
  /**
   * The cookies that this response sets and its URL may set.
   * @throws Error if it has no request.
   */
  get cookies(): Cookies;
  /** The headers after the body. Empty until the body has been read to its end. */
  get trailers(): Headers;
  /**
   * Further information from the transport, such as `httpVersion`, `reasonPhrase` and `streamId` (HTTP/2), the number of the
   * `attempt` (more than 1 only with the option `retry`), and after a 101 or a 2xx to CONNECT, the {@link NetworkStream} `networkStream`.
   */
  get extensions(): ResponseExtensions;
  /** @throws Error if it has no request, because no client received it. */
  get request(): Request;
  /** The URL of the request. */
  get url(): WebURL;
  /** The earlier responses of the call, oldest first. */
  get history(): Response[];
  /**
   * The request that follows this redirect, for `client.send`. Null if this is no redirect, if the client has followed it, or
   * if its `Location` is not a URL. A request to another origin has no credentials, not even the client's `auth`.
   */
  get nextRequest(): Request | null;
  /**
   * Returns this response if its status is 2xx.
   * @throws HTTPStatusError for any other status, including 1xx and 3xx.
   */
  raiseForStatus(): this;
  /**
   * Milliseconds from the start of the request until the body was read to its end or closed; before that, until the headers
   * arrived.
   * @throws Error if it has no request, because no client received it.
   */
  get elapsed(): number;
  /** Bytes of the body received so far, before decoding; 0 for a response made with its whole body. */
  get numBytesDownloaded(): number;
  get isClosed(): boolean;
  /** Whether reading of the body has begun: it cannot be streamed a second time. */
  get isStreamConsumed(): boolean;
  /**
   * The body, decoded.
   * @throws ResponseNotRead before `aread()` on a streamed response.
   */
  get content(): UnsharedBytes;
  /**
   * The body as text in `encoding`. Malformed bytes become U+FFFD, and a byte order mark is kept.
   * @throws ResponseNotRead before `aread()` on a streamed response.
   */
  get text(): string;
  /**
   * The body as JSON. Its bytes alone decide its encoding.
   * @throws SyntaxError if it is not JSON, with the position.
   * @throws ResponseNotRead before `aread()` on a streamed response.
   */
  json<T = any>(): T;
  /**
   * The encoding of the text: the assigned one, else the `charset` of Content-Type if it is known, else the
   * client's `defaultEncoding`, else UTF-8. Assignable until `text` has been used.
   */
  get encoding(): string;
  /** @throws Error after `text` has been read; RangeError for an unknown encoding. */
  set encoding(encoding: string);
  /** The `charset` of Content-Type, in lower case, known or not; null if there is none. */
  get charsetEncoding(): string | null;
  /** Reads the body to its end, and closes the response. */
  aread(): Promise<UnsharedBytes>;
  /**
   * The body, decoded, in pieces: as they arrive, or of exactly `chunkSize` bytes (the last may be shorter). Leaving the
   * loop early closes the response. A body in memory can be iterated again.
   */
  aiterBytes(chunkSize?: number): AsyncIterableIterator<UnsharedBytes>;
  /** The body as received, without content decoding. It can be read once, and only if nothing else has read the body. */
  aiterRaw(chunkSize?: number): AsyncIterableIterator<UnsharedBytes>;
  /** The body as text in pieces: as they arrive, or of exactly `chunkSize` characters (code points). */
  aiterText(chunkSize?: number): AsyncIterableIterator<string>;
  /** The body as lines, without their terminators. They end as in Python's `str.splitlines`. */
  aiterLines(): AsyncIterableIterator<string>;
  /**
   * The body as server-sent events, which end with the body: `client.sse()` connects again. An event has at most 1,048,576
   * characters of data.
   * @throws SSEError at the first step, if the Content-Type is not `text/event-stream`; later, for an event that is too long.
   */
  aiterSse(): AsyncIterableIterator<ServerSentEvent>;
  /**
   * The body as JSON lines: one value a line, in UTF-8. Empty lines are skipped.
   * @throws DecodingError for a line that is no JSON, with its number.
   */
  aiterJsonLines<T = any>(): AsyncIterableIterator<T>;
  /** Closes the response and discards the unread rest of its body. Idempotent. */
  aclose(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}
/**
 * Base class of all authentication. For your own, extend it and write `authFlow`.
 *
 * One object may serve many requests at the same time, each with its own flow.
 *
 * @example
 * class RefreshingAuth extends Auth {
 *   override requiresResponseBody = true; // json() below
 *   #token = "";
 *
 *   *authFlow(request: Request): Generator<Request, void, Response> {
 *     request.headers.set("Authorization", `Bearer ${this.#token}`);
 *     const response = yield request;
 *     if (response.statusCode !== 401) return;
 *
 *     const answer = yield new Request("POST", "https://id.example.org/token", { data: { grant_type: "…" } });
 *     this.#token = answer.raiseForStatus().json().access_token;
 *     request.headers.set("Authorization", `Bearer ${this.#token}`);
 *     yield request;
 *   }
 * }
 *
 * const client = new AsyncClient({ auth: new RefreshingAuth() });
 */
export declare abstract class Auth {
  /** Whether the flow reads `request.content`: a streamed body is then read into memory first. @default false */
  requiresRequestBody: boolean;
  /** Whether the flow reads the bodies of responses: they are then read before it receives them. @default false */
  requiresResponseBody: boolean;
  /**
   * Yields the requests to send for `request`, one after the other; `yield` returns the response to each. The caller gets
   * the last response, with the earlier ones in its `history`. An exception thrown here rejects the caller's call.
   *
   * Yield `request` itself with the headers it needs, or another request, such as one for a token. For asynchronous work
   * declare it as `async *authFlow`.
   *
   * A flow receives the last response of a chain of redirects. Each redirected request within the origin has its own flow,
   * so that a signature matches its URL; headers from the previous flow are not copied. That flow continues only after
   * a 401.
   */
  abstract authFlow(
    request: Request,
  ): Generator<Request, void, Response> | AsyncGenerator<Request, void, Response>;
}
/**
 * Sends user name and password with every request. `auth: ["user", "password"]` is short for it.
 *
 * @example
 * await client.get("https://example.org/", { auth: new BasicAuth("user", "password") });
 */
export declare class BasicAuth extends Auth {
  #private;
  /**
   * @param username must contain no colon, or the server cannot tell where the password begins (RFC 7617, 2).
   * @throws TypeError if one of them is not a string.
   */
  constructor(username: string, password: string);
  authFlow(request: Request): Generator<Request, void, Response>;
}
/**
 * Sends a token with every request. A function is called once for each request, so that it can return a fresh token when
 * the old one has expired; caching is its own responsibility.
 *
 * @example
 * const client = new AsyncClient({ auth: new BearerAuth(() => vault.currentToken()) });
 */
export declare class BearerAuth extends Auth {
  #private;
  /** @throws TypeError if it is neither a function nor a non-empty string. */
  constructor(token: string | (() => string | Promise<string>));
  /** @throws TypeError if the function returns no token; LocalProtocolError if the token is not allowed in a header. */
  authFlow(request: Request): AsyncGenerator<Request, void, Response>;
}
/** User name and password for Basic authentication, an {@link Auth}, or a function that changes the request. */
export type AuthTypes =
  readonly [username: string, password: string] | Auth | ((request: Request) => Request | Promise<Request>);
/**
 * Answers a server's Digest challenge. The first request to an origin is sent twice, because the challenge comes with
 * its 401; later requests answer the same challenge in advance, until a 401 brings a new one. So a body that can be
 * sent only once, such as a generator's, needs an earlier request that fetches the challenge.
 *
 * Algorithms: MD5, SHA, SHA-256 and SHA-512, each also with `-sess`. Quality of protection: `auth`, or none as in
 * RFC 2069. User name and password are UTF-8, both in the hash and in the header.
 *
 * Use one object for many requests: it holds the challenges, and counts the uses of each nonce.
 *
 * @example
 * const client = new AsyncClient({ auth: new DigestAuth("user", "password") });
 */
export declare class DigestAuth extends Auth {
  #private;
  /** @throws TypeError if one of them is not a string. */
  constructor(username: string, password: string);
  /**
   * @throws ProtocolError if the server's challenge is malformed, or names an unknown algorithm or qop.
   * @throws Error if the server demands `auth-int`.
   * @throws LocalProtocolError if the user name is not allowed in a header.
   */
  authFlow(request: Request): Generator<Request, void, Response>;
}
/**
 * Sends the request that a function returns. `auth: (request) => …` is short for it.
 *
 * @example
 * const auth = new FunctionAuth((request) => {
 *   request.headers.set("X-Signature", sign(request.method, request.url));
 *   return request;
 * });
 */
export declare class FunctionAuth extends Auth {
  #private;
  /** @throws TypeError if it is not a function. */
  constructor(fn: (request: Request) => Request | Promise<Request>);
  /** @throws TypeError if the function returns no request. */
  authFlow(request: Request): AsyncGenerator<Request, void, Response>;
}
/**
 * Looks up the host of each request in a netrc file and sends its entry by Basic authentication. A host without an entry
 * uses the `default` entry; without one, or without a password, the request is sent unchanged.
 *
 * @example
 * const client = new AsyncClient({ auth: new NetRCAuth(process.env.NETRC) });
 */
export declare class NetRCAuth extends Auth {
  #private;
  /**
   * @param file default: `.netrc` in the home folder; on Windows `_netrc`, if there is no `.netrc`. Where the system has
   *   owners and permissions, that file must belong to the user and be closed to others.
   * @throws TypeError if it is not a string.
   */
  constructor(file?: string);
  /**
   * @throws SyntaxError if the file is malformed, naming file and line.
   * @throws Error if it cannot be read (with the system's `code`), or if others can read it.
   */
  authFlow(request: Request): AsyncGenerator<Request, void, Response>;
}
/** Connections by state; their sum counts towards the limits. */
export interface ConnectionCounts {
  /** Carry a request. */
  readonly active: number;
  /** Are kept open for the next request. */
  readonly idle: number;
  /** Are being opened. */
  readonly connecting: number;
}
/** Requests by state. */
export interface RequestCounts {
  /** Wait for a free place in the pool, or for a connection that is being opened for them. */
  readonly queued: number;
  /** Have their connection, until the end of the response's body. */
  readonly inFlight: number;
}
/**
 * The counts of a whole pool, and of each origin (`https://example.org:443`) that has any. Requests with a `sniHostname`
 * are counted separately: `https://example.org:443#other.example`.
 */
export interface PoolStats {
  readonly connections: ConnectionCounts;
  readonly requests: RequestCounts;
  readonly origins: Readonly<
    Record<
      string,
      {
        readonly connections: ConnectionCounts;
        readonly requests: RequestCounts;
      }
    >
  >;
}
/** The fields of every {@link HTTPError}. */
export interface HTTPErrorInit {
  /** The request that failed. */
  request?: Request | undefined;
  /** The underlying error of the engine or the system. */
  cause?: unknown;
}
/**
 * Base class of {@link RequestError} and {@link HTTPStatusError}: catch it to handle both "no response" and "a response
 * with an error status" (after `raiseForStatus()`).
 */
export declare class HTTPError extends Error {
  #private;
  /** @throws TypeError for a field that errors of this class do not have. */
  constructor(message: string, init?: HTTPErrorInit);
  /**
   * The request that failed.
   * @throws Error when there is none, as in an error made by hand or before a request existed.
   */
  get request(): Request;
  set request(request: Request);
}
/** The response has an error status. Thrown only by `response.raiseForStatus()`. */
export declare class HTTPStatusError extends HTTPError {
  #private;
  /** A stable string to decide by. */
  readonly code: string;
  constructor(
    message: string,
    init: {
      request: Request;
      response: Response;
    },
  );
  /** The response with the error status. Its body may still be unread, if it was streamed. */
  get response(): Response;
}
/** The phase of the request in which it failed, in the order in which a request passes through them. */
export type Phase = "pool" | "dns" | "connect" | "tls" | "proxy" | "write" | "headers" | "body" | "decode";
/**
 * Whether the server may have received the request. `false`: no byte left this machine, so any request may safely be
 * sent again. `"maybe"`: the connection failed after a part was written. `true`: the request was written completely to
 * a connection that held, or the server answered.
 */
export type RequestSent = false | "maybe" | true;
/** The fields of a {@link RequestError}; missing ones have the class's default. */
export interface RequestErrorInit extends HTTPErrorInit {
  code?: string | undefined;
  phase?: Phase | undefined;
  requestSent?: RequestSent | undefined;
  timings?: Timings | null | undefined;
  http2ErrorCode?: number | null | undefined;
}
/** Base class of all errors while a request is sent and its response received. */
export declare class RequestError extends HTTPError {
  #private;
  /**
   * A stable string for decisions: the system's own where it exists (`ECONNREFUSED`, `ENOTFOUND`, `CERT_HAS_EXPIRED`), else
   * `ERR_` and the class's name in capitals (`ERR_CONNECT_TIMEOUT`) or a more specific code.
   */
  readonly code: string;
  /** The phase that the request had reached. */
  readonly phase: Phase;
  /** Whether the server may have received the request. */
  readonly requestSent: RequestSent;
  /** The number of the attempt that failed so: more than 1 only with the option `retry`. */
  attempt: number;
  constructor(message: string, init?: RequestErrorInit);
  /** How long the parts of the request took until it failed; null if it did not fail on the network. */
  get timings(): Timings | null;
  /**
   * The error code of HTTP/2 with which the server reset the stream or closed the connection, or with which this client closed
   * the connection of a server that violated HTTP/2. Null for all other failures.
   *
   * The numbers are those of RFC 9113, section 7, and of `constants.NGHTTP2_…` in `node:http2`: 11 is ENHANCE_YOUR_CALM.
   */
  get http2ErrorCode(): number | null;
}
/** The response's body does not match its `Content-Encoding`: corrupt, or truncated. */
export declare class DecodingError extends RequestError {}
/** The decoded body grew beyond the client's `maxResponseBytes`, or a whole one beyond the longest array of the runtime. */
export declare class ResponseTooLarge extends RequestError {}
/** More redirects than the client's `maxRedirects`. */
export declare class TooManyRedirects extends RequestError {}
/**
 * Called right before a request is sent, with its final headers, which the hook may change. Its result is awaited and
 * ignored.
 */
export type RequestHook = (request: Request) => unknown;
/**
 * Called when the head of a response has arrived, before its body is read. A hook that needs the body calls
 * `await response.aread()`. Its result is awaited and ignored, as in `(response) => response.raiseForStatus()`.
 */
export type ResponseHook = (response: Response) => unknown;
/**
 * Called once for each single request that gets no usable answer: no response, or a body that breaks off, whether the client or
 * the program reads it. It runs before retries, redirects and authentication decide what follows.
 *
 * `response` is null before its head. The result is awaited and ignored. An exception replaces the error, which becomes its
 * `cause` unless it has one.
 *
 * An abort, and the exception of a generator, an application or a transport, are no `RequestError`: the hook gets one with code
 * `ERR_ABORTED` or `ERR_FUNCTION_FAILED`, whose `cause` is what the call rejects with. An aborted call or body does not wait for
 * hooks that take longer than a turn of the event loop, nor does one whose total timeout is over or whose client is closed.
 *
 * Not called: for an exception of a request or response hook, such as an error status that it raises; for a call that fails
 * before its request hooks (invalid arguments, a signal that is already aborted, a closed client), or between two requests (an
 * auth flow that throws, too many redirects); when the program closes a body, or leaves its iterator; and for what the program
 * makes of a body (`json()`, lines of JSON, events).
 *
 * @example
 * client.eventHooks.error.push((error, request) => log.warn(error.code, request.url.pathname, error.cause));
 */
export type ErrorHook = (error: RequestError, request: Request, response: Response | null) => unknown;
/**
 * The hooks of a client, each list called in order. A hook that throws ends the call with its exception and closes the
 * response.
 */
export interface EventHooks {
  request: RequestHook[];
  response: ResponseHook[];
  error: ErrorHook[];
}
/** The sources of {@link EventHooks}. */
export interface EventHooksInit {
  request?: Iterable<RequestHook> | null | undefined;
  response?: Iterable<ResponseHook> | null | undefined;
  error?: Iterable<ErrorHook> | null | undefined;
}
/** How the client will use the response. A transport may ignore all of it. */
export interface TransportOptions {
  /**
   * `false`: the whole body will be read at once, so a transport may return it already read.
   * @default true
   */
  stream?: boolean;
  /** Aborts the exchange, until the end of the body. The client aborts for transports that ignore it. */
  signal?: WebAbortSignal | null | undefined;
  /** Replaces the request's own timeout: shorter, after redirects or auth used up part of its `total`. */
  timeout?: Timeout | undefined;
}
/** Carries requests. Give one to `new AsyncClient({ transport })`. */
export interface AsyncTransport {
  handleAsyncRequest(request: Request, options?: TransportOptions): Promise<Response>;
  /** Called once, when the client closes. */
  aclose?(): Promise<void>;
  /** The result of `client.stats()`. */
  stats?(): PoolStats;
}
/**
 * Transports by pattern; `null` selects the client's own transport, as an exception from a wider pattern.
 *
 * `all://` is any URL, `https://` a scheme; `all://example.org` a host, `all://*.example.org` its subdomains,
 * `all://*example.org` both: a `*` elsewhere is refused. A pattern with a port matches that port only.
 */
export type Mounts = Readonly<Record<string, AsyncTransport | null>>;
/** One attempt of a request that has ended: with a response, or with an error. */
export interface RetryAttempt {
  /** 1 for the first. */
  readonly number: number;
  readonly request: Request;
  /** Its body may be unread. */
  readonly response: Response | null;
  readonly error: RequestError | null;
}
/** An attempt that is followed by another. */
export interface RetriedAttempt extends RetryAttempt {
  /** Milliseconds until the next one. */
  readonly delay: number;
}
/** How long to wait between two attempts, in milliseconds. */
export interface RetryBackoff {
  /** Before the second attempt. @default 100 */
  initial?: number | undefined;
  /** By which each further delay grows. @default 2 */
  factor?: number | undefined;
  /** The longest delay. @default 20_000 */
  max?: number | undefined;
  /** `"full"`: a random time between 0 and the delay, so that clients do not come back together. @default "full" */
  jitter?: "full" | "none" | undefined;
}
/** How many retries all requests of a client may have together, so that retries do not keep an overloaded server down. */
export interface RetryBudget {
  /** Retries for each request of the last ten seconds. @default 0.2 */
  ratio?: number | undefined;
  /** Retries a second that are allowed in any case. @default 10 */
  minPerSecond?: number | undefined;
}
/**
 * Which requests are sent again, and when.
 *
 * @example
 * const client = new AsyncClient({ retry: { attempts: 5, statuses: [429, 503] } });
 */
export interface RetryOptions {
  /** Attempts in all, the first included. @default 3 */
  attempts?: number | undefined;
  /**
   * Methods that may be sent again after the server may have seen the request. A request with an `Idempotency-Key` may be
   * too, and so may any that the server has certainly not seen. @default ["GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE"]
   */
  methods?: readonly string[] | undefined;
  /** Statuses after which a request is sent again. @default [408, 429, 502, 503, 504] */
  statuses?: readonly number[] | undefined;
  backoff?: RetryBackoff | undefined;
  /** Whether a response's `Retry-After` replaces the backoff. @default true */
  respectRetryAfter?: boolean | undefined;
  /** A longer `Retry-After`, in milliseconds, is not waited for: the call returns the response. @default 60_000 */
  maxRetryAfter?: number | undefined;
  /** `null`: no limit. */
  budget?: RetryBudget | null | undefined;
  /**
   * Decides instead of methods, statuses and kinds of errors, for each response and each error while attempts are left. A
   * number is the milliseconds to wait. A body that cannot be sent again, the budget and the total timeout still count.
   */
  when?: ((attempt: RetryAttempt) => boolean | number | Promise<boolean | number>) | undefined;
  /** Called before the wait for the next attempt, which begins when a promise that it returns has resolved. */
  onRetry?: ((attempt: RetriedAttempt) => void) | undefined;
}
/** The option `retry`: the number of attempts in all, or options. `null`: each request is sent once. */
export type RetryTypes = number | RetryOptions | null;
/**
 * The encoding of text without a known `charset`: a label, or a function that detects one from the body (null: none
 * found). The function is called only after the body has been read.
 */
export type DefaultEncoding = string | ((content: Uint8Array) => string | null);
/** Options of diagnostics channels. `tracingChannel("httpxide:request")` always shows requests. */
export interface DiagnosticsOptions {
  /**
   * Whether undici's channels show them too, for tools that observe the platform's `fetch`.
   * @default true
   */
  undici?: boolean | undefined;
}
/** The client of a request, and the end of its response: Deno passes this to a handler, and Hono to `getConnInfo`. */
export interface FetchInfo {
  readonly remoteAddr: {
    readonly transport: "tcp";
    readonly hostname: string;
    readonly port: number;
  };
  /** Settles with the exchange: rejects if it breaks off. */
  readonly completed: Promise<void>;
  /** The client for handlers written for Bun, which passes them its server. */
  requestIP(request: WebRequest): {
    readonly address: string;
    readonly port: number;
    readonly family: "IPv4" | "IPv6";
  };
}
/** The context that Cloudflare's Workers pass to a handler. */
export interface FetchContext {
  /** Work that continues after the response: closing the client waits for it. */
  waitUntil(work: Promise<unknown>): void;
  passThroughOnException(): void;
  /** Always empty. */
  readonly props: Readonly<Record<string, never>>;
}
interface FetchMethod {
  fetch(request: WebRequest, info: FetchInfo, context: FetchContext): WebResponse | Promise<WebResponse>;
}
/** Takes a `Request` of the platform and returns a `Response` of the platform. */
export type FetchHandler = FetchMethod["fetch"];
/** An object with a `fetch` method: Hono, Elysia, and exports for Workers, Deno and Bun. */
export interface FetchApp {
  fetch: FetchHandler;
}
/** A request listener of Node.js. Express, Connect and middleware call `next` with a request that they do not handle. */
export type NodeListener = (
  request: NodeIncomingMessage,
  response: NodeServerResponse,
  next: (error?: unknown) => void,
) => unknown;
/** A Koa application. */
export interface KoaLike {
  callback(): (request: NodeIncomingMessage, response: NodeServerResponse) => unknown;
}
/** A Fastify instance over HTTP/1.1. */
export interface FastifyLike {
  readonly server: NodeServer;
  ready(): PromiseLike<unknown>;
  close(): PromiseLike<unknown>;
  inject(...options: never[]): unknown;
}
/** An application that a client can call without a network. */
export type App =
  | NodeListener
  | NodeServer
  | FetchHandler
  | FetchApp
  | KoaLike
  | FastifyLike
  | {
      default: App;
    };
/** How an {@link AppTransport} calls its application. */
export interface AppTransportOptions {
  /**
   * Whether an exception of the application rejects the call, or the reading of a body that has begun. With `false` the
   * call gets a response with status 500 instead, the framework's own where there is one. An exception whose status
   * (400 to 499) blames the client is always a response. @default true
   */
  raiseAppExceptions?: boolean | undefined;
  /**
   * The path at which the application is mounted. Requests below it reach the application without the prefix, other
   * requests unchanged; `req.baseUrl` and `req.originalUrl` reflect it. @default ""
   */
  rootPath?: string | undefined;
  /** Address and port of the client, as the application sees them. @default ["127.0.0.1", 123] */
  client?: readonly [address: string, port: number] | undefined;
}
/**
 * Sends requests to a web application instead of a network: to an Express, Connect, Koa or Fastify application, any
 * request listener or server of Node.js, or a fetch handler (Hono, Elysia, exports for Workers, Deno and Bun).
 *
 * A bare function with two or more declared parameters is a request listener, any other one a fetch handler;
 * {@link AppTransport.node} and {@link AppTransport.fetch} state the kind explicitly.
 *
 * @example
 * const transport = new AppTransport(app, { client: ["1.2.3.4", 123] });
 * const client = new AsyncClient({ transport, baseUrl: "http://testserver" });
 */
export declare class AppTransport implements AsyncTransport {
  #private;
  /** @throws TypeError, RangeError for an unsupported application or an invalid option. */
  constructor(app: App, options?: AppTransportOptions);
  /** Calls a request listener of Node.js, with any number of declared parameters. */
  static node(listener: NodeListener, options?: AppTransportOptions): AppTransport;
  /** Calls a fetch handler, with any number of declared parameters. */
  static fetch(handler: FetchHandler, options?: AppTransportOptions): AppTransport;
  handleAsyncRequest(request: Request, options?: TransportOptions): Promise<Response>;
  /** Ends running requests, and closes what this transport started for the application. */
  aclose(): Promise<void>;
}
/**
 * A certificate of the client and its private key: two PEM texts, or one PKCS#12 file. Both are the contents, never paths.
 *
 * @example
 * const client = new AsyncClient({
 *   cert: { cert: await readFile("client.pem"), key: await readFile("client.key"), passphrase: "secret" },
 * });
 */
export type CertOptions =
  | {
      /** The client's own certificate, and behind it those of authorities that the server does not know. */
      cert: PEM;
      /** Its private key: RSA of 2,048 to 8,192 bits, ECDSA (P-256, P-384, P-521) or Ed25519. */
      key: PEM;
      /** The passphrase of an encrypted key. */
      passphrase?: string | undefined;
    }
  | {
      /** The bytes of a PKCS#12 file, such as `client.p12` or `client.pfx`, with a key and its certificates. */
      pfx: Uint8Array;
      /** The passphrase of the file. @default "" */
      passphrase?: string | undefined;
    };
/**
 * How a client uses HTTP/2.
 *
 * @example
 * const client = new AsyncClient({ http2: { keepAliveInterval: 30_000 } });
 */
export interface Http2Options {
  /** The most requests on one connection at a time, never more than the server allows. @default what the server allows */
  maxConcurrentStreams?: number | undefined;
  /**
   * Bytes of one response that may be received and not read, from 65,535 on. A reader that stalls stops its own response
   * only, as long as fewer than 64 do. @default 4_194_304
   */
  windowSize?: number | undefined;
  /**
   * After how many milliseconds without a byte from the server a PING asks whether it is there; `null`: never.
   * @default null
   */
  keepAliveInterval?: number | null | undefined;
  /** How many milliseconds the answer to a PING may take before all requests of the connection fail. @default 20_000 */
  keepAliveTimeout?: number | undefined;
  /** The most bytes of a response's headers: names, values and 32 for each. @default 262_144 */
  maxHeaderListSize?: number | undefined;
}
export interface LimitsOptions {
  /** Connections at once, idle ones included. Further requests wait. Default 100. */
  maxConnections?: number | null | undefined;
  /** Idle connections kept for the next request. Default 20. */
  maxKeepaliveConnections?: number | null | undefined;
  /** Milliseconds after which an idle connection is closed. Default 5000. */
  keepaliveExpiry?: number | null | undefined;
  /** Connections at once to the same scheme, host and port. Default `null`. */
  maxConnectionsPerHost?: number | null | undefined;
}
export declare class Limits {
  readonly maxConnections: number | null;
  readonly maxKeepaliveConnections: number | null;
  readonly keepaliveExpiry: number | null;
  readonly maxConnectionsPerHost: number | null;
  /** @throws RangeError if a count is not an integer or too small, or a time is negative; TypeError if it is no number. */
  constructor(options?: LimitsOptions | Limits);
}
/**
 * Options of the sockets of TCP connections. `undefined` leaves the system's default, except for `keepAlive`.
 *
 * @example
 * const client = new AsyncClient({ socketOptions: { keepAlive: 20_000 } });
 */
export interface SocketOptions {
  /**
   * Milliseconds of silence after which the system asks the peer whether it is still there (`SO_KEEPALIVE`), rounded up
   * to whole seconds. A connection whose peer does not answer breaks a minute later; otherwise a peer that vanished is
   * never noticed where no read timeout runs. `null`: off. @default 60_000
   */
  keepAlive?: number | null | undefined;
  /** The system's buffer for received bytes (`SO_RCVBUF`). The system may choose another size near it. */
  receiveBufferSize?: number | undefined;
  /** The system's buffer for bytes to send (`SO_SNDBUF`). The system may choose another size near it. */
  sendBufferSize?: number | undefined;
  /** The network device that all packets use (`SO_BINDTODEVICE`): "eth0". Linux only. */
  bindToDevice?: string | undefined;
  /**
   * Milliseconds for which sent bytes may stay unacknowledged before the connection breaks (`TCP_USER_TIMEOUT`).
   * `null`: the system's default, about 15 minutes. Linux only.
   */
  tcpUserTimeout?: number | null | undefined;
}
/**
 * The addresses that a client connects to. `"public"`: only global unicast addresses, so that no URL, name or redirect
 * leads into a private network or to this machine. Otherwise lists of rules: a rule is an address, a network
 * (`"10.0.0.0/8"`), or a kind: `public`, `private`, `loopback`, `link-local`, `unique-local`, `metadata`, `multicast`,
 * `unspecified` or `reserved`.
 *
 * Every address is checked right before the connection is opened to it: those of names, redirects and proxies too. Unix
 * sockets are exempt.
 *
 * @example
 * const client = new AsyncClient({ connectPolicy: "public" });
 * @example
 * const client = new AsyncClient({ connectPolicy: { allow: ["public", "10.20.0.0/16"], deny: ["10.20.9.0/24"] } });
 */
export type ConnectPolicy = "public" | ConnectRules;
/** Rules of a {@link ConnectPolicy}. At least one of the lists is given. */
export interface ConnectRules {
  /** Only these addresses. Without it, all that are not denied. */
  allow?: readonly string[] | undefined;
  /** Never these, even if they are allowed. */
  deny?: readonly string[] | undefined;
}
/**
 * How the names of hosts become addresses.
 *
 * @example
 * const client = new AsyncClient({ dns: { hosts: { "api.example.org": "127.0.0.1" }, family: 4 } });
 */
export interface DnsOptions {
  /**
   * The addresses of some names, which are not looked up: `{ "api.example.org": "10.0.0.7" }`, or several in the order of
   * their use. The key `"api.example.org:8443"` is for that port only.
   */
  hosts?: Readonly<Record<string, string | readonly string[]>> | undefined;
  /** The only version of IP whose addresses of names are used, whatever their source; `null`: both. @default null */
  family?: 4 | 6 | null | undefined;
  /**
   * Whether and how long answers are kept. `false`: not at all, so each new connection looks the name up. Look-ups of the
   * same name at the same time are always one. @default true
   */
  cache?: boolean | DnsCacheOptions | undefined;
}
/** How long addresses of names are kept. */
export interface DnsCacheOptions {
  /** Milliseconds for answers that come without a time: the system's always do. @default 30_000 */
  ttl?: number | undefined;
  /** Milliseconds for failures. @default 1000 */
  negativeTtl?: number | undefined;
  /** The most names that are kept. @default 1000 */
  maxEntries?: number | undefined;
}
/**
 * Looks up the addresses of a host, the preferred one first. Called in the async context of a request that needs them.
 *
 * The name is in punycode and has no final dot. `family` is that of `dns`. The signal aborts when no request waits for the
 * answer any more. Answers are kept as `dns.cache` says, and addresses of the other family are left out.
 *
 * @example
 * import { promises as dns } from "node:dns";
 * const client = new AsyncClient({ resolver: (hostname) => dns.resolve4(hostname) });
 */
export type Resolver = (
  hostname: string,
  options: ResolverOptions,
) => PromiseLike<readonly ResolvedAddress[]> | readonly ResolvedAddress[];
/** What a {@link Resolver} is given beside the name. */
export interface ResolverOptions {
  /** The only version of IP that is of use; `null`: both. */
  readonly family: 4 | 6 | null;
  /** Aborts when no request waits any more. */
  readonly signal: WebAbortSignal;
}
/**
 * An address, or an address and the milliseconds for which it may be kept. (The `ttl` of `node:dns` is in seconds.)
 */
export type ResolvedAddress =
  | string
  | {
      readonly address: string;
      readonly ttl?: number | undefined;
    };
/**
 * A function with the signature of `dns.lookup` of Node.js, such as that of `cacheable-lookup`. It is taken for one if it
 * has three parameters or more.
 */
export interface LookupFunction {
  (hostname: string, options: LookupOptions, callback: LookupCallback): unknown;
  /**
   * The same. A type with two signatures gives the parameters of a function no types, so that those of a {@link Resolver}
   * written in its place have theirs.
   */
  <_>(hostname: string, options: LookupOptions, callback: LookupCallback): unknown;
}
/** What a {@link LookupFunction} is given beside the name. */
export interface LookupOptions {
  readonly all: true;
  readonly family: 0 | 4 | 6;
  readonly hints: 0;
  readonly verbatim: true;
}
/** Takes the addresses, or one and its family. */
export type LookupCallback = (
  error: Error | null,
  address:
    | string
    | readonly {
        address: string;
        family: number;
      }[],
  family?: number,
) => void;
/** Options of an {@link AsyncHTTPTransport}. */
export interface AsyncHTTPTransportOptions {
  /** Whether and how the certificates of servers are checked. @default true */
  verify?: boolean | VerifyOptions | undefined;
  /** The certificate with which the client says who it is, to servers that ask. @default null */
  cert?: CertOptions | null | undefined;
  /** Options of TLS connections, such as the oldest version. */
  tls?: TlsOptions | null | undefined;
  /** The number of connections that are opened and kept. */
  limits?: LimitsOptions | undefined;
  /** The proxy of all requests: its URL, or a {@link Proxy} with further options. @default null */
  proxy?: string | WebURL | Proxy | null | undefined;
  /**
   * The path of a Unix domain socket. All requests use it, regardless of the host in their URL. With a `proxy`, the
   * proxy listens there. On Linux `"\0name"` is an abstract socket, as in Node.js. On Windows it is the path of a named
   * pipe: `"\\\\.\\pipe\\docker_engine"`.
   */
  uds?: string | undefined;
  /** Options of TCP sockets, such as the time until a silent peer is probed. */
  socketOptions?: SocketOptions | undefined;
  /**
   * The IP address of this machine that connections come from. Only servers of the same version of IP can be reached then:
   * `"0.0.0.0"` means IPv4 only, from the address that the system chooses.
   */
  localAddress?: string | null | undefined;
  /** How the names of hosts become addresses: fixed addresses, the version of IP, the cache. */
  dns?: DnsOptions | null | undefined;
  /** Looks names up instead of the system; a function, also one with the signature of `dns.lookup`. */
  resolver?: Resolver | LookupFunction | null | undefined;
  /** The addresses that connections may lead to. @default null, which is all of them */
  connectPolicy?: ConnectPolicy | null | undefined;
  /**
   * Whether HTTP/1.1 is used. `false` requires `http2`, which is then used for `http:` URLs and Unix sockets too, without
   * negotiation (prior knowledge).
   *
   * @default true
   */
  http1?: boolean | undefined;
  /** Whether and how HTTP/2 is used with servers that choose it in the TLS handshake (ALPN). @default false */
  http2?: boolean | Http2Options | undefined;
  /** Whether environment variables such as `SSL_CERT_FILE` are used. @default true */
  trustEnv?: boolean | undefined;
  /** How often a failed attempt to connect is repeated. @default 0 */
  retries?: number | undefined;
  /** The largest accepted decoded body in bytes; `null`: no limit. @default null */
  maxResponseBytes?: number | null | undefined;
}
/** Options of a session, beside those of a call. */
export interface SessionOptions {
  /** The subprotocols that are offered, the preferred one first. @default none */
  subprotocols?: readonly string[] | undefined;
  /** Whether permessage-deflate is offered. @default true */
  compression?: boolean | undefined;
  /** The most bytes of a received message, decompressed; a longer one ends the session (1009). `null`: no limit but that of the runtime for an array or a string. @default 1_048_576 */
  maxMessageBytes?: number | null | undefined;
  /** Milliseconds between two pings; `null`: none are sent. @default 20_000 */
  pingInterval?: number | null | undefined;
  /** The most milliseconds until the pong of a ping; `null`: no limit. @default 20_000 */
  pingTimeout?: number | null | undefined;
  /** The most milliseconds of the closing handshake. @default 10_000 */
  closeTimeout?: number | undefined;
}
/** How an event stream connects again. Times are milliseconds. */
export interface ReconnectOptions {
  /** Before the first attempt, unless the server sets `retry`. @default 1000 */
  initial?: number | undefined;
  /** By which the delay grows with each attempt that fails. @default 2 */
  factor?: number | undefined;
  /** The longest delay, that of the server included. @default 30_000 */
  max?: number | undefined;
  /** The most attempts in a row that bring no event; `null`: no limit. @default null */
  attempts?: number | null | undefined;
}
/** Options of an event stream, beside those of a call. */
export interface EventStreamOptions {
  /** @default "GET" */
  method?: string | undefined;
  /** Whether it connects again after its end or a failure, and when. @default true */
  reconnect?: boolean | ReconnectOptions | undefined;
  /** Sent as `Last-Event-ID` by the first connection. @default "" */
  lastEventId?: string | undefined;
  /** The most characters of an event's data; a longer event ends the stream with an `SSEError`. @default 1_048_576 */
  maxEventBytes?: number | undefined;
}
/**
 * The options of an {@link AsyncClient}. Those of {@link AsyncHTTPTransport} configure the client's own transport. Beside
 * `transport` or `app` they are a `TypeError`, except `trustEnv` and `maxResponseBytes`, which the client honours itself,
 * and `proxy`, which a `transport` gets with each request.
 */
export interface AsyncClientOptions extends AsyncHTTPTransportOptions {
  /** The URL to which relative URLs are appended: `/x` with `http://h/api` gives `http://h/api/x`. Give a query as `params`. @default "" */
  baseUrl?: URLTypes | undefined;
  /** Headers of every request. They follow the default headers, and replace those of the same name. */
  headers?: HeadersInit | null | undefined;
  /** Merged into the query of every request. */
  params?: ParamsInit | QueryParams | null | undefined;
  /** Authentication of calls without their own `auth`. It takes precedence over a URL's user information. */
  auth?: AuthTypes | null | undefined;
  /** Cookies for the jar; each request sends those that apply to its URL. With `false`, responses add none. */
  cookies?: CookiesInit | false | null | undefined;
  /** Whether redirects are followed. @default false */
  followRedirects?: boolean | undefined;
  /** The maximum number of redirects that a call follows. @default 20 */
  maxRedirects?: number | undefined;
  /**
   * Headers that a redirect to another origin removes, besides `Authorization`, `Cookie` and `Proxy-Authorization`:
   * `["X-Api-Key"]`. @default []
   */
  sensitiveHeaders?: Iterable<string> | undefined;
  /** Attempts in all, or which requests are sent again and when. `null`: each is sent once. @default null */
  retry?: RetryTypes | undefined;
  /** Functions called for every single request, response and failure. */
  eventHooks?: EventHooksInit | null | undefined;
  /** Which diagnostics channels show the requests. @default all */
  diagnostics?: DiagnosticsOptions | null | undefined;
  /** In milliseconds. @default 5000 for each of connect, read, write and pool; no `total` */
  timeout?: TimeoutTypes | Timeout | undefined;
  /** The encoding of text whose Content-Type names none. @default "utf-8" */
  defaultEncoding?: DefaultEncoding | undefined;
  /** Carries the requests instead of the network. The client closes it. */
  transport?: AsyncTransport | undefined;
  /** A web application in this process that answers the requests instead of the network. See `AppTransport`. */
  app?: App | undefined;
  /** Transports for some URLs, by pattern. The client closes them. */
  mounts?: Mounts | null | undefined;
}
/** Options of a call. */
export interface RequestOptions extends RequestInitOptions {
  /** The proxy of this call, redirects included; `null`: none. @default that of the client or the environment */
  proxy?: URLTypes | Proxy | null | undefined;
  /** In milliseconds, for this call. @default the client's */
  timeout?: TimeoutTypes | Timeout | undefined;
  /** Authentication of this call; `null`: none from the client. @default the client's */
  auth?: AuthTypes | null | undefined;
  /** Whether redirects are followed. @default the client's */
  followRedirects?: boolean | undefined;
  /** Attempts in all, or options that replace those of the client; `null`: this call is sent once. @default the client's */
  retry?: RetryTypes | undefined;
  /** Aborts the call, until the end of the body. The call rejects with `signal.reason`. */
  signal?: AbortSignalLike | null | undefined;
}
/** Options of a WebSocket: those of a call without a body, and those of the session. */
export interface WebSocketOptions
  extends Omit<RequestOptions, "content" | "data" | "files" | "json">, SessionOptions {}
/** Options of an event stream: those of a call, and when it connects again. */
export interface SseOptions extends RequestOptions, EventStreamOptions {}
/** Options of `send`. */
export interface SendOptions {
  /** Leaves the body unread: iterate it or call `aread()`, and close the response. @default false */
  stream?: boolean | undefined;
  /** Authentication of this call; `null`: none from the client. @default the client's */
  auth?: AuthTypes | null | undefined;
  /** Whether redirects are followed. @default the client's */
  followRedirects?: boolean | undefined;
  /** Attempts in all, or options that replace those of the client; `null`: this call is sent once. @default the client's */
  retry?: RetryTypes | undefined;
  /** Aborts the call, until the end of the body. The call rejects with `signal.reason`. */
  signal?: AbortSignalLike | null | undefined;
}
/**
 * Options of a one-shot function: those of a call, and those of the client that it makes. `cookies` go to the client's
 * jar, so redirects send them too.
 */
export interface OneShotOptions
  extends
    Omit<RequestOptions, "cookies">,
    Omit<AsyncClientOptions, Exclude<keyof RequestOptions, "cookies"> | "baseUrl" | "limits"> {}
declare abstract class BaseClient {
  #private;
  /** Whether the client uses settings from environment variables. */
  get trustEnv(): boolean;
  /**
   * The authentication of requests; every form that the option accepts can be assigned. `null`: only the user information
   * of a URL authenticates. It does not apply to a `nextRequest` to another origin, unless the call asks for it (HTTPX
   * applies it there).
   */
  get auth(): Auth | null;
  set auth(auth: AuthTypes | null | undefined);
  /** The URL to which relative URLs are appended; its path ends in a slash. Assignable; `""` and null remove it. */
  get baseUrl(): WebURL | null;
  set baseUrl(baseUrl: URLTypes | null);
  /** Headers of every request. The object can be changed; assigned headers are added to the default headers. */
  get headers(): Headers;
  set headers(headers: HeadersInit | null | undefined);
  /** Merged into the query of every request. */
  get params(): QueryParams;
  set params(params: QueryParams | ParamsInit | null | undefined);
  /** The timeout of requests without their own. */
  get timeout(): Timeout;
  set timeout(timeout: TimeoutTypes | Timeout | undefined);
  /** The cookie jar: requests send its cookies, and responses add to it (unless the option `cookies` was `false`). */
  get cookies(): Cookies;
  set cookies(cookies: CookiesInit | null | undefined);
  /** The functions called for every single request, response and failure. The lists can be changed. */
  get eventHooks(): EventHooks;
  set eventHooks(hooks: EventHooksInit | null | undefined);
  /** Whether calls without their own `followRedirects` follow redirects. */
  get followRedirects(): boolean;
  set followRedirects(follow: boolean);
  /** The maximum number of redirects that a call follows. */
  get maxRedirects(): number;
  set maxRedirects(count: number);
  /**
   * The request that `request()` would send: with the client's headers, cookies, params, timeout and base URL, but without
   * authentication, which `send` adds.
   * @throws the errors of {@link Request}'s constructor.
   */
  buildRequest(method: string, url: URLTypes, options?: RequestOptions): Request;
}
/** A message: text, bytes, a file, or the pieces of one message of bytes. */
export type MessageData =
  string | Uint8Array | ArrayBuffer | BlobLike | Iterable<Uint8Array> | AsyncIterable<Uint8Array>;
/**
 * Made by `client.websocket()`. Close it, or declare it with `await using`. Messages wait in the socket until they
 * are received, and a ping or a close of the server is answered meanwhile.
 *
 * @example
 * await using session = await client.websocket("wss://example.org/chat");
 * await session.send("hello");
 * for await (const message of session) console.log(message);
 */
export declare class WebSocketSession implements AsyncDisposable, AsyncIterable<string | UnsharedBytes> {
  #private;
  /** The subprotocol that the server chose. */
  readonly subprotocol: string | null;
  /** The response to the handshake. Closing it closes the session. */
  get response(): Response;
  /** Whether the session has ended. Messages that came before can still be received. */
  get isClosed(): boolean;
  /** The code of the end; null while the session is open. See {@link WebSocketDisconnect.code}. */
  get closeCode(): number | null;
  /** The reason in the server's close frame; null while the session is open. */
  get closeReason(): string | null;
  /** The bytes of sent messages that the connection has not taken. Those of an iterable count once they are given. */
  get bufferedAmount(): number;
  /**
   * Sends a message: a string as text, bytes as bytes. The pieces of an iterable go as fragments of one message. Bytes
   * are copied before this returns. Resolves when there is room for more.
   * @throws WebSocketDisconnect when the session has ended, also while the iterable is waited for; the signal's reason. An
   * exception of the iterable ends the session.
   */
  send(data: MessageData): Promise<void>;
  /** Sends a value as JSON text. @throws TypeError, RangeError for a value that JSON does not have, as the option `json` does. */
  sendJson(value: unknown): Promise<void>;
  /**
   * The next message. Calls are answered in order.
   * @throws WebSocketDisconnect after the last message; the signal's reason.
   */
  receive(): Promise<string | UnsharedBytes>;
  /** The next message, which must be text. @throws WebSocketInvalidType for bytes; as {@link receive}. */
  receiveText(): Promise<string>;
  /** The next message, which must be bytes. @throws WebSocketInvalidType for text; as {@link receive}. */
  receiveBytes(): Promise<UnsharedBytes>;
  /** The next message, text or bytes, as JSON. @throws SyntaxError; as {@link receive}. */
  receiveJson<T = any>(): Promise<T>;
  /** The messages until the session ends with 1000, 1001 or without a code. @throws WebSocketDisconnect for any other end. */
  [Symbol.asyncIterator](): AsyncIterableIterator<string | UnsharedBytes>;
  /**
   * Sends a ping. Resolves with the milliseconds until its pong.
   * @throws RangeError for more than 125 bytes; WebSocketDisconnect when the session ends before.
   */
  ping(payload?: Uint8Array): Promise<number>;
  /**
   * Closes the session behind what was sent, and waits for the server's close frame and the end of the connection, at most
   * for `closeTimeout`. An iterable or a Blob that is being sent has as long before that. Idempotent.
   * @throws RangeError for a code that a close frame cannot have, or a reason of more than 123 bytes.
   */
  close(code?: number, reason?: string): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}
/** The events of a URL, over as many connections as it takes. */
export interface EventStream extends AsyncDisposable, AsyncIterable<ServerSentEvent> {
  /** That of the current connection, or of the last one. */
  readonly response: Response;
  /** The ID of the last event that had one. */
  readonly lastEventId: string;
  /** Ends the stream, and a loop over it. Idempotent. */
  aclose(): Promise<void>;
}
/**
 * Sends requests over connections that it keeps open. Make one client for many requests; close it when done, or declare
 * it with `await using`.
 *
 * @example
 * await using client = new AsyncClient({ baseUrl: "https://api.example.org/v1" });
 * const user = (await client.get("users/7")).raiseForStatus().json<User>();
 */
export declare class AsyncClient extends BaseClient implements AsyncDisposable {
  #private;
  /**
   * @throws TypeError, RangeError for unknown options and for values that an option cannot have.
   * @throws InvalidURL, UnsupportedProtocol for the base URL.
   */
  constructor(options?: AsyncClientOptions);
  get isClosed(): boolean;
  /**
   * Sends a request.
   * @throws RequestError if no usable response arrives; Error on a closed client; `signal.reason` when aborted.
   */
  send(request: Request, options?: SendOptions): Promise<Response>;
  /** Sends a request and reads the whole response. */
  request(method: string, url: URLTypes, options?: RequestOptions): Promise<Response>;
  /** Sends a request and leaves the response's body unread. Iterate it, then close the response or use `await using`. */
  stream(method: string, url: URLTypes, options?: RequestOptions): Promise<Response>;
  /** Sends a request and passes the response to `use`, which reads it. The response is closed when `use` ends or throws. */
  stream<T>(
    method: string,
    url: URLTypes,
    options: RequestOptions | undefined,
    use: (response: Response) => T | Promise<T>,
  ): Promise<T>;
  /**
   * Opens a WebSocket. `ws:`, `wss:`, `http:` and `https:` are alike. The handshake is a GET of this client: auth, cookies,
   * redirects, hooks and mounts apply to it.
   * @throws WebSocketUpgradeError if the server does not agree; RequestError, and what `send` throws, if it does not answer.
   */
  websocket(url: URLTypes, options?: WebSocketOptions): Promise<WebSocketSession>;
  /** Opens a WebSocket and passes its session to `use`. The session is closed when `use` ends or throws. */
  websocket<T>(
    url: URLTypes,
    options: WebSocketOptions | undefined,
    use: (session: WebSocketSession) => T | Promise<T>,
  ): Promise<T>;
  /**
   * Opens an event stream. It connects again after its end and after failures, with the ID of the last event, until the server
   * answers with 204. Leaving a loop over it closes it.
   * @throws SSEError if the response is no event stream; what `send` throws, if the first connection fails.
   *
   * @example
   * for await (const { event, data } of await client.sse("https://api.example.org/events")) {
   *   console.log(event, data);
   * }
   */
  sse(url: URLTypes, options?: SseOptions): Promise<EventStream>;
  get(url: URLTypes, options?: RequestOptions): Promise<Response>;
  options(url: URLTypes, options?: RequestOptions): Promise<Response>;
  head(url: URLTypes, options?: RequestOptions): Promise<Response>;
  post(url: URLTypes, options?: RequestOptions): Promise<Response>;
  put(url: URLTypes, options?: RequestOptions): Promise<Response>;
  patch(url: URLTypes, options?: RequestOptions): Promise<Response>;
  delete(url: URLTypes, options?: RequestOptions): Promise<Response>;
  /** The state of the connection pool; all zero for a transport without one. */
  stats(): PoolStats;
  /**
   * Closes the client, its transport and the mounted transports. Idempotent.
   * @throws the first error of a transport, after all transports have closed.
   */
  aclose(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}
/** Several cookies have the requested name: give `domain` or `path` too. */
export declare class CookieConflict extends Error {
  /** A stable string to decide by. */
  readonly code: string;
  constructor(
    message?: string,
    options?: {
      cause?: unknown;
    },
  );
}
/** The URL is malformed. The message never shows user information. */
export declare class InvalidURL extends Error {
  /** A stable string to decide by. */
  readonly code: string;
  constructor(
    message?: string,
    options?: {
      cause?: unknown;
    },
  );
}
/** Base class of all errors below the level of HTTP's semantics. */
export declare class TransportError extends RequestError {}
/** The URL is no `http://` or `https://` URL, or has no host. */
export declare class UnsupportedProtocol extends TransportError {}
/** Base class of the network errors. */
export declare class NetworkError extends TransportError {}
/** No connection: name not found, refused, unreachable, no such socket file, or TLS and certificate failures. */
export declare class ConnectError extends NetworkError {}
/** The connection broke while the client waited for the response or read it. */
export declare class ReadError extends NetworkError {}
/** The connection broke while the request was written, and no response could be read from it. */
export declare class WriteError extends NetworkError {}
/** Closing a connection failed. */
export declare class CloseError extends NetworkError {}
/** Base class of the protocol errors. */
export declare class ProtocolError extends TransportError {}
/** The request would violate HTTP: an invalid header, or a body that contradicts its `Content-Length`. */
export declare class LocalProtocolError extends ProtocolError {}
/** The server violated HTTP: an invalid head, a truncated body, a connection closed without a response. */
export declare class RemoteProtocolError extends ProtocolError {}
/** The fields of a {@link ProxyError}. */
export interface ProxyErrorInit extends RequestErrorInit {
  status?: number | undefined;
  headers?: Headers | undefined;
  content?: Uint8Array | undefined;
}
/**
 * The proxy refused, broke off or does not speak its protocol: it did not answer `CONNECT` with 2xx, or SOCKS refused.
 * Nothing of the request was sent. A proxy that cannot be reached is a `ConnectError`; one that forwards `http:` requests
 * answers them itself, with a response.
 */
export declare class ProxyError extends TransportError {
  #private;
  /** The status of an HTTP proxy's answer: 403, 407, 502, …; null for a SOCKS proxy, or without an answer. */
  readonly status: number | null;
  constructor(message: string, init?: ProxyErrorInit);
  /** The headers of that answer: `Proxy-Authenticate`, `X-Squid-Error`, … */
  get headers(): Headers | null;
  /** The first KiB of its body, as far as it came within a quarter of a second. */
  get content(): Uint8Array | null;
}
/** The fields of an {@link SSEError}. */
export interface SSEErrorInit extends RequestErrorInit {
  request?: Request | undefined;
  response: Response;
}
/** The response is no event stream: another status, another Content-Type, or an event that is longer than allowed. */
export declare class SSEError extends TransportError {
  #private;
  constructor(message: string, init: SSEErrorInit);
  /** What the server answered. An unread body can be read; else close the response. */
  get response(): Response;
}
/** Base class of the misuses of a body. */
export declare class StreamError extends Error {
  /** A stable string to decide by. */
  readonly code: string;
  constructor(
    message?: string,
    options?: {
      cause?: unknown;
    },
  );
}
/** The program read a body again that can be read only once. */
export declare class StreamConsumed extends StreamError {
  readonly code = "ERR_STREAM_CONSUMED";
  constructor(message?: string);
}
/** The program read a body after it had been closed. */
export declare class StreamClosed extends StreamError {
  readonly code = "ERR_STREAM_CLOSED";
  constructor(message?: string);
}
/** `content`, `text` or `json()` of a streamed response, before `aread()`. */
export declare class ResponseNotRead extends StreamError {
  readonly code = "ERR_RESPONSE_NOT_READ";
  constructor(message?: string);
}
/** `content` of a request with a streamed body, before `aread()`. */
export declare class RequestNotRead extends StreamError {
  readonly code = "ERR_REQUEST_NOT_READ";
  constructor(message?: string);
}
/** Base class of the timeouts. */
export declare class TimeoutException extends TransportError {}
/** Name resolution, TCP and TLS together took longer than `connect`. */
export declare class ConnectTimeout extends TimeoutException {}
/** The server sent nothing for longer than `read`: neither a head nor the next piece of the body. */
export declare class ReadTimeout extends TimeoutException {}
/** The server accepted nothing for longer than `write`. */
export declare class WriteTimeout extends TimeoutException {}
/** No connection was free within `pool`: more requests at once than `Limits` allow. */
export declare class PoolTimeout extends TimeoutException {}
/** The whole exchange, to the end of the body, took longer than `total`. HTTPX has no such limit. */
export declare class TotalTimeout extends TimeoutException {}
/** The server did not agree to a WebSocket, or not to one that was offered. */
export declare class WebSocketUpgradeError extends RequestError {
  #private;
  constructor(
    message: string,
    init: {
      request: Request;
      response: Response;
      code?: string;
    },
  );
  /** What the server answered. A body that is not in memory can be read; else close the response. */
  get response(): Response;
}
/** The fields of a {@link WebSocketDisconnect}. */
export interface WebSocketDisconnectInit extends HTTPErrorInit {
  code: number;
  reason?: string;
}
/**
 * The session has ended. `cause` says why if the server did not close it: a {@link RemoteProtocolError} for what it must
 * not do, or a {@link WebSocketNetworkError}.
 */
export declare class WebSocketDisconnect extends HTTPError {
  /**
   * The code of the server's close frame: 1005 if it has none. 1006 if no close frame came. After what the server must not
   * do, the code with which the client closed.
   */
  readonly code: number;
  /** The reason in the server's close frame. */
  readonly reason: string;
  constructor(message: string, init: WebSocketDisconnectInit);
}
/** A message is of the other type: `receiveText()` got bytes, or `receiveBytes()` text. */
export declare class WebSocketInvalidType extends HTTPError {
  /** A stable string to decide by. */
  readonly code: string;
  /** The message. */
  readonly data: string | Uint8Array;
  constructor(
    message: string,
    init: HTTPErrorInit & {
      data: string | Uint8Array;
    },
  );
}
/** The connection of a session broke, or its peer fell silent. */
export declare class WebSocketNetworkError extends NetworkError {}
/** Sends one request and reads the whole response. */
export declare function request(method: string, url: URLTypes, options?: OneShotOptions): Promise<Response>;
/** Sends one request and leaves the response's body unread. Closing the response closes the connection. */
export declare function stream(method: string, url: URLTypes, options?: OneShotOptions): Promise<Response>;
/** Sends one request and passes the response to `use`, which reads it. The response is closed when `use` ends or throws. */
export declare function stream<T>(
  method: string,
  url: URLTypes,
  options: OneShotOptions | undefined,
  use: (response: Response) => T | Promise<T>,
): Promise<T>;
export declare function get(url: URLTypes, options?: OneShotOptions): Promise<Response>;
export declare function options(url: URLTypes, options?: OneShotOptions): Promise<Response>;
export declare function head(url: URLTypes, options?: OneShotOptions): Promise<Response>;
export declare function post(url: URLTypes, options?: OneShotOptions): Promise<Response>;
export declare function put(url: URLTypes, options?: OneShotOptions): Promise<Response>;
export declare function patch(url: URLTypes, options?: OneShotOptions): Promise<Response>;
/** Also exported as `delete`, which JavaScript does not allow as the name of a declaration. */
export declare function delete_(url: URLTypes, options?: OneShotOptions): Promise<Response>;
/** The message of `tracingChannel("httpxide:request")`. It is one object for all events of a request. */
export interface RequestMessage {
  readonly request: Request;
  /** How often the call has sent it before: for a retry, a redirect or an answer to a challenge. */
  readonly resendCount: number;
  /** From `asyncStart` on, if the request got a response. */
  response?: Response;
  /** From `error` on, if it got none. */
  error?: unknown;
  /** The connection of the response, from `asyncStart` on, if it came over the network. */
  connection?: ConnectionInfo;
  /**
   * Set by a subscriber of `start` that makes a span of the request: undici's channels then do not show it, so that tools which
   * listen to both make one span.
   */
  isTraced?: boolean;
}
/** Where a connection leads, and by which way. As text it is the connection's key in the `origins` of `client.stats()`. */
export interface ConnectionRoute {
  /** `"https://example.org:443"`; `null` for a connection to a proxy that forwards requests to any server. */
  readonly origin: string | null;
  /** The name for TLS, if requests gave one of their own. */
  readonly serverName: string | null;
  /** The URL of the proxy, without credentials. */
  readonly proxy: string | null;
  /** The path of the Unix socket. */
  readonly uds: string | null;
  toString(): string;
}
/** The message of both channels. It is one object for the opening and the end of a connection. */
export interface ConnectionMessage {
  /** The `id` of `response.extensions.connection`. */
  readonly id: number;
  readonly route: ConnectionRoute;
  /** The IP address of this end; `null` without TCP, as the three that follow. */
  readonly localAddress: string | null;
  readonly localPort: number | null;
  /** The IP address of the peer, which is the proxy if there is one. */
  readonly remoteAddress: string | null;
  readonly remotePort: number | null;
  /** Milliseconds that it took to look the name up, to connect and to agree on TLS; `null` for what did not happen. */
  readonly timings: {
    readonly dns: number | null;
    readonly connect: number | null;
    readonly tls: number | null;
  };
}
/** The result of {@link runtime}. */
export interface Runtime {
  readonly name: "node" | "bun" | "deno";
  /** The runtime's own version, without a leading `v`. */
  readonly version: string;
  readonly thread: "main" | "worker";
}
/** The runtime and thread in which this copy of the package runs. */
export declare const runtime: Runtime;
declare const table: {
  readonly CONTINUE: readonly [100, "Continue"];
  readonly SWITCHING_PROTOCOLS: readonly [101, "Switching Protocols"];
  readonly PROCESSING: readonly [102, "Processing"];
  readonly EARLY_HINTS: readonly [103, "Early Hints"];
  readonly OK: readonly [200, "OK"];
  readonly CREATED: readonly [201, "Created"];
  readonly ACCEPTED: readonly [202, "Accepted"];
  readonly NON_AUTHORITATIVE_INFORMATION: readonly [203, "Non-Authoritative Information"];
  readonly NO_CONTENT: readonly [204, "No Content"];
  readonly RESET_CONTENT: readonly [205, "Reset Content"];
  readonly PARTIAL_CONTENT: readonly [206, "Partial Content"];
  readonly MULTI_STATUS: readonly [207, "Multi-Status"];
  readonly ALREADY_REPORTED: readonly [208, "Already Reported"];
  readonly IM_USED: readonly [226, "IM Used"];
  readonly MULTIPLE_CHOICES: readonly [300, "Multiple Choices"];
  readonly MOVED_PERMANENTLY: readonly [301, "Moved Permanently"];
  readonly FOUND: readonly [302, "Found"];
  readonly SEE_OTHER: readonly [303, "See Other"];
  readonly NOT_MODIFIED: readonly [304, "Not Modified"];
  readonly USE_PROXY: readonly [305, "Use Proxy"];
  readonly TEMPORARY_REDIRECT: readonly [307, "Temporary Redirect"];
  readonly PERMANENT_REDIRECT: readonly [308, "Permanent Redirect"];
  readonly BAD_REQUEST: readonly [400, "Bad Request"];
  readonly UNAUTHORIZED: readonly [401, "Unauthorized"];
  readonly PAYMENT_REQUIRED: readonly [402, "Payment Required"];
  readonly FORBIDDEN: readonly [403, "Forbidden"];
  readonly NOT_FOUND: readonly [404, "Not Found"];
  readonly METHOD_NOT_ALLOWED: readonly [405, "Method Not Allowed"];
  readonly NOT_ACCEPTABLE: readonly [406, "Not Acceptable"];
  readonly PROXY_AUTHENTICATION_REQUIRED: readonly [407, "Proxy Authentication Required"];
  readonly REQUEST_TIMEOUT: readonly [408, "Request Timeout"];
  readonly CONFLICT: readonly [409, "Conflict"];
  readonly GONE: readonly [410, "Gone"];
  readonly LENGTH_REQUIRED: readonly [411, "Length Required"];
  readonly PRECONDITION_FAILED: readonly [412, "Precondition Failed"];
  readonly REQUEST_ENTITY_TOO_LARGE: readonly [413, "Request Entity Too Large"];
  readonly CONTENT_TOO_LARGE: readonly [413, "Request Entity Too Large"];
  readonly REQUEST_URI_TOO_LONG: readonly [414, "Request-URI Too Long"];
  readonly URI_TOO_LONG: readonly [414, "Request-URI Too Long"];
  readonly UNSUPPORTED_MEDIA_TYPE: readonly [415, "Unsupported Media Type"];
  readonly REQUESTED_RANGE_NOT_SATISFIABLE: readonly [416, "Requested Range Not Satisfiable"];
  readonly RANGE_NOT_SATISFIABLE: readonly [416, "Requested Range Not Satisfiable"];
  readonly EXPECTATION_FAILED: readonly [417, "Expectation Failed"];
  readonly IM_A_TEAPOT: readonly [418, "I'm a teapot"];
  readonly MISDIRECTED_REQUEST: readonly [421, "Misdirected Request"];
  readonly UNPROCESSABLE_ENTITY: readonly [422, "Unprocessable Entity"];
  readonly UNPROCESSABLE_CONTENT: readonly [422, "Unprocessable Entity"];
  readonly LOCKED: readonly [423, "Locked"];
  readonly FAILED_DEPENDENCY: readonly [424, "Failed Dependency"];
  readonly TOO_EARLY: readonly [425, "Too Early"];
  readonly UPGRADE_REQUIRED: readonly [426, "Upgrade Required"];
  readonly PRECONDITION_REQUIRED: readonly [428, "Precondition Required"];
  readonly TOO_MANY_REQUESTS: readonly [429, "Too Many Requests"];
  readonly REQUEST_HEADER_FIELDS_TOO_LARGE: readonly [431, "Request Header Fields Too Large"];
  readonly UNAVAILABLE_FOR_LEGAL_REASONS: readonly [451, "Unavailable For Legal Reasons"];
  readonly INTERNAL_SERVER_ERROR: readonly [500, "Internal Server Error"];
  readonly NOT_IMPLEMENTED: readonly [501, "Not Implemented"];
  readonly BAD_GATEWAY: readonly [502, "Bad Gateway"];
  readonly SERVICE_UNAVAILABLE: readonly [503, "Service Unavailable"];
  readonly GATEWAY_TIMEOUT: readonly [504, "Gateway Timeout"];
  readonly HTTP_VERSION_NOT_SUPPORTED: readonly [505, "HTTP Version Not Supported"];
  readonly VARIANT_ALSO_NEGOTIATES: readonly [506, "Variant Also Negotiates"];
  readonly INSUFFICIENT_STORAGE: readonly [507, "Insufficient Storage"];
  readonly LOOP_DETECTED: readonly [508, "Loop Detected"];
  readonly NOT_EXTENDED: readonly [510, "Not Extended"];
  readonly NETWORK_AUTHENTICATION_REQUIRED: readonly [511, "Network Authentication Required"];
};
type Table = typeof table;
type ByName = {
  readonly [Name in keyof Table]: Table[Name][0];
};
type ByLowerName = {
  readonly [Name in keyof Table as Lowercase<Name>]: Table[Name][0];
};
interface StatusFunctions {
  /** The usual reason phrase of a status, or `""` if it has none. */
  getReasonPhrase(status: number): string;
  /** 1xx */
  isInformational(status: number): boolean;
  /** 2xx */
  isSuccess(status: number): boolean;
  /** 3xx */
  isRedirect(status: number): boolean;
  /** 4xx */
  isClientError(status: number): boolean;
  /** 5xx */
  isServerError(status: number): boolean;
  /** 4xx and 5xx */
  isError(status: number): boolean;
}
/** Every status code by its name, in capitals and in lower case, and functions of a status. */
export declare const codes: ByName & ByLowerName & StatusFunctions;
/**
 * Carries requests over the network. A client makes one unless its options have a `transport` or an `app`.
 *
 * @example
 * const client = new AsyncClient({ transport: new AsyncHTTPTransport({ retries: 1 }) });
 */
export declare class AsyncHTTPTransport implements AsyncTransport {
  #private;
  /**
   * @throws TypeError, RangeError for unknown options and for values that an option cannot have.
   * @throws Error with a code of OpenSSL's for a `cert` whose passphrase is wrong, or whose key and certificate do not fit.
   * @throws Error with code `ERR_HTTPXIDE_NATIVE` if no compiled engine loads in this process.
   */
  constructor(options?: AsyncHTTPTransportOptions);
  handleAsyncRequest(request: Request, options?: TransportOptions): Promise<Response>;
  /** The state of the connection pool. */
  stats(): PoolStats;
  /** Closes every connection. Running requests fail. */
  aclose(): Promise<void>;
}
interface RecordedCall<Route> {
  /** A copy of the request with its body read; later changes, for example by an auth flow, do not affect it. */
  readonly request: Request;
  /** The route that answered; null if none matched. */
  readonly route: Route | null;
  /** Null until there is one, and after an error. */
  readonly response: Response | null;
  /** The error thrown instead of a response. */
  readonly error: unknown;
}
declare abstract class RecordedCalls<Route> {
  #private;
  /** Every request received, oldest first. */
  get calls(): readonly RecordedCall<Route>[];
  get callCount(): number;
  get called(): boolean;
  /**
   * @param times the exact number of calls; without it, at least one.
   * @throws MockError otherwise, with the requests received.
   */
  assertCalled(times?: number): void;
  /** Its name in messages. */
  abstract toString(): string;
  /** Forgets all calls. */
  reset(): void;
}
/** The server's side of a scripted WebSocket. It closes with 1000 when the script returns. */
export interface MockWebSocket extends AsyncIterable<string | UnsharedBytes> {
  /** The request of the handshake. */
  readonly request: Request;
  /** Sends a message. Resolves when the client has received it. */
  send(data: string | Uint8Array): Promise<void>;
  /** The next message of the client; null once the client has closed. */
  receive(): Promise<string | UnsharedBytes | null>;
  /** Closes the session; without a code if it is null. */
  close(code?: number | null, reason?: string): void;
  /** The code with which the client closed; null while it has not. */
  readonly closeCode: number | null;
}
/** What a test plays. An exception ends the session with 1011. */
export type MockWebSocketScript = (socket: MockWebSocket) => void | Promise<void>;
/** The whole body as text (UTF-8) or bytes, a regular expression for its text, or a function of the bytes. */
export type MockContent = string | Uint8Array | RegExp | ((content: Uint8Array) => boolean);
/** A header's value: exact text, a regular expression or a function; `null`: the header is absent. */
export type MockHeader = string | RegExp | ((value: string) => boolean) | null;
/** Values by name, or as pairs. */
export type MockHeaders =
  Readonly<Record<string, MockHeader>> | Iterable<readonly [name: string, value: MockHeader]>;
/**
 * The URLs that a route matches:
 *
 * - text, either absolute (`"https://api.example.org/users"`) or a path on any host (`"/users"`). `*` matches any
 *   characters, `/:name` one segment of the path, which the reply receives. A query in the text is matched as `params`
 *   are; without one, any query matches.
 * - a `URL`: the same, but `*` and `:` are literal.
 * - a `RegExp`, a `URLPattern`, or any object with `test`, called with the whole URL without user information and
 *   fragment.
 * - a function of the URL.
 */
export type MockURL =
  | string
  | WebURL
  | {
      test(url: string): boolean;
    }
  | ((url: WebURL) => boolean);
/** The names that `/:name` introduces in a text: `"id"` in `"/users/:id"`. */
export type PathNames<Matched> = Matched extends string
  ? string extends Matched
    ? string
    : SegmentNames<Matched>
  : string;
type SegmentNames<Path extends string> = Path extends `${infer Segment}/${infer Rest}`
  ? SegmentName<Segment> | SegmentNames<Rest>
  : SegmentName<Path>;
type SegmentName<Segment extends string> = Segment extends `:${infer Name}`
  ? Name extends `${infer Before}${"?" | "#"}${string}`
    ? Before
    : Name
  : never;
/** The requests that a route matches, beside its method. */
export interface MockMatch {
  /** Of the query. Other parameters may be present, and the order is ignored. */
  params?: ParamsInit | QueryParams | undefined;
  /** By name, in any case. Other headers may be present. Of a repeated header, one value must match. */
  headers?: MockHeaders | undefined;
  /** The body. */
  content?: MockContent | undefined;
  /** The body is JSON and equals this, or a function of its value returns true. */
  json?: unknown;
  /** The body is a URL-encoded form of exactly these fields. */
  data?: ParamsInit | undefined;
  /** Any other condition. The body has been read. */
  where?: ((request: Request) => boolean) | undefined;
}
/** The requests that a route matches. */
export interface MockRouteMatch<URLs extends MockURL = MockURL> extends MockMatch {
  /** @default any */
  method?: string | readonly string[] | undefined;
  /** @default any */
  url?: URLs | undefined;
}
/** The content of a reply besides its status. */
export interface MockReplyInit extends ResponseInitOptions {
  /** Milliseconds until the response arrives; they count towards the request's timeouts `read`, `total`. @default 0 */
  delay?: number | undefined;
}
/** Makes the response to a request, whose body has been read. `params` has the values of `/:name` in the URL. */
export type MockReplier<Names extends string = string> = (
  request: Request,
  params: Readonly<Record<Names, string>>,
) => Response | Promise<Response>;
/** An error, or a function that makes a new one for each request. */
export type MockFailure = Error | ((request: Request) => Error | Promise<Error>);
/**
 * Answers the requests that it matches. Made by `mock.get(…)` and the other methods.
 *
 * Replies given with `Once` are used first, one for each request, in order; then the lasting one, if there is one. When
 * its single replies are used up, a route without a lasting reply no longer matches. A route without any replies with 200.
 *
 * @example
 * const route = mock.get("/jobs/:id").replyOnce(503).reply((request, { id }) => new Response(200, { json: { id } }));
 */
declare class MockRoute<Names extends string = string> extends RecordedCalls<MockRoute> {
  #private;
  /** Sets the lasting reply, made anew for each request. */
  reply(statusCode: number, init?: MockReplyInit): this;
  reply(replier: MockReplier<Names>): this;
  /** Adds a reply for one request. */
  replyOnce(statusCode: number, init?: MockReplyInit): this;
  replyOnce(replier: MockReplier<Names>): this;
  /** Rejects all further requests, as a transport does: an `HTTPError` gets its request. */
  throws(error: MockFailure): this;
  /** Rejects one request. */
  throwsOnce(error: MockFailure): this;
  /**
   * Passes on all further requests.
   *
   * @param transport closed with the mock. Default: the network.
   */
  passThrough(transport?: AsyncTransport): this;
  /** Method, URL and the other conditions. */
  toString(): string;
  /** Forgets the calls, and makes single replies available again. */
  reset(): void;
}
/** One request to a `MockTransport`, and its outcome. */
export type MockCall = RecordedCall<MockRoute>;
/** The calls that a {@link MockTransport} and each {@link MockRoute} have received. */
export type MockCalls = RecordedCalls<MockRoute>;
/** Makes the response to a request. */
export type MockHandler = (request: Request) => Response | Promise<Response>;
/** Options of a {@link MockTransport} with routes. */
export interface MockTransportOptions {
  /** Whether a request that no route matches is an error, instead of a 404 that explains it. @default true */
  strict?: boolean | undefined;
}
/**
 * Answers requests by routes: the first match answers, in the order in which they were made. Redirects, cookies, auth and
 * hooks work as over the network.
 *
 * A handler answers the requests that no route matches. These are not recorded, so there may be any number of them.
 *
 * @example
 * const mock = new MockTransport();
 * const create = mock.post("/users", { json: { name: "Ada" } }).reply(201, { json: { id: 7 } });
 * const client = new AsyncClient({ transport: mock, baseUrl: "https://api.example.org" });
 * await client.post("/users", { json: { name: "Ada" } });
 * create.assertCalled(1);
 *
 * @example
 * const transport = new MockTransport((request) => new Response(200, { json: { path: request.url.pathname } }));
 */
export declare class MockTransport extends RecordedCalls<MockRoute> implements AsyncTransport {
  #private;
  constructor(handler: MockHandler);
  constructor(options?: MockTransportOptions);
  /**
   * A response that agrees to a WebSocket, whose server is the script.
   *
   * @example
   * mock.get("https://example.org/chat").reply(() =>
   *   MockTransport.webSocket(async (socket) => {
   *     for await (const message of socket) await socket.send(`heard ${message}`);
   *   }),
   * );
   */
  static webSocket(
    script: MockWebSocketScript,
    options?: {
      subprotocol?: string;
    },
  ): Response;
  /** A route for GET. */
  get<const URLs extends MockURL>(url: URLs, match?: MockMatch): MockRoute<PathNames<URLs>>;
  options<const URLs extends MockURL>(url: URLs, match?: MockMatch): MockRoute<PathNames<URLs>>;
  head<const URLs extends MockURL>(url: URLs, match?: MockMatch): MockRoute<PathNames<URLs>>;
  post<const URLs extends MockURL>(url: URLs, match?: MockMatch): MockRoute<PathNames<URLs>>;
  put<const URLs extends MockURL>(url: URLs, match?: MockMatch): MockRoute<PathNames<URLs>>;
  patch<const URLs extends MockURL>(url: URLs, match?: MockMatch): MockRoute<PathNames<URLs>>;
  delete<const URLs extends MockURL>(url: URLs, match?: MockMatch): MockRoute<PathNames<URLs>>;
  /**
   * A route for matching requests, or for all; routes made before it take precedence.
   * @throws TypeError, LocalProtocolError for conditions that no request can meet.
   */
  route<const URLs extends MockURL = MockURL>(match?: MockRouteMatch<URLs>): MockRoute<PathNames<URLs>>;
  /** The routes, in order of precedence. */
  get routes(): readonly MockRoute[];
  /** @throws MockError if a route was not called, or has an unused single reply. */
  assertAllCalled(): void;
  /** Forgets the calls, and makes single replies available again. The routes stay. */
  reset(): void;
  /** Forgets the routes and the calls. */
  clear(): void;
  toString(): string;
  /**
   * Reads the request's body first, so that routes, replies and records find it in `request.content`.
   * @throws MockError if no route matches, unless there is a handler, or the mock is not strict.
   */
  handleAsyncRequest(request: Request, options?: TransportOptions): Promise<Response>;
  /** Closes the transports that requests were passed on to. The routes keep answering. */
  aclose(): Promise<void>;
}
/**
 * - `ERR_MOCK_UNMATCHED`: no route matches a request.
 * - `ERR_MOCK_ASSERTION`: the expectation of an `assert…` method failed.
 * - `ERR_MOCK_NOT_RECORDED`: a recording has no response to a request.
 * - `ERR_MOCK_RECORDING`: a recording cannot be read.
 */
export type MockErrorCode =
  "ERR_MOCK_UNMATCHED" | "ERR_MOCK_ASSERTION" | "ERR_MOCK_NOT_RECORDED" | "ERR_MOCK_RECORDING";
/** A test and its {@link MockTransport} or {@link ReplayTransport} do not match. Not an `HTTPError`. */
export declare class MockError extends Error {
  readonly code: MockErrorCode;
  constructor(
    message: string,
    init: {
      code: MockErrorCode;
      cause?: unknown;
    },
  );
}
/** A part of a request to compare: `url` is the URL without its query. */
export type ReplayMatch = "method" | "url" | "query" | "body";
/**
 * - `"replay"`: answers from the file alone.
 * - `"record"`: sends every request, and writes the file anew.
 * - `"once"`: records if there is no file yet, else replays.
 * - `"update"`: replays requests in the file, sends the others and adds them.
 */
export type ReplayMode = "replay" | "record" | "once" | "update";
/** Options of a {@link ReplayTransport}. */
export interface ReplayTransportOptions {
  /** @default "once" */
  mode?: ReplayMode | undefined;
  /** The transport that sends recorded requests; closed with this one. @default the network */
  transport?: AsyncTransport | undefined;
  /** The parts of a request that are compared. @default ["method", "url", "query", "body"] */
  match?: Iterable<ReplayMatch> | undefined;
  /** Whether the last response to a request answers all its repetitions, instead of one. @default false */
  repeat?: boolean | undefined;
  /** Further names of headers, query parameters, form fields and JSON fields whose values are secrets. @default [] */
  sensitive?: Iterable<string> | undefined;
}
/**
 * Answers requests from a file that it recorded before.
 *
 * The file never contains secrets: credentials, cookie values, user information, values whose names end in `token`,
 * `password` and the like in queries, forms, JSON and XML, and every later occurrence of such a value. Requests are
 * compared in masked form, so a replay needs no real secrets. Bodies are recorded decoded; trailers are not recorded.
 * `flush()` and `aclose()` write the file, which belongs to one transport at a time.
 *
 * @example
 * const transport = new ReplayTransport("recordings/users.json", { sensitive: ["X-Account"] });
 * await using client = new AsyncClient({ transport, baseUrl: "https://api.example.org" });
 */
export declare class ReplayTransport implements AsyncTransport {
  #private;
  /** The path of the recording. */
  readonly file: string;
  readonly mode: ReplayMode;
  /**
   * @param file a path, or a `file:` URL.
   * @throws TypeError for invalid options.
   */
  constructor(file: string | WebURL, options?: ReplayTransportOptions);
  /**
   * Reads the request's body first.
   * @throws MockError if the recording has no response to it and the mode does not send it, or if the file is invalid.
   */
  handleAsyncRequest(request: Request, options?: TransportOptions): Promise<Response>;
  /**
   * Writes the exchanges recorded so far, if there are any.
   * @throws Error of the file system.
   */
  flush(): Promise<void>;
  /** Writes the recording, and closes the transport that sent the requests. */
  aclose(): Promise<void>;
}
/**
 * Sends each request over another transport, and again where its options allow it. A client has the option `retry` for the
 * same; this transport is for mounts and for programs without a client.
 *
 * @example
 * const client = new AsyncClient({ transport: new RetryTransport(new AsyncHTTPTransport(), { attempts: 5 }) });
 */
export declare class RetryTransport implements AsyncTransport {
  #private;
  /**
   * @param retry the number of attempts in all, or options.
   * @throws TypeError, RangeError for what is no transport, unknown options and values that an option cannot have.
   */
  constructor(next: AsyncTransport, retry?: RetryOptions | number);
  handleAsyncRequest(request: Request, options?: TransportOptions): Promise<Response>;
  /** Closes the other transport too. Calls that wait for their next attempt fail. */
  aclose(): Promise<void>;
  stats(): PoolStats;
}
/**
 * The version of this package, as sent in `User-Agent`. The sources state it only here; a test compares it with
 * package.json.
 */
export declare const VERSION = "0.1.0";

export { delete_ as delete };

export {};

export type { MockRoute };
