/**
 * What the head of a response tells: its status, and the meaning of some header fields. The class has no fields of its
 * own: V8 does not inline their initialisation, which cost 10 ns per response (Node.js 20).
 */
import type { Headers } from "../headers/headers.js";
import type { ResponseExtensions } from "./extensions.js";
import { parseLinks } from "./links.js";
import { codes } from "./status-codes.js";

/** Those of which a `Location` is the next URL (RFC 9110, 15.4). */
function isFollowable(statusCode: number): boolean {
  return (statusCode >= 301 && statusCode <= 303) || statusCode === 307 || statusCode === 308;
}

/** Status and header fields of a {@link Response}. */
export abstract class ResponseHead {
  abstract readonly statusCode: number;

  abstract get headers(): Headers;

  /** Further information from the transport, such as `httpVersion` and `reasonPhrase`. */
  abstract get extensions(): ResponseExtensions;

  /** The phrase after the status: the server's in HTTP/1.x, else the usual one. */
  get reasonPhrase(): string {
    const given: unknown = this.extensions.reasonPhrase;
    return typeof given === "string" ? given : codes.getReasonPhrase(this.statusCode);
  }

  /** `"HTTP/1.1"`, `"HTTP/2"`, … */
  get httpVersion(): string {
    const given: unknown = this.extensions.httpVersion;
    return typeof given === "string" ? given : "HTTP/1.1";
  }

  /** The `Link` header: the fields of each link by its `rel`, or by its URL without one. */
  get links(): Record<string, Record<string, string>> {
    return parseLinks(this.headers.get("link"));
  }

  /** 1xx */
  get isInformational(): boolean {
    return codes.isInformational(this.statusCode);
  }

  /** 2xx */
  get isSuccess(): boolean {
    return codes.isSuccess(this.statusCode);
  }

  /** 3xx, with or without a `Location`: see `hasRedirectLocation`. */
  get isRedirect(): boolean {
    return codes.isRedirect(this.statusCode);
  }

  /** 4xx */
  get isClientError(): boolean {
    return codes.isClientError(this.statusCode);
  }

  /** 5xx */
  get isServerError(): boolean {
    return codes.isServerError(this.statusCode);
  }

  /** 4xx and 5xx */
  get isError(): boolean {
    return codes.isError(this.statusCode);
  }

  /** Whether it is a redirect that a client can follow: 301, 302, 303, 307 or 308 with a `Location`. */
  get hasRedirectLocation(): boolean {
    return isFollowable(this.statusCode) && this.headers.has("location");
  }

  /** Status code and reason phrase, for messages. @internal */
  get summary(): string {
    return `${this.statusCode} ${this.reasonPhrase}`.trimEnd();
  }

  /** @internal */
  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return `<Response [${this.summary}]>`;
  }
}
