/** Whole exchanges through proxies. `{name}` is the port of a server or proxy of `stage.ts`. */
import type { Environment } from "../helpers/proxy-environment.js";
import type { Call, ClientQuestion } from "./question.js";

export interface Exchange {
  readonly client?: ClientQuestion;
  readonly environment?: Environment;
  readonly calls: readonly Call[];
  /** The words of docs/differences-from-httpx.md where HTTPX does otherwise. */
  readonly differs?: string;
}

const ORIGIN = "http://127.0.0.1:{origin}";
const SECURE = "https://localhost:{secure}";
const PROXY = "http://127.0.0.1:{proxy}";
const TLS_PROXY = "https://localhost:{tlsProxy}";
const SOCKS = "socks5://127.0.0.1:{socks}";

const BROKEN_HANDSHAKE = "breaks its handshake off or answers with something else";

const get = (...urls: string[]): Call[] => urls.map((url) => ({ url }));
const through = (port: string, scheme = "http"): ClientQuestion => ({
  proxy: `${scheme}://127.0.0.1:{${port}}`,
});
const redirect = (from: string, to: string): string => `${from}/to/${encodeURIComponent(to)}`;

export const exchanges: Readonly<Record<string, Exchange>> = {
  "a forwarded GET": { client: { proxy: PROXY }, calls: get(`${ORIGIN}/a?b=c#d`) },
  "a forwarded POST": {
    client: { proxy: PROXY },
    calls: [{ url: `${ORIGIN}/a`, method: "POST", content: "some content", headers: { "X-A": "1" } }],
  },
  "two forwarded requests to one server": { client: { proxy: PROXY }, calls: get(ORIGIN, `${ORIGIN}/two`) },
  "forwarded requests to two servers": {
    client: { proxy: PROXY },
    calls: get(ORIGIN, "http://127.0.0.1:{other}"),
    differs: "a proxy that forwards gets a connection for each server",
  },
  "a forwarded request with credentials in the proxy's URL": {
    client: { proxy: "http://us%20er:p%3Aw@127.0.0.1:{proxy}" },
    calls: get(ORIGIN),
  },
  "a forwarded request with the proxy's auth and headers": {
    client: { proxy: { url: PROXY, auth: ["user", "pass"], headers: { "X-Team": "billing" } } },
    calls: get(ORIGIN),
  },
  "a forwarded request that has a header of the proxy's name": {
    client: { proxy: { url: PROXY, headers: { "X-Team": "proxy" } } },
    calls: [{ url: ORIGIN, headers: { "X-Team": "request" } }],
  },
  "a forwarded request with credentials of its own for the proxy": {
    client: { proxy: PROXY },
    calls: [{ url: ORIGIN, headers: { "Proxy-Authorization": "Basic b3duOm93bg==" } }],
  },
  "a forwarded request with a Host of its own": {
    client: { proxy: PROXY },
    calls: [{ url: ORIGIN, headers: { Host: "other.example" } }],
  },
  "credentials in the URL of a forwarded request": {
    client: { proxy: PROXY },
    calls: get("http://user:pass@127.0.0.1:{origin}/"),
  },
  "a tunnel": { client: { proxy: PROXY }, calls: get(`${SECURE}/a`) },
  "two requests through one tunnel": { client: { proxy: PROXY }, calls: get(SECURE, `${SECURE}/two`) },
  "a tunnel with credentials in the proxy's URL": {
    client: { proxy: "http://user:pass@127.0.0.1:{proxy}" },
    calls: get(SECURE),
  },
  "a tunnel with the proxy's auth and headers": {
    client: { proxy: { url: PROXY, auth: ["user", "pass"], headers: { "X-Team": "billing" } } },
    calls: get(SECURE),
  },
  "a request in a tunnel that has credentials of its own for the proxy": {
    client: { proxy: PROXY },
    calls: [{ url: SECURE, headers: { "Proxy-Authorization": "Basic b3duOm93bg==" } }],
    differs: "`Proxy-Authorization` of a request goes to the server, straight or behind a tunnel",
  },
  "HTTP/2 in a tunnel": {
    client: { proxy: PROXY, http2: true },
    calls: get("https://localhost:{http2}/", "https://localhost:{http2}/two"),
  },
  "a request forwarded by an HTTPS proxy": { client: { proxy: TLS_PROXY }, calls: get(ORIGIN) },
  "a tunnel of an HTTPS proxy": { client: { proxy: TLS_PROXY }, calls: get(SECURE) },
  "SOCKS to an http server": { client: { proxy: SOCKS }, calls: get(ORIGIN, `${ORIGIN}/two`) },
  "SOCKS to an https server": { client: { proxy: SOCKS }, calls: get(SECURE, `${SECURE}/two`) },
  "SOCKS to an http server by name": {
    client: through("socks", "socks5h"),
    calls: get("http://localhost:{origin}"),
  },
  "SOCKS with credentials": {
    client: { proxy: "socks5://user:pass%3Aword@127.0.0.1:{guarded}" },
    calls: get(ORIGIN),
  },
  "SOCKS with wrong credentials": {
    client: { proxy: "socks5://user:no@127.0.0.1:{guarded}" },
    calls: get(ORIGIN),
  },
  "SOCKS without the credentials that are wanted": {
    client: through("guarded", "socks5"),
    calls: get(ORIGIN),
  },
  "SOCKS with credentials that nobody wants": {
    client: { proxy: "socks5://user:pass@127.0.0.1:{socks}" },
    calls: get(ORIGIN),
  },
  "a proxy that forbids a tunnel": { client: through("forbidding"), calls: get(SECURE) },
  "a proxy that forbids to forward": { client: through("forbidding"), calls: get(ORIGIN) },
  "a proxy that demands credentials for a tunnel": { client: through("demanding"), calls: get(SECURE) },
  "a proxy that demands credentials to forward": { client: through("demanding"), calls: get(ORIGIN) },
  "a proxy that reaches no server": { client: through("failing"), calls: get(SECURE, ORIGIN) },
  "a proxy that answers a CONNECT with something else": {
    client: through("babbling"),
    calls: get(SECURE),
    differs: BROKEN_HANDSHAKE,
  },
  "a proxy that answers a forwarded request with something else": {
    client: through("babbling"),
    calls: get(ORIGIN),
  },
  "a proxy that closes on a CONNECT": {
    client: through("silent"),
    calls: get(SECURE),
    differs: BROKEN_HANDSHAKE,
  },
  "a proxy that closes on a forwarded request": { client: through("silent"), calls: get(ORIGIN) },
  "a SOCKS proxy that closes": {
    client: through("silent", "socks5"),
    calls: get(ORIGIN),
    differs: BROKEN_HANDSHAKE,
  },
  "a SOCKS proxy that answers with something else": {
    client: through("babbling", "socks5"),
    calls: get(ORIGIN),
    differs: BROKEN_HANDSHAKE,
  },
  "a port where no proxy listens": { client: { proxy: "http://127.0.0.1:1" }, calls: get(ORIGIN, SECURE) },
  "a port where no SOCKS proxy listens": {
    client: { proxy: "socks5://127.0.0.1:1" },
    calls: get(ORIGIN, SECURE),
  },
  "the environment's proxy": {
    environment: {
      http_proxy: "http://user:pass@127.0.0.1:{proxy}",
      https_proxy: "http://127.0.0.1:{second}",
    },
    calls: get(ORIGIN, SECURE),
  },
  "the environment's proxy and an exception": {
    environment: { all_proxy: PROXY, no_proxy: "localhost" },
    calls: get(ORIGIN, "http://localhost:{origin}/", SECURE),
  },
  "an exception for a port": {
    environment: { all_proxy: PROXY, no_proxy: "127.0.0.1:{other}" },
    calls: get(ORIGIN, "http://127.0.0.1:{other}/"),
  },
  "a redirect from a forwarded request into a tunnel": {
    client: { proxy: { url: PROXY, auth: ["user", "pass"] }, followRedirects: true },
    calls: get(redirect(ORIGIN, `${SECURE}/end`)),
  },
  "a redirect to a server that has no proxy": {
    environment: { all_proxy: PROXY, no_proxy: "localhost" },
    client: { followRedirects: true },
    calls: get(
      redirect(ORIGIN, "http://localhost:{origin}/end"),
      redirect("http://localhost:{origin}", ORIGIN),
    ),
  },
  "a redirect into a mount": {
    client: { proxy: PROXY, mounts: { "all://mock.example": { text: "mounted" } }, followRedirects: true },
    calls: get(redirect(ORIGIN, "http://mock.example/")),
  },
  "a mount with a proxy of its own": {
    client: { proxy: PROXY, mounts: { "all://localhost": { proxy: "http://u:p@127.0.0.1:{second}" } } },
    calls: get(ORIGIN, "http://localhost:{origin}/", SECURE),
  },
  "a mount without a proxy": {
    client: { proxy: PROXY, mounts: { "all://localhost": null } },
    calls: get(ORIGIN, "http://localhost:{origin}/", SECURE),
  },
};
