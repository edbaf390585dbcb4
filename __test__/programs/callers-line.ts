/**
 * Makes calls fail in every way and prints, as JSON, the name and the stack of each error: `[what, name, stack]`.
 *
 * Argument: the URL of a server that answers as `../helpers/failing-listener.ts` does.
 */
import {
  AsyncClient,
  CookieConflict,
  Cookies,
  Headers,
  InvalidURL,
  MockTransport,
  Request,
  Response,
  get,
} from "httpxide";
import { interfaces, open, transports } from "../helpers/failing-calls.js";
import { failing } from "../helpers/failing-listener.js";

const url = process.argv[2] ?? "";

type Failing = (client: AsyncClient) => unknown;

/** Over any transport. */
const exchanges: Record<string, Failing> = {
  "read timeout": (client) => client.get("/never", { timeout: { read: 20 } }),
  "total timeout": (client) => client.get("/never", { timeout: { total: 20 } }),
  "read timeout of send": (client) =>
    client.send(client.buildRequest("GET", "/never", { timeout: { read: 20 } })),
  "read timeout of stream": (client) => client.stream("GET", "/never", { timeout: { read: 20 } }),
  "read timeout of stream with a function": (client) =>
    client.stream("GET", "/never", { timeout: { read: 20 } }, (response) => response.aread()),
  "read timeout with auth": (client) => client.get("/never", { timeout: { read: 20 }, auth: ["a", "b"] }),
  "read timeout with a signal": (client) =>
    client.get("/never", { timeout: { read: 20 }, signal: new AbortController().signal }),
  "read timeout with redirects and a signal": (client) =>
    client.get("/never", {
      timeout: { read: 20 },
      followRedirects: true,
      signal: new AbortController().signal,
    }),
  "body cut short": (client) => client.get("/cut"),
  "no response": (client) => client.post("/destroy"),
  "redirects in circles": (client) => client.get("/loop", { followRedirects: true }),
  "redirect to no URL": (client) => client.get("/nowhere", { followRedirects: true }),
  "no gzip": (client) => client.get("/gzip"),
  "an upload of the wrong length": (client) =>
    client.post("/", { content: "12345", headers: { "Content-Length": "3" } }),
  "an upload that throws": (client) =>
    client.post("/", {
      content: (async function* (): AsyncGenerator<string> {
        yield* [];
        throw new RangeError("of an upload");
      })(),
    }),
  "a listener that throws": (client) =>
    client.get("/", {
      onDownloadProgress: () => {
        throw new RangeError("of a listener");
      },
    }),
  "read timeout with redirects": (client) =>
    client.get("/never", { timeout: { read: 20 }, followRedirects: true }),
  "no response, with redirects": (client) => client.post("/destroy", { followRedirects: true }),
  "status error": async (client) => (await client.get("/404")).raiseForStatus(),
  "not JSON": async (client) => (await client.get("/")).json(),
  "not read": async (client) => (await client.stream("GET", "/cut")).content,
  "timeout of aread": async (client) => {
    const response = await client.stream("GET", "/stall", { timeout: { read: 20 } });
    await response.aread();
  },
  "timeout of aiterBytes": async (client) => {
    const response = await client.stream("GET", "/stall", { timeout: { read: 20 } });
    for await (const _ of response.aiterBytes());
  },
  "timeout of aiterRaw": async (client) => {
    const response = await client.stream("GET", "/stall", { timeout: { read: 20 } });
    for await (const _ of response.aiterRaw(10));
  },
  "timeout of aiterText": async (client) => {
    const response = await client.stream("GET", "/stall", { timeout: { read: 20 } });
    for await (const _ of response.aiterText());
  },
  "timeout of aiterLines": async (client) => {
    const response = await client.stream("GET", "/stall", { timeout: { read: 20 } });
    for await (const _ of response.aiterLines());
  },
  "body read twice": async (client) => {
    const response = await client.stream("GET", "/");
    for await (const _ of response.aiterBytes());
    for await (const _ of response.aiterBytes());
  },
  "body read after closing": async (client) => {
    const response = await client.stream("GET", "/stall");
    await response.aclose();
    await response.aread();
  },
};

