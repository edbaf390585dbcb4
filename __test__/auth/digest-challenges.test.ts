// The challenges that DigestAuth answers, how it parses WWW-Authenticate, and which challenges are errors.
import { inspect } from "node:util";
import test from "ava";
import { DigestAuth, ProtocolError, Request, Response } from "httpxide";
import { drive } from "../helpers/auth-flow.js";
import { digestFields } from "../helpers/digest.js";

/** The headers of the requests that follow a 401 with these challenges. */
async function answersTo(...challenges: string[]): Promise<(string | null)[]> {
  const headers = challenges.map((value) => ["WWW-Authenticate", value] as const);
  const steps = await drive(
    new DigestAuth("user", "hidden"),
    new Request("GET", "https://me:secret@example.org/"),
    (_request, attempt) => (attempt === 0 ? new Response(401, { headers }) : new Response(200)),
  );
  return steps.map((step) => step.authorization);
}

async function answerTo(...challenges: string[]): Promise<Record<string, string>> {
  const answers = await answersTo(...challenges);
  return digestFields(answers[1] ?? null);
}

const GOOD = 'Digest realm="r", nonce="n"';

for (const challenges of [
  [],
  ["Basic realm=r"],
  ['Basic realm="Digest realm=x, nonce=y"'],
  ["Negotiate"],
  ["Negotiate oYG2MIGzoAMKAQGhCwYJ=="],
  ["Digestive realm=r, nonce=n"],
  [""],
  [", ,"],
  ['="x"'],
]) {
  test(`no second request is sent for ${inspect(challenges)}`, async (t) => {
    t.deepEqual(await answersTo(...challenges), [null]);
  });
}

for (const status of [200, 403, 407, 500]) {
  test(`a challenge with status ${status} is not answered`, async (t) => {
    const headers = { "WWW-Authenticate": GOOD };
    const steps = await drive(
      new DigestAuth("user", "hidden"),
      new Request("GET", "http://h/"),
      () => new Response(status, { headers }),
    );
    t.is(steps.length, 1);
  });
}

for (const [what, ...challenges] of [
  ["in any case", 'dIGEST REALM="r", Nonce="n"'],
  ["without blanks", 'Digest realm="r",nonce="n"'],
  ["with blanks around everything", 'Digest   realm = "r" ,\t nonce\t=\t"n" ,'],
  ["without quotes", "Digest realm=r, nonce=n"],
  ["after another header", 'Basic realm="x"', GOOD],
  ["before another header", GOOD, "Negotiate"],
  ["after another challenge in the same header", `Basic realm="a, Digest", charset=UTF-8, ${GOOD}`],
  ["after a bare scheme in the same header", `Negotiate, NTLM, ${GOOD}`],
  ["after credentials in one piece", `Negotiate abc/+==, ${GOOD}`],
  ["before another challenge in the same header", `${GOOD}, Basic realm="x", nonce="y"`],
  ["with unknown parameters", `${GOOD}, domain="/a /b", stale=FALSE, charset=UTF-8, userhash=false`],
  ["after one that is malformed", 'Digest realm="x"', GOOD],
  ["after one whose algorithm is unknown", `Digest realm="x", nonce="y", algorithm=SHA-3, ${GOOD}`],
  ["after one that wants auth-int", `Digest realm="x", nonce="y", qop="auth-int", ${GOOD}`],
] as const) {
  test(`a challenge is found ${what}`, async (t) => {
    const fields = await answerTo(...challenges);
    t.deepEqual([fields["realm"], fields["nonce"]], ["r", "n"]);
  });
}

test("the first of several valid challenges is answered", async (t) => {
  const fields = await answerTo(
    'Digest realm="r", nonce="a", algorithm=SHA-256, Digest realm="r", nonce="b"',
  );
  t.deepEqual([fields["algorithm"], fields["nonce"]], ["SHA-256", "a"]);
});

test("a quoted value keeps commas, equals signs and schemes, and loses its escapes", async (t) => {
  const fields = await answerTo(String.raw`Digest realm="a, Basic b=\"c\\\"", nonce=7yp/x+Q==, opaque="o=,"`);
  t.is(fields["realm"], String.raw`a, Basic b="c\"`);
  t.is(fields["nonce"], "7yp/x+Q==");
  t.is(fields["opaque"], "o=,");
});

for (const qop of ["auth", "auth, auth-int", "auth,auth-int", "auth-int , auth", "unknown,auth", "AUTH"]) {
  test(`from qop ${JSON.stringify(qop)}, auth is chosen`, async (t) => {
    t.is((await answerTo(`${GOOD}, qop="${qop}"`))["qop"], "auth");
  });
}

test("the bare word Digest is not answered, and the caller gets the 401", async (t) => {
  t.deepEqual(await answersTo("Digest"), [null]);
  t.is((await answerTo(`Digest, ${GOOD}`))["realm"], "r");
});

for (const challenge of [
  "Digest token68",
  'Digest realm="httpx@example.org", qop="auth"',
  'Digest realm="httpx@example.org", qop="auth,au',
  'Digest nonce="n"',
  `${GOOD}, opaque="o`,
  `${GOOD}, opaque="o" junk`,
  `${GOOD}, "junk"`,
  'Digest realm="r" nonce="n"',
]) {
  test(`${challenge} is malformed`, async (t) => {
    const error = await t.throwsAsync<ProtocolError>(answersTo(challenge), { instanceOf: ProtocolError });
    t.is(error.message, "GET https://[secure]@example.org/: Malformed Digest WWW-Authenticate header");
    t.deepEqual(
      [error.code, error.phase, error.requestSent, error.request.url.hostname],
      ["ERR_DIGEST_CHALLENGE", "headers", true, "example.org"],
    );
  });
}

test("an unknown qop or algorithm is a ProtocolError that names it", async (t) => {
  await t.throwsAsync(answersTo(`${GOOD}, qop="not-auth"`), {
    instanceOf: ProtocolError,
    message: /: Unexpected qop value "not-auth" in digest auth$/,
  });
  await t.throwsAsync(answersTo(`${GOOD}, algorithm=SHA-3`), {
    instanceOf: ProtocolError,
    message: /: Unexpected algorithm "SHA-3" in digest auth$/,
  });
});

test("auth-int alone is an error that says it is not supported", async (t) => {
  const error = await t.throwsAsync(answersTo(`${GOOD}, qop="auth-int"`), {
    message: /auth-int.*not supported/,
  });
  t.false(error instanceof ProtocolError);
});

test("a long header of unterminated parts is parsed in linear time", async (t) => {
  for (const piece of ['"', "a ", "a=", "\\", '"\\', "=", "a b="]) {
    await answersTo("Basic ".concat(piece.repeat(1_000_000 / piece.length)).trimEnd());
  }
  t.pass();
});
