/** Every option of a client, of a call and of `send`: its check, and the names that other clients have for it. */
import { surplusArgument, wrongType } from "../platform/argument-error.js";
import { isCallable } from "../platform/callable.js";
import { kindOf } from "../platform/record.js";
import { type Checks, type OptionList, optionList } from "../config/options.js";
import { aProxy } from "../config/proxy.js";
import { aBoolean, aRecord, aWholeNumber, orNull } from "../config/value-checks.js";
import { requestAdvice, requestChecks } from "../request/options.js";
import { networkAdvice } from "../transports/http/advice.js";
import { networkOptions } from "../transports/http/options.js";
import { aRetry } from "../transports/retry/options.js";
import { sessionChecks } from "../session/options.js";
import { eventStreamChecks } from "../sse/options.js";
import type {
  AsyncClientOptions,
  OneShotOptions,
  RequestOptions,
  SendOptions,
  SseOptions,
  WebSocketOptions,
} from "./options.js";

/** A null check: the class that the value is passed to checks it, such as `Headers` or `Timeout`. */
const ofClient: Checks<AsyncClientOptions> = {
  ...networkOptions,
  baseUrl: null,
  headers: null,
  params: null,
  auth: null,
  cookies: null,
  followRedirects: orNull(aBoolean),
  maxRedirects: orNull(aWholeNumber),
  sensitiveHeaders: null,
  eventHooks: null,
  diagnostics: orNull(aRecord),
  retry: aRetry,
  timeout: null,
  defaultEncoding: null,
  transport: null,
  app: null,
  mounts: null,
};

/** The options that a call and `send` share. */
const ofSending: Checks<Omit<SendOptions, "stream">> = {
  auth: null,
  followRedirects: orNull(aBoolean),
  retry: aRetry,
  signal: null,
};

const ofCall: Checks<RequestOptions> = { ...requestChecks, ...ofSending, timeout: null, proxy: aProxy };

const REDIRECTS = "did you mean followRedirects";
const RAISE = "call response.raiseForStatus()";
const READ = "call response.json(), or read response.text or response.content";
const HOOKS = "did you mean eventHooks, an option of the client";

/** Advice on the options that other clients have for a call. */
const callAdvice: Readonly<Record<string, string>> = {
  allowRedirects: REDIRECTS,
  cancelToken: "did you mean signal",
  decompress: "responses are decoded; response.aiterRaw() gives the bytes as received",
  followRedirect: REDIRECTS,
  hooks: HOOKS,
  interceptors: HOOKS,
  maxRedirections: "did you mean maxRedirects, an option of the client",
  maxRedirect: "did you mean maxRedirects, an option of the client",
  password: "did you mean auth: [username, password]",
  redirect: REDIRECTS,
  responseType: READ,
  stream: "call client.stream() instead",
  throwHttpErrors: RAISE,
  throwOnError: RAISE,
  token: "did you mean auth: new BearerAuth(token)",
  transformRequest: HOOKS,
  transformResponse: HOOKS,
  username: "did you mean auth: [username, password]",
  validateStatus: RAISE,
  withCredentials: "cookies are kept by the client, unless it has cookies: false",
};

/** @internal */
export const clientOptions: OptionList = optionList<AsyncClientOptions>("an AsyncClient", ofClient, {
  advice: {
    ...callAdvice,
    ...networkAdvice,
    ...elsewhere(ofCall, ofClient, "an option of a call, not of the client"),
    base: "did you mean baseUrl",
    beforeRequest: "did you mean eventHooks: { request }",
    cookieJar: "did you mean cookies",
    defaults: "each default is an option of its own, such as headers",
    hooks: "did you mean eventHooks",
    interceptors: "did you mean eventHooks",
    jar: "did you mean cookies",
    maxRedirect: "did you mean maxRedirects",
    maxRedirections: "did you mean maxRedirects",
    prefixUrl: "did you mean baseUrl",
    url: "did you mean baseUrl",
  },
});

/** @internal */
export const callOptions: OptionList = optionList<RequestOptions>("a call", ofCall, {
  advice: {
    ...networkAdvice,
    ...callAdvice,
    ...requestAdvice,
    ...elsewhere(ofClient, ofCall, "an option of the client, not of a call: new AsyncClient({ … })"),
  },
});

const { content: _content, data: _data, files: _files, json: _json, ...withoutBody } = ofCall;

/** @internal */
export const websocketOptions: OptionList = optionList<WebSocketOptions>(
  "websocket()",
  { ...withoutBody, ...sessionChecks },
  {
    advice: {
      ...networkAdvice,
      ...callAdvice,
      ...elsewhere(ofClient, ofCall, "an option of the client, not of a call: new AsyncClient({ … })"),
      ...elsewhere(ofCall, withoutBody, "not part of a handshake: call session.send()"),
      heartbeat: "did you mean pingInterval",
      maxPayload: "did you mean maxMessageBytes",
      perMessageDeflate: "did you mean compression",
      protocols: "did you mean subprotocols",
    },
  },
);

const { method: _method, ...adviceOnBodies } = requestAdvice;

/** @internal */
export const sseOptions: OptionList = optionList<SseOptions>(
  "sse()",
  { ...ofCall, ...eventStreamChecks },
  {
    advice: {
      ...networkAdvice,
      ...callAdvice,
      ...adviceOnBodies,
      ...elsewhere(ofClient, ofCall, "an option of the client, not of a call: new AsyncClient({ … })"),
    },
  },
);

/** @internal */
export const sendOptions: OptionList = optionList<SendOptions>(
  "send()",
  { ...ofSending, stream: orNull(aBoolean) },
  {
    advice: {
      ...networkAdvice,
      ...callAdvice,
      ...requestAdvice,
      ...elsewhere(ofClient, ofSending, "an option of the client, not of send(): new AsyncClient({ … })"),
      ...elsewhere(ofCall, ofSending, "part of the request: client.buildRequest() takes it"),
    },
  },
);

const { baseUrl: _baseUrl, limits: _limits, ...ofClientForOneCall } = ofClient;

/** @internal */
export const oneShotOptions: OptionList = optionList<OneShotOptions>(
  "a call",
  { ...ofClientForOneCall, ...ofCall },
  {
    advice: {
      ...networkAdvice,
      ...callAdvice,
      ...requestAdvice,
      baseUrl: "a call without a client takes a whole URL",
      limits: "a call without a client keeps no connections",
    },
  },
);

/** Other clients take the body as an argument before the options, or options after them. Here they would be ignored. @internal */
export function tooManyArguments(method: string, takes = "a URL and options"): TypeError {
  return surplusArgument(`${method}()`, `${takes}. A body is an option: { json: body, headers, … }`);
}

/**
 * Checks the function that is an optional last argument.
 *
 * @param count of the arguments from it on.
 * @throws TypeError
 * @internal
 */
export function checkUse(method: string, before: string, count: number, use: unknown): void {
  if (count > 1) throw surplusArgument(method, `${before} and a function`);
  if (use !== undefined && !isCallable(use)) {
    throw wrongType(`The last argument of ${method} must be a function, not ${kindOf(use)}.`);
  }
}

/** Whether a one-shot function passes the option to its client: `cookies`, and each option that a call does not have. @internal */
export function isOfClient(name: string): boolean {
  return name === "cookies" || !Object.hasOwn(ofCall, name);
}

function elsewhere(those: object, these: object, where: string): Record<string, string> {
  const names = Object.keys(those).filter((name) => !Object.hasOwn(these, name));
  return Object.fromEntries(names.map((name) => [name, `it is ${where}`]));
}
