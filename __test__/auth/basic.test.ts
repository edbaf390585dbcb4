// Basic authentication: the header sent, and the log output.
import { inspect } from "node:util";
import test from "ava";
import { Auth, BasicAuth, Request, Response } from "httpxide";
import { drive } from "../helpers/auth-flow.js";

// RFC 7617, 2 and 2.1; the other rows are HTTPX's output.
for (const [username, password, expected] of [
  ["Aladdin", "open sesame", "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="],
  ["test", "123£", "Basic dGVzdDoxMjPCow=="],
  ["ü", "é", "Basic w7w6w6k="],
  ["user", "", "Basic dXNlcjo="],
  ["", "password", "Basic OnBhc3N3b3Jk"],
  ["user", "with:colon", "Basic dXNlcjp3aXRoOmNvbG9u"],
] as const) {
  test(`${inspect(username)} and ${inspect(password)} are sent as ${expected}`, async (t) => {
    const request = new Request("GET", "https://example.org/");
    const steps = await drive(new BasicAuth(username, password), request, () => new Response(401));
    t.deepEqual(
      steps.map((step) => step.authorization),
      [expected],
    );
    t.is(steps[0]!.request, request);
  });
}

test("it replaces the request's Authorization header, and keeps the other headers", async (t) => {
  const request = new Request("GET", "https://example.org/", {
    headers: { A: "1", authorization: "Basic old", B: "2" },
  });
  await drive(new BasicAuth("user", "password"), request, () => new Response(200));
  t.deepEqual(request.headers.raw, [
    ["Host", "example.org"],
    ["A", "1"],
    ["Authorization", "Basic dXNlcjpwYXNzd29yZA=="],
    ["B", "2"],
  ]);
});

test("a user name or password that is not a string is a TypeError that does not show it", (t) => {
  t.throws(() => new BasicAuth("user", 12_345 as never), { instanceOf: TypeError, message: /^[^0-9]*$/ });
  t.throws(() => new BasicAuth(undefined as never, "secret"), {
    instanceOf: TypeError,
    message: /^(?!.*secret)/,
  });
});

test("a log shows the user name and no password", (t) => {
  const auth = new BasicAuth("it's me", "hidden");
  t.is(inspect(auth), `<BasicAuth("it's me", '[secure]')>`);
  t.false(JSON.stringify(auth).includes("hidden"));
  t.false(inspect(auth, { showHidden: true, customInspect: false }).includes("hidden"));
});

test("BasicAuth is an Auth that needs no body", (t) => {
  const auth = new BasicAuth("user", "password");
  t.true(auth instanceof Auth);
  t.deepEqual([auth.requiresRequestBody, auth.requiresResponseBody], [false, false]);
});
