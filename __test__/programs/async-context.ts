/**
 * Runs every kind of user function in calls that have a store of their own in an `AsyncLocalStorage`, several calls at a
 * time, and prints as JSON where which store was seen: `[place, "its own" | "none" | "another"]`.
 *
 * Arguments: the URL of a server that answers `/slow` in two parts, `/silent` never, and anything else at once.
 */
import { AsyncLocalStorage } from "node:async_hooks";
import type { IncomingMessage, ServerResponse } from "node:http";
import { AppTransport, AsyncClient, Auth, BearerAuth, MockTransport, type Request, Response } from "httpxide";

const url = process.argv[2] ?? "";
const storage = new AsyncLocalStorage<string>();
const seen = new Map<string, string>();

/** The store that a user function of this call has to see. */
type Look = (place: string) => void;

function lookFor(id: string): Look {
  return (place) => {
    const store = storage.getStore();
    const what = store === id ? "its own" : store === undefined ? "none" : "another";
    if (what !== "its own" || !seen.has(place)) seen.set(place, what);
  };
}

/** Of the client's functions, which know no call: any store of a call. */
function lookForAny(place: string): void {
  const what = storage.getStore()?.startsWith("call") ? "its own" : "none";
  if (what !== "its own" || !seen.has(place)) seen.set(place, what);
}

class TwoSteps extends Auth {
  constructor(readonly look: Look) {
    super();
  }

  override async *authFlow(request: Request): AsyncGenerator<Request, void, Response> {
    this.look("auth flow");
    yield request;
    this.look("auth flow after the response");
  }
}

async function* upload(look: Look, place: string): AsyncGenerator<string> {
  try {
    look(place);
    yield "x".repeat(700_000);
    look(`${place} after a pause`);
    yield "y";
    look(`${place} at its end`);
  } finally {
    look(`${place}, finally`);
  }
}

/** Not a generator: Deno's lose their context when `return` comes during `next`. */
function endlessBody(look: Look): AsyncIterable<string> {
  const place = "body of a mock's response, aborted elsewhere";
  return {
    [Symbol.asyncIterator]: () => ({
      next: () => new Promise((resolve) => setTimeout(resolve, 1, { done: false, value: "x" })),
      return: async () => {
        look(place);
        return { done: true, value: undefined };
      },
    }),
  };
}

/** Aborts outside of every call, once `ready` says so. */
function abortElsewhere(): { signal: AbortSignal; ready: () => void } {
  const controller = new AbortController();
  const ready = (): void => void storage.exit(() => setTimeout(() => controller.abort(), 5));
  return { signal: controller.signal, ready };
}

const hooks = {
  request: [() => lookForAny("request hook")],
  response: [() => lookForAny("response hook")],
};
const network = new AsyncClient({ baseUrl: url });
const hooked = new AsyncClient({ baseUrl: url, eventHooks: hooks, followRedirects: true });

async function overTheNetwork(look: Look): Promise<void> {
  const trace = (event: string): void => look(`trace: ${event}`);
  await network.get("/", { extensions: { trace } });
  look("after a response");
  await network
    .get("http://127.0.0.1:1/", { extensions: { trace: () => look("trace of a failure") } })
    .catch(() => look("after an error"));
  await using streamed = await network.stream("GET", "/slow", { extensions: { trace } });
  for await (const _ of streamed.aiterBytes()) look("reading");
  await network.stream("GET", "/slow", {}, async (response) => {
    await response.aread();
    look("the function that a stream is given to");
  });
  await network.post("/", { content: upload(look, "upload") });
  await network.get("/", { auth: (request) => (look("auth function"), request) });
  await network.get("/", { auth: new BearerAuth(() => (look("token function"), "token")) });
  await network.get("/", { auth: new TwoSteps(look) });
  await hooked.get("/slow");
  await byResolver(look);

  const { signal, ready } = abortElsewhere();
  const silent = (event: string): void => {
    look("trace of an abort elsewhere");
    if (event === "http11.receive_response_headers.started") ready();
  };
  await network.get("/silent", { signal, extensions: { trace: silent } }).catch(() => undefined);
}

async function byResolver(look: Look): Promise<void> {
  const { port } = new URL(url);
  const client = new AsyncClient({
    resolver: async (hostname, { signal }) => {
      look("resolver");
      if (hostname === "a.example") return ["127.0.0.1"];
      return new Promise((_, reject) => {
        signal.addEventListener("abort", () => {
          look("resolver, given up");
          reject(signal.reason);
        });
      });
    },
  });
  await client.get(`http://a.example:${port}/`);
  await client.get("http://b.example/", { timeout: { connect: 200 } }).catch(() => look("after a look-up"));
  await client.aclose();
}

async function withoutANetwork(look: Look): Promise<void> {
  const mock = new MockTransport();
  const abort = abortElsewhere();
  mock.get("/function").reply(() => (look("reply function"), new Response(200)));
  mock.get("/body").reply(() => new Response(200, { content: upload(look, "body of a mock's response") }));
  mock.get("/endless").reply(() => new Response(200, { content: endlessBody(look) }));
  const client = new AsyncClient({ transport: mock, baseUrl: "http://mock" });
  await client.get("/function");
  await client.get("/body");
  const endless = await client.stream("GET", "/endless", { signal: abort.signal });
  abort.ready();
  await endless.aread().catch(() => look("after an abort"));

  const handler = new MockTransport(() => (look("handler of a mock"), new Response(200)));
  await new AsyncClient({ transport: handler }).post("http://mock/", {
    content: upload(look, "mocked upload"),
  });
}

async function inAnApplication(look: Look): Promise<void> {
  const abort = abortElsewhere();
  const listener = (request: IncomingMessage, response: ServerResponse): void => {
    look("request listener");
    request.on("data", () => look("request listener, reading"));
    request.on("end", () => response.end("ok"));
  };
  await using node = new AsyncClient({ app: listener, baseUrl: "http://app" });
  await node.post("/", { content: upload(look, "upload to an application") });

  const fetches = AppTransport.fetch((request) => {
    look("fetch handler");
    return new Promise((_, reject) => {
      request.signal.addEventListener("abort", () => {
        look("fetch handler, aborted elsewhere");
        reject(request.signal.reason);
      });
      abort.ready();
    });
  });
  await using client = new AsyncClient({ transport: fetches, baseUrl: "http://app" });
  await client.get("/", { signal: abort.signal }).catch(() => undefined);
}

const work = async (id: string): Promise<void> => {
  const look = lookFor(id);
  await storage.run(id, async () => {
    await overTheNetwork(look);
    await withoutANetwork(look);
    await inAnApplication(look);
  });
};

await work("call 1");
await Promise.all([work("call 2"), work("call 3")]);
await network.aclose();
await hooked.aclose();
console.log(JSON.stringify([...seen]));
