/** URLs, variables of proxies, and the proxy that they mean. */
import type { Environment } from "../helpers/proxy-environment.js";

/** `host:port` of the proxy; null is none. */
export type Row = readonly [url: string, environment: Environment, proxy: string | null];

/** Where the proxy of {@link ALL} is. */
export const PROXY = "localhost:123";
export const ALL = { ALL_PROXY: `http://${PROXY}` };
/** All requests go through a proxy, with these exceptions. */
export const except = (exceptions: string): Environment => ({ ...ALL, NO_PROXY: exceptions });

/** Those of HTTPX's own tests (client/test_proxies.py). */
export const rowsOfHttpx: readonly Row[] = [
  ["http://google.com", {}, null],
  ["http://google.com", { HTTP_PROXY: "http://example.com" }, "example.com:80"],
  ["http://google.com", { HTTP_PROXY: "example.com" }, "example.com:80"],
  ["http://google.com", { HTTP_PROXY: "http://example.com", NO_PROXY: "google.com" }, null],
  ["https://google.com", { HTTP_PROXY: "http://example.com" }, null],
  ["https://google.com", { HTTPS_PROXY: "http://example.com:8080" }, "example.com:8080"],
  ["http://127.0.0.1", except(""), PROXY],
  ["http://127.0.0.1", except("127.0.0.1"), null],
  ["http://127.0.0.1", except("https://127.0.0.1"), PROXY],
  ["http://127.0.0.1", except("1.1.1.1"), PROXY],
  ["http://courses.mit.edu", except("mit.edu"), null],
  ["https://mit.edu.info", except("mit.edu"), PROXY],
  ["https://mit.edu.info", except("mit.edu,edu.info"), null],
  ["https://mit.edu.info", except("mit.edu, edu.info"), null],
  ["https://mit.edu.info", except("mit.edu,mit.info"), PROXY],
  ["https://foo.example.com", except("www.example.com"), PROXY],
  ["https://www.example1.com", except(".example1.com"), null],
  ["https://www.example2.com", except("ample2.com"), PROXY],
  ["https://www.example3.com", except("*"), null],
  ["https://www.example3.com", except("other.example, *"), null],
];

/** What those leave out. */
export const furtherRows: readonly Row[] = [
  // a leading dot, or `*.`, means subdomains only
  ["https://example1.com", except(".example1.com"), PROXY],
  ["https://example1.com", except("*.example1.com"), PROXY],
  ["https://WWW.Example1.com", except("EXAMPLE1.COM"), null],
  // ports
  ["http://example1.com:8080", except("example1.com:8080"), null],
  ["http://example1.com", except("example1.com:8080"), PROXY],
  ["http://www.example1.com:8080", except(".example1.com:8080"), null],
  ["http://127.0.0.1:8080", except("127.0.0.1:8080"), null],
  ["http://127.0.0.1:8081", except("127.0.0.1:8080"), PROXY],
  // localhost is no domain
  ["http://other.localhost", { HTTP_PROXY: "http://p.example:1", NO_PROXY: "localhost" }, "p.example:1"],
  ["http://localhost", { HTTP_PROXY: "http://p.example:1", NO_PROXY: "LOCALHOST" }, null],
  // the final dot of an absolute name, on either side
  ["http://notx.test.", except("x.test"), PROXY],
  ["http://x.test", except(".,*."), PROXY],
  // networks
  ["http://192.169.7.1", except("192.168.0.0/16"), PROXY],
  ["http://192.168.0.0.example", except("192.168.0.0/16"), PROXY],
  ["http://[::1]", except("::1"), null],
  // a default port is a port
  ["https://example1.com:8443", except("example1.com:443"), PROXY],
  ["http://example1.com", except("example1.com:443"), PROXY],
  ["http://example1.com:443", except("example1.com:443"), null],
  ["https://example1.com", except("https://example1.com:443"), null],
  ["http://10.1.2.3", except("10.0.0.0/8:8080"), PROXY],
  ["http://10.1.2.3:8081", except("10.0.0.0/8:8080"), PROXY],
  ["http://11.1.2.3:8080", except("10.0.0.0/8:8080"), PROXY],
  ["http://[fd00::6]", except("fd00:0:0::5"), PROXY],
  // an entry that is no pattern matches nothing, and the client works
  ["http://10.1.2.3", except("10.0.0.0/99, a b, :, ://, [, a/8"), PROXY],
  ["http://10.1.2.3", except(":80"), PROXY],
  // the longest pattern decides
  [
    "https://a.example",
    { HTTPS_PROXY: "http://s.example:1", ALL_PROXY: "http://a.example:2" },
    "s.example:1",
  ],
  ["http://b.example", { HTTPS_PROXY: "http://s.example:1", ALL_PROXY: "http://a.example:2" }, "a.example:2"],
  // credentials do not show, and every kind of proxy is named alike
  ["http://google.com", { HTTP_PROXY: "http://user:secret@example.com:3" }, "example.com:3"],
  ["http://google.com", { ALL_PROXY: "socks5h://example.com" }, "example.com:1080"],
  ["http://google.com", { ALL_PROXY: "https://example.com" }, "example.com:443"],
  ["http://google.com", { ALL_PROXY: "http://[::1]:3128" }, "::1:3128"],
];

