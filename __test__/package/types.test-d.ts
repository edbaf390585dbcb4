/**
 * The types of the public surface, checked by the compiler alone (`npm run lint`, "test types"): valid code compiles with
 * exactly the named type, and invalid code does not compile. Nothing here ever runs.
 */
import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import type { Readable } from "node:stream";
import {
  AsyncClient,
  type AsyncClientOptions,
  type AsyncTransport,
  Auth,
  type AuthTypes,
  BasicAuth,
  BearerAuth,
  type CookieJSON,
  Cookies,
  type EventHooks,
  type FilesTypes,
  FunctionAuth,
  type HTTPError,
  HTTPStatusError,
  Headers,
  type Limits,
  MockTransport,
  NetworkError,
  type PoolStats,
  type QueryParams,
  Request,
  RequestError,
  type RequestOptions,
  Response,
  type StreamError,
  type Timeout,
  TimeoutException,
  codes,
  get,
  stream,
  type Timings,
  type ConnectionInfo,
  type TlsInfo,
  type NetworkStream,
} from "httpxide";

/** `true` only for identical types; `any` is identical to nothing else. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
declare function same<A, B>(yes: Same<A, B>): void;

interface User {
  readonly name: string;
}

declare const client: AsyncClient;
declare const response: Response;
declare const request: Request;

export async function calls(): Promise<void> {
  const url = new URL("https://example.org/");
  same<Awaited<ReturnType<typeof client.get>>, Response>(true);
  for (const call of [client.get, client.options, client.head, client.post, client.put, client.patch]) {
    same<ReturnType<typeof call>, Promise<Response>>(true);
    void call(url, { json: { a: 1 } });
  }
  same<ReturnType<typeof client.delete>, Promise<Response>>(true);
  same<ReturnType<typeof client.buildRequest>, Request>(true);
  same<ReturnType<typeof client.stats>, PoolStats>(true);
  same<ReturnType<typeof client.aclose>, Promise<void>>(true);
  void client.request("GET", url, {});
  void client.send(request, { stream: true, auth: null, followRedirects: true, signal: null });
  await using closed = client;
  await using also = await client.stream("GET", url);
  same<typeof closed, AsyncClient>(true);
  same<typeof also, Response>(true);
  const status = await client.stream("GET", url, undefined, (answer) => answer.statusCode);
  same<typeof status, number>(true);
  const later = await stream("GET", "https://example.org/", {}, async (answer) => answer.text);
  same<typeof later, string>(true);

  // @ts-expect-error -- a method needs a URL
  void client.get();
  // @ts-expect-error -- a URL is text or a URL
  void client.get(5);
  // @ts-expect-error -- a method is text
  void client.request(url);
  // @ts-expect-error -- a request is one of this package
  void client.send(new globalThis.Request("https://example.org/"));
  // @ts-expect-error -- params belong to the request, which exists already
  void client.send(request, { params: {} });
  // @ts-expect-error -- there is no such option
  void client.get(url, { timeouts: 5 });
}

export function properties(): void {
  same<typeof client.auth, Auth | null>(true);
  same<typeof client.baseUrl, URL | null>(true);
  same<typeof client.headers, Headers>(true);
  same<typeof client.params, QueryParams>(true);
  same<typeof client.timeout, Timeout>(true);
  same<typeof client.cookies, Cookies>(true);
  same<typeof client.eventHooks, EventHooks>(true);
  same<typeof client.followRedirects, boolean>(true);
  same<typeof client.maxRedirects, number>(true);
  same<typeof client.isClosed, boolean>(true);
  same<typeof client.trustEnv, boolean>(true);

  client.auth = ["user", "password"];
  client.baseUrl = "https://example.org/";
  client.headers = { Accept: "text/html" };
  client.params = { a: 1 };
  client.timeout = { read: 1000, total: null };
  client.cookies = { a: "1" };
  client.eventHooks = { request: [(sent) => sent.headers.set("A", "1")] };
  client.headers = null;
  client.auth = null;

  // @ts-expect-error -- read-only
  client.isClosed = true;
  // @ts-expect-error -- only the constructor takes it
  client.trustEnv = false;
  // @ts-expect-error -- a pair, not text
  client.auth = "user:password";
  // @ts-expect-error -- off is false
  client.followRedirects = null;
  // @ts-expect-error -- only the constructor takes false
  client.cookies = false;
}

export function options(): void {
  const all: AsyncClientOptions = {
    auth: new BasicAuth("user", "password"),
    baseUrl: new URL("https://example.org/"),
    cookies: false,
    defaultEncoding: (content) => (content.byteLength > 0 ? "latin1" : null),
    eventHooks: {
      request: [async (sent) => void sent.url],
      response: new Set([(got: Response) => got.aread(), (got: Response) => got.raiseForStatus()]),
    },
    followRedirects: true,
    headers: [["Accept", "*/*"]],
    limits: { maxConnections: null, maxKeepaliveConnections: 5 },
    maxRedirects: 5,
    maxResponseBytes: null,
    mounts: { "all://": new MockTransport(() => response), "http://": null },
    params: "a=1",
    retries: 1,
    sensitiveHeaders: new Set(["X-Api-Key"]),
    timeout: null,
    transport: { handleAsyncRequest: async () => response },
    trustEnv: false,
    verify: { ca: ["-----BEGIN CERTIFICATE-----"], checkHostname: false },
  };
  // undefined selects the default of each
  const none: { [Name in keyof AsyncClientOptions]: undefined } = { auth: undefined, timeout: undefined };
  void new AsyncClient({ ...all, ...none });

  // @ts-expect-error -- milliseconds are a number
  void new AsyncClient({ timeout: "5s" });
  // @ts-expect-error -- a phase is misspelt
  void new AsyncClient({ timeout: { connects: 1 } });
  // @ts-expect-error -- HTTPX's name, not JavaScript's
  void new AsyncClient({ follow_redirects: true });
  // @ts-expect-error -- a class, not an object of it
  void new AsyncClient({ transport: MockTransport });
  // @ts-expect-error -- a pattern leads to a transport
  void new AsyncClient({ mounts: { "all://": "http://proxy" } });
  // @ts-expect-error -- a list, not a function
  void new AsyncClient({ eventHooks: { request: () => undefined } });
  // @ts-expect-error -- a request hook gets a request
  void new AsyncClient({ eventHooks: { request: [(got: Response) => void got] } });
  // @ts-expect-error -- names, not a record
  void new AsyncClient({ sensitiveHeaders: { "X-Api-Key": true } });
  // @ts-expect-error -- the PEM text itself
  void new AsyncClient({ verify: { ca: 5 } });
  // @ts-expect-error -- a one-shot function keeps no pool
  void get("https://example.org/", { limits: {} });
  void get("https://example.org/", { cookies: false, mounts: {}, verify: false, json: [] });

  const events: string[] = [];
  void get("https://example.org/", { extensions: { trace: (event) => events.push(event) } });
}

