// Secrets that a recording must not contain: credentials, cookies, tokens and passwords, in every place.
import test from "ava";
import {
  AsyncClient,
  DigestAuth,
  MockTransport,
  ReplayTransport,
  type ReplayTransportOptions,
  type RequestOptions,
  Response,
  type ResponseInitOptions,
} from "httpxide";
import { startDigestServer } from "../helpers/digest-server.js";
import { bodyOf, type Handler, startHttpServer } from "../helpers/http-server.js";
import { makeRecordings } from "../helpers/recordings.js";

interface Case {
  readonly url?: string;
  readonly sent?: RequestOptions;
  readonly answered?: ResponseInitOptions;
  readonly options?: ReplayTransportOptions;
  /** The text that the file contains. */
  readonly shown: readonly string[];
}

/** A short secret in every case; no file may contain it. */
const SECRET = "s3cr3t";

const cases: Record<string, Case> = {
  "the Authorization of auth": {
    sent: { auth: ["ada", SECRET] },
    shown: ["Authorization: Basic [secure]"],
  },
  "credentials in headers": {
    sent: {
      headers: { Authorization: `Bearer ${SECRET}`, "proxy-authorization": SECRET, "X-API-Key": SECRET },
    },
    shown: ["Authorization: Bearer [secure]", "proxy-authorization: [secure]", "X-API-Key: [secure]"],
  },
  "cookies, both ways": {
    sent: { headers: { Cookie: `a=${SECRET}; b=${SECRET}` } },
    answered: {
      headers: [
        ["Set-Cookie", `sid=${SECRET}; Path=/; HttpOnly`],
        ["Set-Cookie", "gone=; Max-Age=0"],
      ],
    },
    shown: [
      "Cookie: a=[secure]; b=[secure]",
      "Set-Cookie: sid=[secure]; Path=/; HttpOnly",
      "Set-Cookie: gone=; Max-Age=0",
    ],
  },
  "user information in URLs": {
    url: `http://${SECRET}:${SECRET}@h/a`,
    sent: { auth: null },
    answered: { headers: { Location: `//me:${SECRET}@h/b`, "Content-Location": `http://${SECRET}@h/c` } },
    shown: ['"url": "http://h/a"', "Location: //h/b", "Content-Location: http://h/c"],
  },
  "parameters of queries": {
    url: `http://h/a?x=1&access_token=${SECRET}&y&apiKey=${SECRET}`,
    answered: {
      headers: {
        Location: `/b?token=${SECRET}#id_token=${SECRET}&state=1`,
        Link: `<http://h/?page=2&sig=${SECRET}>; rel="next"`,
      },
    },
    shown: [
      "http://h/a?x=1&access_token=[secure]&y&apiKey=[secure]",
      "Location: /b?token=[secure]#id_token=[secure]&state=1",
      'Link: <http://h/?page=2&sig=[secure]>; rel=\\"next\\"',
    ],
  },
  "fields of JSON, and links inside": {
    sent: { json: { user: "ada", password: SECRET, deep: [{ "Client-Secret": SECRET, pin: 1 }] } },
    answered: {
      json: {
        access_token: SECRET,
        expires: 3600,
        token: null,
        credentials: { list: [SECRET, "x"] },
        next: `http://h/?page=2&token=${SECRET}`,
      },
    },
    shown: [
      '"password": "[secure]"',
      '"Client-Secret": "[secure]"',
      '"pin": 1',
      '"access_token": "[secure]"',
      '"expires": 3600',
      '"token": null',
      '"next": "http://h/?page=2&token=[secure]"',
    ],
  },
  "JSON in pieces of text": {
    answered: {
      content: `data: {"token": "${SECRET}", "n": 12345678901234567890}\n\ndata: {"token": "${SECRET}`,
    },
    shown: [
      String.raw`data: {\"token\": \"[secure]\", \"n\": 12345678901234567890}\n\ndata: {\"token\": \"[secure]\"`,
    ],
  },
  "links in HTML": {
    answered: { html: `<a href="/x?page=2&amp;token=${SECRET}">next</a>` },
    shown: [String.raw`/x?page=2&amp;token=[secure]\">next`],
  },
  "fields of forms": {
    sent: { data: { user: "ada", password: SECRET, pass_phrase: `${SECRET} &=` } },
    shown: ['"text": "user=ada&password=[secure]&pass_phrase=[secure]"'],
  },
  "fields of multipart forms, beside bytes": {
    sent: { data: { password: SECRET, user: "ada" }, files: { file: new Uint8Array([0, 255]) } },
    shown: ['"base64"'],
  },
  "fields whose names end like those of secrets": {
    url: `http://h/?user[password]=${SECRET}&a%2Eapi_token=${SECRET}&page_token=7`,
    sent: {
      headers: { "X-Vault-Token": SECRET, "Ocp-Apim-Subscription-Key": SECRET },
      json: { db_password1: SECRET, awsSecretAccessKey: SECRET, auth: { user: SECRET }, max_tokens: 5 },
    },
    answered: { json: { sessionId: SECRET, webhook_secret: [SECRET], nextPageToken: "abc" } },
    shown: [
      "?user[password]=[secure]&a%2Eapi_token=[secure]&page_token=7",
      "X-Vault-Token: [secure]",
      "Ocp-Apim-Subscription-Key: [secure]",
      '"max_tokens": 5',
      '"nextPageToken": "abc"',
    ],
  },
  "JSON in a string of JSON": {
    answered: { json: { body: JSON.stringify({ id: 1, inner: JSON.stringify({ password: SECRET }) }) } },
    shown: [
      JSON.stringify(JSON.stringify({ id: 1, inner: JSON.stringify({ password: "[secure]" }) })).slice(1, -1),
    ],
  },
  "elements of XML": {
    answered: { content: `<a:Password kind="x">${SECRET}</a:Password><name>Ada</name><token></token>` },
    shown: [String.raw`<a:Password kind=\"x\">[secure]</a:Password><name>Ada</name><token></token>`],
  },
  "forms without a Content-Type": {
    answered: { text: `oauth_token=${SECRET}&oauth_token_secret=${SECRET}&user=ada` },
    shown: ["oauth_token=[secure]&oauth_token_secret=[secure]&user=ada"],
  },
  "text in an encoding of old": {
    sent: {
      headers: { "Content-Type": "application/x-www-form-urlencoded" },
      content: Buffer.from(`user=\xe9&password=${SECRET}`, "latin1"),
    },
    answered: {
      headers: { "Content-Type": "application/problem+json; charset=latin1" },
      content: Buffer.from(`{"name":"\xe9","token":"${SECRET}"}`, "latin1"),
    },
    shown: [Buffer.from('{"name":"\xe9","token":"[secure]"}', "latin1").toString("base64")],
  },
  "text in multipart bodies": {
    sent: {
      data: { note: `see /x?token=${SECRET}` },
      files: {
        meta: ["blob", JSON.stringify({ access_token: SECRET }), "application/json"],
        raw: new Uint8Array([0, 255]),
      },
    },
    shown: ['"base64"'],
  },
  "links in headers and bodies": {
    answered: {
      headers: { "X-Original-URL": `/a?token=${SECRET}`, Refresh: `0; url=/b?x=1&sig=${SECRET}` },
      json: { clone: `https://me:${SECRET}@h/a`, ssh: "ssh://git@h/a" },
    },
    shown: [
      "X-Original-URL: /a?token=[secure]",
      "Refresh: 0; url=/b?x=1&sig=[secure]",
      "https://[secure]@h/a",
      "ssh://git@h/a",
    ],
  },
  "names that are added": {
    url: `http://h/?ssn=${SECRET}`,
    sent: { headers: { "X-Account": SECRET }, json: { account: { xAccount: SECRET } } },
    answered: { json: { SSN: SECRET } },
    options: { sensitive: ["x_account", "ssn"] },
    shown: ["?ssn=[secure]", "X-Account: [secure]", '"xAccount": "[secure]"', '"SSN": "[secure]"'],
  },
};

