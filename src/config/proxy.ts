/** Proxies: their URL, credentials and headers. */
import { URL, isURL } from "../platform/classes.js";
import { isNoRecord } from "../platform/no-record.js";
import { surplusArgument, wrongType } from "../platform/argument-error.js";
import { kindOf } from "../platform/record.js";
import { Buffer } from "node:buffer";
import { unescape } from "node:querystring";
import { InvalidURL } from "../errors/invalid-url.js";
import { Headers, type HeadersInit } from "../headers/headers.js";
import type { WebURL } from "../platform/web-types.js";
import { refuseControlCharacters } from "../url/control-characters.js";
import { maskedInvalid } from "../url/masked.js";
import { urlText } from "../url/parsed-url.js";
import { type OptionList, checkOptions, optionList } from "./options.js";
import { type VerifyOptions, checkVerify } from "./tls.js";
import { aString } from "./value-checks.js";

/** Options of a {@link Proxy}. */
export interface ProxyOptions {
  /** User name and password, where the URL has none. */
  auth?: readonly [username: string, password: string] | null | undefined;
  /** Sent to an HTTP proxy with each `CONNECT` and each request that it forwards, never to a server behind a tunnel. */
  headers?: HeadersInit | null | undefined;
  /** Whether and how the certificate of an `https:` proxy is checked. The client's `verify` is for servers. @default true */
  verify?: boolean | VerifyOptions | undefined;
}

/** Its default port, by the scheme of a proxy. */
const PORTS: Readonly<Record<string, number>> = {
  http: 80,
  https: 443,
  socks4: 1080,
  socks4a: 1080,
  socks5: 1080,
  socks5h: 1080,
};
const SCHEME = /^([a-z][a-z0-9+.-]*):\/\//i;
const MAX_SOCKS_BYTES = 255;

const proxyOptions: OptionList = optionList<ProxyOptions>(
  "a Proxy",
  { auth: null, headers: null, verify: checkVerify },
  {
    advice: {
      password: "did you mean auth: [username, password]",
      sslContext: "did you mean verify",
      token: "give it as a header: { headers: { 'Proxy-Authorization': … } }",
      username: "did you mean auth: [username, password]",
    },
  },
);

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
export class Proxy {
  static {
    isNoRecord(this, "give it as proxy");
  }

  readonly #url: string;
  readonly #auth: readonly [username: string, password: string] | null;
  readonly #headers: Headers;
  /** @internal */
  readonly #verify: boolean | VerifyOptions;

  /**
   * @throws TypeError for an unknown scheme, unknown options, and credentials that the proxy's protocol cannot carry.
   * @throws InvalidURL if the URL is malformed.
   */
  constructor(url: string | WebURL, options: ProxyOptions = {}) {
    if (arguments.length > 2) throw surplusArgument("Proxy", "a URL and options");
    checkOptions(options, proxyOptions);
    const parsed = parse(urlText(url));
    this.#auth = authOf(parsed, options.auth);
    parsed.username = "";
    parsed.password = "";
    this.#url = parsed.href;
    this.#headers = new Headers(options.headers);
    this.#verify = options.verify ?? true;
  }

  /** @internal The proxy for the value of an option. */
  static from(value: string | WebURL | Proxy): Proxy {
    return value instanceof Proxy ? value : new Proxy(value);
  }

