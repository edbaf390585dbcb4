// The cookies that a server may set, and the form in which the jar stores them. Sections are those of RFC 6265bis, draft 22.
import test from "ava";
import { type CookieJSON, Cookies } from "httpxide";
import { answer, clientSide, sent } from "../helpers/cookie-exchange.js";

const DAY = 24 * 60 * 60 * 1000;

/** The cookie stored from one `Set-Cookie` header in a response from `https://www.example.com/dir/page`. */
function kept(header: string, url = "https://www.example.com/dir/page"): CookieJSON | null {
  const jar = new Cookies();
  answer(jar, url, header);
  const [cookie = null, ...more] = jar.toJSON();
  if (more.length > 0) throw new Error("one header made several cookies");
  return cookie;
}

const HOST = { domain: "www.example.com", hostOnly: true, path: "/dir" } as const;

const pairs: [section: string, header: string, name: string, value: string][] = [
  ["5.6", "a=b", "a", "b"],
  ["5.6", "a=b; ", "a", "b"],
  ["5.6", "a=b;;;", "a", "b"],
  ["5.6", " \ta \t= \tb\t ; Secure", "a", "b"],
  ["5.6", "a=b=c==", "a", "b=c=="],
  ["5.6", "a=", "a", ""],
  ["5.6", "a", "", "a"],
  ["5.6", "=a", "", "a"],
  ["5.6", "=a=b", "", "a=b"],
  ["5.6", "two words=more words", "two words", "more words"],
  ["5.6", "a=b\tc", "a", "b\tc"],
  ["5.6: quotes are part of the value", 'a="b, c"', "a", '"b, c"'],
  ["5.6: even where they hold a semicolon", 'a="b; Secure"', "a", '"b'],
  ["5.6: nothing is decoded", "a%20b=%3B%0D%0A", "a%20b", "%3B%0D%0A"],
  ["5.6: octets above ASCII", "a=\xc3\xa0", "a", "\xc3\xa0"],
  ["5.6: NO-BREAK SPACE is no white space here", "a=\xa0", "a", "\xa0"],
  ["5.7: the name says nothing before __Secure", "a__Secure-b=c", "a__Secure-b", "c"],
  ["JavaScript's own names", "__proto__=1", "__proto__", "1"],
  ["JavaScript's own names", "constructor=1", "constructor", "1"],
];

for (const [section, header, name, value] of pairs) {
  test(`${JSON.stringify(header)} sets ${JSON.stringify(name)} to ${JSON.stringify(value)} (${section})`, (t) => {
    const cookie = kept(header);
    t.is(cookie?.name, name);
    t.is(cookie?.value, value);
  });
}

const attributes: [section: string, header: string, expected: Partial<CookieJSON>][] = [
  ["5.6", "a=b; Secure; HttpOnly", { ...HOST, secure: true, httpOnly: true }],
  ["5.6", "a=b; sEcUrE=no; HTTPONLY=1", { ...HOST, secure: true, httpOnly: true }],
  ["5.6: unknown ones are ignored", "a=b; Partitioned; Priority=High; Version=1; x", HOST],
  ["5.6.7", "a=b; SameSite=Strict", { ...HOST, sameSite: "strict" }],
  ["5.6.7", "a=b; SameSite=LAX", { ...HOST, sameSite: "lax" }],
  ["5.6.7", "a=b; SameSite=None; Secure", { ...HOST, secure: true, sameSite: "none" }],
  ["5.6.7", "a=b; SameSite=other", HOST],
  ["5.6.7: the last one counts", "a=b; SameSite=Lax; SameSite=", HOST],
  ["5.6.4", "a=b; Path=/x", { ...HOST, path: "/x" }],
  ["5.6.4", "a=b; Path=/x/", { ...HOST, path: "/x/" }],
  ["5.6.4: no path", "a=b; Path=x", HOST],
  ["5.6.4: empty", "a=b; Path=", HOST],
  ["5.6.4: in quotes it is none", 'a=b; Path="/x"', HOST],
  ["5.7, step 11: the last one counts", "a=b; Path=/x; Path=/y", { ...HOST, path: "/y" }],
  ["5.7, step 11", "a=b; Path=/x; Path", HOST],
  [
    "5.6, step 6: one too long is ignored",
    `a=b; Path=/x; Path=/${"y".repeat(1024)}`,
    { ...HOST, path: "/x" },
  ],
  ["5.6, step 6", `a=b; Path=/${"y".repeat(1023)}`, { ...HOST, path: `/${"y".repeat(1023)}` }],
  ["5.6.3", "a=b; Domain=example.com", { domain: "example.com", path: "/dir" }],
  ["5.6.3", "a=b; Domain=.Example.COM", { domain: "example.com", path: "/dir" }],
  [
    "5.6.3: its own host is not the host alone",
    "a=b; Domain=www.example.com",
    { domain: "www.example.com", path: "/dir" },
  ],
  ["5.7, step 7: empty", "a=b; Domain=", HOST],
  ["5.7, step 7: only a dot", "a=b; Domain=.", HOST],
  [
    "5.7, step 7: the last one counts",
    "a=b; Domain=example.org; Domain=example.com",
    { domain: "example.com", path: "/dir" },
  ],
  ["5.7, step 7", "a=b; Domain=example.com; Domain", HOST],
];