for (const [name, { url = "http://h/", sent, answered, options, shown }] of Object.entries(cases)) {
  test(`a recording contains no secrets of ${name}, and replays without them`, async (t) => {
    await using recordings = await makeRecordings();
    const transport = new MockTransport(() => new Response(200, answered));
    const method = (sent?.json ?? sent?.data) ? "POST" : "GET";
    {
      await using client = new AsyncClient({
        transport: new ReplayTransport(recordings.path(), { ...options, transport }),
      });
      await client.request(method, url, sent);
    }
    const text = await recordings.text();
    const decoded = text.replace(/"base64": "(.*)"/g, (_all, base64: string) =>
      Buffer.from(base64, "base64").toString("latin1"),
    );
    t.false(decoded.includes(SECRET), decoded);
    t.false(text.includes(Buffer.from(`ada:${SECRET}`).toString("base64")), text);
    for (const part of shown)
      t.true(text.includes(part) || text.includes(JSON.stringify(part).slice(1, -1)), `${part}\n${text}`);

    // A replay may use other secrets, or none.
    const unchanged = { files: sent?.files, content: sent?.content };
    const others = JSON.parse(
      JSON.stringify({ url, ...sent, files: undefined, content: undefined }).replaceAll(SECRET, "0ther"),
    ) as RequestOptions & { url: string };
    const { url: otherURL, ...otherOptions } = others;
    await using client = new AsyncClient({
      transport: new ReplayTransport(recordings.path(), { ...options, mode: "replay" }),
    });
    t.is((await client.request(method, otherURL, { ...otherOptions, ...unchanged })).statusCode, 200);
  });
}

