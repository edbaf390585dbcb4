/** The user's own function for names: `resolver`. */
import { AsyncLocalStorage } from "node:async_hooks";
import dns from "node:dns";
import test from "ava";
import {
  AsyncClient,
  type AsyncClientOptions,
  AsyncHTTPTransport,
  ConnectError,
  ConnectTimeout,
  type LookupCallback,
  type LookupOptions,
  type Resolver,
  type ResolverOptions,
} from "httpxide";
import { failsAs, rejection } from "../helpers/failures.js";
import { answering, startHttpServer } from "../helpers/http-server.js";
import { deferred, eventually, settling, turn } from "../helpers/waiting.js";

function client(options: AsyncClientOptions): AsyncClient {
  return new AsyncClient({ limits: { maxKeepaliveConnections: 0 }, trustEnv: false, ...options });
}

test("the resolver gets the name in punycode without a final dot, the family and a signal", async (t) => {
  await using server = await startHttpServer(answering("ok"));
  const asked: [string, ResolverOptions][] = [];
  const resolver: Resolver = async (hostname, options) => {
    asked.push([hostname, options]);
    return ["127.0.0.1"];
  };
  await using any = client({ resolver });
  await any.get(`http://Bücher.example.:${server.port}/`);
  await using four = client({ resolver, dns: { family: 4 } });
  await four.get(`http://a.example:${server.port}/`);
  t.deepEqual(
    asked.map(([hostname, { family }]) => [hostname, family]),
    [
      ["xn--bcher-kva.example", null],
      ["a.example", 4],
    ],
  );
  for (const [, { signal }] of asked) t.false(signal.aborted);
});

test("an address in the URL and a given host do not ask the resolver", async (t) => {
  await using server = await startHttpServer(answering("ok"));
  const resolver = (): never => {
    throw new Error("asked");
  };
  await using own = client({ resolver, dns: { hosts: { "a.example": "127.0.0.1" } } });
  for (const host of ["127.0.0.1", "a.example"]) {
    t.is((await own.get(`http://${host}:${server.port}/`)).text, "ok");
  }
});

test("a resolver and dns are refused beside a Unix socket, for which no name is looked up", (t) => {
  const uds = "/nowhere/at/all.sock";
  for (const [options, name] of [
    [{ resolver: () => ["127.0.0.1"] }, "resolver"],
    [{ dns: { family: 4 } }, "dns"],
  ] as const) {
    const refused = {
      instanceOf: TypeError,
      message: `${name} is for names of hosts, and with uds no name is looked up.`,
    };
    t.throws(() => client({ ...options, uds }), refused);
    t.throws(() => new AsyncHTTPTransport({ ...options, uds }), refused);
  }
  t.notThrows(() => client({ resolver: null, dns: null, uds }));
});

test("a transport has a resolver too", async (t) => {
  await using server = await startHttpServer(answering("ok"));
  const transport = new AsyncHTTPTransport({ resolver: () => [{ address: "127.0.0.1" }] });
  await using own = new AsyncClient({ transport });
  t.is((await own.get(`http://a.example:${server.port}/`)).text, "ok");
});

type Lookup = (hostname: string, options: LookupOptions, callback: LookupCallback) => unknown;

const lookups: readonly (readonly [name: string, lookup: Lookup])[] = [
  [
    "dns.lookup",
    (_hostname, options, callback) => dns.lookup("localhost", { ...options, family: 4 }, callback),
  ],
  ["an array", (_hostname, _options, callback) => callback(null, [{ address: "127.0.0.1", family: 4 }])],
  ["one address", (_hostname, _options, callback) => callback(null, "127.0.0.1", 4)],
  [
    "an async function",
    async (_hostname, _options, callback) => {
      await Promise.resolve();
      callback(null, [{ address: "127.0.0.1", family: 4 }]);
    },
  ],
];
for (const [name, lookup] of lookups) {
  test(`a function with the signature of dns.lookup is called with all: true: ${name}`, async (t) => {
    await using server = await startHttpServer(answering("ok"));
    const seen: unknown[] = [];
    const resolver: Lookup = (hostname, options, callback) => {
      seen.push(hostname, options);
      return lookup(hostname, options, callback);
    };
    await using own = client({ resolver });
    t.is((await own.get(`http://a.example:${server.port}/`)).text, "ok");
    t.deepEqual(seen, ["a.example", { all: true, family: 0, hints: 0, verbatim: true }]);
  });
}

