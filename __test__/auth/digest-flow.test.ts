// DigestAuth over several requests: challenges reused, nonces counted, cookies returned, origins kept apart.
import { inspect } from "node:util";
import test from "ava";
import { DigestAuth, LocalProtocolError, Request, Response } from "httpxide";
import { type FlowStep, drive } from "../helpers/auth-flow.js";
import { digestFields } from "../helpers/digest.js";
import { turn } from "../helpers/waiting.js";

const auth = (): DigestAuth => new DigestAuth("user", "password123");
const get = (url = "https://example.org/"): Request => new Request("GET", url);

function challenge(nonce: string, more = 'qop="auth"', headers: [string, string][] = []): Response {
  return new Response(401, {
    headers: [["WWW-Authenticate", `Digest realm="r", nonce="${nonce}", ${more}`], ...headers],
  });
}

/** Nonce and count of each request of the flow; null for a request without them. */
function uses(steps: FlowStep[]): (string | null)[] {
  return steps.map(({ authorization }) => {
    if (authorization === null) return null;
    const { nonce, nc } = digestFields(authorization);
    return `${nonce} ${nc}`;
  });
}

test("a request that needs no authentication is sent once, unchanged", async (t) => {
  t.deepEqual(uses(await drive(auth(), get(), () => new Response(200))), [null]);
});

test("the same request is sent again with the answer, and not a third time", async (t) => {
  const request = get();
  const steps = await drive(auth(), request, () => challenge("a"));
  t.deepEqual(uses(steps), [null, "a 00000001"]);
  t.true(steps.every((step) => step.request === request));
});

test("later requests answer the known challenge in advance, and count its nonce in hexadecimal", async (t) => {
  const digest = auth();
  await drive(digest, get(), (_request, attempt) => (attempt === 0 ? challenge("a") : new Response(200)));
  for (let count = 2; count <= 17; count++) {
    const steps = await drive(digest, get("https://example.org/other"), () => new Response(200));
    t.deepEqual(uses(steps), [`a ${count.toString(16).padStart(8, "0")}`]);
  }
});

test("a new nonce is counted from 1 and replaces the old one", async (t) => {
  const digest = auth();
  await drive(digest, get(), (_request, attempt) => (attempt === 0 ? challenge("a") : new Response(200)));
  const renewed = await drive(digest, get(), (_request, attempt) =>
    attempt === 0 ? challenge("b") : new Response(200),
  );
  t.deepEqual(uses(renewed), ["a 00000002", "b 00000001"]);
  t.deepEqual(uses(await drive(digest, get(), () => new Response(200))), ["b 00000002"]);
});

test("a nonce that the server issues again continues its count, even after another nonce", async (t) => {
  const digest = auth();
  const seen: (string | null)[] = [];
  for (const nonce of ["a", "a", "b", "a"]) {
    const steps = await drive(digest, get(), (_request, attempt) =>
      attempt === 0 ? challenge(nonce) : new Response(200),
    );
    seen.push(...uses(steps));
  }
  t.deepEqual(seen, [
    null,
    "a 00000001",
    "a 00000002",
    "a 00000003",
    "a 00000004",
    "b 00000001",
    "b 00000002",
    "a 00000005",
  ]);
});

test("concurrent requests never use the same count of a nonce twice", async (t) => {
  const digest = auth();
  const used: string[] = [];
  const nonces = ["a", "b", "c"];
  await Promise.all(
    Array.from({ length: 300 }, async (_, index) => {
      // Some are refused although they carry an answer, with a nonce that other requests use too.
      const refusals = index % 3;
      await drive(digest, get(), async (request, attempt) => {
        for (let count = (index * 7) % 11; count >= 0; count--) await turn();
        const authorization = request.headers.get("authorization");
        if (authorization !== null) {
          const { nonce, nc, cnonce } = digestFields(authorization);
          used.push(`${nonce} ${nc}`);
          t.regex(cnonce!, /^[0-9a-f]{16}$/);
        }
        return authorization === null || attempt < refusals
          ? challenge(nonces[index % 3]!)
          : new Response(200);
      });
    }),
  );
  t.true(used.length >= 300);
  t.is(new Set(used).size, used.length);
});

