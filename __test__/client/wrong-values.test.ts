/**
 * Values that an option cannot have: each option of each class gets one value of every kind. It takes it for a good reason, or
 * refuses it with a coded error that names the option.
 */
import test from "ava";
import {
  AppTransport,
  AsyncClient,
  Cookies,
  MockTransport,
  Proxy,
  ReplayTransport,
  Response,
  ServerSentEvent,
} from "httpxide";

const values: Readonly<Record<string, () => unknown>> = {
  text: () => "x",
  digits: () => "5",
  "a number": () => 7.5,
  NaN: () => NaN,
  "a negative number": () => -1,
  Infinity: () => Infinity,
  "an empty list": () => [],
  "a list": () => [1],
  "a Map": () => new Map([["a", 1]]),
  "a Date": () => new Date(),
  "a promise": () => Promise.resolve(1),
  // oxlint-disable-next-line unicorn/no-thenable -- a promise that was not awaited, of another library
  "a thenable": () => ({ then() {} }),
  "a function": () => () => undefined,
  "an instance": () => new WeakMap(),
  bytes: () => new Uint8Array(2),
  true: () => true,
  null: () => null,
  "a symbol": () => Symbol("s"),
  "a bigint": () => 1n,
  "a RegExp": () => /x/,
  pairs: () => new URLSearchParams("a=1"),
  "an error": () => new Error("e"),
};

/** A message has one of these words, if the option's own name is not in it. */
const otherWords: Readonly<Record<string, RegExp>> = {
  baseUrl: /Request URL/,
  headers: /[Hh]eader/,
  cookies: /[Cc]ookie/,
  trailers: /[Hh]eader/,
  mounts: /mount/,
};

type Options = Record<string, never>;
type Take = (value: unknown, set: (value: unknown) => Options) => unknown;

const client = new AsyncClient({ transport: new MockTransport(() => new Response(200)) });