export function extensions({ extensions }: Response): void {
  same<typeof extensions.timings, Timings>(true);
  same<typeof extensions.connection, ConnectionInfo>(true);
  same<typeof extensions.tls, TlsInfo | null>(true);
  same<typeof extensions.streamId, number | null>(true);
  same<typeof extensions.attempt, number>(true);
  same<typeof extensions.networkStream, NetworkStream>(true);
  same<(typeof extensions)["of a transport"], unknown>(true);
  void new Response(200, { extensions });
  void new Response(200, { extensions: { reasonPhrase: "Fine", mine: 1 } });
}

export async function bodies(
  web: ReadableStream<Uint8Array>,
  node: Readable,
  incoming: IncomingMessage,
): Promise<void> {
  const contents: RequestOptions["content"][] = [
    "text",
    new Uint8Array(1),
    new ArrayBuffer(1),
    new Blob(["a"]),
    new URLSearchParams(),
    new FormData(),
    ["a", new Uint8Array(1)],
    (async function* () {
      yield "a";
    })(),
    web,
    node,
    incoming,
    null,
  ];
  const files: FilesTypes[] = [
    { file: "text" },
    { file: ["name.txt", new Uint8Array(1), "text/plain", { "X-A": "1" }] },
    { file: [[null, "one"], new Blob(["two"])] },
    [["file", ["name.txt", web]]],
  ];
  const forms: RequestOptions[] = [{ data: { a: "1", b: [1, true, null], c: new Uint8Array(1) } }];
  await client.post("/", { content: contents[0], files: files[0], ...forms[0] });

  // @ts-expect-error -- use json
  await client.post("/", { content: { a: 1 } });
  // @ts-expect-error -- a number is no body
  await client.post("/", { content: 5 });
  // @ts-expect-error -- a form has no nested records
  await client.post("/", { data: { a: { b: 1 } } });
  // @ts-expect-error -- a file has a name or null
  await client.post("/", { files: { file: [5, "content"] } });
  // @ts-expect-error -- values of params are primitive
  await client.get("/", { params: { a: {} } });
  // @ts-expect-error -- values of headers are text
  await client.get("/", { headers: { a: 1 } });
  // @ts-expect-error -- values of cookies are text
  await client.get("/", { cookies: { a: 1 } });
}

