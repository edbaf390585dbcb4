// Each cookie stays one cookie in one header: no part of it can add another.
import test from "ava";
import { Cookies, LocalProtocolError, Request } from "httpxide";
import { answer, sent } from "../helpers/cookie-exchange.js";

const url = "http://example.com/";

const badValues: [what: string, value: string][] = [
  ["CR", "s3cret\r"],
  ["LF", "s3cret\n"],
  ["CRLF and a header", "s3cret\r\nX-Evil: 1"],
  ["NUL", "s3cret\0"],
  ["a semicolon and another cookie", "s3cret; admin=1"],
  ["a semicolon alone", "s3cret;"],
  ["another control character", "s3cret\x1b[2J"],
  ["DEL", "s3cret\x7f"],
  ["a character beyond latin1", "s3cret☃"],
  // Truncated to a byte, U+010D and U+010A are CR and LF.
  ["characters that become line breaks when cut short", "s3cret\u010d\u010a"],
];

for (const [what, value] of badValues) {
  test(`a cookie value with ${what} is refused, and not shown`, (t) => {
    const attempts = [
      () => new Cookies({ session: value }),
      () => new Cookies([["session", value]]),
      () => new Cookies().set("session", value),
      () => new Cookies().set("session", value, { domain: "example.com" }),
      () => new Cookies().update({ fine: "1", session: value }),
      () => new Request("GET", url, { cookies: { session: value } }),
      () => new Request("GET", url, { cookies: [["session", value]] }),
    ];
    for (const attempt of attempts) {
      const error = t.throws(attempt, { instanceOf: LocalProtocolError, message: /"session"/ });
      t.is(error?.code, "ERR_INVALID_COOKIE_VALUE");
      t.false(error?.message.includes("s3cret"));
    }
  });
}

for (const name of ["a\r", "a\n", "a\r\nX-Evil: 1", "a\0", "a;b", "a=b", "=", "a\x7f", "☃"]) {
  test(`the cookie name ${JSON.stringify(name)} is refused`, (t) => {
    const attempts = [
      () => new Cookies({ [name]: "1" }),
      () => new Cookies([[name, "1"]]),
      () => new Cookies().set(name, "1"),
      () => new Request("GET", url, { cookies: { [name]: "1" } }),
    ];
    for (const attempt of attempts) {
      const error = t.throws(attempt, { instanceOf: LocalProtocolError });
      t.is(error?.code, "ERR_INVALID_COOKIE_NAME");
    }
  });
}

test("a cookie without name and value is refused", (t) => {
  t.throws(() => new Cookies().set("", ""), { instanceOf: LocalProtocolError });
});

test("an update with one bad cookie changes nothing", (t) => {
  const cookies = new Cookies({ a: "1" });
  t.throws(() => cookies.update({ a: "2", b: "x\n" }), { instanceOf: LocalProtocolError });
  t.deepEqual([...cookies], [["a", "1"]]);
});

for (const value of [
  "plain",
  "",
  "with spaces",
  '"quoted"',
  "a,b",
  "a=b",
  "%0D%0A",
  "\xe9",
  "{[(<>)]}",
  "a\tb",
]) {
  test(`the cookie value ${JSON.stringify(value)} is sent unchanged`, (t) => {
    t.is(sent(new Cookies({ a: value }), url), `a=${value}`);
    t.is(new Request("GET", url, { cookies: { a: value } }).headers.get("cookie"), `a=${value}`);
  });
}

test("no cookie from a server can end the header or begin another cookie", (t) => {
  const codes = Array.from({ length: 300 }, (_, code) => code);
  for (const code of codes) {
    const character = String.fromCharCode(code);
    const jar = new Cookies();
    answer(
      jar,
      url,
      `a=1${character}2`,
      `b${character}c=3`,
      `d=4; Path=/${character}`,
      `e=5; Domain=example.com${character}`,
    );
    const header = sent(jar, url) ?? "";
    t.notRegex(header, /[\0-\x08\x0a-\x1f\x7f]|[^\0-\xff]/, `code ${code}`);
    t.true(header.split("; ").length <= 4, `code ${code}`);
    t.notThrows(() => new Request("GET", url, { headers: { cookie: header } }), `code ${code}`);
    t.deepEqual(Cookies.fromJSON(JSON.stringify(jar)).toJSON(), jar.toJSON(), `code ${code}`);
  }
});
