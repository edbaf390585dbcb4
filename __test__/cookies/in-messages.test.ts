// Cookies of a single request, as the server receives them, and of a single response.
import { inspect } from "node:util";
import test from "ava";
import { AsyncClient, Cookies, type CookiesInit, Headers, Request, Response } from "httpxide";
import { ok, replying, startRawServer } from "../helpers/raw-server.js";

test("the Cookie header follows the caller's headers and precedes those of the body, as in HTTPX", async (t) => {
  await using server = await startRawServer(replying(ok()));
  await using client = new AsyncClient();
  const cookies = { session: "8fa3", theme: "dark" };
  await client.send(new Request("POST", server.url, { headers: { "X-A": "1" }, cookies, json: {} }));
  t.is(
    server.requests[0]?.head,
    [
      "POST / HTTP/1.1",
      `Host: 127.0.0.1:${server.port}`,
      "X-A: 1",
      "Cookie: session=8fa3; theme=dark",
      "Content-Length: 2",
      "Content-Type: application/json",
      "",
      "",
    ].join("\r\n"),
  );
});

for (const name of ["Cookie", "cookie", "COOKIE"]) {
  test(`the caller's own ${name} header overrides cookies`, (t) => {
    const request = new Request("GET", "http://h/", {
      headers: { a: "b", [name]: "own=1" },
      cookies: { a: "1" },
    });
    t.deepEqual(request.headers.raw, [
      ["Host", "h"],
      ["a", "b"],
      [name, "own=1"],
    ]);
  });
}

test("a header whose name only ends in Cookie does not prevent the Cookie header", (t) => {
  const headers = { "X-Cookie": "1", Cookie2: "2", "X-Note": "Cookie: 3" };
  const request = new Request("GET", "http://h/", { headers, cookies: { a: "1" } });
  t.is(request.headers.get("cookie"), "a=1");
});

for (const none of [undefined, null, {}, new Cookies()]) {
  test(`a request with cookies of ${JSON.stringify(none)} has no Cookie header`, (t) => {
    t.false(new Request("GET", "http://h/", { cookies: none }).headers.has("cookie"));
  });
}

const inits: [string, CookiesInit][] = [
  ["a record", { a: "1", b: "2" }],
  ["pairs", Object.entries({ a: "1", b: "2" })],
  ["cookies", new Cookies({ a: "1", b: "2" })],
];

for (const [kind, cookies] of inits) {
  test(`a request takes its cookies from ${kind}`, (t) => {
    t.is(new Request("GET", "http://h/", { cookies }).headers.get("cookie"), "a=1; b=2");
  });
}

test("a request sends the cookies of a jar that match its URL, and does not change the jar", (t) => {
  const cookies = new Cookies({ everywhere: "1" });
  cookies.set("here", "1", { domain: "example.com", path: "/a" });
  cookies.set("secure", "1", { domain: "example.com", secure: true });
  const before = cookies.toJSON();
  const cookieOf = (url: string) => new Request("GET", url, { cookies }).headers.get("cookie");
  t.is(cookieOf("http://example.com/a?b"), "here=1; everywhere=1");
  t.is(cookieOf("https://example.com/"), "everywhere=1; secure=1");
  t.is(cookieOf("http://example.org/a"), "everywhere=1");
  t.deepEqual(cookies.toJSON(), before);
});

test("params do not count towards the path that cookies match", (t) => {
  const cookies = new Cookies();
  cookies.set("a", "1", { path: "/p" });
  t.is(new Request("GET", "http://h/p", { params: { q: "/x" }, cookies }).headers.get("cookie"), "a=1");
});

for (const cookies of ["a=1", 1, { a: 1 }, [["a"]]]) {
  test(`a request with cookies of ${JSON.stringify(cookies)} is a TypeError`, (t) => {
    t.throws(() => new Request("GET", "http://h/", { cookies: cookies as CookiesInit }), {
      instanceOf: TypeError,
    });
  });
}

/** The two headers of a search page, as in HTTPX's test: an Expires with a comma, a domain with a leading dot. */
const twoCookies: [string, string][] = [
  [
    "Set-Cookie",
    "1P_JAR=2099-08-09-18; expires=Mon, 08-Sep-2099 18:33:35 GMT; path=/; domain=.example.org; Secure",
  ],
  [
    "Set-Cookie",
    "NID=1012=Kwj; expires=Wed, 08-Feb-2100 18:33:35 GMT; path=/; domain=.example.org; HttpOnly",
  ],
];

test("a response has the cookies that it set, by the rules for its URL, and always the same objects", (t) => {
  const request = new Request("GET", "https://www.example.org/");
  const headers = new Headers([...twoCookies, ["Set-Cookie", "foreign=1; Domain=example.com"], ["X", "1"]]);
  const response = new Response(200, { headers, request });
  t.deepEqual(
    [...response.cookies],
    [
      ["1P_JAR", "2099-08-09-18"],
      ["NID", "1012=Kwj"],
    ],
  );
  t.is(response.cookies.toJSON()[0]?.domain, "example.org");
  t.is(response.cookies, response.cookies);
  t.is(
    new Response(200, { headers, request: new Request("GET", "http://www.example.org/") }).cookies.size,
    1,
  );
});

test("a log of headers shows no cookie", (t) => {
  const { headers } = new Request("GET", "http://h/", { cookies: { session: "s3cret" } });
  headers.append("Set-Cookie", "session=s3cret");
  t.false(inspect(headers).includes("s3cret"));
});

test("a response without Set-Cookie has no cookies, and one without a request throws", (t) => {
  const request = new Request("GET", "http://h/");
  t.is(new Response(200, { request, headers: { Cookie: "a=1" } }).cookies.size, 0);
  t.throws(() => new Response(200, { headers: { "Set-Cookie": "a=1" } }).cookies, { message: /request/ });
});

test("a response from the network has its cookies", async (t) => {
  await using server = await startRawServer(
    replying(ok("ok", "Set-Cookie: a=1; Path=/x", "set-cookie: b=\xc3\xa0")),
  );
  await using client = new AsyncClient();
  const { cookies } = await client.get(`${server.url}/dir/page`);
  t.deepEqual(cookies.toJSON(), [
    { name: "a", value: "1", domain: "127.0.0.1", hostOnly: true, path: "/x" },
    { name: "b", value: "\xc3\xa0", domain: "127.0.0.1", hostOnly: true, path: "/dir" },
  ]);
});