/** Before anything is sent, and without a network. */
const local: Record<string, Failing> = {
  "header value": (client) => client.get("/", { headers: { "X-Bad": "a\nb" } }),
  "header name": (client) => client.get("/", { headers: { "bad name": "a" } }),
  "header on a client": () => new AsyncClient({ headers: { "X-Bad": "a\nb" } }),
  "header set": () => new Headers().set("X-Bad", "a\0"),
  method: (client) => client.request("BAD METHOD", "/"),
  URL: (client) => client.get("http://["),
  "URL of buildRequest": (client) => client.buildRequest("GET", "http://["),
  "URL without http": (client) => client.get("ftp://h/"),
  "URL of a Request": () => new Request("GET", "http://["),
  "nested params": (client) => client.get("/", { params: { a: { b: 1 } as never } }),
  "nested data": (client) => client.post("/", { data: { a: { b: { c: 1 } } as never } }),
  content: (client) => client.post("/", { content: 5 as never }),
  json: (client) => client.post("/", { json: 1n }),
  files: (client) => client.post("/", { files: { a: 5 as never } }),
  auth: (client) => client.get("/", { auth: 5 as never }),
  timeout: (client) => client.get("/", { timeout: "5" as never }),
  "unknown option": (client) => client.get("/", { timout: 5 } as never),
  target: (client) => client.get("/", { extensions: { target: "a b" } }),
  "one-shot function": () => get("http://["),
  "closed client": async (client) => {
    await client.aclose();
    await client.get("/");
  },
  "cookie conflict": () => {
    const cookies = new Cookies();
    cookies.set("a", "1", { domain: "a.example" });
    cookies.set("a", "2", { domain: "b.example" });
    cookies.get("a");
  },
  "request not read": () => new Request("POST", "http://h/", { content: (async function* () {})() }).content,
  "status error of a made response": () =>
    new Response(500, { request: new Request("GET", "http://h/") }).raiseForStatus(),
  "made response, decoding": () =>
    new Response(200, { headers: { "Content-Encoding": "gzip" }, content: "no gzip" }),
  "InvalidURL by hand": () => {
    throw new InvalidURL("by hand");
  },
  "CookieConflict by hand": () => {
    throw new CookieConflict("by hand");
  },
};

const mocked: Record<string, Failing> = {
  "no route": (client) => client.get("/unmatched"),
  "no route, with redirects and a signal": (client) =>
    client.get("/unmatched", { followRedirects: true, signal: new AbortController().signal }),
  "reply's error": (client) => client.get("/error"),
  "reply's delay": (client) => client.get("/slow", { timeout: { read: 5 } }),
};

const results: [what: string, name: string, stack: string][] = [];

async function theCallersFunction(what: string, run: Failing, client: AsyncClient): Promise<void> {
  try {
    await run(client);
    results.push([what, "no error", ""]);
  } catch (error) {
    results.push([what, (error as Error).name, `${(error as Error).stack}`]);
  }
}

async function all(kind: string, calls: Record<string, Failing>, make: () => AsyncClient): Promise<void> {
  for (const [what, run] of Object.entries(calls)) {
    await using client = make();
    await theCallersFunction(`${kind}: ${what}`, run, client);
  }
}

const mock = new MockTransport();
mock.get("/error").reply(() => {
  throw new RangeError("of a reply");
});
mock.get("/slow").reply(200, { delay: 1000 });

class OwnError extends Error {
  override name = "OwnError";
}

/** Exceptions of functions that know nothing of the caller. */
async function throwsLater(): Promise<never> {
  await new Promise((resolve) => setTimeout(resolve, 1));
  throw new OwnError("thrown elsewhere");
}
const own: Record<string, Failing> = {
  plain: (client) => client.get("/"),
  "with redirects and a signal": (client) =>
    client.get("/", { followRedirects: true, signal: new AbortController().signal }),
  streamed: (client) => client.stream("GET", "/"),
};
const throwing: Record<string, () => AsyncClient> = {
  "a fetch handler's exception": () =>
    new AsyncClient({ app: { fetch: throwsLater }, baseUrl: "http://app" }),
  "a mock's exception": () =>
    new AsyncClient({ transport: new MockTransport(throwsLater), baseUrl: "http://mock" }),
  "a transport's exception": () =>
    new AsyncClient({ transport: { handleAsyncRequest: throwsLater }, baseUrl: "http://mine" }),
  "a hook's exception": () => new AsyncClient({ eventHooks: { request: [throwsLater] }, baseUrl: url }),
};

await all("network", exchanges, () => new AsyncClient({ baseUrl: url }));
await all("app", exchanges, () => new AsyncClient({ app: failing, baseUrl: "http://app" }));
await all("local", local, () => new AsyncClient({ baseUrl: url }));
await all("mock", mocked, () => new AsyncClient({ transport: mock, baseUrl: "http://mock" }));
await all(
  "small",
  { maxResponseBytes: (client) => client.get("/") },
  () => new AsyncClient({ baseUrl: url, maxResponseBytes: 2 }),
);
await all(
  "small app",
  { maxResponseBytes: (client) => client.get("/") },
  () => new AsyncClient({ app: failing, baseUrl: "http://app", maxResponseBytes: 2 }),
);
await all(
  "refused",
  { refused: (client) => client.get("/") },
  () => new AsyncClient({ baseUrl: "http://127.0.0.1:1" }),
);
for (const [kind, make] of Object.entries(throwing)) await all(kind, own, make);
for (const [kind, calls] of Object.entries({ transport: transports, open, interface: interfaces(url) })) {
  await all(kind, calls, () => new AsyncClient());
}
console.log(JSON.stringify(results));
