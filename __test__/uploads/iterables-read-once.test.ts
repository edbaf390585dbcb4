/**
 * Iterables that give their pieces only once without being generators or streams: none is sent empty, or from its middle,
 * when a request is sent again.
 */
import { mkdtemp, open, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import test, { type ExecutionContext } from "ava";
import { AsyncClient, type ContentTypes, DigestAuth, type RequestOptions, StreamConsumed } from "httpxide";
import { rejection } from "../helpers/failures.js";
import { bodyOf, type HttpServer, startHttpServer } from "../helpers/http-server.js";

type Make = (t: ExecutionContext) => ContentTypes | Promise<ContentTypes>;

async function* generator(): AsyncGenerator<string> {
  yield "one";
  yield "two";
}

/** Known as such, or returns an iterator that was read: the request is not begun again. */
const known: Readonly<Record<string, Make>> = {
  "an iterable around a generator": () => {
    const pieces = generator();
    return { [Symbol.asyncIterator]: () => pieces };
  },
  "an iterable around an iterator": () => {
    const pieces = ["one", "two"].values();
    return { [Symbol.iterator]: () => pieces };
  },
  "a readline interface": () => createInterface({ input: Readable.from(["onetwo\n"]) }),
  "FileHandle.readLines()": async (t) => {
    const folder = await mkdtemp(join(tmpdir(), "httpxide-"));
    t.teardown(() => rm(folder, { recursive: true }));
    await writeFile(join(folder, "content"), "onetwo\n");
    return (await open(join(folder, "content"))).readLines();
  },
};

/** Has a new iterator for each reading, none of which has a piece after the first. */
const spent: Readonly<Record<string, Make>> = {
  "an iterable with new iterators over one generator": () => {
    const pieces = generator();
    return { [Symbol.asyncIterator]: () => ({ next: () => pieces.next() }) };
  },
  "an iterable around a web stream": () => {
    const stream = new Blob(["onetwo"]).stream();
    return { [Symbol.asyncIterator]: () => stream[Symbol.asyncIterator]() };
  },
};

/** Answers the first request with a status, which asks for it once more, and keeps the bodies that arrived complete. */
async function asking(
  status: number,
  headers: Record<string, string> = {},
): Promise<HttpServer & { bodies: string[] }> {
  const bodies: string[] = [];
  let answered = 0;
  const server = await startHttpServer(async (request, response) => {
    bodies.push((await bodyOf(request)).toString());
    answered += 1;
    if (answered === 1) response.writeHead(status, headers).end();
    else response.end();
  });
  return Object.assign(server, { bodies });
}

const retry = { attempts: 2, backoff: { initial: 0 } } as const;

for (const [name, make] of Object.entries(known)) {
  test(`${name} is not sent again: the answer is the caller's`, async (t) => {
    await using server = await asking(503);
    await using client = new AsyncClient({ retry });
    const response = await client.put(server.url, { content: await make(t) });
    t.is(response.statusCode, 503);
    t.is(response.extensions["attempt"], 1);
    t.deepEqual(server.bodies, ["onetwo"]);
  });
}

for (const [name, make] of Object.entries(spent)) {
  test(`${name} fails when it is sent again, instead of being sent empty`, async (t) => {
    await using server = await asking(503);
    await using client = new AsyncClient({ retry });
    const error = await rejection(client.put(server.url, { content: await make(t) }));
    t.true(error instanceof StreamConsumed, String(error));
    t.deepEqual(server.bodies, ["onetwo"]);
  });

  test(`${name} fails so as a file of a form, too`, async (t) => {
    await using server = await asking(307, { location: "/" });
    await using client = new AsyncClient({ followRedirects: true });
    const files = { file: ["a.txt", (await make(t)) as AsyncIterable<string>] } as const;
    const error = await rejection(client.post(server.url, { files }));
    t.true(error instanceof StreamConsumed, String(error));
    t.is(server.bodies.length, 1);
  });
}

const challenge = 'Digest realm="r", nonce="n", qop="auth", algorithm=SHA-256';
const again: readonly (readonly [string, number, Record<string, string>, RequestOptions])[] = [
  ["a 307", 307, { location: "/" }, { followRedirects: true }],
  ["a Digest challenge", 401, { "www-authenticate": challenge }, { auth: new DigestAuth("u", "p") }],
];

for (const [name, make] of [...Object.entries(known), ...Object.entries(spent)]) {
  for (const [asked, status, headers, options] of again) {
    test(`${name} after ${asked} is a StreamConsumed, as a generator is`, async (t) => {
      await using server = await asking(status, headers);
      await using client = new AsyncClient();
      const error = await rejection(client.post(server.url, { ...options, content: await make(t) }));
      t.true(error instanceof StreamConsumed, String(error));
      t.deepEqual(server.bodies, ["onetwo"]);
    });
  }
}

test("an iterable around a generator cannot be the body of a second request", async (t) => {
  await using server = await startHttpServer();
  await using client = new AsyncClient();
  const pieces = generator();
  const content = { [Symbol.asyncIterator]: () => pieces };
  await client.post(server.url, { content });
  t.true((await rejection(client.post(server.url, { content }))) instanceof StreamConsumed);
});

test("an iterable without pieces is sent again, and so is one whose pieces come anew", async (t) => {
  for (const content of [[], new Set(["one"]), { [Symbol.asyncIterator]: generator }]) {
    await using server = await asking(503);
    await using client = new AsyncClient({ retry });
    t.is((await client.put(server.url, { content })).statusCode, 200);
    t.is(server.bodies.length, 2);
    t.is(server.bodies[0], server.bodies[1]);
  }
});
