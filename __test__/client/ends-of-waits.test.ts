/**
 * A call that waits for JavaScript (a hook, an auth flow, a retry's function, a transport) ends with its total timeout, its signal
 * and its client. What the function does later has no effect: nothing more is sent.
 */
import test, { type ExecutionContext } from "ava";
import {
  type AsyncClientOptions,
  AsyncClient,
  AsyncHTTPTransport,
  Auth,
  BearerAuth,
  CloseError,
  ConnectError,
  MockTransport,
  Request,
  type RequestError,
  type RequestOptions,
  Response,
  RetryTransport,
  TotalTimeout,
} from "httpxide";
import { failsAs, isFailure, rejection } from "../helpers/failures.js";
import { type Handler, startHttpServer } from "../helpers/http-server.js";
import { failsByLimit, LIMITS, withLimit } from "../helpers/limits.js";
import { deferred, eventually, turn } from "../helpers/waiting.js";

const NO_LIMITS = { connect: null, read: null, write: null, pool: null };
const TOTAL_TIMEOUT = { as: TotalTimeout, code: "ERR_TOTAL_TIMEOUT" } as const;

const answer: Handler = (request, response) => {
  if (request.url === "/busy") response.writeHead(503).end();
  else if (request.url === "/redirect") response.writeHead(307, { Location: "/ok" }).end();
  else response.end("ok");
};

/** A function of the program that waits, as a part of the options. */
interface Waiting {
  readonly path: string;
  client?(wait: <T>(then: T) => Promise<T>): AsyncClientOptions;
  call?(wait: <T>(then: T) => Promise<T>): RequestOptions;
  /** The requests that the server gets before. */
  readonly before: number;
  readonly phase: RequestError["phase"];
  readonly requestSent: RequestError["requestSent"];
}

const unsent = { path: "/ok", before: 0, phase: "pool", requestSent: false } as const;
const betweenAttempts = { path: "/busy", before: 1, phase: "pool", requestSent: true } as const;
const backoff = { initial: 0 };

const kinds: Record<string, Waiting> = {
  "a request hook": { ...unsent, client: (wait) => ({ eventHooks: { request: [wait] } }) },
  "an auth function": { ...unsent, call: (wait) => ({ auth: (request: Request) => wait(request) }) },
  "the function of a bearer token": {
    ...unsent,
    call: (wait) => ({ auth: new BearerAuth(() => wait("token")) }),
  },
  "retry.when": { ...betweenAttempts, call: (wait) => ({ retry: { backoff, when: () => wait(true) } }) },
  "retry.onRetry": { ...betweenAttempts, call: (wait) => ({ retry: { backoff, onRetry: wait } }) },
  "the when of a RetryTransport": {
    ...betweenAttempts,
    client: (wait) => ({
      transport: new RetryTransport(new AsyncHTTPTransport(), { backoff, when: () => wait(true) }),
    }),
  },
  "the when of a RetryTransport over a mock": {
    ...betweenAttempts,
    before: 0,
    client: (wait) => ({
      transport: new RetryTransport(new MockTransport(() => new Response(503)), {
        backoff,
        when: () => wait(true),
      }),
    }),
  },
  "a mock within a RetryTransport": {
    ...unsent,
    phase: "headers",
    requestSent: "maybe",
    client: (wait) => ({ transport: new RetryTransport(new MockTransport(() => wait(new Response(200)))) }),
  },
  "a response hook of a redirect": {
    path: "/redirect",
    before: 1,
    phase: "body",
    requestSent: true,
    client: (wait) => ({ followRedirects: true, eventHooks: { response: [wait] } }),
  },
  "a transport": {
    ...unsent,
    phase: "headers",
    requestSent: "maybe",
    client: (wait) => ({ transport: { handleAsyncRequest: () => wait(new Response(200)) } }),
  },
  "the handler of a mock": {
    ...unsent,
    phase: "headers",
    requestSent: "maybe",
    client: (wait) => ({ transport: new MockTransport(() => wait(new Response(200))) }),
  },
};

