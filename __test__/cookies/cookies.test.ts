// Cookies as a container: construction, look-ups and their conflicts, changes, iteration, copies, and logs.
// HTTPX's behaviour was observed with version 0.28.1 and taken from its tests/models/test_cookies.py.
import { inspect } from "node:util";
import test from "ava";
import { CookieConflict, Cookies, type CookiesInit } from "httpxide";
import { answer, clientSide, sent } from "../helpers/cookie-exchange.js";

const pairs: [string, string][] = [
  ["b", "2"],
  ["a", "1"],
];

const inits: [string, CookiesInit][] = [
  ["a record", { b: "2", a: "1" }],
  ["pairs", pairs],
  ["a Map", new Map(pairs)],
  ["a generator", pairs.values()],
  ["other cookies", new Cookies(pairs)],
];

for (const [kind, init] of inits) {
  test(`cookies are made from ${kind}, in its order`, (t) => {
    const cookies = new Cookies(init);
    t.deepEqual([...cookies], pairs);
    t.is(cookies.size, 2);
    t.is(cookies.get("a"), "1");
  });
}

test("a field that is undefined makes no cookie", (t) => {
  const cookies = new Cookies({ a: "1", b: undefined });
  t.deepEqual([...cookies], [["a", "1"]]);
  cookies.update({ a: undefined, c: "3" });
  t.is(cookies.get("a"), "1");
});

for (const nothing of [undefined, null, {}, []]) {
  test(`${JSON.stringify(nothing)} makes no cookies`, (t) => {
    const cookies = new Cookies(nothing);
    t.is(cookies.size, 0);
    t.true(clientSide(cookies).isEmpty);
    t.is(sent(cookies, "http://h/"), null);
  });
}

for (const init of ["a=b", 1, true, ["ab"], [["a"]], [["a", "b", "c"]], { a: 1 }, { a: null }, [[1, "a"]]]) {
  test(`cookies made from ${JSON.stringify(init)} are a TypeError`, (t) => {
    t.throws(() => new Cookies(init as unknown as CookiesInit), { instanceOf: TypeError });
  });
}

test("a cookie is set, found, replaced and deleted", (t) => {
  const cookies = new Cookies();
  cookies.set("name", "value");
  t.is(cookies.get("name"), "value");
  t.true(cookies.has("name"));
  cookies.set("name", "new");
  t.deepEqual([...cookies], [["name", "new"]]);
  cookies.delete("name");
  t.is(cookies.get("name"), null);
  t.false(cookies.has("name"));
  t.is(cookies.size, 0);
});

test("names are case-sensitive, and values are kept unchanged", (t) => {
  const cookies = new Cookies({ a: "lower", A: "upper" });
  cookies.set("quoted", '"a b, c"');
  cookies.set("empty", "");
  t.is(cookies.get("a"), "lower");
  t.is(cookies.get("A"), "upper");
  t.is(cookies.get("quoted"), '"a b, c"');
  t.is(cookies.get("empty"), "");
});

function sameNameAtThreePlaces(): Cookies {
  const cookies = new Cookies({ name: "everywhere" });
  cookies.set("name", "com", { domain: "example.com" });
  cookies.set("name", "org", { domain: ".Example.org", path: "/sub" });
  return cookies;
}

test("a name of several cookies is a CookieConflict, unless domain or path select one", (t) => {
  const cookies = sameNameAtThreePlaces();
  t.throws(() => cookies.get("name"), { instanceOf: CookieConflict, message: /name=name/ });
  t.throws(() => cookies.get("name", { path: "/" }), { instanceOf: CookieConflict });
  t.is(cookies.get("name", { domain: "example.com" }), "com");
  t.is(cookies.get("name", { domain: ".EXAMPLE.ORG" }), "org");
  t.is(cookies.get("name", { domain: "" }), "everywhere");
  t.is(cookies.get("name", { path: "/sub" }), "org");
  t.is(cookies.get("name", { domain: "example.com", path: "/sub" }), null);
  t.is(cookies.get("name", { domain: "no host" }), null);
  t.true(cookies.has("name"));
  t.false(cookies.has("name", { domain: "example.net" }));
});

test("a conflict of one name does not affect other names", (t) => {
  const cookies = sameNameAtThreePlaces();
  cookies.set("other", "1");
  t.is(cookies.get("other"), "1");
  t.is(cookies.get("nope"), null);
});

const removals: [string, (cookies: Cookies) => void, string[]][] = [
  ["delete of a name removes it everywhere", (c) => c.delete("name"), []],
  ["delete with a domain", (c) => c.delete("name", { domain: "example.com" }), ["everywhere", "org"]],
  ["delete with a path", (c) => c.delete("name", { path: "/" }), ["org"]],
  ["delete of an unknown name", (c) => c.delete("nope"), ["everywhere", "com", "org"]],
  ["clear", (c) => c.clear(), []],
  ["clear of a domain", (c) => c.clear({ domain: "example.org" }), ["everywhere", "com"]],
  ["clear of those without a domain", (c) => c.clear({ domain: "" }), ["com", "org"]],
  ["clear of a path", (c) => c.clear({ path: "/sub" }), ["everywhere", "com"]],
  [
    "clear of domain and path",
    (c) => c.clear({ domain: "example.com", path: "/sub" }),
    ["everywhere", "com", "org"],
  ],
  ["clear of an invalid domain", (c) => c.clear({ domain: "no host" }), ["everywhere", "com", "org"]],
];

