/**
 * Makes every class and function of the package throw, and prints the stacks as JSON: `results` are
 * `[what, name, stack][]`, and `withinOthers` those whose stacks need not begin with the program's line.
 *
 * Argument: the URL of a server that answers as `../helpers/failing-listener.ts` does.
 */
import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import { create } from "axios";
import {
  AppTransport,
  AsyncClient,
  AsyncHTTPTransport,
  BasicAuth,
  BearerAuth,
  Cookies,
  DigestAuth,
  FunctionAuth,
  Headers,
  Limits,
  MockTransport,
  NetRCAuth,
  Proxy,
  QueryParams,
  ReplayTransport,
  Request,
  Response,
  RetryTransport,
  ServerSentEvent,
  Timeout,
  type WebSocketSession,
  get,
  stream,
} from "httpxide";
import { adapter } from "httpxide/axios";
import { createFetch } from "httpxide/fetch";
import { HttpxideHttpHandler } from "httpxide/smithy";
import { HttpxideDispatcher } from "httpxide/undici";
import { failing } from "../helpers/failing-listener.js";

const url = process.argv[2] ?? "";
const bad = 5 as never;

type Failing = () => unknown;

/** The client is closed at the end. */
async function using<T>(client: AsyncClient, use: (client: AsyncClient) => Promise<T>): Promise<T> {
  try {
    return await use(client);
  } finally {
    await client.aclose();
  }
}

const network = (use: (client: AsyncClient) => Promise<unknown>) =>
  using(new AsyncClient({ baseUrl: url }), use);
const answered = (make: (request: Request) => unknown, use: (client: AsyncClient) => Promise<unknown>) =>
  using(new AsyncClient({ transport: new MockTransport(make as never), baseUrl: "http://mock" }), use);
const inProcess = (use: (client: AsyncClient) => Promise<unknown>) =>
  using(new AsyncClient({ app: failing, baseUrl: "http://app" }), use);

async function closed(): Promise<AsyncClient> {
  const client = new AsyncClient();
  await client.aclose();
  return client;
}

function closedStream(): Response {
  const response = new Response(200, { content: chunks() });
  void response.aclose();
  return response;
}

async function* chunks(): AsyncGenerator<string> {
  yield "a";
}

async function all(pieces: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of pieces);
}

