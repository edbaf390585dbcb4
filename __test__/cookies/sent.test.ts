// The cookies that go with a request, and their order. Sections are those of RFC 6265bis, draft 22.
import test from "ava";
import { Cookies } from "httpxide";
import { answer, clientSide, sent, sentOnRedirect } from "../helpers/cookie-exchange.js";

const domains: [section: string, setBy: string, header: string, url: string, isSent: boolean][] = [
  ["5.8.3: host-only", "http://example.com/", "a=1", "http://example.com/", true],
  ["5.8.3: host-only", "http://example.com/", "a=1", "http://EXAMPLE.com:8080/", true],
  ["5.8.3: host-only", "http://example.com/", "a=1", "http://www.example.com/", false],
  ["5.8.3: host-only", "http://www.example.com/", "a=1", "http://example.com/", false],
  ["5.1.3", "http://www.example.com/", "a=1; Domain=example.com", "http://example.com/", true],
  ["5.1.3", "http://www.example.com/", "a=1; Domain=example.com", "http://a.b.example.com/", true],
  ["5.1.3", "http://www.example.com/", "a=1; Domain=.example.com", "http://example.com/", true],
  ["5.1.3", "http://example.com/", "a=1; Domain=example.com", "http://badexample.com/", false],
  ["5.1.3", "http://example.com/", "a=1; Domain=example.com", "http://example.com.evil.org/", false],
  ["5.1.3", "http://example.com/", "a=1; Domain=example.com", "http://com/", false],
  ["5.1.3: an address", "http://127.0.0.1/", "a=1", "http://127.0.0.1:9/", true],
  ["5.1.3: an address", "http://127.0.0.1/", "a=1; Domain=127.0.0.1", "http://127.0.0.2/", false],
  ["5.1.3: an address", "http://[::1]/", "a=1", "http://[::1]:9/", true],
  ["5.1.3: two spellings of one", "http://127.0.0.1/", "a=1", "http://127.1/", true],
  ["5.1.3: this machine by name", "http://localhost/", "a=1", "http://127.0.0.1/", false],
  ["5.7, step 9: a suffix is one host", "http://api/", "a=1; Domain=api", "http://v2.api/", false],
  ["8.5: ports do not matter", "http://example.com:1/", "a=1", "http://example.com:2/", true],
  ["8.5: nor schemes", "https://example.com/", "a=1", "http://example.com/", true],
];

for (const [section, setBy, header, url, isSent] of domains) {
  test(`"${header}" from ${setBy} is ${isSent ? "" : "not "}sent to ${url} (${section})`, (t) => {
    const jar = new Cookies();
    answer(jar, setBy, header);
    t.is(jar.size, 1);
    t.is(sent(jar, url), isSent ? "a=1" : null);
  });
}

const paths: [cookiePath: string, path: string, isSent: boolean][] = [
  ["/", "", true],
  ["/", "/", true],
  ["/", "/a/b?c", true],
  ["/a", "/a", true],
  ["/a", "/a/", true],
  ["/a", "/a/b", true],
  ["/a", "/a?b=/c", true],
  ["/a", "/ab", false],
  ["/a", "/", false],
  ["/a", "/A", false],
  ["/a/", "/a/b", true],
  ["/a/", "/a", false],
  ["/a", "/b/../a", true],
  ["/a", "/%61", false],
  ["/caf%C3%A9", "/café/x", true],
  ["/a", "/x?/a", false],
];

for (const [cookiePath, path, isSent] of paths) {
  test(`a cookie of ${cookiePath} is ${isSent ? "" : "not "}sent to ${path || "no path"} (5.1.4)`, (t) => {
    const jar = new Cookies();
    answer(jar, "http://example.com/", `a=1; Path=${cookiePath}`);
    t.is(sent(jar, `http://example.com${path}`), isSent ? "a=1" : null);
    const own = new Cookies();
    own.set("a", "1", { path: cookiePath });
    t.is(sent(own, `http://example.com${path}`), isSent ? "a=1" : null);
  });
}

test("a Secure cookie goes over https only, never over http to this machine (5.8.3)", (t) => {
  const jar = new Cookies();
  answer(jar, "https://example.com/", "a=1; Secure; Domain=example.com");
  jar.set("b", "1", { domain: "localhost", secure: true });
  jar.set("c", "1", { secure: true });
  t.is(sent(jar, "https://example.com/"), "c=1; a=1");
  t.is(sent(jar, "http://example.com/"), null);
  t.is(sent(jar, "http://localhost/"), null);
  t.is(sent(jar, "http://127.0.0.1/"), null);
  t.is(sent(jar, "https://localhost/"), "c=1; b=1");
});

test("longer paths come first, then older cookies, regardless of later changes (5.8.3)", (t) => {
  const jar = new Cookies();
  const url = "https://www.example.com/a/b/c";
  answer(
    jar,
    url,
    "one=1; Path=/",
    "two=1; Path=/a/b",
    "three=1; Path=/; Domain=example.com",
    "four=1; Path=/a",
  );
  answer(jar, url, "five=1; Path=/a/b; Domain=example.com", "one=2; Path=/; Secure");
  t.is(sent(jar, url), "two=1; five=1; four=1; one=2; three=1");
  jar.delete("one");
  answer(jar, url, "one=3; Path=/");
  t.is(sent(jar, url), "two=1; five=1; four=1; three=1; one=3");
});

