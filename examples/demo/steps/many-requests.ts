/**
 * Many small requests, by httpxide and by Node's own fetch: the same server, the same number at a time, both warmed up.
 */
import { AsyncClient } from "httpxide";
import type { Addresses } from "../../servers/addresses.js";
import { checkEqual } from "../check.js";
import { count, row } from "../screen.js";

const REQUESTS = 20_000;
const AT_A_TIME = 64;
const WARM_UP = 2_000;

interface Measured {
  /** Requests per second. */
  readonly rate: number;
  /** Microseconds per request for which the event loop was busy. */
  readonly busy: number;
}

export async function manyRequests({ fixed }: Addresses): Promise<void> {
  // As many connections as requests in flight, and all of them kept: fetch has no limits.
  const limits = { maxConnections: AT_A_TIME, maxKeepaliveConnections: AT_A_TIME };
  await using client = new AsyncClient({ limits });
  const url = `${fixed}/users/7`;
  const expected = (await client.get(url)).text;

  const ours = await measure("httpxide", expected, async () => (await client.get(url)).text);
  const theirs = await measure("fetch", expected, async () => (await fetch(url)).text());
  const rate = (ours.rate / theirs.rate).toFixed(1);
  const share = ((100 * ours.busy) / theirs.busy).toFixed(0);
  row("", `${rate} × as many, each with ${share} % of the time of the event loop`);
}

async function measure(name: string, expected: string, text: () => Promise<string>): Promise<Measured> {
  await repeat(WARM_UP, expected, text);
  const loop = performance.eventLoopUtilization();
  const started = performance.now();
  await repeat(REQUESTS, expected, text);
  const seconds = (performance.now() - started) / 1000;
  const { active } = performance.eventLoopUtilization(loop);
  const measured = { rate: REQUESTS / seconds, busy: (active * 1000) / REQUESTS };
  row(
    name,
    `${count(measured.rate).padStart(7)} requests/s  ${count(measured.busy).padStart(5)} µs of the event loop for each`,
  );
  return measured;
}

/** Requests the text that many times, and checks each. */
async function repeat(times: number, expected: string, text: () => Promise<string>): Promise<void> {
  let started = 0;
  let right = 0;
  const one = async (): Promise<void> => {
    while (started < times) {
      started += 1;
      if ((await text()) === expected) right += 1;
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, one));
  checkEqual("the number of right answers", right, times);
}
