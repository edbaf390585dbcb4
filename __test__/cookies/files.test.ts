// A jar written and read again: as JSON, where nothing is lost, and as the cookies.txt of curl and Python.
import test from "ava";
import { type CookieJSON, Cookies } from "httpxide";
import { answer, sent } from "../helpers/cookie-exchange.js";

/** In seconds and as JSON has it: the year 2100, which is further off than servers may reach. */
const END = 4_102_444_800;
const END_ISO = "2100-01-01T00:00:00.000Z";

const everything: CookieJSON[] = [
  { name: "everywhere", value: "1", path: "/" },
  { name: "", value: "nameless", domain: "example.com", hostOnly: true, path: "/" },
  { name: "empty", value: "", domain: "example.com", path: "/a/b" },
  {
    name: "all",
    value: '"a b, c=\xe0"',
    domain: "xn--bcher-kva.example",
    path: "/",
    expires: END_ISO,
    secure: true,
    httpOnly: true,
    sameSite: "strict",
  },
  { name: "address", value: "1", domain: "[::1]", hostOnly: true, path: "/", sameSite: "lax" },
];

test("everything about a cookie survives JSON, as text or as a value, and so does their order", (t) => {
  const jar = Cookies.fromJSON(everything);
  t.deepEqual(jar.toJSON(), everything);
  t.deepEqual(Cookies.fromJSON(JSON.stringify(jar)).toJSON(), everything);
});

test("cookies that servers set are the same after JSON and after a cookie file", (t) => {
  const jar = new Cookies({ seed: "1" });
  const url = "https://www.example.com/a/b";
  answer(
    jar,
    url,
    "host=1; SameSite=Lax",
    "wide=2; Domain=example.com; Path=/; Max-Age=3600",
    "=x; Path=/; Secure",
  );
  const header = sent(jar, url);
  t.is(header, "host=1; seed=1; wide=2; x");
  for (const read of [Cookies.fromJSON(JSON.stringify(jar)), Cookies.fromNetscape(jar.toNetscape())]) {
    t.is(sent(read, url), header);
    t.is(sent(read, "http://example.com/"), "seed=1; wide=2");
    answer(read, url, "host=; Max-Age=0", "wide=new; Domain=example.com; Path=/");
    t.is(sent(read, url), "seed=1; wide=new; x");
  }
});

test("JSON is JSON, and has no secrets in what it says of faults", (t) => {
  t.deepEqual(Cookies.fromJSON("[]").toJSON(), []);
  t.throws(() => Cookies.fromJSON("[{"), { instanceOf: SyntaxError });
});

const ok = { name: "a", value: "s3cret" };
const noCookies: [unknown, RegExp][] = [
  [null, /list/],
  [{}, /list/],
  [[null], /Cookie 0 .*object/],
  [[ok, "a=b"], /Cookie 1 .*object/],
  [[ok, {}], /Cookie 1 .*name/],
  [[{ name: "a" }], /Cookie 0 .*value/],
  [[{ ...ok, domain: "a b" }], /Cookie 0 .*domain/],
  [[{ ...ok, domain: 1 }], /Cookie 0 .*domain/],
  [[{ ...ok, path: "x" }], /Cookie 0 .*path/],
  [[{ ...ok, expires: END }], /Cookie 0 .*expires/],
  [[{ ...ok, expires: "soon" }], /Cookie 0 .*expires/],
  [[{ ...ok, secure: "no" }], /Cookie 0 .*secure/],
  [[{ ...ok, hostOnly: null }], /Cookie 0 .*hostOnly/],
  [[{ ...ok, sameSite: "Lax" }], /Cookie 0 .*sameSite/],
  [[ok, { name: "b", value: "s3cret; c=d" }], /Cookie 1 .*"b"/],
  [[{ name: "a\r\n", value: "s3cret" }], /Cookie 0 .*name/],
];

for (const [json, message] of noCookies) {
  test(`${JSON.stringify(json)} is refused as the JSON of cookies`, (t) => {
    const error = t.throws(() => Cookies.fromJSON(json as CookieJSON[]), { instanceOf: TypeError, message });
    t.false(error?.message.includes("s3cret"));
    t.throws(() => Cookies.fromJSON(JSON.stringify(json)), { instanceOf: TypeError, message });
  });
}

test("a cookie that has expired since it was written is not read", (t) => {
  const past = "2001-01-01T00:00:00.000Z";
  t.is(Cookies.fromJSON([{ ...ok, path: "/", expires: past }]).size, 0);
  t.is(Cookies.fromNetscape("h\tFALSE\t/\tFALSE\t978307200\ta\tb").size, 0);
});

test("a cookie file has the fields that curl writes", (t) => {
  t.deepEqual(Cookies.fromJSON(everything).toNetscape().split("\n"), [
    "# Netscape HTTP Cookie File",
    "",
    "\tFALSE\t/\tFALSE\t0\teverywhere\t1",
    "example.com\tFALSE\t/\tFALSE\t0\t\tnameless",
    ".example.com\tTRUE\t/a/b\tFALSE\t0\tempty\t",
    `#HttpOnly_.xn--bcher-kva.example\tTRUE\t/\tTRUE\t${END}\tall\t"a b, c=\xe0"`,
    "[::1]\tFALSE\t/\tFALSE\t0\taddress\t1",
    "",
  ]);
});

test("all but SameSite survives a cookie file", (t) => {
  const read = Cookies.fromNetscape(Cookies.fromJSON(everything).toNetscape());
  t.deepEqual(
    read.toJSON(),
    everything.map((cookie) => {
      const { sameSite, ...rest } = cookie;
      return sameSite === undefined ? cookie : rest;
    }),
  );
});

