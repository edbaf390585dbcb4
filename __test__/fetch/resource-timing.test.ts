// Resource Timing: the timeline of `performance` gets an entry for each fetch whose body came to its end. Other runtimes than
// Node.js have no such timeline.
import { type PerformanceResourceTiming, PerformanceObserver, performance } from "node:perf_hooks";
import { gzipSync } from "node:zlib";
import test from "ava";
import { runtime } from "httpxide";
import { createFetch, fetch } from "httpxide/fetch";
import { startHttpServer } from "../helpers/http-server.js";
import { eventually } from "../helpers/waiting.js";

const onNode = runtime.name === "node" ? test.serial : test.serial.skip;
const LONG = "x".repeat(2_000_000);

/** The entries for `url`, as an observer gets them. */
function observe(url: string): PerformanceResourceTiming[] & Disposable {
  const entries: PerformanceResourceTiming[] = [];
  const observer = new PerformanceObserver((list) => {
    for (const entry of list.getEntriesByName(url)) entries.push(entry as PerformanceResourceTiming);
  });
  observer.observe({ entryTypes: ["resource"] });
  return Object.assign(entries, { [Symbol.dispose]: () => observer.disconnect() });
}

onNode("an entry has the first URL, the status, the sizes and times in order", async (t) => {
  const encoded = gzipSync(LONG);
  await using server = await startHttpServer((_request, response) => {
    response.writeHead(201, { "Content-Encoding": "gzip" }).end(encoded);
  });
  using entries = observe(`${server.url}/?a=1`);
  const before = performance.now();
  await (await fetch(`${server.url}/?a=1`)).text();
  await eventually("an entry", () => entries.length === 1);
  const entry = entries[0]!.toJSON() as Record<string, number | string>;
  t.like(entry, {
    initiatorType: "fetch",
    encodedBodySize: encoded.byteLength,
    decodedBodySize: LONG.length,
    redirectStart: 0,
    redirectEnd: 0,
  });
  const times = ["startTime", "fetchStart", "connectStart", "requestStart", "responseStart", "responseEnd"];
  const inOrder = times.map((name) => Number(entry[name]));
  t.deepEqual(
    inOrder,
    inOrder.toSorted((a, b) => a - b),
  );
  t.true(inOrder[0]! >= before);
  t.true(inOrder.at(-1)! <= performance.now());
  t.deepEqual(performance.getEntriesByName(`${server.url}/?a=1`, "resource").length, 1);
});

onNode("after a redirect, the entry has the first URL and the time of the redirect", async (t) => {
  await using server = await startHttpServer((_request, response, { path }) => {
    if (path === "/from") response.writeHead(307, { Location: "/to" }).end();
    else response.end("there");
  });
  using entries = observe(`${server.url}/from`);
  await (await fetch(`${server.url}/from`)).text();
  await eventually("an entry", () => entries.length === 1);
  const { startTime, redirectStart, redirectEnd, requestStart, responseEnd } = entries[0]!;
  t.is(redirectStart, startTime);
  t.true(redirectEnd > redirectStart);
  t.true(requestStart >= redirectEnd);
  t.true(responseEnd > requestStart);
});

const readers: Readonly<Record<string, (response: Response) => Promise<unknown>>> = {
  "text()": (response) => response.text(),
  "its stream": async (response) => {
    for await (const chunk of response.body!) void chunk;
  },
  "both halves of a clone": (response) => Promise.all([response.clone().text(), response.text()]),
};
for (const [name, read] of Object.entries(readers)) {
  for (const size of [5, LONG.length]) {
    onNode(`a body of ${size} bytes, read by ${name}, makes one entry`, async (t) => {
      await using server = await startHttpServer((_request, response) => {
        response.end(LONG.slice(0, size));
      });
      using entries = observe(`${server.url}/`);
      await read(await fetch(server.url));
      await eventually("an entry", () => entries.length > 0);
      t.deepEqual(
        entries.map(({ decodedBodySize }) => decodedBodySize),
        [size],
      );
    });
  }
}

onNode("a fetch that fails, is cancelled or goes on makes no entry", async (t) => {
  await using server = await startHttpServer((_request, response, { path }) => {
    if (path === "/failing") response.destroy();
    else if (path === "/last") response.end("x");
    else response.writeHead(200, { "Content-Length": LONG.length * 2 }).write(LONG);
  });
  const paths = ["/failing", "/cancelled", "/going-on"];
  const observed = paths.map((path) => observe(`${server.url}${path}`));
  using last = observe(`${server.url}/last`);
  await t.throwsAsync(fetch(`${server.url}/failing`));
  await (await fetch(`${server.url}/cancelled`)).body!.cancel();
  const goingOn = await fetch(`${server.url}/going-on`);
  await (await fetch(`${server.url}/last`)).text();
  await eventually("the entry of the last", () => last.length === 1);
  t.deepEqual(
    observed.map(({ length }) => length),
    [0, 0, 0],
  );
  await goingOn.body!.cancel();
  for (const entries of observed) entries[Symbol.dispose]();
});

onNode("a response without a body makes an entry, also through a client with retries", async (t) => {
  await using server = await startHttpServer((_request, response) => void response.writeHead(204).end());
  using entries = observe(`${server.url}/`);
  await fetch(server.url, { method: "HEAD" });
  await createFetch({ retries: 1 })(server.url);
  await eventually("two entries", () => entries.length === 2);
  t.deepEqual(
    entries.map(({ encodedBodySize, decodedBodySize }) => [encodedBodySize, decodedBodySize]),
    [
      [0, 0],
      [0, 0],
    ],
  );
});
