/**
 * HTTP/2: 64 requests at a time in the streams of one connection, beside Node's own fetch, which needs a connection of
 * HTTP/1.1 for each of them.
 */
import { AsyncClient } from "httpxide";
import type { Addresses } from "../../servers/addresses.js";
import { checkEqual } from "../check.js";
import { count, row } from "../screen.js";

const REQUESTS = 6_400;
const AT_A_TIME = 64;

export async function http2({ http2: url, fixed }: Addresses): Promise<void> {
  await using client = new AsyncClient({ http1: false, http2: true });
  const first = await client.get(url);
  checkEqual("the version", first.httpVersion, "HTTP/2");
  const ours = await perSecond(first.text, async () => (await client.get(url)).text);
  const { active, idle } = client.stats().connections;
  checkEqual("the number of connections", active + idle, 1);
  row("httpxide", `${count(ours).padStart(7)} requests/s over 1 connection`);
  const theirs = await perSecond(first.text, async () => (await fetch(fixed)).text());
  row("fetch", `${count(theirs).padStart(7)} requests/s over ${AT_A_TIME} connections of HTTP/1.1`);
}

/** Requests the text many times, checks each, and returns how many there were in a second. */
async function perSecond(expected: string, text: () => Promise<string>): Promise<number> {
  const started = performance.now();
  let left = REQUESTS;
  let right = 0;
  const one = async (): Promise<void> => {
    while (left-- > 0) if ((await text()) === expected) right += 1;
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, one));
  checkEqual("the number of right answers", right, REQUESTS);
  return (REQUESTS * 1000) / (performance.now() - started);
}