  /** The URL, without credentials. */
  get url(): WebURL {
    return new URL(this.#url);
  }

  /** User name and password, of the URL or the options; null without any. */
  get auth(): [username: string, password: string] | null {
    return this.#auth === null ? null : [...this.#auth];
  }

  /** The further headers, as a copy. */
  get headers(): Headers {
    return this.#headers.copy();
  }

  /** @internal */
  get verify(): boolean | VerifyOptions {
    return this.#verify;
  }

  /** `http`, `https`, `socks4`, `socks4a`, `socks5` or `socks5h`. @internal */
  get scheme(): string {
    return this.#url.slice(0, this.#url.indexOf(":"));
  }

  /** @internal */
  get port(): number {
    const { port } = this.url;
    return port === "" ? PORTS[this.scheme]! : Number(port);
  }

  /** Whether it speaks HTTP, so that it can forward requests. @internal */
  get speaksHTTP(): boolean {
    return this.scheme === "http" || this.scheme === "https";
  }

  /** What it is sent besides the request, credentials first as in HTTPX. @internal */
  get headersToProxy(): Headers {
    const headers = new Headers();
    if (this.#auth !== null && this.speaksHTTP && !this.#headers.has("proxy-authorization")) {
      const credentials = Buffer.from(this.#auth.join(":"), "utf8").toString("base64");
      headers.append("Proxy-Authorization", `Basic ${credentials}`);
    }
    for (const [name, value] of this.#headers.raw) headers.append(name, value);
    return headers;
  }

  /** @internal Without credentials, and without headers, which may hold some. */
  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return `<Proxy('${this.#url}'${this.#auth === null ? "" : ", auth: [secure]"})>`;
  }
}

/** @internal @throws TypeError, InvalidURL */
export function aProxy(value: unknown, name: string): void {
  if (value === null || value instanceof Proxy) return;
  if (typeof value !== "string" && !isURL(value)) {
    throw wrongType(`${name} must be a URL, a Proxy or null, not ${kindOf(value)}.`);
  }
  Proxy.from(value);
}

function parse(text: string): URL {
  refuseControlCharacters(text);
  const [, scheme] = SCHEME.exec(text) ?? [];
  if (scheme === undefined || !Object.hasOwn(PORTS, scheme.toLowerCase())) {
    const known = Object.keys(PORTS).map((name) => `${name}://`);
    // desktops write it into ALL_PROXY; curl reads it as version 4, others as 5
    const advice =
      scheme?.toLowerCase() === "socks"
        ? "It does not say the version of SOCKS: socks5:// or socks4a://"
        : `It begins with one of ${known.join(", ")}`;
    throw wrongType(`Unknown scheme for proxy URL ${JSON.stringify(maskedAfterScheme(text))}. ${advice}.`);
  }
  try {
    const url = new URL(text);
    // the platform parses hosts only where it knows the scheme
    const { hostname } = new URL(`http://${url.hostname}/`);
    url.hostname = hostname;
    url.pathname = "";
    url.search = "";
    url.hash = "";
    return url;
  } catch {
    throw new InvalidURL(`Invalid proxy URL ${JSON.stringify(maskedInvalid(text))}`);
  }
}

/** The scheme is what is wrong, so the message names it. */
function maskedAfterScheme(text: string): string {
  const [start = ""] = SCHEME.exec(text) ?? [];
  return start + maskedInvalid(text.slice(start.length));
}

function authOf(url: URL, given: ProxyOptions["auth"]): readonly [string, string] | null {
  if (given !== undefined && given !== null && (!Array.isArray(given) || given.length !== 2)) {
    throw wrongType("auth of a Proxy must be [username, password].");
  }
  const isInURL = url.username !== "" || url.password !== "";
  // Unlike decodeURIComponent, this tolerates a stray `%`.
  const auth = isInURL ? ([unescape(url.username), unescape(url.password)] as const) : (given ?? null);
  if (auth === null) return null;
  for (const part of auth) aString(part, "auth of a Proxy: each part");
  if (url.protocol.startsWith("socks")) checkSocksAuth(url.protocol, auth);
  return auth;
}

function checkSocksAuth(protocol: string, [username, password]: readonly [string, string]): void {
  if (protocol.startsWith("socks4")) {
    if (password !== "") throw wrongType("SOCKS 4 has user names and no passwords: use socks5.");
    if (username.includes("\0")) throw wrongType("A user name of SOCKS 4 has no NUL in it.");
    return;
  }
  for (const part of [username, password]) {
    if (Buffer.byteLength(part) > MAX_SOCKS_BYTES) {
      throw wrongType(`SOCKS 5 has user names and passwords of at most ${MAX_SOCKS_BYTES} bytes.`);
    }
  }
}
