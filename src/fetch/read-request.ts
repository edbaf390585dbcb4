/**
 * The arguments of `fetch` as one record. A `Request` of any implementation is read by its public members, so that another
 * copy's (undici's, node-fetch's) works as the platform's own does.
 *
 * The platform's `Request` costs a dozen microseconds, more than the rest of a call. So it is made only to refuse arguments
 * in the platform's own words, and to check the members that are rarely given.
 */
import { adoptSignal } from "../platform/adopt-signal.js";
import { isToken } from "../headers/token.js";
import type { ParsedURL } from "../url/parsed-url.js";
import { fetchFailed, refusal } from "./failures.js";
import { blockedPorts } from "./blocked-ports.js";
import type { Hop } from "./hop.js";
import { type FetchBody, bodyOf, bodyOfRequest } from "./request-body.js";
import { cacheFields, fieldsOf } from "./request-fields.js";
import { checkMode, modeOf } from "./mode.js";
import { globalOrigin } from "./origin.js";
import { PlatformRequest } from "./platform.js";
import { type Referrer, referrerOf } from "./referrer.js";
import { requestURL } from "./request-url.js";

/** @internal */
export interface FetchRequest extends Hop {
  readonly signal: AbortSignal | null;
  /** Whether there is somebody to ask for the credentials that a proxy wants; a response 407 is an error without. */
  readonly hasWindow: boolean;
  readonly redirect: "follow" | "error" | "manual";
  /** Subresource Integrity; "" is none. */
  readonly integrity: string;
}

/** The public members of a `Request`. @internal */
export interface RequestLike {
  readonly url: string;
  readonly method: string;
  readonly headers: unknown;
  readonly body?: unknown;
  readonly bodyUsed?: boolean;
  readonly signal?: AbortSignal | null;
  readonly redirect?: string;
  readonly integrity?: string;
  readonly cache?: string;
  readonly keepalive?: boolean;
  readonly mode?: string;
  readonly referrer?: string;
  readonly referrerPolicy?: string;
}

type Init = Readonly<Record<string, unknown>>;

const NOTHING: Init = Object.freeze({});
const UPPER_CASED = new Set(["DELETE", "GET", "HEAD", "OPTIONS", "POST", "PUT"]);
const FORBIDDEN = new Set(["CONNECT", "TRACE", "TRACK"]);
const REDIRECTS: ReadonlySet<unknown> = new Set(["follow", "error", "manual"]);
/** They have no meaning outside of browsers, but their values are checked. */
const RARE = [
  "mode",
  "credentials",
  "cache",
  "referrer",
  "referrerPolicy",
  "keepalive",
  "window",
  "priority",
];

/**
 * A promise only for the body of another `Request`, which is read ahead.
 *
 * @throws TypeError as the platform does; the signal's reason.
 * @internal
 */
export function readRequest(input: unknown, given: unknown): FetchRequest | Promise<FetchRequest> {
  const from = isRequestLike(input) ? input : null;
  const init = (given ?? NOTHING) as Init;
  // a template refuses a symbol, which String() accepts
  const text = from === null ? `${input as string}` : from.url;
  const checked = isUsual(init) ? null : checkedByPlatform(text, init);
  const url = requestURL(text);
  const method = methodOf(init["method"] ?? from?.method ?? "GET", text);
  const redirect = init["redirect"] ?? from?.redirect ?? "follow";
  const integrity = init["integrity"] ?? from?.integrity ?? "";
  const page = globalOrigin();
  const origin = page === null ? null : page.origin;
  const mode = modeOf(init["mode"] ?? from?.mode);
  const referrer = referrerFrom(page, init, from, checked);
  const signal = signalOf(init["signal"] === undefined ? from?.signal : init["signal"], text);
  const withBody = (body: FetchBody | null): FetchRequest => {
    const fields = fieldsOf(init["headers"] === undefined ? from?.headers : init["headers"]);
    const cache = String(init["cache"] ?? from?.cache ?? "default");
    if (signal?.aborted) {
      body?.cancel(signal.reason);
      throw signal.reason;
    }
    if (isBlocked(url)) throw fetchFailed(new Error("bad port"));
    if (origin !== null) checkMode(mode, origin, url);
    return {
      method,
      url,
      fields: cacheFields(fields, cache),
      body,
      mode,
      tainting: "basic",
      origin,
      referrer,
      signal,
      hasWindow: init["window"] !== null,
      redirect: redirect as FetchRequest["redirect"],
      integrity: String(integrity),
    };
  };
  const body = bodyFrom(init, from, method);
  if (!(body instanceof Promise)) return withBody(body);
  return body.then(withBody, (error: unknown) => {
    throw signal?.aborted ? signal.reason : fetchFailed(error);
  });
}