interface Search {
  query: string;
  page?: number;
}
interface Login {
  user: string;
  tags: string[];
}
interface Session {
  id: string;
  theme?: string;
}
interface Tracing {
  "X-Trace": string;
  "X-Span"?: string;
}

export function fields(search: Search, login: Login, session: Session, incoming: IncomingHttpHeaders): void {
  const tracing: Tracing = { "X-Trace": "1" };
  void new AsyncClient({ headers: tracing });
  void client.get("/", { headers: tracing });
  void new Headers(tracing);

  // an interface has no index signature
  void client.get("/", { params: search, cookies: session, headers: incoming });
  void client.post("/", { data: login, json: login });
  void new AsyncClient({ params: search, cookies: session, headers: incoming });
  // left out
  void client.get("/", { headers: { "X-Trace": undefined, Accept: ["a", "b"] }, cookies: { a: undefined } });
  void new Headers(incoming);

  // @ts-expect-error -- a forgotten await
  void client.get("/", { params: Promise.resolve(search) });
  // @ts-expect-error -- a forgotten await
  void client.get("/", { headers: Promise.resolve(tracing) });
  // @ts-expect-error -- names without values
  void client.get("/", { headers: ["X-Trace"] });
  // @ts-expect-error -- a Map is no record of fields
  void client.post("/", { data: new Map([["a", "1"]]) });
  // @ts-expect-error -- pass its signal
  void client.get("/", { signal: new AbortController() });
}

export async function results(): Promise<void> {
  same<typeof response.statusCode, number>(true);
  same<typeof response.reasonPhrase, string>(true);
  same<typeof response.httpVersion, string>(true);
  same<typeof response.headers, Headers>(true);
  same<typeof response.trailers, Headers>(true);
  same<typeof response.cookies, Cookies>(true);
  same<typeof response.links, Record<string, Record<string, string>>>(true);
  same<typeof response.url, URL>(true);
  same<typeof response.request, Request>(true);
  same<typeof response.history, Response[]>(true);
  same<typeof response.nextRequest, Request | null>(true);
  same<typeof response.content, Uint8Array<ArrayBuffer>>(true);
  same<typeof response.text, string>(true);
  same<typeof response.encoding, string>(true);
  same<typeof response.charsetEncoding, string | null>(true);
  same<typeof response.elapsed, number>(true);
  same<typeof response.isSuccess, boolean>(true);
  same<ReturnType<typeof response.raiseForStatus>, Response>(true);
  same<ReturnType<typeof response.aread>, Promise<Uint8Array<ArrayBuffer>>>(true);
  for await (const bytes of response.aiterBytes(5)) same<typeof bytes, Uint8Array<ArrayBuffer>>(true);
  for await (const bytes of response.aiterRaw()) same<typeof bytes, Uint8Array<ArrayBuffer>>(true);
  for await (const text of response.aiterText()) same<typeof text, string>(true);
  for await (const line of response.aiterLines()) same<typeof line, string>(true);

  const user = response.raiseForStatus().json<User>();
  same<typeof user, User>(true);
  // The one `any` of the surface: only the caller knows the type of a body.
  const untyped = response.json();
  same<typeof untyped, any>(true);

  // @ts-expect-error -- read-only
  response.statusCode = 200;
  // @ts-expect-error -- read-only
  response.history = [];
  // @ts-expect-error -- fetch's name, not HTTPX's
  void response.arrayBuffer();
}