type End = "its total timeout" | "its signal" | "its client";

/** Whether the call came to its wait, whose end is checked then: a short `total` may be over before, on a busy machine. */
async function endsWait(
  t: ExecutionContext,
  kind: Waiting,
  end: End,
  total: number | null,
): Promise<boolean> {
  const { path, client: ofClient, call: ofCall, before, phase, requestSent } = kind;
  await using server = await startHttpServer(answer);
  const [waits, goesOn, wentOn] = [deferred(), deferred(), deferred()];
  const wait = async <T>(then: T): Promise<T> => {
    waits.resolve();
    await goesOn.promise;
    wentOn.resolve();
    return then;
  };
  await using client = new AsyncClient({
    trustEnv: false,
    timeout: { ...NO_LIMITS, total },
    ...ofClient?.(wait),
  });
  const abort = new AbortController();
  const call = client.put(server.url + path, {
    content: "body",
    signal: abort.signal,
    ...ofCall?.(wait),
  });
  const over = () => false;
  if (!(await Promise.race([waits.promise.then(() => true), call.then(over, over)]))) return false;
  const ended = rejection(call);
  if (end === "its signal") {
    const reason = new Error("mine");
    abort.abort(reason);
    t.is(await ended, reason);
  } else if (end === "its client") {
    await client.aclose();
    await failsAs(t, call, { as: CloseError, code: "ERR_CLIENT_CLOSED", phase, requestSent });
  } else {
    await failsAs(t, call, { ...TOTAL_TIMEOUT, phase, requestSent });
  }
  goesOn.resolve();
  await wentOn.promise;
  for (let turns = 0; turns < 5; turns++) await turn();
  t.is(server.requests.length, before);
  return true;
}

for (const [name, kind] of Object.entries(kinds)) {
  test(`its total timeout ends a call that waits for ${name}, and nothing more is sent`, async (t) => {
    for (const total of [...LIMITS, 30_000]) if (await endsWait(t, kind, "its total timeout", total)) return;
    t.fail("the call never came to its wait");
  });
  for (const end of ["its signal", "its client"] as const)
    test(`${end} ends a call that waits for ${name}, and nothing more is sent`, async (t) => {
      t.true(await endsWait(t, kind, end, null));
    });
}

const transports: Record<string, () => AsyncClientOptions> = {
  "the network": () => ({}),
  "a mock": () => ({ transport: new MockTransport(() => new Response(200)) }),
  "an application": () => ({ app: () => new globalThis.Response("ok") }),
  "a transport of one's own": () => ({ transport: { handleAsyncRequest: async () => new Response(200) } }),
};

for (const [name, optionsOf] of Object.entries(transports)) {
  test(`over ${name}, no request is begun when its time is over`, async (t) => {
    await using server = await startHttpServer(answer);
    await using client = new AsyncClient({ trustEnv: false, ...optionsOf() });
    await client.get(server.url);
    const before = server.requests.length;
    const past = { ...TOTAL_TIMEOUT, phase: "pool", requestSent: false } as const;
    await failsAs(t, client.post(server.url, { content: "body", timeout: { total: 0 } }), past);
    client.eventHooks.request.push(() => {
      const end = performance.now() + 5;
      while (performance.now() < end);
    });
    await failsAs(t, client.post(server.url, { content: "body", timeout: { total: 2 } }), past);
    await client.get(server.url);
    t.is(server.requests.length, before === 0 ? 0 : before + 1);
  });
}

test("a response that comes after the end is closed, and an exception is dropped", async (t) => {
  const late = new Response(200, {
    content: (async function* () {
      yield new Uint8Array(1);
    })(),
  });
  for (const then of [(): Response => late, (): never => raise()]) {
    const goesOn = deferred();
    const transport = { handleAsyncRequest: () => goesOn.promise.then(then) };
    await using client = new AsyncClient({ transport });
    const call = (total: number) => client.get("http://h/", { timeout: { total } });
    await failsByLimit(t, call, { ...TOTAL_TIMEOUT, phase: "headers" });
    goesOn.resolve();
    await turn();
  }
  await eventually("the late response is closed", () => late.isClosed);
});

