// Bearer tokens: fixed ones, and those returned by a function.
import { inspect } from "node:util";
import test from "ava";
import { BearerAuth, LocalProtocolError, Request, Response } from "httpxide";
import { drive } from "../helpers/auth-flow.js";

async function sent(auth: BearerAuth): Promise<(string | null)[]> {
  const steps = await drive(auth, new Request("GET", "https://example.org/"), () => new Response(200));
  return steps.map((step) => step.authorization);
}

test("a fixed token is sent with every request", async (t) => {
  const auth = new BearerAuth("mF_9.B5f-4.1JqM");
  t.deepEqual(await sent(auth), ["Bearer mF_9.B5f-4.1JqM"]);
  t.deepEqual(await sent(auth), ["Bearer mF_9.B5f-4.1JqM"]);
});

test("the function is called once for each request, and may be async", async (t) => {
  let asked = 0;
  const auth = new BearerAuth(() => `token-${++asked}`);
  t.deepEqual(await sent(auth), ["Bearer token-1"]);
  t.deepEqual(await sent(auth), ["Bearer token-2"]);
  t.deepEqual(await sent(new BearerAuth(() => Promise.resolve("later"))), ["Bearer later"]);
});

test("an error of the function makes the flow fail", async (t) => {
  const failure = new Error("the vault is closed");
  t.is(await t.throwsAsync(sent(new BearerAuth(() => Promise.reject(failure)))), failure);
});

test("a missing token is a TypeError, whether given or returned by the function", async (t) => {
  for (const nothing of ["", undefined, null, 5]) {
    t.throws(() => new BearerAuth(nothing as never), {
      instanceOf: TypeError,
      message: /token of BearerAuth/,
    });
    await t.throwsAsync(sent(new BearerAuth(() => nothing as never)), {
      instanceOf: TypeError,
      message: /token of BearerAuth/,
    });
  }
});

test("a token with a line break is refused, and the error does not show it", async (t) => {
  const error = await t.throwsAsync(sent(new BearerAuth("hidden\r\nX-Injected: 1")), {
    instanceOf: LocalProtocolError,
  });
  t.false(inspect(error).includes("hidden"));
});

test("a log shows no token", (t) => {
  const auth = new BearerAuth("hidden");
  t.is(inspect(auth), "<BearerAuth('[secure]')>");
  t.false(inspect(auth, { showHidden: true, customInspect: false }).includes("hidden"));
});
