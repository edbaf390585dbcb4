// Timeout and Limits: defaults, every form, and refused values.
import { inspect } from "node:util";
import test from "ava";
import { AsyncClient, codes, Limits, Timeout } from "httpxide";

const defaults = { connect: 5000, read: 5000, write: 5000, pool: 5000, total: null };
const off = { connect: null, read: null, write: null, pool: null, total: null };

for (const [given, expected] of [
  [{}, defaults],
  [1000, { connect: 1000, read: 1000, write: 1000, pool: 1000, total: null }],
  [0, { connect: 0, read: 0, write: 0, pool: 0, total: null }],
  [null, off],
  [Infinity, off],
  [{ read: 1000 }, { ...defaults, read: 1000 }],
  [{ read: null }, { ...defaults, read: null }],
  [
    { read: undefined, pool: Infinity },
    { ...defaults, pool: null },
  ],
  [{ total: 100 }, { ...defaults, total: 100 }],
  [
    { connect: 1, read: 2, write: 3, pool: 4, total: 5 },
    { connect: 1, read: 2, write: 3, pool: 4, total: 5 },
  ],
] as [ConstructorParameters<typeof Timeout>[0], typeof defaults][]) {
  test(`a timeout of ${inspect(given)} is ${inspect(expected)}`, (t) => {
    t.deepEqual({ ...new Timeout(given) }, expected);
    t.deepEqual({ ...new Timeout(new Timeout(given)) }, expected);
    t.deepEqual({ ...new AsyncClient({ timeout: given }).timeout }, expected);
  });
}

test("a client's default timeout is five seconds for each phase", (t) => {
  t.deepEqual({ ...new AsyncClient().timeout }, defaults);
});

test("a request's timeout is the client's unless it has its own; null means no timeout", (t) => {
  const client = new AsyncClient({ timeout: 1000 });
  const timeout = (given?: number | null): unknown => {
    const request = client.buildRequest("GET", "http://h/", given === undefined ? {} : { timeout: given });
    return { ...(request.extensions["timeout"] as Timeout) };
  };
  t.deepEqual(timeout(), { ...new Timeout(1000) });
  t.deepEqual(timeout(20), { ...new Timeout(20) });
  t.deepEqual(timeout(null), off);
});

for (const bad of [-1, Number.NaN, -Infinity]) {
  test(`a timeout of ${bad} is a RangeError`, (t) => {
    t.throws(() => new Timeout(bad), { instanceOf: RangeError });
    for (const phase of ["connect", "read", "write", "pool", "total"]) {
      t.throws(() => new Timeout({ [phase]: bad }), { instanceOf: RangeError, message: new RegExp(phase) });
    }
    t.throws(() => new AsyncClient({ timeout: bad }), { instanceOf: RangeError });
  });
}

for (const bad of ["5", true, { read: "5" }, { read: {} }]) {
  test(`a timeout of ${inspect(bad)} is a TypeError`, (t) => {
    t.throws(() => new Timeout(bad as any), { instanceOf: TypeError });
  });
}

const defaultLimits = {
  maxConnections: 100,
  maxKeepaliveConnections: 20,
  keepaliveExpiry: 5000,
  maxConnectionsPerHost: null,
};

for (const [given, expected] of [
  [undefined, defaultLimits],
  [{}, defaultLimits],
  [{ maxConnections: 7 }, { ...defaultLimits, maxConnections: 7 }],
  [{ maxConnections: null }, { ...defaultLimits, maxConnections: null }],
  [{ maxConnections: Infinity }, { ...defaultLimits, maxConnections: null }],
  [{ maxKeepaliveConnections: 0 }, { ...defaultLimits, maxKeepaliveConnections: 0 }],
  [{ keepaliveExpiry: 0.5 }, { ...defaultLimits, keepaliveExpiry: 0.5 }],
  [{ keepaliveExpiry: null }, { ...defaultLimits, keepaliveExpiry: null }],
  [{ maxConnectionsPerHost: 6 }, { ...defaultLimits, maxConnectionsPerHost: 6 }],
] as [ConstructorParameters<typeof Limits>[0], typeof defaultLimits][]) {
  test(`limits of ${inspect(given)} are ${inspect(expected)}`, (t) => {
    t.deepEqual({ ...new Limits(given) }, expected);
  });
}

for (const bad of [
  { maxConnections: 0 },
  { maxConnections: -1 },
  { maxConnections: 1.5 },
  { maxKeepaliveConnections: -1 },
  { keepaliveExpiry: -1 },
  { keepaliveExpiry: Number.NaN },
  { maxConnectionsPerHost: 0 },
]) {
  const [[name, value]] = Object.entries(bad) as [[string, number]];
  test(`limits with ${name} ${value} are a RangeError`, (t) => {
    t.throws(() => new Limits(bad), { instanceOf: RangeError, message: new RegExp(name) });
  });
}

test("limits that are not numbers are a TypeError", (t) => {
  t.throws(() => new Limits({ maxConnections: "1" as any }), { instanceOf: TypeError });
});

for (const [name, status, phrase] of [
  ["OK", 200, "OK"],
  ["NOT_FOUND", 404, "Not Found"],
  ["IM_A_TEAPOT", 418, "I'm a teapot"],
  ["REQUEST_ENTITY_TOO_LARGE", 413, "Request Entity Too Large"],
  ["CONTENT_TOO_LARGE", 413, "Request Entity Too Large"],
  ["UNPROCESSABLE_CONTENT", 422, "Unprocessable Entity"],
] as const) {
  test(`the status code ${name} is ${status}, in lower case too`, (t) => {
    t.is(codes[name], status);
    t.is((codes as unknown as Record<string, number>)[name.toLowerCase()], status);
    t.is(codes.getReasonPhrase(status), phrase);
  });
}

test("an unknown status has no phrase", (t) => {
  t.is(codes.getReasonPhrase(499), "");
  t.is(codes.getReasonPhrase(Number.NaN), "");
});

test("every boundary status belongs to its class", (t) => {
  const classes = (status: number): string =>
    [
      codes.isInformational(status) && "informational",
      codes.isSuccess(status) && "success",
      codes.isRedirect(status) && "redirect",
      codes.isClientError(status) && "client",
      codes.isServerError(status) && "server",
      codes.isError(status) && "error",
    ]
      .filter(Boolean)
      .join(" ");
  const expected = { 99: "", 100: "informational", 199: "informational", 200: "success", 299: "success" };
  for (const [status, name] of Object.entries({
    ...expected,
    300: "redirect",
    399: "redirect",
    400: "client error",
    499: "client error",
    500: "server error",
    599: "server error",
    600: "",
  })) {
    t.is(classes(Number(status)), name, status);
  }
});