export function messages(): void {
  same<typeof request.method, string>(true);
  same<typeof request.content, Uint8Array>(true);
  request.url = "https://example.org/";
  same<ReturnType<Headers["get"]>, string | null>(true);
  same<ReturnType<Headers["getList"]>, string[]>(true);
  same<Headers["raw"], [string, string][]>(true);
  same<ReturnType<Cookies["get"]>, string | null>(true);
  same<ReturnType<Cookies["toJSON"]>, CookieJSON[]>(true);
  same<Timeout["total"], number | null>(true);
  same<Limits["maxConnections"], number | null>(true);
  same<ReturnType<QueryParams["set"]>, QueryParams>(true);
  same<typeof codes.NOT_FOUND, 404>(true);
  for (const [name, value] of new Headers({ a: "1" }))
    same<[typeof name, typeof value], [string, string]>(true);
  for (const [name, value] of new Cookies()) same<[typeof name, typeof value], [string, string]>(true);

  void new Response(200, { json: null, request, headers: new Headers() });
  // @ts-expect-error -- a response needs a status
  void new Response();
  // @ts-expect-error -- a status is a number
  void new Response("200");
  // @ts-expect-error -- a request needs a URL
  void new Request("GET");
  // @ts-expect-error -- read-only
  request.method = "POST";
  // @ts-expect-error -- a value is text
  new Headers().set("a", 1);
  // @ts-expect-error -- SameSite has three values
  new Cookies().set("a", "1", { sameSite: "sometimes" });
  // @ts-expect-error -- there is no such status
  void codes.NO_SUCH_STATUS;
}

class Own extends Auth {
  override requiresRequestBody = true;

  *authFlow(sent: Request): Generator<Request, void, Response> {
    const answer = yield sent;
    same<typeof answer, Response>(true);
    yield sent;
  }
}

class OwnLater extends Auth {
  async *authFlow(sent: Request): AsyncGenerator<Request, void, Response> {
    const answer = yield sent;
    same<typeof answer, Response>(true);
  }
}

export class Unfinished extends Auth {
  // @ts-expect-error -- a flow yields requests
  *authFlow(sent: Request): Generator<string, void, Response> {
    yield sent.method;
  }
}

export function authentication(): void {
  const all: AuthTypes[] = [
    ["user", "password"],
    (sent) => sent,
    async (sent) => sent,
    new Own(),
    new OwnLater(),
    new BearerAuth(async () => "token"),
    new FunctionAuth((sent) => sent),
  ];
  void client.get("/", { auth: all[0] });

  // @ts-expect-error -- an abstract class
  void new Auth();
  // @ts-expect-error -- a class, not an object of it
  void client.get("/", { auth: Own });
  // @ts-expect-error -- two strings
  void client.get("/", { auth: ["user"] });
  // @ts-expect-error -- the function has to return the request
  void client.get("/", { auth: (sent: Request) => void sent });
}

export function transports(): void {
  class Counting implements AsyncTransport {
    count = 0;

    async handleAsyncRequest(sent: Request): Promise<Response> {
      this.count += 1;
      return new Response(204, { request: sent });
    }
  }
  void new AsyncClient({ transport: new Counting(), mounts: { "memo://": new Counting() } });
  void new MockTransport(async (sent) => new Response(200, { text: sent.method }));

  // @ts-expect-error -- a transport returns a promise
  void new AsyncClient({ transport: { handleAsyncRequest: () => response } });
  // @ts-expect-error -- a response of this package
  void new MockTransport(() => new globalThis.Response());
}

export function errors(error: unknown): void {
  if (error instanceof RequestError) {
    same<typeof error.code, string>(true);
    same<typeof error.requestSent, false | "maybe" | true>(true);
    same<typeof error.request, Request>(true);
    // @ts-expect-error -- there is no such phase
    void (error.phase === "dance");
  } else if (error instanceof HTTPStatusError) {
    same<typeof error.response, Response>(true);
  }
  const parents: [HTTPError, RequestError, StreamError][] = [];
  void parents;
  if (error instanceof TimeoutException) error satisfies RequestError;
  if (error instanceof NetworkError) error satisfies HTTPError;
}
