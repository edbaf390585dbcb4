// URLs: accepted forms, normalisation, joining with a base URL, and the errors for refused ones.
import test from "ava";
import { AsyncClient, InvalidURL, MockTransport, Request, Response, UnsupportedProtocol } from "httpxide";

function built(baseUrl: string, url: string): string {
  return new AsyncClient({ baseUrl }).buildRequest("GET", url).url.href;
}

for (const [base, url, expected] of [
  ["http://h/api", "x", "http://h/api/x"],
  ["http://h/api", "/x", "http://h/api/x"],
  ["http://h/api/", "/x", "http://h/api/x"],
  ["http://h/api", "///x", "http://h/api/x"],
  ["http://h/api", "../x?y#z", "http://h/x?y"],
  ["http://h/api", "", "http://h/api/"],
  ["http://h/api", "?y=1", "http://h/api/?y=1"],
  ["http://h/api", "#z", "http://h/api/"],
  ["http://h/api", "//o/x", "http://h/api/x"],
  ["http://h/api", "//o", "http://h/api/"],
  ["http://h/api", "//o?y", "http://h/api/?y"],
  ["http://h/api?k=1", "x", "http://h/api?k=1/x"],
  ["http://h", "x", "http://h/x"],
  ["http://h/api", "http://other/y", "http://other/y"],
  ["http://h/api", "HTTPS://Other/y?z", "https://other/y?z"],
  ["https://www.example.com/some/path", "/testing/123", "https://www.example.com/some/path/testing/123"],
  ["https://www.example.com/some/path", "/testing:123", "https://www.example.com/some/path/testing:123"],
  ["https://www.example.com/some/path", "testing:123", "https://www.example.com/some/path/testing:123"],
  [
    "https://www.example.com/some/path",
    "/testing%2Fencoded",
    "https://www.example.com/some/path/testing%2Fencoded",
  ],
  ["https://www.example.com/some/path", "../testing", "https://www.example.com/some/testing"],
  ["https://u:p@h:8443/a", "b", "https://u:p@h:8443/a/b"],
  ["", "http://h/x", "http://h/x"],
] as const) {
  test(`base URL ${JSON.stringify(base)} and ${JSON.stringify(url)} make ${expected}`, (t) => {
    t.is(built(base, url), expected);
  });
}

test("a URL object is used unchanged, with any base URL", (t) => {
  const client = new AsyncClient({ baseUrl: "http://h/api" });
  t.is(client.buildRequest("GET", new URL("http://o/x#f")).url.href, "http://o/x#f");
});

test("the client's base URL always ends in a slash", (t) => {
  t.is(
    String(new AsyncClient({ baseUrl: "https://www.encode.io/path" }).baseUrl),
    "https://www.encode.io/path/",
  );
  t.is(
    String(new AsyncClient({ baseUrl: "https://www.encode.io/path/" }).baseUrl),
    "https://www.encode.io/path/",
  );
});

for (const [given, expected] of [
  ["https://example.com/abc?d=e f", "https://example.com/abc?d=e%20f"],
  ["https://example.com/%2F%61?%20", "https://example.com/%2F%61?%20"],
  ["https://example.com/pa th#frag ment", "https://example.com/pa%20th#frag%20ment"],
  ["https://example.com/ä?ö#ü", "https://example.com/%C3%A4?%C3%B6#%C3%BC"],
  ["https://EXAMPLE.com:443/Path", "https://example.com/Path"],
  ["HTTP://EXAMPLE.com:80", "http://example.com/"],
  ["http://example.com:8080", "http://example.com:8080/"],
  ["http://example.com/a/./b/../c", "http://example.com/a/c"],
  ["http://example.com/?", "http://example.com/?"],
  ["http://[::ffff:192.168.0.1]:80/", "http://[::ffff:c0a8:1]/"],
  ["http://中国.icom.museum:80/", "http://xn--fiqs8s.icom.museum/"],
  ["http://Königsgäßchen.de", "http://xn--knigsgchen-b4a3dun.de/"],
  ["https://faß.de", "https://xn--fa-hia.de/"],
  ["https://βόλος.com:443", "https://xn--nxasmm1c.com/"],
  ["http://ශ්‍රී.com:444", "http://xn--10cl1a0b660p.com:444/"],
  ["https://نامه‌ای.com:4433", "https://xn--mgba3gch31f060k.com:4433/"],
] as const) {
  test(`${given} is normalised to ${expected}`, (t) => {
    t.is(new Request("GET", given).url.href, expected);
    t.is(new Request("GET", given).url.href, expected, "the second time, when it is known already");
  });
}

for (const [url, host] of [
  ["http://example.org/", "example.org"],
  ["http://example.org:80/", "example.org"],
  ["https://example.org:443/", "example.org"],
  ["https://example.org:80/", "example.org:80"],
  ["http://user:pass@Example.org:8000/x?y#z", "example.org:8000"],
  ["http://[::1]:8000/", "[::1]:8000"],
] as const) {
  test(`the Host header for ${url} is ${host}`, (t) => {
    t.is(new Request("GET", url).headers.get("host"), host);
  });
}