for (const [section, header, expected] of attributes) {
  const title = header.length > 100 ? `${header.slice(0, 40)}… of ${header.length} characters` : header;
  test(`"${title}" is kept with its attributes (${section})`, (t) => {
    t.deepEqual(kept(header), { name: "a", value: "b", ...expected } as CookieJSON);
  });
}

const defaultPaths: [path: string, expected: string][] = [
  ["", "/"],
  ["/", "/"],
  ["/a", "/"],
  ["/a/", "/a"],
  ["/a/b", "/a"],
  ["/a/b/c?x=/d", "/a/b"],
  ["/caf%C3%A9/x", "/caf%C3%A9"],
];

for (const [path, expected] of defaultPaths) {
  test(`the default path of a response from ${path || "no path"} is ${expected} (5.1.4)`, (t) => {
    t.is(kept("a=b", `http://h.example${path}`)?.path, expected);
  });
}

const refused: [section: string, header: string, url?: string][] = [
  ["5.7, step 2: empty", ""],
  ["5.7, step 2", "="],
  ["5.7, step 2", " ; Secure"],
  ["5.6, step 1: NUL", "a=b\0c"],
  ["5.6, step 1: in an attribute", "a=b; x=\x1f"],
  ["5.6, step 1: line breaks", "a=b\r\nc=d"],
  ["5.6, step 1: DEL", "a\x7f=b"],
  ["5.7, step 9: a public suffix", "a=b; Domain=com"],
  ["5.7, step 9", "a=b; Domain=co.uk", "https://www.example.co.uk/"],
  ["5.7, step 9: a private one", "a=b; Domain=github.io", "https://me.github.io/"],
  ["5.7, step 9: a rule with an exception's sibling", "a=b; Domain=foo.ck", "https://www.foo.ck/"],
  ["5.7, step 9: a suffix in Punycode", "a=b; Domain=xn--55qx5d.cn", "https://www.xn--55qx5d.cn/"],
  ["5.7, step 9: a suffix with a dot behind", "a=b; Domain=co.uk.", "https://www.example.co.uk./"],
  ["5.7, step 9: single labels", "a=b; Domain=local", "http://printer.local/"],
  ["5.7, step 9", "a=b; Domain=localhost", "http://a.localhost/"],
  ["5.7, step 10: a sibling", "a=b; Domain=api.example.com"],
  ["5.7, step 10: below the host", "a=b; Domain=a.www.example.com"],
  ["5.7, step 10: the end of a label", "a=b; Domain=ample.com"],
  ["5.7, step 10: another site's domain", "a=b; Domain=example.org"],
  ["5.7, step 10: beyond the last dot", "a=b; Domain=..example.com"],
  ["5.7, step 10: with a dot behind", "a=b; Domain=example.com."],
  ["5.7, step 8: beyond ASCII", "a=b; Domain=ex\xe4mple.com"],
  ["5.1.3: a part of an address", "a=b; Domain=0.0.1", "http://127.0.0.1/"],
  ["5.1.3: another address", "a=b; Domain=127.0.0.2", "http://127.0.0.1/"],
  ["5.7, step 13: Secure without TLS", "a=b; Secure", "http://www.example.com/"],
  ["5.7, step 13: on this machine neither", "a=b; Secure", "http://localhost/"],
  ["5.7, step 19", "a=b; SameSite=None"],
  ["5.4", "__Secure-SID=12345; Domain=example.com"],
  ["5.4", "__secure-SID=12345"],
  ["5.4", "__SECURE-SID=12345; Path=/"],
  ["5.4", "__Host-SID=12345"],
  ["5.4", "__host-SID=12345; Secure"],
  ["5.4", "__Host-SID=12345; Path=/"],
  ["5.4", "__HOST-SID=12345; Secure; Domain=example.com; Path=/"],
  ["5.4", "__Host-SID=12345; Secure; Path=/dir"],
  ["5.4: from where the default path is /", "__Host-SID=12345; Secure", "https://www.example.com/"],
  ["5.4", "__Host-SID=12345; Secure; Path=/", "http://www.example.com/"],
  ["5.7, step 22: sent, it would look like one", "=__Secure-SID=12345; Secure"],
  ["5.7, step 22", "__host-SID; Secure; Path=/"],
];

