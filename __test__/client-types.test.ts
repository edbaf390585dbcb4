/**
 * The types of options and results. What is right here compiles, what is wrong does not: each `@ts-expect-error` is
 * itself an error once its line compiles. A compiler that is not run cannot fail, so that `tsc -p __test__` is the
 * test, and what runs here is only what it does not say of the declarations.
 */
import { readFileSync } from "node:fs";
import test from "ava";
import {
  AsyncClient,
  type AsyncClientOptions,
  type AsyncTransport,
  Auth,
  type BasicAuth,
  type Cookies,
  type EventHooks,
  get,
  type Headers,
  type OneShotOptions,
  type PoolStats,
  type QueryParams,
  type Request,
  RequestError,
  type RequestOptions,
  type Response,
  type SendOptions,
  stream,
  type Timeout,
} from "httpxide";

/** Whether two types are the same, `any` being the same as itself only. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
type True<T extends true> = T;

declare const client: AsyncClient;
declare const response: Response;

/** What calls answer. The functions are compiled and never called. */
const results = {
  request: () => client.request("GET", "http://h/"),
  send: () => client.send(client.buildRequest("GET", new URL("http://h/"))),
  unread: () => client.stream("GET", "http://h/"),
  used: () => client.stream("GET", "http://h/", undefined, async ({ statusCode }) => statusCode),
  usedNow: () => client.stream("GET", "http://h/", {}, ({ text }) => text),
  oneShot: () => get("http://h/", { cookies: false, maxRedirects: 1 }),
  oneShotUsed: () => stream("GET", "http://h/", undefined, ({ isError }) => isError),
  pieces: () => response.aiterBytes(1),
  texts: () => response.aiterText(),
  raised: () => response.raiseForStatus(),
  json: () => response.json(),
  jsonOfType: () => response.json<{ id: number }>().id,
};
type Results = { [Name in keyof typeof results]: ReturnType<(typeof results)[Name]> };

export type ResultsAreExact = True<
  Same<
    Results,
    {
      request: Promise<Response>;
      send: Promise<Response>;
      unread: Promise<Response>;
      used: Promise<number>;
      usedNow: Promise<string>;
      oneShot: Promise<Response>;
      oneShotUsed: Promise<boolean>;
      pieces: AsyncIterableIterator<Uint8Array>;
      texts: AsyncIterableIterator<string>;
      raised: Response;
      json: any;
      jsonOfType: number;
    }
  >
>;

type Properties = Pick<
  AsyncClient,
  | "auth"
  | "baseUrl"
  | "cookies"
  | "eventHooks"
  | "followRedirects"
  | "headers"
  | "isClosed"
  | "maxRedirects"
  | "params"
  | "timeout"
  | "trustEnv"
>;
export type PropertiesReadAsMade = True<
  Same<
    { [Name in keyof Properties]: Properties[Name] },
    {
      auth: Auth | null;
      baseUrl: URL | null;
      cookies: Cookies;
      eventHooks: EventHooks;
      followRedirects: boolean;
      headers: Headers;
      readonly isClosed: boolean;
      maxRedirects: number;
      params: QueryParams;
      timeout: Timeout;
      readonly trustEnv: boolean;
    }
  >
>;

export type PropertiesOfResponses = True<
  Same<
    [
      Response["statusCode"],
      Response["content"],
      Response["text"],
      Response["history"],
      Response["nextRequest"],
      Response["links"],
      Response["elapsed"],
    ],
    [number, Uint8Array, string, Response[], Request | null, Record<string, Record<string, string>>, number]
  >
>;

export type StatsAreCounted = True<Same<ReturnType<AsyncClient["stats"]>, PoolStats>>;

/** What may be given. */
export const options: readonly [AsyncClientOptions, RequestOptions, SendOptions, OneShotOptions] = [
  {
    auth: ["user", "password"],
    cookies: false,
    eventHooks: { request: [async (request) => request.headers.set("a", "1")] },
    mounts: { "all://*.example.org": null },
    params: "a=1",
    timeout: { read: null },
  },
  {
    auth: async (request) => request,
    cookies: new Map([["a", "1"]]),
    headers: [["a", "1"]],
    json: { any: ["thing"] },
    params: { a: [1, true, null, undefined] },
    signal: null,
    timeout: null,
  },
  { auth: null, followRedirects: undefined, signal: AbortSignal.timeout(1), stream: true },
  { auth: null, cookies: false, verify: { ca: ["PEM"] } },
];

