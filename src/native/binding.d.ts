/** The exports of the compiled engine. Generated from crates/binding by napi: never edited. */

/** The engine, as one environment sees it. */
export declare class Bridge {
  /** Connects the environment to an I/O thread. The callback is called when there are completions to take. */
  constructor(callback: () => void);
  /** Makes a client, which later records name by this number. */
  openClient(
    number: number,
    options: NativeClientOptions,
    certificate?: ClientCertificate | undefined | null,
  ): void;
  /** Makes a proxy, which later records name by this number. */
  openProxy(number: number, options: NativeProxyOptions): void;
  /** The calls that move requests, bodies and messages. */
  calls(): Calls;
  /** Starts TLS on a byte stream. A `SECURED` record answers, or a last one. */
  startTls(
    number: number,
    options: NativeTlsOptions,
    certificate?: ClientCertificate | undefined | null,
  ): void;
  /** Publishes records about connections at once, or with the next answer, as at first. */
  tellOfConnections(atOnce: boolean): void;
  /** Milliseconds of the clock that times the steps of traced requests. */
  now(): number;
  /** What a client is doing. Waits some microseconds for the I/O thread's answer. */
  stats(client: number): NativeStats;
  /** The same of each client that is open. */
  statsOfAll(): Array<NativeStats>;
}

/** A client's certificate with its key. Every error is thrown with the engine's code and words. */
export declare class ClientCertificate {
  /** Of certificates in PEM, the client's own first, and of its key in PKCS#8 (DER). */
  static ofPem(certificates: Uint8Array, key: Uint8Array): ClientCertificate;
  /** Of a PKCS#12 file. */
  static ofPkcs12(file: Uint8Array, passphrase: string): ClientCertificate;
}

/** Decodes one body. Every error is thrown with the engine's code and words. */
export declare class ContentDecoder {
  /** The decoder for the value of a `Content-Encoding` header; `null` if there is nothing to undo. */
  static forCodings(contentEncoding: string): ContentDecoder | null;
  /** Takes bytes as received. Call it when `next` has returned `null`. */
  push(bytes: Uint8Array): void;
  /** The next decoded bytes, at most 256 KiB; `null` when it needs more. */
  next(): Uint8Array | null;
  /** Ends the body, which must not end before its coding does. */
  finish(): void;
}

/** The calls that move requests, bodies and messages. */
export interface Calls {
  /**
   * Copies a chunk of an upload, to which a record of the next batch refers: that of the chunk before if it `joins` that one and
   * the result is true, and else the next one.
   */
  attach: (chunk: Uint8Array, joins: boolean) => boolean;
  /**
   * Hands over a batch of records and the bytes that they refer to: those attached before, and then these. All are copied.
   * `hold` too, if it is true.
   */
  submit: (records: Buffer, length: number, hold: boolean, attachment?: Uint8Array) => void;
  /**
   * Copies whole records of completions and returns their bytes, with `TAKEN_MORE` if more must be taken. 0: there was none.
   * Negative: the next record needs this much room. Only `first` begins the next batch: what is published later has a
   * signal of its own, and the promises that this batch settles run before it is read.
   */
  take: (into: Buffer, first: boolean) => number;
  /** The body that came beside its record. */
  takeBody: (number: number) => Uint8Array;
  /** The message that came beside its record. */
  takeMessage: (number: number) => Uint8Array;
  /**
   * The next bytes of a streamed body: `null` at its end or failure, `undefined` when a `READABLE` record will come.
   * `own`: in memory that can be transferred, whatever their length.
   */
  read: (number: number, raw: boolean, own: boolean) => Uint8Array | null | undefined;
  /** Wire bytes of the chunks read so far. */
  downloaded: (number: number) => number;
  /** Why a streamed body broke off, after `read` returned `null`. */
  failure: (number: number) => NativeFailure | null;
  /** The trailers' lines of a streamed body, after `read` returned `null`. */
  trailers: (number: number) => string;
  /** Forgets a streamed body. */
  forget: (number: number) => void;
  /** Keeps the event loop alive. */
  hold: () => void;
  /** Lets the event loop end. */
  release: () => void;
}

/** Options of a client; `undefined` is no limit, or the absence of what is named. */
export interface NativeClientOptions {
  /** Connections in all. */
  maxConnections?: number | undefined;
  /** Idle connections. */
  maxKeepaliveConnections?: number | undefined;
  /** Milliseconds for which an idle connection is kept. */
  keepaliveExpiry?: number | undefined;
  /** Connections to one origin. */
  maxConnectionsPerHost?: number | undefined;
  /** The path of a Unix socket. */
  uds?: string | undefined;
  /** Milliseconds of silence after which the system probes the peer. */
  socketKeepAlive?: number | undefined;
  /** Bytes of the system's receive buffer. */
  receiveBufferSize?: number | undefined;
  /** Bytes of the system's send buffer. */
  sendBufferSize?: number | undefined;
  /** The network device of every socket. */
  bindToDevice?: string | undefined;
  /** Milliseconds for which sent bytes may stay unacknowledged. */
  tcpUserTimeout?: number | undefined;
  /** The address of this machine that connections come from. */
  localAddress?: string | undefined;
  /** How names become addresses. */
  dns: NativeDnsOptions;
  /** Which addresses are connected to; absent if all are. */
  connectPolicy?: NativeConnectPolicy | undefined;
  /** Whether HTTP/1.1 is spoken. One of `http1` and `http2` is there. */
  http1: boolean;
  /** What HTTP/2 is spoken with; absent if it is not spoken. */
  http2?: NativeHttp2Options | undefined;
  /** How often opening a connection is tried again. */
  retries: number;
  /** The most bytes of a decoded response body. */
  maxResponseBytes?: number | undefined;
  /** The most bytes of one that arrives whole: those of the longest array of the runtime. */
  maxWholeBytes: number;
  /** How servers are verified. */
  trust: NativeTrust;
  /** Further options of TLS. */
  tls: NativeTls;
}