/** Each option with the kinds of values that it takes. */
const takers: readonly (readonly [
  taker: string,
  take: Take,
  options: Readonly<Record<string, readonly string[]>>,
])[] = [
  [
    "an AsyncClient",
    (value, set) => new AsyncClient(set(value)).aclose(),
    {
      baseUrl: ["null"],
      headers: ["an empty list", "null", "pairs"],
      params: ["text", "digits", "an empty list", "a Map", "null", "pairs"],
      auth: ["a function", "null"],
      cookies: ["an empty list", "null", "pairs"],
      followRedirects: ["true", "null"],
      maxRedirects: ["null"],
      sensitiveHeaders: ["an empty list", "null"],
      eventHooks: ["null"],
      diagnostics: ["null"],
      retry: ["null"],
      timeout: ["a number", "Infinity", "null"],
      defaultEncoding: ["a function"],
      app: ["a function", "null"],
      mounts: ["null"],
      verify: ["true"],
      cert: ["null"],
      http1: ["true", "null"],
      http2: ["true", "null"],
      proxy: ["null"],
      uds: ["text", "digits"],
      trustEnv: ["true"],
      localAddress: ["null"],
      maxResponseBytes: ["null"],
      tls: ["null"],
      dns: ["null"],
      resolver: ["a function", "null"],
      connectPolicy: ["null"],
      "timeout.connect": ["a number", "Infinity", "null"],
      "timeout.read": ["a number", "Infinity", "null"],
      "timeout.write": ["a number", "Infinity", "null"],
      "timeout.pool": ["a number", "Infinity", "null"],
      "timeout.total": ["a number", "Infinity", "null"],
      "limits.maxConnections": ["Infinity", "null"],
      "limits.maxKeepaliveConnections": ["Infinity", "null"],
      "limits.keepaliveExpiry": ["a number", "Infinity", "null"],
      "limits.maxConnectionsPerHost": ["Infinity", "null"],
      "verify.ca": ["text", "digits", "an empty list", "bytes"],
      "verify.system": ["true"],
      "verify.checkHostname": ["true"],
      "tls.keyLog": ["text", "digits"],
      "tls.sessionResumption": ["true"],
      "dns.family": ["null"],
      "dns.cache": ["true"],
      "socketOptions.keepAlive": ["a number", "null"],
      "socketOptions.bindToDevice": ["text", "digits"],
      "socketOptions.tcpUserTimeout": ["a number", "null"],
      "http2.keepAliveInterval": ["a number", "null"],
      "http2.keepAliveTimeout": ["a number"],
      "retry.methods": ["an empty list"],
      "retry.statuses": ["an empty list"],
      "retry.respectRetryAfter": ["true"],
      "retry.maxRetryAfter": ["a number", "Infinity"],
      "retry.budget": ["null"],
      "retry.when": ["a function"],
      "retry.onRetry": ["a function"],
      "eventHooks.request": ["an empty list", "null"],
      "eventHooks.response": ["an empty list", "null"],
      "eventHooks.error": ["an empty list", "null"],
      "diagnostics.undici": ["true", "null"],
      "connectPolicy.allow": ["an empty list"],
      "connectPolicy.deny": ["an empty list"],
      transport: [],
      limits: [],
      socketOptions: [],
      retries: [],
      "dns.hosts": [],
      "tls.minVersion": [],
      "tls.pins": [],
      "socketOptions.receiveBufferSize": [],
      "socketOptions.sendBufferSize": [],
      "http2.maxConcurrentStreams": [],
      "http2.windowSize": [],
      "http2.maxHeaderListSize": [],
      "retry.attempts": [],
      "retry.backoff": [],
    },
  ],
  [
    "a call",
    (value, set) => client.post("http://h/", set(value)),
    {
      params: ["text", "digits", "an empty list", "a Map", "null", "pairs"],
      headers: ["an empty list", "null", "pairs"],
      cookies: ["an empty list", "null", "pairs"],
      content: ["text", "digits", "an empty list", "bytes", "null", "pairs"],
      data: ["text", "digits", "an empty list", "bytes", "null", "pairs"],
      files: ["an empty list", "null", "pairs"],
      json: [
        "text",
        "digits",
        "a number",
        "a negative number",
        "an empty list",
        "a list",
        "a Date",
        "true",
        "null",
      ],
      auth: ["null"],
      followRedirects: ["true", "null"],
      timeout: ["a number", "Infinity", "null"],
      extensions: ["null"],
      signal: ["null"],
      proxy: ["null"],
      retry: ["null"],
      trailers: ["an empty list", "a function", "null", "pairs"],
      expectContinue: ["a number", "true", "null"],
      onInformational: ["a function", "null"],
      onUploadProgress: ["a function", "null"],
      onDownloadProgress: ["a function", "null"],
    },
  ],
  [
    "a call",
    (value, set) => client.post("http://h/", set(value)),
    {
      "extensions.trace": ["a function", "null"],
      "extensions.sniHostname": ["text", "digits", "null"],
      "extensions.target": ["text", "digits", "bytes", "null"],
      "extensions.proxy": ["null"],
      "extensions.timeout": ["a number", "Infinity", "null"],
    },
  ],
  [
    "retry",
    (value, set) => new AsyncClient({ retry: set(value) as never }).aclose(),
    {
      "backoff.initial": ["a number"],
      "backoff.factor": ["a number"],
      "backoff.max": ["a number", "Infinity"],
      "budget.ratio": ["a number", "Infinity"],
      "budget.minPerSecond": ["a number", "Infinity"],
    },
  ],
  [
    "an AppTransport",
    (value, set) => new AppTransport(() => {}, set(value)),
    {
      raiseAppExceptions: ["true"],
      rootPath: [],
      client: [],
    },
  ],
  [
    "a Proxy",
    (value, set) => new Proxy("http://p", set(value)),
    {
      auth: ["null"],
      headers: ["an empty list", "null", "pairs"],
      verify: ["true"],
    },
  ],
  [
    "a Response",
    (value, set) => new Response(200, set(value)),
    {
      headers: ["an empty list", "null", "pairs"],
      content: ["text", "digits", "an empty list", "a list", "bytes", "null", "pairs"],
      text: ["text", "digits", "null"],
      html: ["text", "digits", "null"],
      json: [
        "text",
        "digits",
        "a number",
        "a negative number",
        "an empty list",
        "a list",
        "a Date",
        "true",
        "null",
      ],
      request: ["null"],
      extensions: ["null"],
      history: ["an empty list", "null"],
    },
  ],
  [
    "Cookies.set",
    (value, set) => new Cookies().set("a", "b", set(value)),
    {
      domain: ["text", "digits", "null"],
      path: ["null"],
      expires: ["a number", "a negative number", "Infinity", "a Date", "null"],
      secure: ["true", "null"],
      httpOnly: ["true", "null"],
      sameSite: ["null"],
      maxAge: [],
    },
  ],
  [
    "a ReplayTransport",
    (value, set) => new ReplayTransport("/nowhere.json", set(value)),
    {
      match: ["an empty list"],
      repeat: ["true"],
      mode: [],
    },
  ],
  [
    "a ServerSentEvent",
    (value, set) => new ServerSentEvent(set(value)),
    {
      event: ["text", "digits"],
      data: ["text", "digits"],
      id: ["text", "digits"],
      retry: ["a number", "Infinity", "null"],
    },
  ],
  [
    "a route of a mock",
    (value, set) => new MockTransport().route(set(value)),
    {
      method: ["text", "digits", "an empty list"],
      url: ["a function", "a RegExp"],
      params: ["text", "digits", "an empty list", "a Map", "null", "pairs"],
      headers: ["an empty list", "pairs"],
      content: ["text", "digits", "a function", "bytes", "a RegExp"],
      json: [
        "text",
        "digits",
        "a number",
        "a negative number",
        "an empty list",
        "a list",
        "a Date",
        "a function",
        "true",
        "null",
      ],
    },
  ],
];

