/**
 * Builds a request from the arguments of a call and the settings of its client. Most calls are a URL and nothing else:
 * they share the header lines that the client has built before.
 */
import type { RequestOptions } from "./options.js";
import type { ClientState } from "./state.js";
import { encodeContent } from "../body/encode/encode.js";
import type { EncodedContent } from "../body/encode/encoded.js";
import type { CookiesInit } from "../cookies/cookies.js";
import { aboutRequest } from "../errors/about-request.js";
import { addCallersStack } from "../errors/callers-stack.js";
import { RequestError } from "../errors/request-error.js";
import type { HeadersInit } from "../headers/headers.js";
import { extensionsOf } from "../request/extensions.js";
import { withMessageHeaders } from "../request/message-headers.js";
import { expectsBody, normaliseMethod } from "../request/method.js";
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

/** @internal */
export class RequestBuilder {
  readonly #client: ClientState;
  #clientLines: OwnLines;
  /** The header lines of the last request without headers of its own. The next such request to the same host shares them. */
  #bare: { host: string; own: OwnLines; lines: string } | null = null;

  constructor(client: ClientState) {
    this.#client = client;
    this.#clientLines = ownLines(client.headers);
  }

  /** @throws the errors of `Request`. A `RequestError` gets its request, or at least method and URL. */
  build(method: string, url: URLTypes, options: RequestOptions | undefined): Request {
    try {
      return this.#build(method, url, options);
    } catch (error) {
      throw addCallersStack(
        error instanceof RequestError
          ? aboutRequest(error, this.#outline(method, url, options?.params))
          : error,
      );
    }
  }

  #build(method: string, url: URLTypes, options: RequestOptions | undefined): Request {
    if (options !== undefined) checkOptions(options, callOptions);
    const client = this.#client;
    const name = normaliseMethod(method);
    const parsedURL = this.#parsedURL(url, options?.params);
    const own = this.#linesWith(options?.headers);
    // no body to encode, and no `Content-Length: 0` to send
    const timeout = Timeout.from(options?.timeout, client.timeout);
    const extensions = options === undefined ? null : extensionsOf(options, timeout);
    const encoded =
      options === undefined && !expectsBody(name)
        ? null
        : withMessageHeaders(encodeContent(name, options ?? {}, own.block), extensions, own.block);
    return new Request({
      method: name,
      url: parsedURL,
      lines: this.#lines(parsedURL.host, own, encoded, this.#cookieHeader(parsedURL.href, options?.cookies)),
      body: encoded === null ? NO_BODY : encoded.body,
      timeout,
      extensions,
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

  /** The request that could not be built, without its invalid part; as text if its method or URL is invalid. */
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

  /** The client's headers merged with `headers`. Their text is cached until a change. */
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

/** Escapes control characters as in JSON: they would break a message or a log. */
function inOneLine(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}