function isRequestLike(value: unknown): value is RequestLike {
  if (typeof value !== "object" || value === null) return false;
  const { url, method, headers } = value as Partial<RequestLike>;
  return typeof url === "string" && typeof method === "string" && typeof headers === "object";
}

/** Whether its values are those that almost every call has. */
function isUsual(init: Init): boolean {
  if (init === NOTHING) return true;
  if (typeof init !== "object") return false;
  if (init["redirect"] !== undefined && !REDIRECTS.has(init["redirect"])) return false;
  if (init["duplex"] !== undefined && init["duplex"] !== "half") return false;
  return RARE.every((name) => init[name] === undefined);
}

function signalOf(given: unknown, url: string): AbortSignal | null {
  try {
    return adoptSignal(given);
  } catch (error) {
    void new PlatformRequest(url, { signal: given as AbortSignal });
    throw error;
  }
}

/** Lets the platform check what it alone knows. @throws TypeError */
function checkedByPlatform(url: string, init: Init): Request {
  if (typeof init !== "object") return new PlatformRequest(url, init);
  const checked = Object.fromEntries(
    [...RARE, "redirect", "method", "duplex"].map((name) => [name, init[name]]),
  );
  return new PlatformRequest(url, checked as RequestInit);
}

/** Any member of `init` unsets that of a `Request` (Fetch Standard, 5.4, the constructor). */
function referrerFrom(
  page: URL | null,
  init: Init,
  from: RequestLike | null,
  checked: Request | null,
): Referrer | null {
  if (checked !== null) return referrerOf(page, checked.referrer, checked.referrerPolicy);
  if (from === null || Object.keys(init).length > 0) return referrerOf(page, undefined, undefined);
  return referrerOf(page, from.referrer, from.referrerPolicy);
}

function methodOf(given: unknown, url: string): string {
  const method = String(given);
  if (UPPER_CASED.has(method)) return method;
  const upper = method.toUpperCase();
  if (!isToken(method) || FORBIDDEN.has(upper)) {
    void new PlatformRequest(url, { method });
    throw refusal(`'${method}' HTTP method is unsupported.`);
  }
  return UPPER_CASED.has(upper) ? upper : method;
}

function bodyFrom(
  init: Init,
  from: RequestLike | null,
  method: string,
): FetchBody | Promise<FetchBody> | null {
  const own = init["body"] ?? null;
  const inherited = own === null ? (from?.body ?? null) : null;
  if (own === null && inherited === null) return null;
  if (method === "GET" || method === "HEAD") {
    throw refusal("Request with GET/HEAD method cannot have body.");
  }
  if (inherited !== null && (from?.bodyUsed || isLocked(inherited))) {
    throw refusal("Cannot construct a Request with a Request object that has already been used.");
  }
  if (inherited !== null) return bodyOfRequest(inherited);
  const body = bodyOf(own);
  // it could outlive the program that makes it (Fetch Standard, 5.2 "extract a body")
  if (!body.isReplayable && (init["keepalive"] ?? from?.keepalive)) throw refusal("keepalive");
  if (!body.isReplayable && init["duplex"] === undefined) {
    throw refusal("RequestInit: duplex option is required when sending a body.");
  }
  return body;
}

function isLocked(stream: unknown): boolean {
  return (stream as Partial<ReadableStream>).locked === true;
}

function isBlocked({ port }: ParsedURL): boolean {
  return port !== null && blockedPorts.has(port);
}