test("dns.lookup itself is a resolver", async (t) => {
  await using server = await startHttpServer(answering("ok"));
  await using own = client({ resolver: dns.lookup });
  t.is((await own.get(`http://localhost:${server.port}/`)).text, "ok");
  const error = await failsAs(t, own.get("http://no-such-host.invalid/"), {
    as: ConnectError,
    code: ["ENOTFOUND", "EAI_AGAIN"],
    phase: "dns",
    requestSent: false,
  });
  t.is((error.cause as NodeJS.ErrnoException).syscall, "getaddrinfo");
});

const failures: readonly (readonly [name: string, resolver: Resolver | Lookup, code: string])[] = [
  ["throws", () => raise(new Error("down")), "ERR_RESOLVER"],
  ["rejects", async () => raise(new Error("down")), "ERR_RESOLVER"],
  [
    "rejects with a code",
    async () => raise(Object.assign(new Error("down"), { code: "ESERVFAIL" })),
    "ESERVFAIL",
  ],
  [
    "calls back with an error",
    (_name, _options, callback) => callback(new Error("down"), []),
    "ERR_RESOLVER",
  ],
  [
    "rejects beside its callback",
    async (_name, _options, _callback) => raise(new Error("down")),
    "ERR_RESOLVER",
  ],
];
for (const [name, resolver, code] of failures) {
  test(`a resolver that ${name} is a ConnectError in phase dns, with the exception as its cause`, async (t) => {
    await using own = client({ resolver });
    const [first, second] = await Promise.all([
      rejection(own.get("http://a.example/")),
      rejection(own.get("http://a.example/")),
    ]);
    const third = await rejection(own.get("http://a.example/"));
    for (const error of [first, second, third]) {
      await failsAs(t, Promise.reject(error as Error), {
        as: ConnectError,
        code,
        phase: "dns",
        requestSent: false,
      });
      t.is(((error as Error).cause as Error).message, "down");
      t.regex((error as Error).message, /a\.example.*down/);
    }
    t.is((first as Error).cause, (second as Error).cause);
  });
}

test("a thrown value that is no error is the cause as it is", async (t) => {
  await using own = client({ resolver: async () => raise("gone") });
  const error = await failsAs(t, own.get("http://a.example/"), { as: ConnectError, code: "ERR_RESOLVER" });
  t.is(error.cause, "gone");
});

const answers: readonly (readonly [answer: unknown, message: RegExp])[] = [
  [undefined, /an array of IP addresses, not undefined/],
  ["127.0.0.1", /an array of IP addresses, not a string/],
  [["localhost"], /must be an IP address, not "localhost"/],
  [[null], /must be an IP address, not null/],
  [[{}], /must be an IP address, not undefined/],
  [[{ address: "127.0.0.1", ttl: -1 }], /ttl/],
  [["127.0.0.1\0"], /must be an IP address/],
  [["fe80::1%lo"], /must be an IP address/],
];
for (const [answer, message] of answers) {
  test(`a resolver that gives ${JSON.stringify(answer)} is an error that says so`, async (t) => {
    await using own = client({ resolver: async () => answer as string[] });
    const error = await failsAs(t, own.get("http://a.example/"), { as: ConnectError, phase: "dns" });
    t.regex(error.message, message);
    t.true(error.cause instanceof TypeError);
  });
}

test("a resolver without an answer means that there is no such host", async (t) => {
  await using own = client({ resolver: async () => [] });
  await failsAs(t, own.get("http://a.example/"), { as: ConnectError, code: "ENOTFOUND", phase: "dns" });
});

test("a resolver that hangs costs its own requests only, and its signal aborts with the last of them", async (t) => {
  await using server = await startHttpServer(answering("ok"));
  const signals = new Map<string, AbortSignal>();
  await using own = client({
    resolver: (hostname, { signal }) => {
      signals.set(hostname, signal);
      return hostname === "hangs.example" ? new Promise<never>(() => {}) : ["127.0.0.1"];
    },
  });
  const hanging = `http://hangs.example:${server.port}/`;
  const first = own.get(hanging, { timeout: { connect: 200 } });
  const abort = new AbortController();
  const second = own.get(hanging, { timeout: { connect: null }, signal: abort.signal });
  t.is((await own.get(`http://a.example:${server.port}/`)).text, "ok");
  await failsAs(t, first, { as: ConnectTimeout, phase: "dns", requestSent: false });
  t.false(signals.get("hangs.example")?.aborted);
  abort.abort();
  t.is(await rejection(second), abort.signal.reason);
  await eventually("the signal aborts", () => signals.get("hangs.example")?.aborted === true);
  t.false(signals.get("a.example")?.aborted);
});

