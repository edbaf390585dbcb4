/**
 * From a call's arguments and what its client adds to them, to a request. By far the most calls are a URL and nothing
 * else: for those nothing is made that the client has made before.
 */
import type { RequestOptions } from "./options.js";
import type { ClientState } from "./state.js";
import { encodeContent } from "../body/encode/encode.js";
import type { EncodedContent } from "../body/encode/encoded.js";
import type { CookiesInit } from "../cookies/cookies.js";
import { aboutRequest } from "../errors/about-request.js";
import { RequestError } from "../errors/request-error.js";
import type { HeadersInit } from "../headers/headers.js";
import { normaliseMethod } from "../request/method.js";
import { mergeParams } from "../url/query.js";
import { Request, type URLTypes } from "../request/request.js";
import { type OwnLines, ownLines, requestLines } from "../request/lines.js";
import { checkOptions } from "../config/options.js";
import { Timeout } from "../config/timeout.js";
import { callOptions } from "./option-lists.js";
import { isToken } from "../headers/token.js";
import { mergeBase } from "../url/base.js";
import { maskedHref, maskedInvalid } from "../url/masked.js";
import { type ParsedURL, parseURL, urlText } from "../url/parsed-url.js";

const NO_BODY = { kind: "empty" } as const;
const EXPECTS_BODY = new Set(["POST", "PUT", "PATCH"]);

/** @internal */
export class RequestBuilder {
  readonly #client: ClientState;
  #clientLines: OwnLines;
  /** The lines of the last request that had nothing of its own: those of the next one, if it goes to the same host. */
  #bare: { host: string; own: OwnLines; lines: string } | null = null;

  constructor(client: ClientState) {
    this.#client = client;
    this.#clientLines = ownLines(client.headers);
  }

  /** @throws what `Request` throws: a `RequestError` is told as much of its request as there is. */
  build(method: string, url: URLTypes, options: RequestOptions | undefined): Request {
    try {
      return this.#build(method, url, options);
    } catch (error) {
      throw error instanceof RequestError
        ? aboutRequest(error, this.#outline(method, url, options?.params))
        : error;
    }
  }

  #build(method: string, url: URLTypes, options: RequestOptions | undefined): Request {
    if (options !== undefined) checkOptions(options, callOptions);
    const client = this.#client;
    const name = normaliseMethod(method);
    const parsedURL = this.#parsedURL(url, options?.params);
    const own = this.#linesWith(options?.headers);
    // No body to encode, and none to say the absence of.
    const encoded =
      options === undefined && !EXPECTS_BODY.has(name) ? null : encodeContent(name, options ?? {}, own.block);
    const timeout = Timeout.from(options?.timeout, client.timeout);
    return new Request({
      method: name,
      url: parsedURL,
      lines: this.#lines(parsedURL.host, own, encoded, this.#cookieHeader(parsedURL.href, options?.cookies)),
      body: encoded === null ? NO_BODY : encoded.body,
      timeout,
      extensions: options?.extensions ? { timeout, ...options.extensions } : null,
    });
  }

  #lines(host: string, own: OwnLines, encoded: EncodedContent | null, cookies: string | null): string {
    if (encoded !== null || cookies !== null) return requestLines(host, own, encoded, cookies);
    const bare = this.#bare;
    if (bare !== null && bare.host === host && bare.own === own) return bare.lines;
    const lines = requestLines(host, own, null);
    this.#bare = { host, own, lines };
    return lines;
  }

  #parsedURL(url: URLTypes, params: RequestOptions["params"]): ParsedURL {
    const { baseUrl, params: ofClient } = this.#client;
    return parseURL(mergeParams(mergeBase(baseUrl, url), ofClient, params));
  }

  /** A request that cannot be built, without what is wrong with it; in words, if that is its method or its URL. */
  #outline(method: string, url: URLTypes, params: RequestOptions["params"]): Request | string {
    const name = isToken(method) ? normaliseMethod(method) : null;
    const parsedURL = this.#parsedURLIfAny(url, params);
    if (name === null || parsedURL === null) {
      const shownURL =
        parsedURL === null ? inOneLine(maskedInvalid(urlText(url))) : maskedHref(parsedURL.href);
      return `${name ?? JSON.stringify(method)} ${shownURL}`;
    }
    const lines = `Host: ${parsedURL.host}\r\n`;
    return new Request({
      method: name,
      url: parsedURL,
      lines,
      body: NO_BODY,
      timeout: null,
      extensions: null,
    });
  }

  #parsedURLIfAny(url: URLTypes, params: RequestOptions["params"]): ParsedURL | null {
    try {
      return this.#parsedURL(url, params);
    } catch {
      return null;
    }
  }

  /** The client's header lines with `headers` in them; the text is made anew only after a change. */
  #linesWith(headers: HeadersInit | null | undefined): OwnLines {
    const ofClient = this.#client.headers;
    if (headers !== undefined && headers !== null) {
      const merged = ofClient.copy();
      merged.update(headers);
      return ownLines(merged);
    }
    if (this.#clientLines.block !== ofClient.block) this.#clientLines = ownLines(ofClient);
    return this.#clientLines;
  }

  #cookieHeader(href: string, ofCall: CookiesInit | null | undefined): string | null {
    const ofClient = this.#client.cookies;
    if (ofCall === undefined || ofCall === null) {
      return ofClient.isEmpty ? null : ofClient.cookieHeader(href, true);
    }
    const cookies = ofClient.copy();
    cookies.update(ofCall);
    return cookies.cookieHeader(href, true);
  }
}

/** Control characters, which would break a message or a log, as JSON writes them. */
function inOneLine(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}