for (const [section, header, url] of refused) {
  test(`${JSON.stringify(header)}${url ? ` from ${url}` : ""} is ignored (${section})`, (t) => {
    t.is(kept(header, url), null);
  });
}

const accepted: [section: string, header: string, url: string, domain: string, hostOnly?: true][] = [
  ["5.4", "__Secure-SID=1; Domain=example.com; Secure", "https://www.example.com/", "example.com"],
  ["5.4", "__secure-SID=1; Secure", "https://www.example.com/", "www.example.com", true],
  ["5.4", "__HOST-SID=1; Secure; Path=/", "https://www.example.com/dir/page", "www.example.com", true],
  ["5.7, step 9: a suffix for itself", "a=b; Domain=github.io", "https://github.io/", "github.io", true],
  ["5.7, step 9: a host of one label", "a=b; Domain=api", "http://api:8080/", "api", true],
  ["5.7, step 9", "a=b; Domain=localhost", "http://localhost:3000/", "localhost", true],
  ["5.7, step 9: an exception of the list", "a=b; Domain=www.ck", "https://www.www.ck/", "www.ck"],
  ["5.7, step 9: below an unknown suffix", "a=b; Domain=b.internal", "http://a.b.internal/", "b.internal"],
  ["5.1.3: an address for itself", "a=b; Domain=127.0.0.1", "http://127.0.0.1/", "127.0.0.1", true],
  ["5.1.3", "a=b; Domain=[::1]", "http://[::1]/", "[::1]", true],
  ["5.1.2", "a=b; Domain=xn--bcher-kva.example", "http://www.b\xfccher.example/", "xn--bcher-kva.example"],
  ["a host with an underscore", "a=b; Domain=example.com", "http://my_host.example.com/", "example.com"],
];

for (const [section, header, url, domain, hostOnly] of accepted) {
  test(`"${header}" from ${url} is kept for ${domain}${hostOnly ? " alone" : ""} (${section})`, (t) => {
    const cookie = kept(header, url);
    t.is(cookie?.domain, domain);
    t.is(cookie?.hostOnly, hostOnly);
  });
}

test("name and value may have 4096 octets together, and no more (5.6, step 5)", (t) => {
  t.is(kept(`a=${"b".repeat(4095)}`)?.value.length, 4095);
  t.is(kept(`a=${"b".repeat(4096)}`), null);
  t.is(kept(`${"a".repeat(4096)}=`)?.name.length, 4096);
  t.is(kept(`${"a".repeat(4096)}=b`), null);
  t.is(kept(`a=${" ".repeat(5000)}b`)?.value, "b");
});

test("a header with many blanks is parsed in linear time", (t) => {
  t.is(kept(`a=b${" ".repeat(1_000_000)}c`), null);
  t.is(kept(`a=b;${" ".repeat(1_000_000)}Secure`)?.secure, true);
});

test("a response's invalid cookies do not affect its valid ones", (t) => {
  const jar = new Cookies();
  answer(
    jar,
    "http://example.com/",
    "a=1",
    "b=2; Domain=com",
    "=",
    "c=\0",
    "d=4; Secure",
    "e=5; Expires=\xff; Max-Age=?",
  );
  t.deepEqual([...jar.keys()], ["a", "e"]);
});

