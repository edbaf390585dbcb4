// Limits: defaults, every form, and refused values.
import { inspect } from "node:util";
import test from "ava";
import { Limits } from "httpxide";

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
