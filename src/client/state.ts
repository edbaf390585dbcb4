/**
 * The settings that all requests of a client share. Constructor and setters convert and check values here, so every field
 * is valid.
 */
import { listOfStrings } from "../config/value-checks.js";
import { wrongType } from "../platform/argument-error.js";
import { isCallable } from "../platform/callable.js";
import { kindOf } from "../platform/record.js";
import type { Auth } from "../auth/auth.js";
import { coerceAuth } from "../auth/coerce.js";
import type { AsyncClientOptions } from "./options.js";
import { Cookies } from "../cookies/cookies.js";
import { type EventHooks, eventHooksOf } from "../middleware/event-hooks.js";
import { Headers, type HeadersInit } from "../headers/headers.js";
import { type ParamsInit, QueryParams } from "../url/query.js";
import type { Request } from "../request/request.js";
import type { ResponseSettings } from "../response/settings.js";
import { checkEncoding } from "../response/charset.js";
import type { SendingClient } from "../middleware/middleware.js";
import { checkedDiagnostics } from "../config/diagnostics.js";
import { Timeout, defaultTimeout } from "../config/timeout.js";
import { RetryPolicies } from "./retry-policies.js";
import type { ClientTransports } from "./transports.js";
import type { AsyncTransport } from "../transports/transport.js";
import { parseBase } from "../url/base.js";
import { VERSION } from "../platform/version.js";

/** They follow Host, in HTTPX's order. */
const DEFAULT_HEADERS = new Headers([
  ["Accept", "*/*"],
  ["Accept-Encoding", "gzip, deflate, br, zstd"],
  ["Connection", "keep-alive"],
  ["User-Agent", `httpxide/${VERSION}`],
]);
const MAX_REDIRECTS = 20;

/** @internal */
export class ClientState implements SendingClient {
  auth: Auth | null;
  baseUrl: URL | null;
  headers: Headers;
  /** Null if there are none, never empty. */
  params: QueryParams | null;
  timeout: Timeout;
  cookies: Cookies;
  eventHooks: EventHooks;
  followRedirects: boolean;
  maxRedirects: number;
  readonly keepsCookies: boolean;
  readonly sensitiveHeaders: ReadonlySet<string>;
  readonly settings: ResponseSettings;
  readonly reportsAsUndici: boolean;
  readonly retries: RetryPolicies;
  readonly #transports: ClientTransports;

  constructor(options: AsyncClientOptions, transports: ClientTransports) {
    this.auth = coerceAuth(options.auth);
    this.baseUrl = parseBase(options.baseUrl ?? "");
    this.headers = withDefaults(options.headers);
    this.params = paramsOf(options.params);
    this.timeout = Timeout.from(options.timeout, defaultTimeout);
    this.cookies = new Cookies(options.cookies === false ? null : options.cookies);
    this.keepsCookies = options.cookies !== false;
    this.eventHooks = eventHooksOf(options.eventHooks);
    this.followRedirects = options.followRedirects ?? false;
    this.maxRedirects = options.maxRedirects ?? MAX_REDIRECTS;
    this.sensitiveHeaders = sensitiveHeadersOf(options.sensitiveHeaders ?? []);
    this.settings = settingsOf(options);
    this.reportsAsUndici = checkedDiagnostics(options.diagnostics).undici ?? true;
    this.retries = new RetryPolicies(options.retry, transports.retry);
    this.#transports = transports;
  }

  get closed(): AbortSignal {
    return this.retries.closed;
  }

  transportFor(request: Request): AsyncTransport {
    return this.#transports.transportFor(request);
  }
}

/** @internal */
export function withDefaults(headers: HeadersInit | null | undefined): Headers {
  const merged = DEFAULT_HEADERS.copy();
  merged.update(headers);
  return merged;
}

/** @internal */
export function paramsOf(params: QueryParams | ParamsInit | null | undefined): QueryParams | null {
  if (params === undefined || params === null) return null;
  const parsed = new QueryParams(params);
  return parsed.size === 0 ? null : parsed;
}

function sensitiveHeadersOf(names: Iterable<string>): ReadonlySet<string> {
  return new Set(listOfStrings(names, "sensitiveHeaders").map((name) => name.toLowerCase()));
}

function settingsOf({
  defaultEncoding = "utf-8",
  maxResponseBytes = null,
}: AsyncClientOptions): ResponseSettings {
  if (typeof defaultEncoding === "string") checkEncoding(defaultEncoding, "defaultEncoding");
  else if (!isCallable(defaultEncoding)) {
    const kind = kindOf(defaultEncoding);
    throw wrongType(`defaultEncoding must be the name of an encoding or a function, not ${kind}.`);
  }
  return { defaultEncoding, maxResponseBytes };
}
