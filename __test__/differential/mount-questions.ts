/** Mounts and proxies of clients, beside the environment's, and URLs that one of them is chosen for. */
import type { Environment } from "../helpers/proxy-environment.js";
import type { ClientQuestion, Mount } from "./question.js";

export interface Choice {
  readonly client: ClientQuestion;
  readonly environment?: Environment;
  readonly urls: readonly string[];
  /** The words of docs/differences-from-httpx.md where HTTPX does otherwise. */
  readonly differs?: string;
}

const named = (...patterns: string[]): ClientQuestion => ({
  mounts: Object.fromEntries(patterns.map((pattern): [string, Mount] => [pattern, { text: pattern }])),
});

/** One pattern, and what it should and should not match. */
const patterns: Choice[] = [
  { client: named("all://"), urls: ["http://a.example", "https://a.example:8443"] },
  { client: named("https://"), urls: ["http://a.example", "https://a.example"] },
  { client: named("http://*"), urls: ["http://a.example", "http://a.example:81", "https://a.example"] },
  {
    client: named("http://a.example"),
    urls: ["http://a.example", "http://www.a.example", "http://b.example", "https://a.example"],
  },
  { client: named("all://A.Example"), urls: ["http://a.example", "https://A.EXAMPLE"] },
  {
    client: named("all://*.a.example"),
    urls: ["http://a.example", "http://www.a.example", "https://x.y.a.example", "http://wwwa.example"],
  },
  {
    client: named("all://*a.example"),
    urls: ["http://a.example", "http://www.a.example", "http://wwwa.example", "http://a.example.org"],
  },
  {
    client: named("all://a.example:8080"),
    urls: ["http://a.example:8080", "https://a.example:8080", "http://a.example", "http://a.example:81"],
  },
  { client: named("http://a.example"), urls: ["http://a.example:80", "http://a.example:8080"] },
  { client: named("all://127.0.0.1"), urls: ["http://127.0.0.1:8080", "http://127.0.0.2"] },
  { client: named("all://[::1]"), urls: ["http://[::1]", "http://[::1]:8080", "http://[::2]"] },
  { client: named("all://bücher.example"), urls: ["http://bücher.example", "http://xn--bcher-kva.example"] },
  { client: named("custom://a.example"), urls: ["custom://a.example/x", "http://a.example"] },
  { client: named("all://*"), urls: ["http://a.example", "https://[::1]:8443"] },
  { client: named("http://*:8080"), urls: ["http://a.example:8080", "http://a.example"] },
];

/** Several patterns: the more specific one is chosen, in whatever order they are given. */
const orders: Choice[] = [
  {
    client: named("all://", "http://", "all://a.example", "http://a.example", "http://a.example:123"),
    urls: [
      "http://a.example:123",
      "http://a.example",
      "https://a.example",
      "http://b.example",
      "https://b.example",
    ],
  },
  {
    client: named("http://a.example:123", "http://a.example", "all://a.example", "http://", "all://"),
    urls: [
      "http://a.example:123",
      "http://a.example",
      "https://a.example",
      "http://b.example",
      "https://b.example",
    ],
  },
  {
    client: named("all://*.example", "all://www.a.example"),
    urls: ["http://www.a.example", "http://a.example"],
  },
  {
    client: named("all://*.a.example", "all://*.example"),
    urls: ["http://www.a.example", "http://b.example"],
  },
  { client: named("https://*", "all://a.example"), urls: ["https://a.example", "http://a.example"] },
  {
    client: named("all://a.example", "https://*.a.example:444"),
    urls: ["https://w.a.example:444", "https://a.example"],
  },
];

const CLIENT = "http://client.example:1";
const ALL = { ALL_PROXY: "http://all.example:2" };

/** Proxies of clients, mounts and the environment together. */
const together: Choice[] = [
  { client: { proxy: CLIENT }, urls: ["http://a.example", "https://a.example"] },
  { client: { proxy: CLIENT }, environment: { ...ALL, NO_PROXY: "a.example" }, urls: ["http://a.example"] },
  { client: { proxy: "socks5://s.example" }, urls: ["http://a.example", "https://a.example"] },
  { client: { proxy: "socks5h://s.example:2" }, urls: ["http://a.example"] },
  { client: { proxy: "https://p.example" }, urls: ["http://a.example", "https://a.example"] },
  {
    client: { proxy: CLIENT, mounts: { "all://a.example": null } },
    urls: ["http://a.example", "http://b.example"],
  },
  {
    client: { proxy: CLIENT, mounts: { "all://": { text: "mount" } } },
    urls: ["http://a.example"],
  },
  {
    client: { proxy: CLIENT, mounts: { "https://": { proxy: "http://mount.example:5" } } },
    urls: ["http://a.example", "https://a.example"],
  },
  {
    client: { mounts: { "http://a.example": null } },
    environment: ALL,
    urls: ["http://a.example", "https://a.example", "http://b.example"],
  },
  {
    client: { mounts: { "all://": { text: "mount" } } },
    environment: { ...ALL, HTTP_PROXY: "http://plain.example:3" },
    urls: ["http://a.example", "https://a.example"],
  },
  {
    client: { mounts: { "all://*free.example": { text: "mount" } } },
    environment: { ...ALL, NO_PROXY: "free.example" },
    urls: ["http://free.example", "http://www.free.example", "http://a.example"],
  },
  {
    client: { mounts: { "all://a.example": {} } },
    environment: ALL,
    urls: ["http://a.example", "http://b.example"],
  },
  { client: { trustEnv: false }, environment: ALL, urls: ["http://a.example"] },
  { client: { transport: { text: "transport" } }, environment: ALL, urls: ["http://a.example"] },
  {
    client: { transport: { text: "transport" }, mounts: { "https://": { text: "mount" } } },
    urls: ["http://a.example", "https://a.example"],
  },
  {
    client: { transport: { text: "transport" }, mounts: { "https://": null } },
    urls: ["http://a.example", "https://a.example"],
  },
  {
    client: { transport: { text: "transport" }, proxy: CLIENT },
    urls: ["http://a.example"],
    differs: "a `transport` gets the proxy with each request",
  },
  {
    client: { trustEnv: false, mounts: { "http://": { proxy: CLIENT } } },
    environment: ALL,
    urls: ["http://a.example", "https://a.example"],
  },
];

/** What is refused when the client is made. */
const refused: Choice[] = [
  { client: named("http"), urls: ["http://a.example"] },
  { client: named("a.example"), urls: ["http://a.example"] },
  { client: { proxy: "ftp://p.example" }, urls: ["http://a.example"] },
  { client: { proxy: "p.example" }, urls: ["http://a.example"] },
  {
    client: { proxy: "http://[" },
    urls: ["http://a.example"],
    differs: "**URLs** follow the WHATWG standard",
  },
  { client: {}, environment: { HTTP_PROXY: "ftp://p.example" }, urls: ["http://a.example"] },
  { client: { mounts: { "all://": { proxy: "ftp://p.example" } } }, urls: ["http://a.example"] },
];

export const choices: readonly Choice[] = [...patterns, ...orders, ...together, ...refused];
