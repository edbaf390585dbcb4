/** Prints, step by step, whether tough-cookie and its public-suffix list have been loaded. */
import { createRequire } from "node:module";
import { Cookies, Request } from "httpxide";

const { cache } = createRequire(import.meta.url);
const say = (step: string): void =>
  console.log(`${step}: ${Object.keys(cache).some((path) => /[\\/]tldts[\\/]/.test(path))}`);

say("imported");
const cookies = new Cookies({ a: "1" });
const request = new Request("GET", "http://example.com/", { cookies });
say(`sent ${request.headers.get("cookie")}, which has no domain`);
cookies.set("b", "2", { domain: "example.com" });
say("set a cookie for a domain");
