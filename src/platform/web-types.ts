/**
 * Types of the web platform in the public surface. They are the global ones where the program's compiler knows them
 * (`lib.dom`, `@types/node`, Bun's or Deno's types), and structural stand-ins elsewhere: a program without any of
 * those libraries compiles, and nothing silently becomes `any`.
 */

/** The type of the objects of a global class; `Like` where no library declares that class. */
type GlobalOr<Name extends string, Like> = typeof globalThis extends {
  readonly [Key in Name]: { readonly prototype: infer Type };
}
  ? Type
  : Like;

/** `URL` for a program without a library for the web. */
export interface URLLike {
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

/** `URLSearchParams` for a program without a library for the web. */
export interface URLSearchParamsLike {
  get(name: string): string | null;
  getAll(name: string): string[];
  forEach(use: (value: string, name: string) => void): void;
  toString(): string;
}

/** The platform's `Headers` for a program without a library for the web. */
export interface WebHeadersLike {
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

/** The platform's `Request` for a program without a library for the web. */
export interface WebRequestLike extends WebBodyLike {
  readonly method: string;
  readonly url: string;
}

/** The platform's `Response` for a program without a library for the web. */
export interface WebResponseLike extends WebBodyLike {
  readonly status: number;
  readonly statusText: string;
}

/**
 * The members of an `AbortSignal` that the client uses. Signals of other realms and polyfills have them too. A signal
 * without a `reason` aborts with a `DOMException` named `AbortError`.
 */
export interface AbortSignalLike {
  readonly aborted: boolean;
  readonly reason?: unknown;
  addEventListener(type: "abort", listener: () => void): void;
  removeEventListener(type: "abort", listener: () => void): void;
}

/** The members of a `Blob` or `File` that the client uses. Other implementations have them too. */
export interface BlobLike {
  readonly size: number;
  readonly type: string;
  arrayBuffer(): Promise<ArrayBuffer>;
  stream(): object;
}

/** The members of a `FormData` that the client uses. Other implementations have them too. */
export interface FormDataLike {
  append(name: string, value: string): void;
  getAll(name: string): unknown[];
  has(name: string): boolean;
}

/** The members of a `ReadableStream` of bytes that the client uses. */
export interface ByteStreamLike {
  getReader(): { read(): Promise<{ done: boolean; value?: Uint8Array | undefined }> };
}

/** `URL` */
export type WebURL = GlobalOr<"URL", URLLike>;

/** `URLSearchParams` */
export type WebURLSearchParams = GlobalOr<"URLSearchParams", URLSearchParamsLike>;

/** The platform's `Headers` */
export type WebHeaders = GlobalOr<"Headers", WebHeadersLike>;

/** The platform's `Request` */
export type WebRequest = GlobalOr<"Request", WebRequestLike>;

/** The platform's `Response` */
export type WebResponse = GlobalOr<"Response", WebResponseLike>;

/** `ReadableStream` */
export type WebReadableStream = GlobalOr<"ReadableStream", ByteStreamLike>;

/** `WritableStream` */
export type WebWritableStream = GlobalOr<"WritableStream", object>;

/** `AbortSignal` */
export type WebAbortSignal = GlobalOr<"AbortSignal", AbortSignalLike>;