for (const [taker, take, options] of takers) {
  for (const [option, accepted] of Object.entries(options)) {
    test(`${option} of ${taker} takes ${accepted.join(", ") || "none of these"}, and refuses the rest by name`, async (t) => {
      const path = option.split(".");
      const set = (value: unknown): Options =>
        path.reduceRight<unknown>((inner, name) => ({ [name]: inner }), value) as Options;
      for (const [kind, make] of Object.entries(values)) {
        const failure = await Promise.resolve()
          .then(() => take(make(), set))
          .then(
            () => null,
            (error: unknown) => error as Error & { code?: unknown },
          );
        if (accepted.includes(kind)) t.is(failure, null, `${kind}: ${String(failure)}`);
        else if (failure === null) t.fail(`${kind} is taken`);
        else {
          t.regex(String(failure.code), /^ERR_/, `${kind}: ${failure.stack}`);
          // what is in a list, or how much, may be out of range
          if (!["number", "string"].includes(typeof make()) && !Array.isArray(make()))
            t.not(failure.code, "ERR_OUT_OF_RANGE", `${kind}: its type is wrong`);
          const named = failure.message.toLowerCase().includes(path.at(-1)!.toLowerCase());
          t.true(named || otherWords[option]?.test(failure.message) === true, `${kind}: ${failure.message}`);
        }
      }
    });
  }
}

test("what when returns is a boolean, or milliseconds that can be waited", async (t) => {
  for (const [answer, code] of [
    [NaN, "ERR_OUT_OF_RANGE"],
    [-1, "ERR_OUT_OF_RANGE"],
    [Infinity, "ERR_OUT_OF_RANGE"],
    ["5", "ERR_INVALID_RETURN_VALUE"],
    [{}, "ERR_INVALID_RETURN_VALUE"],
  ] as const) {
    await t.throwsAsync(client.get("http://h/", { retry: { when: () => answer as never } }), { code });
  }
});

test("the message about an option that has several forms names all of them", async (t) => {
  const forms = [
    [{ http2: "yes" }, "http2 must be true, false or an object, not a string."],
    [{ http2: [] }, "http2 must be true, false or an object, not an array."],
    [{ dns: { cache: 5 } }, "dns.cache must be true, false or an object, not a number."],
    [{ connectPolicy: 5 }, 'connectPolicy must be "public" or { allow, deny }, not a number.'],
    [{ retry: "3" }, "retry must be a number of attempts or an object, not a string."],
    [{ defaultEncoding: 5 }, "defaultEncoding must be the name of an encoding or a function, not a number."],
  ] as const;
  for (const [options, message] of forms) {
    t.throws(() => new AsyncClient(options as never), { instanceOf: TypeError, message });
  }
  await t.throwsAsync(client.sse("http://h/", { reconnect: 5 as never }), {
    instanceOf: TypeError,
    message: "reconnect must be true, false or an object, not a number.",
  });
});

test("a text in the place of a number is of a wrong type, and not out of range", async (t) => {
  const wrong = { instanceOf: TypeError, code: "ERR_INVALID_ARG_TYPE" } as const;
  for (const options of [
    { maxRedirects: "5" },
    { maxResponseBytes: "5" },
    { retries: "5" },
    { http2: { keepAliveInterval: "5" } },
    { socketOptions: { receiveBufferSize: "5" } },
    { dns: { cache: { ttl: "5" } } },
    { dns: { family: "4" } },
  ]) {
    t.throws(() => new AsyncClient(options as never), wrong, JSON.stringify(options));
  }
  const call = (options: object): Promise<unknown> => client.sse("http://h/", options);
  await t.throwsAsync(call({ reconnect: { initial: "5" } }), wrong);
  await t.throwsAsync(client.websocket("http://h/", { pingInterval: "5" as never }), wrong);
  t.throws(() => new Response(200, { text: "a" }).aiterBytes("5" as never), wrong);
});

test("a timeout for all phases is blamed by its own name, one of a phase by both", (t) => {
  const message = (timeout: unknown): string =>
    t.throws(() => new AsyncClient({ timeout: timeout as never })).message;
  t.is(message("5"), "timeout must be a number of milliseconds, not a string.");
  t.is(message(NaN), "timeout must not be negative or NaN, but is NaN.");
  t.is(message({ read: "5" }), "timeout.read must be a number of milliseconds, not a string.");
  t.is(
    message(new Map()),
    "timeout must be an object, not a Map: Object.fromEntries() makes an object of a Map.",
  );
});

test("statuses of a retry are those that a response can have", (t) => {
  for (const status of [99, 600, 500.5, NaN]) {
    t.throws(() => new AsyncClient({ retry: { statuses: [status] } }), {
      code: "ERR_OUT_OF_RANGE",
      message: /statuses/,
    });
  }
});