/** What may not. Each line is wrong for one reason, which the comment above it tells. */
export const refused: readonly (() => unknown)[] = [
  // @ts-expect-error an unknown option
  () => new AsyncClient({ follow_redirects: true }),
  // @ts-expect-error a timeout as text
  () => new AsyncClient({ timeout: "5s" }),
  // @ts-expect-error an unknown phase
  () => new AsyncClient({ timeout: { idle: 5 } }),
  // @ts-expect-error a user name alone
  () => new AsyncClient({ auth: ["user"] }),
  // @ts-expect-error a function of something else
  () => new AsyncClient({ auth: (name: string) => name }),
  // @ts-expect-error cookies as text
  () => new AsyncClient({ cookies: "a=1" }),
  // @ts-expect-error true is no way to keep cookies
  () => new AsyncClient({ cookies: true }),
  // @ts-expect-error a hook that is no function
  () => new AsyncClient({ eventHooks: { request: ["log"] } }),
  // @ts-expect-error a hook by itself
  () => new AsyncClient({ eventHooks: { response: () => undefined } }),
  // @ts-expect-error a transport that cannot send
  () => new AsyncClient({ transport: {} }),
  // @ts-expect-error yes as text
  () => new AsyncClient({ followRedirects: "yes" }),
  // @ts-expect-error a header of a number
  () => client.get("http://h/", { headers: { "Content-Length": 5 } }),
  // @ts-expect-error a parameter that has no text
  () => client.get("http://h/", { params: { a: {} } }),
  // @ts-expect-error a body of a number
  () => client.post("http://h/", { content: 5 }),
  // @ts-expect-error false is for clients, which could keep some
  () => client.get("http://h/", { cookies: false }),
  // @ts-expect-error an option of the client
  () => client.get("http://h/", { verify: false }),
  // @ts-expect-error a controller is no signal
  () => client.get("http://h/", { signal: new AbortController() }),
  // @ts-expect-error what a request is made of belongs to the request
  () => client.send(client.buildRequest("GET", "http://h/"), { headers: {} }),
  // @ts-expect-error a URL is no request
  () => client.send("http://h/"),
  // @ts-expect-error no URL
  () => client.get(),
  // @ts-expect-error the pool belongs to a client that lives on
  () => get("http://h/", { limits: { maxConnections: 1 } }),
  // @ts-expect-error a listener is a function
  () => client.get("http://h/", { extensions: { trace: "on" } }),
  // @ts-expect-error whether the environment counts is decided at the beginning
  () => (client.trustEnv = false),
  // @ts-expect-error a client is closed by aclose
  () => (client.isClosed = true),
  // @ts-expect-error undefined is no number of redirects
  () => (client.maxRedirects = undefined),
  // @ts-expect-error what was received stays
  () => (response.statusCode = 200),
  // @ts-expect-error the answer to stream is a promise
  () => client.stream("GET", "http://h/").aiterBytes(),
  // @ts-expect-error the type of json is what was asked for
  () => response.json<{ id: number }>().name,
  // @ts-expect-error Auth is for extending
  () => new Auth(),
];

/** A flow is typed: what `yield` gives is the response to what it was given. */
export class Flow extends Auth {
  override *authFlow(request: Request): Generator<Request, void, Response> {
    const answer = yield request;
    const exact: True<Same<typeof answer, Response>> = true;
    if (exact) yield request;
  }
}

/** What cannot be told apart by its members is told apart all the same: classes have private state. */
export type ClassesAreNominal = True<
  Same<
    [
      { username: string } extends BasicAuth ? 1 : 0,
      { handleAsyncRequest(): Promise<Response> } extends AsyncTransport ? 1 : 0,
    ],
    [0, 1]
  >
>;

test("an error that was told apart has its fields, precisely typed", (t) => {
  const error: unknown = new RequestError("message", { phase: "connect", requestSent: false });
  if (!(error instanceof RequestError)) return t.fail();
  const phase: "pool" | "dns" | "connect" | "tls" | "proxy" | "write" | "headers" | "body" | "decode" =
    error.phase;
  const sent: boolean | "maybe" = error.requestSent;
  t.deepEqual([phase, sent], ["connect", false]);
});

test("the declarations have no any but that of json, which the caller may replace", (t) => {
  const declarations = readFileSync(new URL("../../index.d.ts", import.meta.url), "utf8");
  const code = declarations.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, "");
  t.true(code.includes("export declare class AsyncClient"));
  t.deepEqual(
    code
      .split("\n")
      .filter((line) => /\bany\b/.test(line))
      .map((line) => line.trim()),
    ["json<T = any>(): T;"],
  );
});