test("a cookie with a tab in it is left out of a cookie file, and no line break gets into one", (t) => {
  const jar = new Cookies({ a: "1", tab: "1\t2" });
  answer(
    jar,
    "http://example.com/x\ty/z".replace("\t", "%09"),
    "ta\tb=1",
    "b=1; Path=/\t",
    "c=1; Path=/a\tb",
  );
  t.true(jar.has("tab"));
  t.deepEqual([...Cookies.fromNetscape(jar.toNetscape()).keys()], ["a", "b"]);
});

test("a file that curl 7.88 wrote is read", (t) => {
  const jar = Cookies.fromNetscape(
    [
      "# Netscape HTTP Cookie File",
      "# https://curl.se/docs/http-cookies.html",
      "# This file was generated by libcurl! Edit at your own risk.",
      "",
      'www.x.example.test\tFALSE\t/\tFALSE\t0\tq\t"a b, c"',
      "www.x.example.test\tFALSE\t/\tFALSE\t0\tempty\t",
      `#HttpOnly_www.x.example.test\tFALSE\t/dir/\tFALSE\t${END}\thttp\t3`,
      ".x.example.test\tTRUE\t/a\tFALSE\t0\twide\t2",
      "",
    ].join("\n"),
  );
  const host = { domain: "www.x.example.test", hostOnly: true } as const;
  t.deepEqual(jar.toJSON(), [
    { name: "q", value: '"a b, c"', ...host, path: "/" },
    { name: "empty", value: "", ...host, path: "/" },
    { name: "http", value: "3", ...host, path: "/dir/", expires: END_ISO, httpOnly: true },
    { name: "wide", value: "2", domain: "x.example.test", path: "/a" },
  ]);
});

test("a file that Python 3.11's MozillaCookieJar wrote for HTTPX is read", (t) => {
  const jar = Cookies.fromNetscape(
    [
      "# Netscape HTTP Cookie File",
      "# http://curl.haxx.se/rfc/cookie_spec.html",
      "# This is a generated file!  Do not edit.",
      "",
      "www.x.example.test\tFALSE\t/a\tFALSE\t\thost\t1",
      `www.x.example.test\tFALSE\t/a\tTRUE\t${END}\tsec\t3`,
      "www.x.example.test\tFALSE\t/a\tFALSE\t\t\tnameless",
      ".x.example.test\tTRUE\t/a\tFALSE\t\twide\t2",
      "\tFALSE\t/\tFALSE\t\tseed\t1",
      "",
    ].join("\n"),
  );
  const host = { domain: "www.x.example.test", hostOnly: true, path: "/a" } as const;
  t.deepEqual(jar.toJSON(), [
    { name: "host", value: "1", ...host },
    { name: "sec", value: "3", ...host, expires: END_ISO, secure: true },
    { name: "", value: "nameless", ...host },
    { name: "wide", value: "2", domain: "x.example.test", path: "/a" },
    { name: "seed", value: "1", path: "/" },
  ]);
});

test("comments, blank lines, Windows line ends, missing last fields and odd numbers are read", (t) => {
  const jar = Cookies.fromNetscape(
    [
      "",
      "  # comment\twith\ttabs",
      "$Version 1",
      "h.example\tfalse\t/\tFalse\t0\tlower\t1",
      "h.example\tFALSE\t/\tFALSE\t0\tshort",
      `h.example\tFALSE\t/\tFALSE\t${END}.75\tfraction\t1`,
      "h.example\tFALSE\t/\tFALSE\t9223372036854775807\tforever\t1",
    ].join("\r\n"),
  );
  t.deepEqual(
    [...jar],
    [
      ["lower", "1"],
      ["short", ""],
      ["fraction", "1"],
      ["forever", "1"],
    ],
  );
  t.is(jar.toJSON()[2]?.expires, "2100-01-01T00:00:00.750Z");
});

const badLines: [what: string, line: string][] = [
  ["no tabs", "example.com FALSE / FALSE 0 a s3cret"],
  ["too few fields", "example.com\tFALSE\t/\tFALSE\t0"],
  ["too many fields", "example.com\tFALSE\t/\tFALSE\t0\ta\ts3cret\tc"],
  ["a flag that is none", "example.com\tYES\t/\tFALSE\t0\ta\ts3cret"],
  ["a Secure flag that is none", "example.com\tTRUE\t/\t1\t0\ta\ts3cret"],
  ["no path", "example.com\tTRUE\tx\tFALSE\t0\ta\ts3cret"],
  ["a time that is none", "example.com\tTRUE\t/\tFALSE\tsoon\ta\ts3cret"],
  ["a domain that is none", "http://h/\tTRUE\t/\tFALSE\t0\ta\ts3cret"],
  ["a semicolon", "example.com\tTRUE\t/\tFALSE\t0\ta\ts3cret; b=c"],
  ["a control character", "example.com\tTRUE\t/\tFALSE\t0\ta\ts3cret\0"],
  ["a character beyond latin1", "example.com\tTRUE\t/\tFALSE\t0\ta\ts3cret☃"],
  ["neither name nor value", "#HttpOnly_example.com\tTRUE\t/\tFALSE\t0\t\t"],
];

for (const [what, line] of badLines) {
  test(`a line of a cookie file with ${what} is an error that names the line, and shows no value`, (t) => {
    const text = `# Netscape HTTP Cookie File\n\nh\tFALSE\t/\tFALSE\t0\ta\tb\n${line}\n`;
    const error = t.throws(() => Cookies.fromNetscape(text), {
      instanceOf: SyntaxError,
      message: /^Line 4 /,
    });
    t.false(error?.message.includes("s3cret"));
  });
}