const clients: Record<string, Failing> = {
  "an unknown option": () => new AsyncClient({ timout: 5 } as never),
  "an option of a wrong type": () => new AsyncClient({ followRedirects: bad }),
  "a wrong proxy": () => new AsyncClient({ proxy: "ftp://h" }),
  "a wrong mount": () => new AsyncClient({ mounts: { "no pattern": null } }),
  "a wrong base URL": () => new AsyncClient({ baseUrl: "http://[" }),
  "two transports": () => new AsyncClient({ app: failing, transport: new MockTransport() }),
  "assigned auth": () => ((new AsyncClient() as { auth: unknown }).auth = 5),
  "assigned headers": () => (new AsyncClient().headers = { "X-Bad": "a\nb" }),
  "an assigned timeout": () => (new AsyncClient().timeout = "5" as never),
  "an assigned base URL": () => (new AsyncClient().baseUrl = "http://["),
  "assigned hooks": () => (new AsyncClient().eventHooks = bad),
  "assigned redirects": () => (new AsyncClient().maxRedirects = -1),
  "assigned params": () => (new AsyncClient().params = bad),
  "assigned cookies": () => (new AsyncClient().cookies = bad),
  buildRequest: () => new AsyncClient().buildRequest("GET", "/relative"),
  "get of a closed client": async () => (await closed()).get("http://h/"),
  "send of a closed client": async () => (await closed()).send(new Request("GET", "http://h/")),
  "stream of a closed client": async () => (await closed()).stream("GET", "http://h/"),
  "websocket of a closed client": async () => (await closed()).websocket("ws://h/"),
  "sse of a closed client": async () => (await closed()).sse("http://h/"),
  "send of no request": () => network((client) => client.send(bad)),
  "too many arguments": () =>
    network((client) => (client.get as (...all: unknown[]) => Promise<never>)("/", {}, {})),
  "a function that is none": () => network((client) => client.stream("GET", "/", {}, bad)),
  "a wrong signal": () => network((client) => client.get("/", { signal: bad })),
  "a wrong auth of a call": () => network((client) => client.get("/", { auth: bad })),
  "a wrong retry of a call": () => network((client) => client.get("/", { retry: -1 })),
  "a wrong proxy of a call": () => network((client) => client.get("/", { proxy: "ftp://h" })),
  "a proxy beside an application": () => inProcess((client) => client.get("/", { proxy: "http://p" })),
  "a wrong option of a one-shot call": () => get("http://h/", { timout: 1 } as never),
  "a wrong URL of a one-shot stream": () => stream("GET", "http://["),
  "a refused one-shot call": () => get("http://127.0.0.1:1/"),
  "a refused one-shot stream": () => stream("GET", "http://127.0.0.1:1/"),
  "an auth flow that yields no request": () =>
    network((client) => client.get("/", { auth: (() => 5) as never })),
  "a digest challenge": () =>
    answered(
      () => new Response(401, { headers: { "WWW-Authenticate": "Digest nonce=1" } }),
      (client) => client.get("/", { auth: new DigestAuth("a", "b") }),
    ),
  "a netrc file that is missing": () =>
    network((client) => client.get("/", { auth: new NetRCAuth("/nowhere/netrc") })),
  "an upload read twice": () =>
    answered(
      () => new Response(307, { headers: { Location: "/" } }),
      (client) => client.post("/", { content: chunks(), followRedirects: true }),
    ),
};

const models: Record<string, Failing> = {
  "Request's method": () => new Request("A B", "http://h/"),
  "Request's URL": () => new Request("GET", "http://["),
  "Request's option": () => new Request("GET", "http://h/", { jsn: 1 } as never),
  "Request's URL, assigned": () => (new Request("GET", "http://h/").url = "http://["),
  "Request.content": () => new Request("POST", "http://h/", { content: chunks() }).content,
  "Response's status": () => new Response(5),
  "Response's content": () => new Response(200, { content: bad }),
  "Response's json": () => new Response(200, { json: 1n }),
  "Response's option": () => new Response(200, { jsn: 1 } as never),
  "Response's encoding": () => (new Response(200).encoding = "none"),
  "Response.request": () => new Response(200).request,
  "Response.url": () => new Response(200).url,
  "Response.cookies": () => new Response(200).cookies,
  "Response.elapsed": () => new Response(200).elapsed,
  "Response.json": () => new Response(200, { content: "{" }).json(),
  "Response.json of bytes": () => new Response(200, { content: Uint8Array.of(0xff, 1) }).json(),
  "Response.content": () => new Response(200, { content: chunks() }).content,
  "Response.text": () => new Response(200, { content: chunks() }).text,
  "Response.raiseForStatus without a request": () => new Response(500).raiseForStatus(),
  "Response.raiseForStatus": () =>
    new Response(500, { request: new Request("GET", "http://h/") }).raiseForStatus(),
  "Response.aiterBytes of a wrong size": () => new Response(200).aiterBytes(-1),
  "Response.aiterLines with an argument": () =>
    (new Response(200).aiterLines as (size: number) => unknown)(1),
  "Response.aread with an argument": () => (new Response(200).aread as (size: number) => unknown)(1),
  "Response.aread, closed": () => closedStream().aread(),
  "Response.aiterBytes, closed": () => all(closedStream().aiterBytes()),
  "Response.aiterRaw, closed": () => all(closedStream().aiterRaw(5)),
  "Response.aiterText, closed": () => all(closedStream().aiterText()),
  "Response.aiterLines, closed": () => all(closedStream().aiterLines()),
  "Response.aiterRaw of a made body": () => all(new Response(200, { content: "a" }).aiterRaw()),
  "Response.aiterSse of no event stream": () => all(new Response(200, { content: "a" }).aiterSse()),
  "Response.aiterJsonLines of no JSON": () => all(new Response(200, { content: "{" }).aiterJsonLines()),
  "Headers' init": () => new Headers(bad),
  "Headers.set": () => new Headers().set("a b", "c"),
  "Headers.append": () => new Headers().append("a", "b\nc"),
  "Headers.get": () => new Headers().get(bad),
  "Headers.update": () => new Headers().update(bad),
  "Cookies' init": () => new Cookies(bad),
  "Cookies.set": () => new Cookies().set("a", "b;c"),
  "Cookies.set with a wrong option": () => new Cookies().set("a", "b", { domian: "h" } as never),
  "Cookies.fromJSON": () => Cookies.fromJSON("{"),
  "Cookies.fromNetscape": () => Cookies.fromNetscape("no cookie"),
  "QueryParams' init": () => new QueryParams({ a: { b: 1 } as never }),
  "QueryParams.set": () => new QueryParams().set("a", {} as never),
  "QueryParams.merge": () => new QueryParams().merge(bad),
  ServerSentEvent: () => new ServerSentEvent({ data: "{" }).json(),
  Timeout: () => new Timeout({ conect: 1 } as never),
  "Timeout's value": () => new Timeout(-1),
  Limits: () => new Limits({ maxConnections: -1 }),
  Proxy: () => new Proxy("ftp://h"),
  "Proxy's option": () => new Proxy("http://h", { auth: bad }),
  BasicAuth: () => new BasicAuth(bad, "b"),
  DigestAuth: () => new DigestAuth(bad, "b"),
  BearerAuth: () => new BearerAuth(bad),
  FunctionAuth: () => new FunctionAuth(bad),
  NetRCAuth: () => new NetRCAuth(bad),
};