test("requests at the same time share a look-up", async (t) => {
  await using server = await startHttpServer(answering("ok"));
  let asked = 0;
  const answer = deferred<string[]>();
  await using own = client({
    dns: { cache: false },
    resolver: () => {
      asked += 1;
      return answer.promise;
    },
  });
  const requests = Array.from({ length: 20 }, () => own.get(`http://a.example:${server.port}/`));
  await eventually("the resolver is asked", () => asked > 0);
  answer.resolve(["127.0.0.1"]);
  for (const { text } of await Promise.all(requests)) t.is(text, "ok");
  t.is(asked, 1);
});

test("the resolver runs in the async context of its request, and so do the listeners of its signal", async (t) => {
  const storage = new AsyncLocalStorage<string>();
  const seen: (string | undefined)[] = [];
  let listening = 0;
  await using own = client({
    timeout: null,
    resolver: async (_hostname, { signal }) => {
      seen.push(storage.getStore());
      await turn();
      seen.push(storage.getStore());
      signal.addEventListener("abort", () => seen.push(`aborted ${storage.getStore()}`));
      listening += 1;
      return new Promise(() => {});
    },
  });
  const abort = new AbortController();
  const call = (name: string): Promise<unknown> =>
    storage.run(name, () => rejection(own.get(`http://${name}.example/`, { signal: abort.signal })));
  const calls = [call("one"), call("two")];
  await eventually("both resolvers listen", () => listening === 2);
  abort.abort();
  await Promise.all(calls);
  await eventually("both signals have aborted", () => seen.length === 6);
  for (const name of ["one", "two"]) {
    t.deepEqual(
      seen.filter((entry) => entry?.endsWith(name)),
      [name, name, `aborted ${name}`],
    );
  }
});

test("a client that is closed gives its look-ups up", async (t) => {
  const asked = deferred<AbortSignal>();
  const own = client({
    timeout: null,
    resolver: (_hostname, { signal }) => {
      asked.resolve(signal);
      return new Promise(() => {});
    },
  });
  const request = own.get("http://a.example/");
  const signal = await settling(asked.promise);
  const closing = own.aclose();
  await rejection(request);
  await closing;
  await eventually("the signal aborts", () => signal.aborted);
  t.pass();
});

test("the cause is what a resolver throws, also if that has no text", async (t) => {
  const withoutText = [
    Object.create(null) as object,
    Object.defineProperty(new Error("unreadable"), "message", { get: () => raise(new Error("read")) }),
    { toString: () => raise(new Error("shown")) },
  ];
  for (const thrown of withoutText) {
    await using own = client({ resolver: () => Promise.reject(thrown as Error) });
    const error = await rejection(own.get("http://a.example/"));
    t.true(error instanceof ConnectError);
    t.is((error as ConnectError).code, "ERR_RESOLVER");
    t.is((error as ConnectError).cause, thrown);
  }
});

test("an answer that comes too late is ignored", async (t) => {
  const late = deferred<string[]>();
  const failing = deferred<string[]>();
  const answering = [late, failing];
  await using own = client({ resolver: () => answering.shift()?.promise ?? [] });
  while (answering.length > 0) {
    await failsAs(t, own.get("http://a.example/", { timeout: { connect: 50 } }), { as: ConnectTimeout });
  }
  late.resolve(["127.0.0.1"]);
  failing.reject(new Error("late"));
  await failsAs(t, own.get("http://a.example/"), { as: ConnectError, code: "ENOTFOUND" });
});

for (const resolver of ["dns.google", 8, {}]) {
  test(`resolver ${JSON.stringify(resolver)} is refused when the client is made`, (t) => {
    t.throws(() => client({ resolver: resolver as unknown as Resolver }), {
      instanceOf: TypeError,
      message: /resolver must be a function/,
    });
  });
}

function raise(error: unknown): never {
  throw error;
}