for (const [url, message] of [
  ["https://example.com/a\nb", "Invalid non-printable ASCII character in URL, '\\n' at position 21."],
  ["https://exam\tple.com/", "Invalid non-printable ASCII character in URL, '\\t' at position 12."],
  [
    "https://example.com/\r\nHost: evil",
    "Invalid non-printable ASCII character in URL, '\\r' at position 20.",
  ],
  ["https://example.com/\0", "Invalid non-printable ASCII character in URL, '\\x00' at position 20."],
  ["https://example.com/\x7f", "Invalid non-printable ASCII character in URL, '\\x7f' at position 20."],
  ["\nhttps://example.com/", "Invalid non-printable ASCII character in URL, '\\n' at position 0."],
  ["https://example.com:abc/", "Invalid port: 'abc'"],
  ["https://example.com:99999/", "Invalid port: '99999'"],
  ["https://999.999.999.999/", "Invalid IPv4 address: '999.999.999.999'"],
  ["https://[2001]/", "Invalid IPv6 address: '[2001]'"],
  [
    "http://[fe80::1%25eth0]/",
    "Invalid IPv6 address: '[fe80::1%25eth0]' (URLs have no zones, such as %eth0)",
  ],
  ["https://u:p@[invalid!]//evilHost/path", "Invalid IPv6 address: '[invalid!]'"],
  ["https://exam ple.com/", "Invalid IDNA hostname: 'exam ple.com'"],
  ["https://😇%/", "Invalid IDNA hostname: '😇%'"],
  ["https://:443/", "Invalid URL: the host is missing"],
  [`https://example.com/${"x".repeat(65_536)}`, "URL too long"],
] as const) {
  test(`${JSON.stringify(url).slice(0, 60)} is an InvalidURL`, async (t) => {
    t.throws(() => new Request("GET", url), { instanceOf: InvalidURL, message });
    await using client = new AsyncClient({ transport: new MockTransport(() => new Response(200)) });
    await t.throwsAsync(client.get(url), { instanceOf: InvalidURL, message });
  });
}

for (const url of ["x\ny", "//o\n/x", "x#\n"]) {
  test(`${JSON.stringify(url)} under a base URL is an InvalidURL`, (t) => {
    t.throws(() => built("http://h/", url), { instanceOf: InvalidURL });
  });
}

for (const [url, message] of [
  ["invalid://example.org", "Request URL has an unsupported protocol 'invalid://'."],
  ["market://details?id=42", "Request URL has an unsupported protocol 'market://'."],
  ["ftp://example.org/", "Request URL has an unsupported protocol 'ftp://'."],
  ["mailto:somebody@example.org", "Request URL has an unsupported protocol 'mailto://'."],
  ["://example.org", "Request URL is missing an 'http://' or 'https://' protocol."],
  ["//example.org/", "Request URL is missing an 'http://' or 'https://' protocol."],
  ["/path", "Request URL is missing an 'http://' or 'https://' protocol."],
  ["example.org", "Request URL is missing an 'http://' or 'https://' protocol."],
  ["", "Request URL is missing an 'http://' or 'https://' protocol."],
  ["http://", "Request URL is missing an 'http://' or 'https://' protocol."],
  ["http:example.org", "Request URL is missing an 'http://' or 'https://' protocol."],
  ["http:///example.org", "Request URL is missing an 'http://' or 'https://' protocol."],
] as const) {
  test(`${JSON.stringify(url)} is an unsupported protocol`, async (t) => {
    await using client = new AsyncClient();
    const error = await t.throwsAsync(client.get(url), {
      instanceOf: UnsupportedProtocol,
      message: `GET ${url.replace(/^.*@/, "[secure]@")}: ${message}`,
    });
    t.is((error as UnsupportedProtocol).requestSent, false);
  });
}

test("a custom transport may support other protocols", async (t) => {
  const transport = new MockTransport((request) => new Response(200, { text: request.url.href }));
  await using client = new AsyncClient({ transport });
  t.is((await client.get("custom://example.org/x")).text, "custom://example.org/x");
});

for (const url of [
  "https://user:secret@example.com:abc/",
  "https://user:secret@999.999.999.999/",
  "https://user:sec/secret@example.com/",
  "https://user:secret@[x]/",
]) {
  test(`the password of the malformed ${url} is not shown`, (t) => {
    const error = t.throws(() => new Request("GET", url), { instanceOf: InvalidURL });
    t.false(error?.message.includes("sec"));
  });
}

test("a value that is neither text nor a URL is a TypeError", (t) => {
  for (const url of [null, undefined, 1, {}]) {
    t.throws(() => new Request("GET", url as any), {
      instanceOf: TypeError,
      message: /Invalid type for url/,
    });
  }
});