const transports: Record<string, Failing> = {
  "AsyncHTTPTransport's option": () => new AsyncHTTPTransport({ verfy: true } as never),
  "AsyncHTTPTransport's certificate": () =>
    new AsyncHTTPTransport({ cert: { cert: "no PEM", key: "no PEM" } }),
  "AsyncHTTPTransport, closed": async () => {
    const transport = new AsyncHTTPTransport();
    await transport.aclose();
    await transport.handleAsyncRequest(new Request("GET", "http://h/"));
  },
  "AsyncHTTPTransport, refused": () =>
    new AsyncHTTPTransport().handleAsyncRequest(new Request("GET", "http://127.0.0.1:1/")),
  "AppTransport's application": () => new AppTransport(bad),
  "AppTransport's option": () => new AppTransport(failing, { rootpath: "/" } as never),
  "AppTransport, closed": async () => {
    const transport = new AppTransport(failing);
    await transport.aclose();
    await transport.handleAsyncRequest(new Request("GET", "http://h/"));
  },
  "an application that destroys": () => inProcess((client) => client.post("/destroy")),
  "an application that is silent": () =>
    inProcess((client) => client.get("/never", { timeout: { read: 20 } })),
  "an application that returns no response": () =>
    using(new AsyncClient({ app: { fetch: () => 5 as never } }), (client) => client.get("http://h/")),
  "MockTransport's option": () => new MockTransport({ passthrough: true } as never),
  "MockTransport's handler": () =>
    answered(
      () => 5,
      (client) => client.get("/"),
    ),
  "MockTransport's handler, later": () =>
    answered(
      () => new Promise((resolve) => setTimeout(resolve, 1)),
      (client) => client.get("/"),
    ),
  "MockTransport without a route": () =>
    using(new AsyncClient({ transport: new MockTransport() }), (client) => client.get("http://h/")),
  "MockTransport.get": () => new MockTransport().get("http://["),
  "MockTransport.route": () => new MockTransport().route({ ulr: "/" } as never),
  "MockTransport.assertAllCalled": () => {
    const mock = new MockTransport();
    mock.get("/a").reply(200);
    mock.assertAllCalled();
  },
  "MockTransport.assertCalled": () => new MockTransport().assertCalled(2),
  "MockTransport.webSocket": () => MockTransport.webSocket(bad),
  "MockRoute.reply": () => new MockTransport().get("/").reply(5),
  "MockRoute.throws": () => new MockTransport().get("/").throws(bad),
  "MockRoute.assertCalled": () => new MockTransport().get("/").assertCalled(1),
  "a route that throws no error": () => {
    const mock = new MockTransport();
    mock.get("/").throws((() => 5) as never);
    return using(new AsyncClient({ transport: mock }), (client) => client.get("http://h/"));
  },
  "a transport that returns no response": () =>
    using(new AsyncClient({ transport: { handleAsyncRequest: () => Promise.resolve(bad) } }), (client) =>
      client.get("http://h/"),
    ),
  "ReplayTransport's mode": () => new ReplayTransport("/nowhere.json", { mode: "no" as never }),
  "ReplayTransport without a file": () =>
    using(
      new AsyncClient({ transport: new ReplayTransport("/nowhere.json", { mode: "replay" }) }),
      (client) => client.get("http://h/"),
    ),
  "RetryTransport's option": () => new RetryTransport(new MockTransport(), { attempts: -1 }),
  "RetryTransport's transport": () => new RetryTransport(bad),
  "RetryTransport, refused": () =>
    using(
      new AsyncClient({ transport: new RetryTransport(new AsyncHTTPTransport(), { attempts: 1 }) }),
      (client) => client.get("http://127.0.0.1:1/"),
    ),
};