const ends: [section: string, attributes: string, milliseconds: number | null | "gone"][] = [
  ["5.6.2", "Max-Age=60", 60_000],
  ["5.6.2", "Max-Age=0", "gone"],
  ["5.6.2", "Max-Age=-1", "gone"],
  ["5.6.2: no number", "Max-Age=+60", null],
  ["5.6.2: no number", "Max-Age=60s", null],
  ["5.6.2: no number", "Max-Age=-", null],
  ["5.6.2: no number", 'Max-Age="60"', null],
  ["5.6.2: empty", "Max-Age=", null],
  ["5.6.2: the last that is one counts", "Max-Age=5; Max-Age=60; Max-Age=x", 60_000],
  [
    "5.7, step 6: Max-Age counts more than Expires",
    "Max-Age=60; Expires=Thu, 01 Jan 1970 00:00:00 GMT",
    60_000,
  ],
  ["5.7, step 6", "Expires=Thu, 01 Jan 2099 00:00:00 GMT; Max-Age=0", "gone"],
  ["5.5: no longer than 400 days", "Max-Age=34560001", 400 * DAY],
  ["5.5", `Max-Age=${"9".repeat(400)}`, 400 * DAY],
  ["5.5", "Expires=Fri, 31 Dec 9999 23:59:59 GMT", 400 * DAY],
  ["5.6.1", "Expires=Thu, 01 Jan 1970 00:00:00 GMT", "gone"],
  ["5.6.1: RFC 850", "Expires=Sunday, 06-Nov-94 08:49:37 GMT", "gone"],
  ["5.6.1: asctime", "Expires=Sun Nov  6 08:49:37 1994", "gone"],
  ["5.1.1: fields in any order, with trailing text", "Expires=1994 november 08:49:37GMT 6th", "gone"],
  ["5.1.1: two digits from 70 on are years of the last century", "Expires=6 Nov 70 08:49:37", "gone"],
  ["5.1.1: two digits below 70 are years of this one", "Expires=6 Nov 69 08:49:37", 400 * DAY],
  ["5.1.1: no time of day", "Expires=6 Nov 1994", null],
  ["5.1.1: no such hour", "Expires=6 Nov 1994 24:00:00", null],
  ["5.1.1: no such second", "Expires=6 Nov 1994 08:49:60", null],
  ["5.1.1: three digits are no day", "Expires=006 Nov 1994 08:49:37", null],
  ["5.1.1: five digits are no year", "Expires=6 Nov 01994 08:49:37", null],
  ["5.6.1: no date", "Expires=0", null],
  ["5.6.1: no date", "Expires=tomorrow", null],
  ["5.1.1: there is no such day", "Expires=Mon, 31 Feb 1994 00:00:00 GMT", null],
  ["5.1.1: before 1601", "Expires=Mon, 01 Jan 1600 00:00:00 GMT", null],
];

for (const [section, text, expected] of ends) {
  const title = text.length > 100 ? `${text.slice(0, 20)}…` : text;
  const outcome =
    expected === "gone" ? "deletes" : expected === null ? "has no end" : `ends after ${expected} ms`;
  test(`a cookie of ${title} ${outcome} (${section})`, (t) => {
    const jar = new Cookies();
    answer(jar, "http://example.com/", "a=old");
    const before = Date.now();
    answer(jar, "http://example.com/", `a=new; ${text}`);
    const after = Date.now();
    const [cookie] = jar.toJSON();
    if (expected === "gone") return t.is(cookie, undefined);
    t.is(cookie?.value, "new");
    if (expected === null) return t.is(cookie?.expires, undefined);
    const end = Date.parse(cookie?.expires ?? "");
    return t.true(end >= before + expected && end <= after + expected, cookie?.expires);
  });
}

test("an expiry in the near future is kept to the second (5.6.1)", (t) => {
  const end = new Date(Math.ceil(Date.now() / 1000) * 1000 + DAY);
  t.is(kept(`a=b; Expires=${end.toUTCString()}`)?.expires, end.toISOString());
});