test("cookies of one name at several paths are all sent, the longest path first (5.8.3)", (t) => {
  const jar = new Cookies();
  answer(jar, "http://example.com/", "a=outer; Path=/", "a=inner; Path=/x");
  t.is(sent(jar, "http://example.com/x"), "a=inner; a=outer");
});

test("a cookie without a name is sent as its value, and one without a value as its name (5.8.3, step 6)", (t) => {
  const jar = new Cookies();
  answer(jar, "http://example.com/", "lonely", "empty=", 'quoted="a b"', "utf8=\xc3\xa0");
  t.is(sent(jar, "http://example.com/"), 'lonely; empty=; quoted="a b"; utf8=\xc3\xa0');
});

test("an expired cookie is neither sent nor counted, and only time makes it expire", (t) => {
  const jar = new Cookies();
  const { now } = Date;
  try {
    answer(jar, "http://example.com/", "short=1; Max-Age=60", "long=1; Max-Age=3600", "session=1");
    jar.set("own", "1", { expires: now() + 120_000 });
    // Sending a cookie does not extend its life.
    Date.now = () => now() + 59_000;
    t.is(sent(jar, "http://example.com/"), "own=1; short=1; long=1; session=1");
    Date.now = () => now() + 61_000;
    t.is(sent(jar, "http://example.com/"), "own=1; long=1; session=1");
    t.is(jar.size, 3);
    Date.now = () => now() + 121_000;
    t.deepEqual([...jar.keys()], ["long", "session"]);
    t.is(sent(jar, "http://example.com/"), "long=1; session=1");
    answer(jar, "http://example.com/", "long=2; Max-Age=7200");
    Date.now = () => now() + 3_700_000;
    t.is(sent(jar, "http://example.com/"), "long=2; session=1");
    Date.now = () => now() + 8_000_000;
    t.is(sent(jar, "http://example.com/"), "session=1");
    jar.clear({ domain: "example.com" });
    t.true(clientSide(jar).isEmpty);
  } finally {
    Date.now = now;
  }
});

test("a program's cookie for a domain goes to all hosts below it, and with hostOnly to that host alone", (t) => {
  const jar = new Cookies();
  jar.set("wide", "1", { domain: "example.com" });
  jar.set("one", "1", { domain: "example.com", hostOnly: true });
  t.is(sent(jar, "http://example.com/"), "wide=1; one=1");
  t.is(sent(jar, "http://www.example.com/"), "wide=1");
  t.is(sent(jar, "http://example.org/"), null);
});

for (const domain of ["com", "co.uk", "github.io", "localhost", "127.0.0.1"]) {
  test(`a program's cookie for ${domain} goes to no host below it`, (t) => {
    const jar = new Cookies();
    jar.set("a", "1", { domain });
    t.is(sent(jar, `http://${domain}/`), "a=1");
    if (domain !== "127.0.0.1") t.is(sent(jar, `http://evil.${domain}/`), null);
  });
}

test("cookies without a domain go to every host that the program requests, and do not follow redirects to other origins", (t) => {
  const jar = new Cookies({ b: "1", a: "2" });
  answer(jar, "http://example.com/", "own=1");
  t.is(sent(jar, "http://example.org/x"), "b=1; a=2");
  t.is(sent(jar, "http://example.com/x"), "b=1; a=2; own=1");
  t.is(sentOnRedirect(jar, "http://example.org/x"), null);
  t.is(sentOnRedirect(jar, "http://example.com/x"), "own=1");
  for (const host of ["example.org.", "example.com.", "localhost", "127.0.0.1", "[::1]", "a..b", "com"]) {
    t.is(sent(jar, `http://${host}/`), "b=1; a=2", host);
    t.is(sentOnRedirect(jar, `http://${host}/`), null, host);
  }
});

test("cookies without a domain precede others with an equally long path, as in HTTPX, in order of creation", (t) => {
  // HTTPX 0.28.1 sends the same for the same jar.
  const jar = new Cookies({ b: "1", a: "2" });
  jar.set("d", "x", { domain: "example.com" });
  jar.set("p", "long", { path: "/foo" });
  jar.set("q", "x", { domain: "example.com", path: "/foo/bar" });
  jar.set("z", "3");
  t.is(sent(jar, "http://example.com/foo/bar"), "q=x; p=long; b=1; a=2; z=3; d=x");
});

test("a server that renews a cookie seeded by the program gets only the new one, and other hosts get the seed", (t) => {
  for (const attributes of ["", "; Domain=example.com", "; HttpOnly; SameSite=Lax"]) {
    const jar = new Cookies({ session: "old", other: "1" });
    answer(jar, "http://example.com/", `session=new; Path=/${attributes}`);
    t.is(sent(jar, "http://example.com/"), "other=1; session=new");
    t.is(sent(jar, "http://example.org/"), "session=old; other=1");
    t.is(sentOnRedirect(jar, "http://example.com/"), "session=new");
  }
});

test("the seed is sent where the server's cookie does not match: another path, plain http, or after its expiry", (t) => {
  const jar = new Cookies({ session: "seed" });
  answer(jar, "https://example.com/", "session=inner; Path=/inner; Secure");
  t.is(sent(jar, "https://example.com/inner"), "session=inner");
  t.is(sent(jar, "https://example.com/"), "session=seed");
  t.is(sent(jar, "http://example.com/inner"), "session=seed");
  answer(jar, "https://example.com/", "session=; Path=/inner; Max-Age=0");
  t.is(sent(jar, "https://example.com/inner"), "session=seed");
  jar.delete("session");
  t.is(sent(jar, "https://example.com/inner"), null);
});