for (const [what, remove, left] of removals) {
  test(`${what} leaves ${left.join(", ") || "nothing"}`, (t) => {
    const cookies = sameNameAtThreePlaces();
    remove(cookies);
    t.deepEqual([...cookies.values()], left);
    t.is(clientSide(cookies).isEmpty, left.length === 0);
  });
}

test("an update replaces cookies of the same name, domain and path, and adds the others", (t) => {
  const cookies = sameNameAtThreePlaces();
  const others = new Cookies({ name: "replaced", added: "1" });
  others.set("name", "replaced too", { domain: "example.com" });
  cookies.update(others);
  cookies.update({ more: "2" });
  cookies.update(null);
  t.deepEqual(
    [...cookies],
    [
      ["name", "replaced"],
      ["name", "replaced too"],
      ["name", "org"],
      ["added", "1"],
      ["more", "2"],
    ],
  );
});

test("iteration yields names and values in order of creation, including repeated names", (t) => {
  const cookies = sameNameAtThreePlaces();
  cookies.set("name", "again", { domain: "example.com" });
  t.deepEqual([...cookies.keys()], ["name", "name", "name"]);
  t.deepEqual([...cookies.values()], ["everywhere", "again", "org"]);
  t.deepEqual([...cookies.entries()], [...cookies]);
  t.deepEqual(Object.fromEntries(new Cookies(pairs)), { a: "1", b: "2" });
});

test("a jar can change during iteration", (t) => {
  const cookies = new Cookies(pairs);
  for (const [name] of cookies) cookies.delete(name);
  t.is(cookies.size, 0);
});

test("a copy has all attributes of the cookies, and changes independently", (t) => {
  const original = new Cookies({ a: "1" });
  answer(original, "https://example.com/", "s=1; Secure; HttpOnly; Path=/x; Domain=example.com; Max-Age=60");
  for (const copy of [new Cookies(original), clientSide(original).copy()]) {
    t.deepEqual(copy.toJSON(), original.toJSON());
    copy.set("a", "changed");
    copy.delete("s");
    t.is(original.get("a"), "1");
    t.is(original.get("s"), "1");
  }
});

const refusedOptions: [object, RegExp][] = [
  [{ domain: "example.com:80" }, /domain "example.com:80"/],
  [{ domain: "http://example.com" }, /domain/],
  [{ domain: "example.com/x" }, /domain/],
  [{ domain: "user@example.com" }, /domain/],
  [{ domain: "exam ple.com" }, /domain/],
  [{ domain: "example.com\n" }, /domain/],
  [{ domain: "." }, /domain/],
  [{ domain: 1 }, /domain/],
  [{ path: "relative" }, /path "relative"/],
  [{ path: "" }, /path/],
  [{ path: "/a\nb" }, /path/],
  [{ path: "/a;b" }, /path/],
  [{ expires: new Date("never") }, /expires/],
  [{ expires: Number.NaN }, /expires/],
  [{ expires: "tomorrow" }, /expires/],
  [{ sameSite: "Lax" }, /sameSite/],
];

for (const [options, message] of refusedOptions) {
  test(`a cookie with ${inspect(options)} is refused`, (t) => {
    const cookies = new Cookies();
    const error = t.throws(() => cookies.set("a", "1", options), { message });
    t.true(error instanceof TypeError || error instanceof RangeError);
    t.is(cookies.size, 0);
  });
}

test("a domain matches in every spelling", (t) => {
  const cookies = new Cookies();
  cookies.set("a", "1", { domain: ".BÜCHER.example" });
  t.is(cookies.get("a", { domain: "xn--bcher-kva.example" }), "1");
  t.is(sent(cookies, "http://bücher.example/"), "a=1");
  cookies.set("b", "1", { domain: "::1" });
  t.is(sent(cookies, "http://[::1]:8080/"), "b=1");
});

test("setting an expired cookie only removes the one it replaces", (t) => {
  const cookies = new Cookies({ a: "1", b: "2" });
  cookies.set("a", "", { expires: 0 });
  cookies.set("c", "3", { expires: new Date(Date.now() - 1) });
  t.deepEqual([...cookies], [["b", "2"]]);
});

test("a log shows names, domains and paths, but no values", (t) => {
  const cookies = new Cookies({ token: "s3cret" });
  cookies.set("session", "s3cret", { domain: "example.com", path: "/a" });
  const shown = inspect(cookies);
  t.false(shown.includes("s3cret"));
  t.is(shown, "<Cookies[<Cookie token=[secure] for  />, <Cookie session=[secure] for example.com /a>]>");
  t.false(inspect({ deep: { cookies } }).includes("s3cret"));
  t.is(inspect(new Cookies()), "<Cookies[]>");
  t.deepEqual(Object.keys(cookies), []);
});
