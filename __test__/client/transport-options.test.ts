/**
 * Invalid options of the network transport: the constructor refuses them by name, with a message of its own.
 */
import test from "ava";
import { AsyncClient, AsyncHTTPTransport } from "httpxide";

for (const [name, values] of [
  ["uds", [null, 5, true, new URL("file:///tmp/socket"), Buffer.from("/tmp/socket")]],
  ["trustEnv", [0, 1, "yes", {}]],
  ["verify", [null, 0, "ca.pem", Symbol("verify")]],
  ["limits", [null, 100, "100"]],
] as const) {
  for (const value of values) {
    test(`${name}: ${value === null ? "null" : typeof value} ${String(value)} is refused`, (t) => {
      const options = { [name]: value };
      const message = new RegExp(`^${name} must be`, "i");
      t.throws(() => new AsyncClient(options), { instanceOf: TypeError, message });
      t.throws(() => new AsyncHTTPTransport(options), { instanceOf: TypeError, message });
    });
  }
}

for (const name of ["checkHostname", "system"]) {
  for (const value of [null, 0, "no"]) {
    test(`verify.${name}: ${String(value)} is refused`, (t) => {
      t.throws(() => new AsyncClient({ verify: { [name]: value } as object }), {
        instanceOf: TypeError,
        message: new RegExp(`^verify.${name} must be true or false`),
      });
    });
  }
}