/** Which addresses are connected to. A rule is a network or the name of a kind. */
export interface NativeConnectPolicy {
  /** The only ones. */
  allow?: string[] | undefined;
  /** Never these. */
  deny: Array<string>;
}

/** Counts of connections and requests. */
export interface NativeCounts {
  /** Connections that serve requests. */
  active: number;
  /** Connections that are open and unused. */
  idle: number;
  /** Connections that are being opened. */
  connecting: number;
  /** Requests that wait for room in the pool or for their connection. */
  queued: number;
  /** Requests that have a connection. */
  inFlight: number;
}

/** Options for names. */
export interface NativeDnsOptions {
  /** Names whose addresses are given. */
  hosts: Array<NativeHost>;
  /** The only family whose addresses are used: 4 or 6. */
  family?: number | undefined;
  /** Milliseconds for which answers without a time of their own are kept. */
  ttl: number;
  /** Milliseconds for which failures are kept. */
  negativeTtl: number;
  /** The most names that are kept. */
  maxEntries: number;
  /** Whether the client's own function looks names up, instead of the system. */
  hasResolver: boolean;
}

/** Why a streamed body broke off: numbers of `crates/protocol`, and words. */
export interface NativeFailure {
  /** The place in `ERROR_KINDS`. */
  kind: number;
  /** The place in `PHASES`. */
  phase: number;
  /** The place in `REQUEST_SENT`. */
  requestSent: number;
  /** The stable code. */
  code: string;
  /** The reason in words. */
  message: string;
  /** The error code of HTTP/2. */
  http2Code?: number;
}

/** The addresses of a name. */
export interface NativeHost {
  /** In lower case and without a final dot. */
  name: string;
  /** The only port for which they are used. */
  port?: number | undefined;
  /** IP addresses. */
  addresses: Array<string>;
}

/** What HTTP/2 is spoken with. */
export interface NativeHttp2Options {
  /** Requests on one connection at a time. */
  maxConcurrentStreams?: number | undefined;
  /** Bytes of a response that may be unread. */
  windowSize: number;
  /** Milliseconds without a byte after which a PING is sent. */
  keepAliveInterval?: number | undefined;
  /** Milliseconds that its answer may take. */
  keepAliveTimeout: number;
  /** Bytes of a response's header fields. */
  maxHeaderListSize: number;
}

/** The counts of one origin. */
export interface NativeOrigin {
  /** Its route in words. */
  key: string;
  /** The scheme. */
  scheme: string;
  /** The host, an IPv6 address in its brackets. That of the proxy for connections that carry requests to any server. */
  host: string;
  /** The port. */
  port: number;
  /** The counts. */
  counts: NativeCounts;
}

/** A proxy. JavaScript has checked every part. */
export interface NativeProxyOptions {
  /** `http`, `https`, `socks4`, `socks4a`, `socks5` or `socks5h`. */
  scheme: string;
  /** The host, an IPv6 address in its brackets. */
  host: string;
  /** The port. */
  port: number;
  /** The name of the user of a SOCKS proxy. */
  username?: string | undefined;
  /** The user's password. */
  password: string;
  /** Header lines of every `CONNECT`, each with its line end, as latin1. */
  headerLines: string;
  /** How an HTTPS proxy is verified. */
  trust: NativeTrust;
}

/** All counts of a client. */
export interface NativeStats {
  /** Of the whole client. */
  total: NativeCounts;
  /** Of each origin. */
  origins: Array<NativeOrigin>;
}

/** What TLS connections to servers have, beside how those are verified. */
export interface NativeTls {
  /** Whether TLS 1.2 is left out. */
  onlyTls13: boolean;
  /** SHA-256 digests of public keys, of which the server's chain must have one; none if there are none. */
  pins: Array<Uint8Array>;
  /** The path of a file to which secrets are appended. */
  keyLog?: string | undefined;
  /** Whether sessions are resumed. */
  sessionResumption: boolean;
}

/** Options of TLS on a byte stream; `undefined` is no limit. */
export interface NativeTlsOptions {
  /** The name that is sent and that the certificate must be for. */
  serverName: string;
  /** How the server is verified. */
  trust: NativeTrust;
  /** Further options. */
  tls: NativeTls;
  /** The protocols that ALPN offers, the preferred one first. */
  alpn: Array<string>;
  /** Milliseconds that the handshake may take. */
  limit?: number | undefined;
}

/** How a TLS server is verified. */
export interface NativeTrust {
  /** Whether certificates are verified. */
  verify: boolean;
  /** Whether the certificate must be the host's. */
  checkHostname: boolean;
  /** PEM texts of the only authorities to trust. */
  ca?: string[] | undefined;
  /** Whether the platform's authorities are trusted, instead of the built-in ones. */
  system: boolean;
  /** Whether environment variables name further authorities, and a file for secrets. */
  trustEnv: boolean;
}