function raise(): never {
  throw new Error("late");
}

test("the connection of a response whose hook never ends is free again", async (t) => {
  await using server = await startHttpServer(answer);
  const hooks: (() => Promise<never>)[] = [() => new Promise<never>(() => {})];
  await using client = new AsyncClient({
    trustEnv: false,
    limits: { maxConnections: 1 },
    eventHooks: { response: hooks },
  });
  await failsByLimit(t, (total) => client.get(server.url, { timeout: { total } }), {
    ...TOTAL_TIMEOUT,
    phase: "body",
  });
  client.eventHooks.response = [];
  t.is((await client.get(server.url)).statusCode, 200);
});

test("error hooks hear of a call that ended in a request hook, and a call does not outlast its time for them", async (t) => {
  const told: RequestError[] = [];
  const never = new Promise<never>(() => {});
  await using client = new AsyncClient({
    timeout: { total: 50 },
    trustEnv: false,
    eventHooks: { error: [(error) => (told.push(error), never)] },
  });
  const refused = await withLimit(async (total) => {
    const error = await rejection(client.get("http://127.0.0.1:1/", { timeout: { total } }));
    if (error instanceof TotalTimeout) throw error;
    isFailure(t, error, { as: ConnectError });
    return error as RequestError;
  });
  client.eventHooks.request.push(() => never);
  const late = await failsAs(t, client.get("http://127.0.0.1:1/"), TOTAL_TIMEOUT);
  t.deepEqual(told.slice(-2), [refused, late]);
});

test("an auth flow that answers a challenge sends nothing when its time is over", async (t) => {
  await using server = await startHttpServer((_request, response) => void response.writeHead(401).end());
  const goesOn = deferred();
  let last = 0;
  const auth = new (class extends Auth {
    override async *authFlow(request: Request): AsyncGenerator<Request, void, Response> {
      yield request;
      await goesOn.promise;
      yield request;
    }
  })();
  await using client = new AsyncClient({ trustEnv: false });
  const call = (total: number) => {
    last = total;
    return client.get(`${server.url}/${total}`, { auth, timeout: { total } });
  };
  await failsByLimit(t, call, { ...TOTAL_TIMEOUT, phase: "pool", requestSent: true });
  goesOn.resolve();
  for (let turns = 0; turns < 5; turns++) await turn();
  t.is(server.requests.filter(({ path }) => path === `/${last}`).length, 1);
});

test("a request that an auth flow makes lasts no longer than the total timeout of the call", async (t) => {
  await using server = await startHttpServer((request, response) => {
    if (request.url === "/ok") response.end("ok");
    // the answer to the others never comes
  });
  class Signing extends Auth {
    readonly #first: (request: Request) => Request;
    constructor(first: (request: Request) => Request) {
      super();
      this.#first = first;
    }
    override *authFlow(request: Request): Generator<Request, void, Response> {
      yield this.#first(request);
      yield request;
    }
  }
  const firsts = {
    token: () => new Request("POST", `${server.url}/token`),
    "a token with retries": () => new Request("POST", `${server.url}/token`),
    "a copy with a signature": (request: Request) => new Request("GET", `${request.url.href}?signed`),
  };
  for (const [name, first] of Object.entries(firsts)) {
    await using client = new AsyncClient({ trustEnv: false, timeout: { ...NO_LIMITS } });
    const retry = name.endsWith("retries") ? 2 : null;
    const call = (total: number) =>
      client.get(`${server.url}/ok`, { auth: new Signing(first), timeout: { total }, retry });
    await failsByLimit(t, call, { ...TOTAL_TIMEOUT, phase: "headers" });
  }
});
