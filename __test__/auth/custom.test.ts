// Custom authentication: a function, or a class with a flow.
import { inspect } from "node:util";
import test from "ava";
import { Auth, BasicAuth, FunctionAuth, Request, Response } from "httpxide";
import { drive } from "../helpers/auth-flow.js";

test("a function may change the request", async (t) => {
  const auth = new FunctionAuth((request) => {
    request.headers.set("X-Signature", `${request.method} ${request.url.pathname}`);
    return request;
  });
  const request = new Request("PUT", "https://example.org/x");
  const [step] = await drive(auth, request, () => new Response(200));
  t.is(step!.request, request);
  t.is(request.headers.get("x-signature"), "PUT /x");
});

test("a function may be async, and return another request", async (t) => {
  const other = new Request("GET", "https://elsewhere.example/");
  const auth = new FunctionAuth(() => Promise.resolve(other));
  const steps = await drive(auth, new Request("GET", "https://example.org/"), () => new Response(200));
  t.deepEqual(
    steps.map((step) => step.request),
    [other],
  );
});

test("a function that returns nothing causes an error that names the required value", async (t) => {
  const auth = new FunctionAuth((() => {}) as never);
  await t.throwsAsync(
    drive(auth, new Request("GET", "https://example.org/"), () => new Response(200)),
    { instanceOf: TypeError, message: "An auth function must return the request to be sent, not undefined." },
  );
  t.throws(() => new FunctionAuth("user" as never), { instanceOf: TypeError });
});

test("a log names the function", (t) => {
  t.is(
    inspect(
      new FunctionAuth(function sign(request) {
        return request;
      }),
    ),
    "<FunctionAuth(sign)>",
  );
});

class RefreshingAuth extends Auth {
  override requiresResponseBody = true;
  #token = "stale";

  *authFlow(request: Request): Generator<Request, void, Response> {
    request.headers.set("Authorization", `Bearer ${this.#token}`);
    const response = yield request;
    if (response.statusCode !== 401) return;
    const answer = yield new Request("POST", "https://id.example.org/token");
    this.#token = answer.raiseForStatus().json<{ token: string }>().token;
    request.headers.set("Authorization", `Bearer ${this.#token}`);
    yield request;
  }
}

test("a flow may send several requests and read their responses", async (t) => {
  const auth = new RefreshingAuth();
  const answer = (request: Request): Response => {
    if (request.url.hostname === "id.example.org")
      return new Response(200, { json: { token: "fresh" }, request });
    return new Response(request.headers.get("authorization") === "Bearer fresh" ? 200 : 401);
  };
  const first = await drive(auth, new Request("GET", "https://example.org/"), answer);
  t.deepEqual(
    first.map(({ request, response }) => [request.url.hostname, response.statusCode]),
    [
      ["example.org", 401],
      ["id.example.org", 200],
      ["example.org", 200],
    ],
  );
  t.is((await drive(auth, new Request("GET", "https://example.org/"), answer)).length, 1);
});

test("an Auth of another copy of the package is recognised, other objects are not", (t) => {
  const foreign: unknown = { [Symbol.for("httpxide.Auth")]: true };
  t.true(foreign instanceof Auth);
  t.false(foreign instanceof BasicAuth);
  for (const value of [null, undefined, "x", {}, () => {}]) t.false(value instanceof Auth);
});

test("a subclass recognises only its own instances", (t) => {
  t.true(new RefreshingAuth() instanceof RefreshingAuth);
  t.false(new BasicAuth("user", "password") instanceof RefreshingAuth);
});
