// Timeout: defaults, every form, and refused values.
import { inspect } from "node:util";
import test from "ava";
import { AsyncClient, Timeout } from "httpxide";

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