/** Those where HTTPX does otherwise, by the words of docs/differences-from-httpx.md. */
export const rowsUnlikeHttpx: Readonly<Record<string, readonly Row[]>> = {
  "`NO_PROXY=10.0.0.0/8` and `NO_PROXY=*.example.org` match nothing": [
    ["https://www.example1.com", except("*.example1.com"), null],
    ["https://a.b.example1.com", except("*.example1.com"), null],
    ["https://example1.com", except("*example1.com"), null],
    ["http://192.168.7.1", except("192.168.0.0/16"), null],
    ["http://10.1.2.3", except("10.0.0.0/8, 172.16.0.0/12"), null],
    ["http://google.com:8080", except("*:8080"), null],
  ],
  "white space around the value of a variable is part of it": [
    ["http://a.example", { HTTP_PROXY: " http://p.example:3\n" }, "p.example:3"],
    ["http://a.example", { HTTP_PROXY: "http://p.example:3", http_proxy: " " }, null],
  ],
  "`NO_PROXY=:8080` matches every host with that port": [
    ["http://google.com:8080", except(":8080, .:8080"), PROXY],
  ],
  "`NO_PROXY=example.org:443` matches no URL of `https:`": [
    ["https://example1.com", except("example1.com:443"), null],
    ["https://www.example1.com:443", except(".example1.com:443"), null],
    ["http://example1.com", except("*.example1.com:443, example1.com:80"), null],
    ["https://127.0.0.1", except("127.0.0.1:443"), null],
    ["https://localhost", except("localhost:443"), null],
    ["https://example1.com:8443", except("https://example1.com:443"), PROXY],
    ["http://10.1.2.3:8080", except("10.0.0.0/8:8080"), null],
    ["https://10.1.2.3", except("10.0.0.0/8:443"), null],
    ["http://[2001:db8::5]:8080", except("[2001:db8::]/32:8080"), null],
  ],
  "`NO_PROXY=example.org` does not match `example.org.`": [
    ["http://x.test.", except("x.test"), null],
    ["http://www.x.test.", except("x.test"), null],
    ["http://www.x.test.:8080", except(".x.test:8080"), null],
    ["http://x.test", except("x.test."), null],
    ["http://x.test:81", except("x.test.:81"), null],
  ],
  "makes every client fail": [
    ["https://bücher.example", except("bücher.example"), null],
    ["http://[::1]:8080", except("[::1]:8080"), null],
    ["http://[::1]", except("[::1]"), null],
    ["http://[::1]", except("0:0:0:0:0:0:0:1"), null],
    ["http://[::1]:81", except("[0:0::1]:81"), null],
    ["http://[fd00::5]", except("FD00:0:0::5"), null],
    ["http://[2001:db8::5]", except("2001:db8::/32"), null],
    ["http://[2001:db9::5]", except("2001:db8::/32"), PROXY],
    ["http://10.1.2.3", except("::/0"), PROXY],
    ["http://[2001:db8::5]", except("::/0"), null],
  ],
  "**URLs** follow the WHATWG standard": [["http://[0:0:0:0:0:0:0:1]", except("::1"), null]],
};
