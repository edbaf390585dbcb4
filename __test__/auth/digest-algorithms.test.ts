// DigestAuth's computations: the vectors of RFC 2069 and 7616, every algorithm, and the exact form of the header.
import { createHash } from "node:crypto";
import test from "ava";
import { DigestAuth, Request, Response } from "httpxide";
import { drive } from "../helpers/auth-flow.js";
import { digestFields, expectedResponse } from "../helpers/digest.js";

/** The Authorization header that answers `challenge`. */
async function answerTo(
  challenge: string,
  { username = "user", password = "password123", method = "GET", url = "https://example.org/" } = {},
): Promise<string> {
  const headers = { "WWW-Authenticate": challenge };
  const steps = await drive(
    new DigestAuth(username, password),
    new Request(method, url),
    (_request, attempt) => (attempt === 0 ? new Response(401, { headers }) : new Response(200)),
  );
  return steps[1]!.authorization!;
}

const md5 = (text: string): string => createHash("md5").update(text).digest("hex");

const RFC_7616 = {
  realm: "http-auth@example.org",
  uri: "/dir/index.html",
  nonce: "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v",
  nc: "00000001",
  cnonce: "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ",
  qop: "auth",
};

// A check of the verifier itself. RFC 2617, 3.5; RFC 7616, 3.9.1; the -sess row is HTTPX's output.
for (const [fields, username, password, expected] of [
  [{ ...RFC_7616, algorithm: "MD5" }, "Mufasa", "Circle of Life", "8ca523f5e9506fed4657c9700eebdbec"],
  [
    { ...RFC_7616, algorithm: "SHA-256" },
    "Mufasa",
    "Circle of Life",
    "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1",
  ],
  [
    {
      realm: "testrealm@host.com",
      uri: "/dir/index.html",
      nonce: "dcd98b7102dd2f0e8b11d0f600bfb0c093",
      nc: "00000001",
      cnonce: "0a4f113b",
      qop: "auth",
    },
    "Mufasa",
    "Circle Of Life",
    "6629fae49393a05397450978507c4ef1",
  ],
  [
    {
      realm: "r",
      uri: "/p?q=1",
      nonce: "n",
      nc: "00000001",
      cnonce: "0123456789abcdef",
      qop: "auth",
      algorithm: "MD5-sess",
    },
    "u",
    "p",
    "aba08918faf67249fd9f858e67f2e891",
  ],
] as const) {
  test(`the verifier computes ${expected}`, (t) => {
    t.is(expectedResponse(fields, { username, password, method: "GET" }), expected);
  });
}

test("the example of RFC 2069 gives the response in its errata", async (t) => {
  const authorization = await answerTo(
    'Digest realm="testrealm@host.com", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", opaque="5ccc069c403ebaf9f0171e9517f40e41"',
    { username: "Mufasa", password: "CircleOfLife", url: "http://www.nowhere.org/dir/index.html" },
  );
  t.is(
    authorization,
    'Digest username="Mufasa", realm="testrealm@host.com", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", ' +
      'uri="/dir/index.html", response="1949323746fe6a43ef61f9606e7febea", algorithm=MD5, ' +
      'opaque="5ccc069c403ebaf9f0171e9517f40e41"',
  );
});

for (const [algorithm, length] of [
  ["MD5", 32],
  ["MD5-SESS", 32],
  ["SHA", 40],
  ["SHA-SESS", 40],
  ["SHA-256", 64],
  ["SHA-256-SESS", 64],
  ["SHA-512", 128],
  ["SHA-512-SESS", 128],
  ["md5-sess", 32],
  ["Sha-256-Sess", 64],
] as const) {
  test(`algorithm ${algorithm} gives a response of ${length} digits that the verifier accepts`, async (t) => {
    const { realm, nonce } = RFC_7616;
    const fields = digestFields(
      await answerTo(`Digest realm="${realm}", nonce="${nonce}", qop="auth", algorithm=${algorithm}`, {
        username: "Mufasa",
        password: "Circle of Life",
        method: "POST",
        url: "http://www.example.org/dir/index.html?q=1&r=%2F",
      }),
    );
    t.is(fields["algorithm"], algorithm);
    t.is(fields["uri"], "/dir/index.html?q=1&r=%2F");
    t.is(fields["response"]!.length, length);
    t.is(
      fields["response"],
      expectedResponse(fields, { username: "Mufasa", password: "Circle of Life", method: "POST" }),
    );
  });
}