test("the client's nonce is new each time, but constant in a session, whose key depends on it", async (t) => {
  for (const [algorithm, different] of [
    ["SHA-256", 3],
    ["SHA-256-sess", 1],
  ] as const) {
    const digest = auth();
    const more = `qop="auth", algorithm=${algorithm}`;
    const cnonces = new Set<string>();
    for (let times = 0; times < 3; times++) {
      const steps = await drive(digest, get(), (request) =>
        request.headers.has("authorization") ? new Response(200) : challenge("a", more),
      );
      cnonces.add(digestFields(steps.at(-1)!.authorization)["cnonce"]!);
    }
    t.is(cnonces.size, different, algorithm);
  }
});

test("a nonce is forgotten after a thousand others, so that memory stays bounded", async (t) => {
  const digest = auth();
  let origins = 0;
  const last = async (nonce: number): Promise<string | null> => {
    // On an origin where no challenge is answered in advance.
    const steps = await drive(digest, get(`http://host-${++origins}/`), (_request, attempt) =>
      attempt === 0 ? challenge(String(nonce)) : new Response(200),
    );
    return uses(steps).at(-1)!;
  };
  for (let nonce = 0; nonce < 1000; nonce++) await last(nonce);
  t.is(await last(1), "1 00000002");
  await last(1000);
  t.is(await last(1), "1 00000003");
  t.is(await last(0), "0 00000001");
});

test("origins are kept apart: an answer for one is not sent to another", async (t) => {
  const digest = auth();
  const answer = (request: Request): Response =>
    request.headers.has("authorization") ? new Response(200) : challenge(request.url.port || "default");
  for (const url of ["https://example.org/", "https://example.org:444/", "http://example.org/"]) {
    t.is((await drive(digest, get(url), answer)).length, 2, url);
  }
  t.deepEqual(uses(await drive(digest, get("https://EXAMPLE.org:443/x"), answer)), ["default 00000003"]);
  t.deepEqual(uses(await drive(digest, get("https://example.org:444/"), answer)), ["444 00000002"]);
});

test("the challenge of another origin, reached by a redirect, is not answered", async (t) => {
  const response = challenge("a");
  const elsewhere = new Response(401, {
    headers: response.headers,
    request: get("https://elsewhere.example/"),
  });
  t.deepEqual(uses(await drive(auth(), get(), () => elsewhere)), [null]);
  const here = new Response(401, {
    headers: response.headers,
    request: get("https://example.org/redirected"),
  });
  t.is((await drive(auth(), get(), () => here)).length, 2);
});

test("cookies that came with the challenge are sent with the answer", async (t) => {
  const steps = await drive(auth(), get(), () =>
    challenge("a", 'qop="auth"', [
      ["Set-Cookie", "session=.session_value...; Path=/; HttpOnly"],
      ["Set-Cookie", "b=2=3 ;Secure"],
      ["Set-Cookie", "nonsense"],
    ]),
  );
  t.deepEqual(
    steps.map((step) => step.cookie),
    [null, "session=.session_value...; b=2=3"],
  );
});

test("the request's own cookies stay unchanged", async (t) => {
  const request = new Request("GET", "https://example.org/", { headers: { Cookie: "mine=1" } });
  const steps = await drive(auth(), request, () =>
    challenge("a", 'qop="auth"', [["Set-Cookie", "theirs=2"]]),
  );
  t.deepEqual(
    steps.map((step) => step.cookie),
    ["mine=1", "mine=1"],
  );
});

test("a user name with a line break is refused, and the error does not show the password", async (t) => {
  const digest = new DigestAuth("user\r\nX-Injected: 1", "hidden");
  const error = await t.throwsAsync(
    drive(digest, get(), () => challenge("a")),
    { instanceOf: LocalProtocolError },
  );
  t.false(inspect(error).includes("hidden"));
});

test("a log shows the user name, but no password and no challenge", async (t) => {
  const digest = new DigestAuth("user", "hidden");
  await drive(digest, get(), () => challenge("a"));
  t.is(inspect(digest), "<DigestAuth('user', '[secure]')>");
  t.false(inspect(digest, { showHidden: true, customInspect: false, depth: 9 }).includes("hidden"));
  t.deepEqual(Object.keys(digest), []);
});

test("a user name or password that is not a string is a TypeError that does not show it", (t) => {
  t.throws(() => new DigestAuth("user", 12_345 as never), { instanceOf: TypeError, message: /^[^0-9]*$/ });
  t.throws(() => new DigestAuth(null as never, "hidden"), {
    instanceOf: TypeError,
    message: /^(?!.*hidden)/,
  });
});