const session = (use: (session: WebSocketSession) => unknown): Promise<unknown> =>
  answered(
    () =>
      MockTransport.webSocket(async (socket) => {
        await socket.send("text");
        await socket.send(Uint8Array.of(1));
        for await (const _ of socket);
      }),
    async (client) => use(await client.websocket("ws://mock/")),
  );

const long: Record<string, Failing> = {
  "a WebSocket's option": () => network((client) => client.websocket("/", { pingIntervall: 1 } as never)),
  "a WebSocket's URL": () => network((client) => client.websocket("http://[")),
  "a WebSocket that is refused": () => network((client) => client.websocket("/")),
  "a WebSocket without a server": () =>
    using(new AsyncClient(), (client) => client.websocket("ws://127.0.0.1:1/")),
  "WebSocketSession.send": () => session((open) => open.send(bad)),
  "WebSocketSession.sendJson": () => session((open) => open.sendJson(1n)),
  "WebSocketSession.receiveBytes": () => session((open) => open.receiveBytes()),
  "WebSocketSession.receiveJson": () => session((open) => open.receiveJson()),
  "WebSocketSession.receiveText": () =>
    session(async (open) => {
      await open.receive();
      await open.receiveText();
    }),
  "WebSocketSession.close": () => session((open) => open.close(5)),
  "WebSocketSession.ping": () => session((open) => open.ping(new Uint8Array(200))),
  "WebSocketSession.receive, closed": () =>
    session(async (open) => {
      await open.receive();
      await open.receive();
      await open.close();
      await open.receive();
    }),
  "WebSocketSession.send, closed": () =>
    session(async (open) => {
      await open.close();
      await open.send("a");
    }),
  "an event stream's option": () => network((client) => client.sse("/", { reconect: true } as never)),
  "an event stream that is none": () => network((client) => client.sse("/")),
  "an event stream without a server": () =>
    using(new AsyncClient(), (client) => client.sse("http://127.0.0.1:1/")),
};