test("a cookie replaces only one of the same name, domain and path (5.7, step 23)", (t) => {
  const jar = new Cookies();
  answer(
    jar,
    "https://example.com/",
    "a=1; Path=/",
    "a=2; Path=/x",
    "a=3; Path=/; Domain=example.com",
    "A=4; Path=/",
  );
  t.deepEqual([...jar.values()], ["1", "2", "3", "4"]);
  answer(jar, "https://example.com/", "a=new; Path=/; Secure");
  t.deepEqual([...jar.values()], ["new", "2", "3", "4"]);
  answer(jar, "https://example.com/", "a=; Path=/; Max-Age=0");
  t.deepEqual([...jar.values()], ["2", "3", "4"]);
});

const overlays: [header: string, url: string, isKept: boolean][] = [
  ["a=new; Path=/login", "http://example.com/", false],
  ["a=new; Path=/login/en", "http://example.com/", false],
  ["a=new; Path=/login; Domain=example.com", "http://www.example.com/", false],
  ["a=new; Path=/login", "http://www.example.com/", false],
  ["a=new; Path=/", "http://example.com/", true],
  ["a=new; Path=/foo", "http://example.com/", true],
  ["b=new; Path=/login", "http://example.com/", true],
  ["a=new; Path=/login", "http://example.org/", true],
  ["a=new; Path=/login", "https://example.com/", true],
];

for (const [header, url, isKept] of overlays) {
  test(`with a Secure cookie at /login, "${header}" from ${url} is ${isKept ? "kept" : "ignored"} (5.7, step 16)`, (t) => {
    const jar = new Cookies();
    answer(jar, "https://example.com/", "a=old; Path=/login; Domain=example.com; Secure");
    answer(jar, url, header);
    t.is([...jar.values()].includes("new"), isKept);
    t.true([...jar.values()].includes("old"));
  });
}

test("plain http cannot replace a Secure cookie without a domain either", (t) => {
  const jar = new Cookies();
  jar.set("session", "seed", { secure: true });
  answer(jar, "http://example.com/", "session=evil", "other=1");
  t.is(sent(jar, "https://example.com/"), "session=seed; other=1");
  answer(jar, "https://example.com/", "session=new");
  t.is(sent(jar, "https://example.com/"), "other=1; session=new");
});

test("a server may store 180 cookies; then those that are not Secure go first, then the least recently used (5.7)", (t) => {
  const jar = new Cookies({ own: "1" });
  const numbers = Array.from({ length: 180 }, (_, index) => index);
  answer(
    jar,
    "https://example.com/",
    ...numbers.map((n) => `n${n}=1; Path=/${n}${n === 0 ? "; Secure" : ""}`),
  );
  t.is(sent(jar, "https://example.com/1"), "n1=1; own=1");
  answer(jar, "https://example.com/", "more=1");
  t.is(jar.size, 181);
  t.deepEqual(
    ["n0", "n1", "n2", "n3", "more", "own"].filter((name) => jar.has(name)),
    ["n0", "n1", "n3", "more", "own"],
  );
  answer(jar, "https://example.com/", "more=2", "n3=2; Path=/3");
  t.true(jar.has("n4"));
});

test("all servers together may store 3,000 cookies, and displace none of the program's own", (t) => {
  const jar = new Cookies({ own: "1" });
  for (let host = 0; host < 3100; host++) answer(jar, `http://h${host}.example.com/`, "a=1");
  t.is(jar.size, 3001);
  t.true(jar.has("own"));
  t.is(sent(jar, "http://h99.example.com/"), "own=1");
  t.is(sent(jar, "http://h100.example.com/"), "own=1; a=1");
});

test("a program's own cookies have no limit, and servers that renew or delete them displace no others", (t) => {
  const jar = new Cookies();
  for (let index = 0; index < 200; index++) jar.set(`n${index}`, "1", { domain: "example.com" });
  answer(jar, "https://example.com/", "n0=2; Domain=example.com; Path=/", "nope=; Max-Age=0");
  t.is(jar.size, 200);
  answer(jar, "https://example.com/", "n1=; Domain=example.com; Path=/; Max-Age=0");
  t.is(jar.size, 199);
  answer(jar, "https://example.com/", "more=1; Domain=example.com");
  t.is(jar.size, 199);
  t.true(jar.has("more"));
});

test("a response without Set-Cookie changes nothing", (t) => {
  const jar = new Cookies();
  answer(jar, "http://example.com/");
  t.true(clientSide(jar).isEmpty);
});