test("the header has its fields in HTTPX's order and quotes", async (t) => {
  const challenge = 'Digest realm="r", nonce="n", algorithm=MD5-sess, opaque="o", qop="auth"';
  const options = { username: "u", password: "p", url: "http://h/p?q=1" };
  const authorization = await answerTo(challenge, options);
  const [, response, cnonce] = /response="(\w+)".*cnonce="(\w+)"/.exec(authorization) ?? [];
  t.is(
    authorization,
    `Digest username="u", realm="r", nonce="n", uri="/p?q=1", response="${response}", algorithm=MD5-sess, ` +
      `opaque="o", qop=auth, nc=00000001, cnonce="${cnonce}"`,
  );
  t.regex(cnonce!, /^[0-9a-f]{16}$/);
  t.is(response, md5(`${md5(`${md5("u:r:p")}:n:${cnonce}`)}:n:00000001:${cnonce}:auth:${md5("GET:/p?q=1")}`));
  t.not(await answerTo(challenge, options), authorization);
});

test("the default algorithm is MD5, and an empty opaque is omitted", async (t) => {
  const fields = digestFields(await answerTo('Digest realm="r", nonce="n", qop="auth", opaque=""'));
  t.is(fields["algorithm"], "MD5");
  t.false("opaque" in fields);
  t.is(
    fields["response"],
    expectedResponse(fields, { username: "user", password: "password123", method: "GET" }),
  );
});

test("without qop there is no nc, and a cnonce only where the key depends on it", async (t) => {
  const plain = digestFields(await answerTo('Digest realm="r", nonce="n", algorithm=SHA-256'));
  t.deepEqual(Object.keys(plain), ["username", "realm", "nonce", "uri", "response", "algorithm"]);
  const session = digestFields(await answerTo('Digest realm="r", nonce="n", algorithm=SHA-256-sess'));
  t.deepEqual(Object.keys(session), ["username", "realm", "nonce", "uri", "response", "algorithm", "cnonce"]);
  for (const fields of [plain, session]) {
    t.is(
      fields["response"],
      expectedResponse(fields, { username: "user", password: "password123", method: "GET" }),
    );
  }
});

test("quotes and backslashes are escaped in the header, and unescaped in the hash", async (t) => {
  const authorization = await answerTo(String.raw`Digest realm="a \"b\" \\ c, d=\e", nonce="n"`, {
    username: 'u"s\\er',
    password: 'p"',
  });
  t.true(
    authorization.startsWith(String.raw`Digest username="u\"s\\er", realm="a \"b\" \\ c, d=e", nonce="n", `),
  );
  const ha1 = md5(String.raw`u"s\er:a "b" \ c, d=e:p"`);
  t.is(digestFields(authorization)["response"], md5(`${ha1}:n:${md5("GET:/")}`));
});

test("non-ASCII user names and passwords are UTF-8, and the server's values keep their bytes", async (t) => {
  // As in a head from the wire: one character per byte. The realm is "café" in latin1, which is invalid UTF-8.
  const authorization = await answerTo('Digest realm="caf\xe9", nonce="n"', {
    username: "Jäsøn",
    password: "пароль",
  });
  t.true(authorization.startsWith('Digest username="J\xc3\xa4s\xc3\xb8n", realm="caf\xe9", '));
  const a1 = Buffer.concat([Buffer.from("Jäsøn:caf"), Buffer.from([0xe9]), Buffer.from(":пароль")]);
  const ha1 = createHash("md5").update(a1).digest("hex");
  t.is(digestFields(authorization)["response"], md5(`${ha1}:n:${md5("GET:/")}`));
});