const fetching = createFetch({});
const interfaces: Record<string, Failing> = {
  "createFetch's option": () => createFetch({ timout: 1 } as never),
  "fetch, refused": () => fetching("http://127.0.0.1:1/"),
  "fetch of no URL": () => fetching("http://["),
  "fetch of another scheme": () => fetching("ftp://h/"),
  "fetch of a bad port": () => fetching("http://h:25/"),
  "fetch with a method that is none": () => fetching(url, { method: "A B" }),
  "fetch, GET with a body": () => fetching(url, { body: "a" }),
  "fetch, a redirect that is an error": () => fetching(`${url}/loop`, { redirect: "error" }),
  "fetch, redirects in circles": () => fetching(`${url}/loop`),
  "fetch, integrity": () => fetching(url, { integrity: "sha256-AAAA" }),
  "fetch, body cut short": async () => (await fetching(`${url}/cut`)).text(),
  "fetch, body read twice": async () => {
    const response = await fetching(url);
    await response.text();
    await response.text();
  },
  "fetch, immutable headers": async () => (await fetching(url)).headers.set("a", "b"),
};

const refused = { origin: "http://127.0.0.1:1", path: "/", method: "GET" };
const cut = { origin: url, path: "/cut", method: "GET" };
const overSmithy = (port: number, path: string) =>
  new HttpxideHttpHandler().handle({
    protocol: "http:",
    hostname: "127.0.0.1",
    port,
    method: "GET",
    path,
    headers: {},
  });
const overAxios = create({ adapter });

const interfacesOfOthers: Record<string, Failing> = {
  "fetch, no JSON": async () => (await fetching(url)).json(),
  "undici, refused": () => new HttpxideDispatcher().request(refused),
  "undici, refused stream": () => new HttpxideDispatcher().stream(refused, () => new PassThrough()),
  "undici, body.text()": async () => (await new HttpxideDispatcher().request(cut)).body.text(),
  "undici, body.json()": async () => (await new HttpxideDispatcher().request(cut)).body.json(),
  "undici, chunks": async () => all((await new HttpxideDispatcher().request(cut)).body),
  "smithy, refused": () => overSmithy(1, "/"),
  "smithy, chunks": async () => all((await overSmithy(Number(new URL(url).port), "/cut")).response.body),
  "smithy, text()": async () => text((await overSmithy(Number(new URL(url).port), "/cut")).response.body),
};

/** The program's line is below those of axios, or the platform's own streams lead to none. */
const withinOthers: Record<string, Failing> = {
  "axios, refused": () => overAxios.get("http://127.0.0.1:1/"),
  "axios, cut": () => overAxios.get(`${url}/cut`),
  "axios, chunks": async () => all((await overAxios.get(`${url}/cut`, { responseType: "stream" })).data),
  "fetch, chunks": async () => all((await fetching(`${url}/cut`)).body as never),
  "fetch, a reader": async () => {
    const reader = (await fetching(`${url}/cut`)).body!.getReader();
    // oxlint-disable-next-line no-await-in-loop -- one chunk after the other
    while (!(await reader.read()).done);
  },
  "fetch, pipeTo": async () => (await fetching(`${url}/cut`)).body!.pipeTo(new WritableStream()),
  "fetch, a clone": async () => {
    const response = await fetching(`${url}/cut`);
    const copy = response.clone();
    await Promise.all([response.text().catch(() => undefined), copy.text()]);
  },
  "fetch, another response": async () => new globalThis.Response((await fetching(`${url}/cut`)).body).text(),
};

const results: [what: string, name: string, stack: string][] = [];

for (const cases of [clients, models, transports, long, interfaces, interfacesOfOthers, withinOthers]) {
  for (const [what, run] of Object.entries(cases)) {
    try {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      await run();
      results.push([what, "no error", ""]);
    } catch (error) {
      results.push([what, (error as Error).name, String((error as Error).stack)]);
    }
  }
}
console.log(JSON.stringify({ results, withinOthers: Object.keys(withinOthers) }));
process.exit();