test("a secret seen once is masked wherever it occurs later, and its flow can be replayed", async (t) => {
  const token = "tok-0123456789/=abc";
  const handler: Handler = async (request, response) => {
    const body = (await bodyOf(request)).toString();
    response.setHeader("Content-Type", "application/json");
    if (request.url === "/login")
      return void response.end(JSON.stringify({ token, welcome: `you got ${token}` }));
    response.end(JSON.stringify({ path: request.url, echo: request.headers.authorization, body }));
  };
  const flow = async (client: AsyncClient, url: string): Promise<unknown> => {
    const given = (await client.post(`${url}/login`, { json: { password: "a long password" } })).json<{
      token: string;
    }>().token;
    const headers = { Authorization: `Bearer ${given}` };
    await client.post(`${url}/check/${encodeURIComponent(given)}`, { headers, content: `is ${given} fine?` });
    return (await client.get(`${url}/me?note=${encodeURIComponent(given)}`, { headers })).statusCode;
  };

  await using recordings = await makeRecordings();
  await using server = await startHttpServer(handler);
  for (const mode of ["record", "replay"] as const) {
    await using client = new AsyncClient({ transport: new ReplayTransport(recordings.path(), { mode }) });
    t.is(await flow(client, server.url), 200);
  }
  t.is(server.requests.length, 3);
  const text = await recordings.text();
  t.false(text.includes("0123456789"), text);
  t.true(text.includes("/check/[secure]"));
  t.true(text.includes("you got [secure]"));
  t.true(text.includes("is [secure] fine?"));
});

test("the password of Basic authentication is masked in responses too", async (t) => {
  await using recordings = await makeRecordings();
  const transport = new MockTransport(() => new Response(200, { text: "hello, a long password" }));
  {
    await using client = new AsyncClient({
      transport: new ReplayTransport(recordings.path(), { transport }),
      auth: ["ada", "a long password"],
    });
    await client.get("http://h/");
  }
  t.true((await recordings.text()).includes("hello, [secure]"));
});

test("a repeated secret is found in every notation: in a path, a form or JSON", async (t) => {
  await using recordings = await makeRecordings();
  const secret = 'long "secret"/&+é';
  const transport = new MockTransport(() => new Response(200, { json: { echo: `it was ${secret}` } }));
  {
    await using client = new AsyncClient({
      transport: new ReplayTransport(recordings.path(), { transport }),
    });
    await client.post("http://h/", { json: { password: secret } });
    await client.post("http://h/", { params: { q: secret }, data: { q: secret } });
  }
  const text = await recordings.text();
  t.is(text.split("[secure]").length - 1, 5, text);
  t.false(/long.{0,5}secret/.test(text), text);
});

test("bytes that are not text stay unchanged, even if they spell a secret", async (t) => {
  await using recordings = await makeRecordings();
  const content = Buffer.from('\xff\0{"token":"abc"}', "latin1");
  const transport = new MockTransport(() => new Response(200, { content }));
  for (const mode of ["record", "replay"] as const) {
    await using client = new AsyncClient({
      transport: new ReplayTransport(recordings.path(), { mode, transport }),
    });
    t.deepEqual(Buffer.from((await client.get("http://h/")).content), content);
  }
});

test("a cookie value that equals the host leaves the URL valid", async (t) => {
  await using recordings = await makeRecordings();
  const transport = new MockTransport(() => new Response(200));
  for (const mode of ["record", "replay"] as const) {
    await using client = new AsyncClient({
      transport: new ReplayTransport(recordings.path(), { mode, transport }),
    });
    const headers = { Cookie: "host=api.example.org" };
    t.is((await client.get("http://api.example.org/", { headers })).statusCode, 200);
  }
});

test("Digest authentication is recorded with its challenge, and replayed with any password", async (t) => {
  await using recordings = await makeRecordings();
  await using server = await startDigestServer({ username: "ada", password: "right" });
  for (const [mode, password] of [
    ["record", "right"],
    ["replay", "wrong"],
  ] as const) {
    await using client = new AsyncClient({
      transport: new ReplayTransport(recordings.path(), { mode }),
      auth: new DigestAuth("ada", password),
    });
    const response = await client.get(`${server.url}/a`);
    t.is(response.text, "hello ada, GET 0");
    t.is(response.history.length, 1);
  }
  t.regex(await recordings.text(), /Authorization: Digest \[secure\]/);
});

test("errors of a replay contain no secrets", async (t) => {
  await using recordings = await makeRecordings();
  const transport = new MockTransport(() => new Response(200));
  {
    await using client = new AsyncClient({
      transport: new ReplayTransport(recordings.path(), { transport }),
    });
    await client.post("http://h/?token=first", { json: { password: "first", n: 1 } });
  }
  await using client = new AsyncClient({ transport: new ReplayTransport(recordings.path()) });
  await t.throwsAsync(
    client.post("http://me:second@h/?token=second", { json: { password: "second", n: 2 } }),
    {
      message: `The recording ${recordings.path()} has no response to POST http://h/?token=[secure]: the nearest is number 1, POST http://h/?token=[secure]: the JSON at n is 2, not 1`,
    },
  );
});
