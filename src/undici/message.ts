/** The options of `dispatch` as a request. */
import { type ParsedUrlQueryInput, stringify } from "node:querystring";
import { URL as PlatformURL, isURL } from "../platform/classes.js";
import { exactRequest } from "../client/exact-request.js";
import { isFieldValue } from "../headers/lines.js";
import { isToken } from "../headers/token.js";
import type { TraceListener } from "../request/extensions.js";
import type { TimeoutTypes } from "../config/timeout.js";
import type { Request } from "../request/request.js";
import { invalidArgument } from "./errors.js";

/** Options of `dispatch`, those of undici. Others are ignored, as undici does: interceptors and `fetch` add their own. */
export interface DispatchOptions {
  origin?: string | URL | undefined;
  /** Path and query, sent as they are. */
  path: string;
  method: string;
  /** Text, bytes, a Blob, a form, a stream or an iterable. */
  body?: unknown;
  /** A flat list of names and values, a record, or pairs. */
  headers?: unknown;
  /** Appended to the path. */
  query?: Readonly<Record<string, unknown>> | null | undefined;
  /** The protocol that the connection is to change to. undici's types allow true, but undici refuses it, and so does this. */
  upgrade?: boolean | string | null | undefined;
  /** Milliseconds until the head of the response; 0: no limit. */
  headersTimeout?: number | null | undefined;
  /** Milliseconds between two pieces of its body; 0: no limit. */
  bodyTimeout?: number | null | undefined;
  /** Whether the connection closes after the response. */
  reset?: boolean | null | undefined;
  /** Whether the body waits for a 100 (Continue), a second at most. */
  expectContinue?: boolean | null | undefined;
  /** Hears of interim responses, which the handler gets then too. */
  onInfo?:
    ((info: { statusCode: number; headers: Record<string, string | string[]> }) => void) | null | undefined;
}

/** What undici refuses too: spaces, control characters, and what is not latin1. */
const UNSENDABLE = /[^\u0021-\u00ff]/;

/** @internal @throws errors about what cannot be sent. */
export function messageOf(
  options: DispatchOptions,
  timeout: TimeoutTypes | undefined,
  trace?: TraceListener,
): Request {
  const { origin, path, method, body, headers, query, upgrade, reset, expectContinue } = options;
  check(options);
  const fields = fieldsOf(headers);
  if (typeof upgrade === "string" && upgrade !== "")
    fields.push(["connection", "upgrade"], ["upgrade", upgrade]);
  else if (reset) fields.push(["connection", "close"]);
  if (expectContinue && body) fields.push(["expect", "100-continue"]);
  // undici's own connect() puts a slash before the host
  const asked = method === "CONNECT" ? path.replace(/^\//, "") : path;
  const target = typeof query === "object" && query !== null ? withQuery(asked, query) : asked;
  try {
    return exactRequest({ method, origin: originOf(origin!), target, fields, content: body, timeout, trace });
  } catch (error) {
    throw error instanceof TypeError ? invalidArgument(error.message, error) : error;
  }
}

function check(options: DispatchOptions): void {
  const { origin, path, method, upgrade, headersTimeout, bodyTimeout } = options;
  if (!(typeof origin === "string" ? origin : isURL(origin))) {
    throw invalidArgument("opts.origin must be a non-empty string or URL.");
  }
  if (typeof path !== "string" || typeof method !== "string") {
    throw invalidArgument("opts.path and opts.method must be strings.");
  }
  if (!isTarget(path, method)) {
    throw invalidArgument("path must be an absolute URL or start with a slash");
  }
  if (UNSENDABLE.test(path)) throw invalidArgument("invalid request path");
  if (upgrade && typeof upgrade !== "string") throw invalidArgument("upgrade must be a string");
  checkLimit(headersTimeout, "headersTimeout");
  checkLimit(bodyTimeout, "bodyTimeout");
  for (const name of ["reset", "expectContinue"] as const) {
    if (typeof (options[name] ?? false) !== "boolean") throw invalidArgument(`invalid ${name}`);
  }
  if ((options as { maxRedirections?: unknown }).maxRedirections) {
    throw invalidArgument("maxRedirections is not supported, use the redirect interceptor");
  }
}

function checkLimit(milliseconds: unknown, name: string): void {
  if (milliseconds === undefined || milliseconds === null) return;
  if (!Number.isFinite(milliseconds) || (milliseconds as number) < 0)
    throw invalidArgument(`invalid ${name}`);
}

/** `*` is that of OPTIONS. */
function isTarget(path: string, method: string): boolean {
  return path.startsWith("/") || method === "CONNECT" || path === "*" || /^https?:\/\//.test(path);
}

/** With a path it would name something other than what is asked for. @throws InvalidArgumentError */
function originOf(origin: string | URL): string {
  const { protocol, host, pathname, search, hash } = new PlatformURL(origin);
  if (pathname.length > 1 || search !== "" || hash !== "") throw invalidArgument("invalid url");
  return `${protocol}//${host}`;
}

function fieldsOf(headers: unknown): [string, string][] {
  const fields: [string, string][] = [];
  const add = (name: unknown, value: unknown): void => {
    if (value === undefined) return;
    if (!isToken(String(name))) throw invalidArgument("invalid header key");
    for (const one of Array.isArray(value) ? value : [value]) {
      const text = one === null ? "" : String(one);
      const isObject = typeof one === "object" && one !== null;
      if (isObject || !isFieldValue(text)) throw invalidArgument(`invalid ${String(name)} header`);
      fields.push([String(name), text]);
    }
  };
  if (headers === undefined || headers === null) return fields;
  if (typeof headers !== "object") throw invalidArgument("headers must be an object or an array");
  if (Array.isArray(headers) && !headers.every((pair) => Array.isArray(pair))) {
    if (headers.length % 2 !== 0) throw invalidArgument("headers array must be even");
    for (let at = 0; at < headers.length; at += 2) add(headers[at], headers[at + 1]);
  } else if (Symbol.iterator in headers) {
    for (const [name, value] of headers as Iterable<[unknown, unknown]>) add(name, value);
  } else {
    for (const [name, value] of Object.entries(headers)) add(name, value);
  }
  return fields;
}

function withQuery(path: string, query: Readonly<Record<string, unknown>>): string {
  if (/[?#]/.test(path))
    throw invalidArgument("Query params cannot be passed when url already contains them.");
  const text = stringify(query as ParsedUrlQueryInput);
  return text === "" ? path : `${path}?${text}`;
}
