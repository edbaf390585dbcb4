// Arguments that would be ignored: a further one, and HTTPX's names for extensions.
import test from "ava";
import * as httpxide from "httpxide";
import { AsyncClient, MockTransport, Request, Response, Timeout } from "httpxide";
import { rejection } from "../helpers/failures.js";

const transport = new MockTransport(() => new Response(200, { text: "a\nb" }));
const client = new AsyncClient({ transport });

type Anything = (...parameters: unknown[]) => Promise<unknown>;

for (const verb of ["get", "options", "head", "delete", "post", "put", "patch"] as const) {
  test(`${verb}() takes no third argument`, async (t) => {
    for (const call of [client[verb].bind(client), httpxide[verb === "delete" ? "delete_" : verb]]) {
      const error = await rejection((call as Anything)("http://h/", { a: 1 }, { headers: {} }));
      t.true(error instanceof TypeError);
      t.regex((error as Error).message, new RegExp(`^${verb}\\(\\) takes a URL and options`));
    }
  });
}

test("request() takes no fourth argument", async (t) => {
  for (const call of [client.request.bind(client), httpxide.request]) {
    const error = await rejection((call as Anything)("GET", "http://h/", {}, {}));
    t.regex((error as Error).message, /^request\(\) takes a method, a URL and options/);
  }
});

test("aiterLines() takes no argument", async (t) => {
  const response = await client.stream("GET", "http://h/");
  t.throws(() => Reflect.apply(response.aiterLines, response, [{ keepEnds: true }]), {
    instanceOf: TypeError,
  });
  t.throws(() => response.aiterBytes({ size: 1 } as never), { instanceOf: RangeError });
  await response.aclose();
});

test("Timeout takes exceptions beside one limit for all phases, as HTTPX does", (t) => {
  const timeout = new Timeout(10, { read: 60_000, pool: null, write: undefined, total: 99 });
  t.deepEqual({ ...timeout }, { connect: 10, read: 60_000, write: 10, pool: null, total: 99 });
  t.is(new Timeout(null, { connect: 5 }).read, null);
  t.throws(() => new Timeout({ read: 1 }, { connect: 5 }), {
    instanceOf: TypeError,
    message: /in one object/,
  });
  t.throws(() => new Timeout(10, { conect: 5 } as never), { instanceOf: TypeError, message: /connect/ });
});

for (const [name, meant] of [
  ["sni_hostname", "sniHostname"],
  ["sniHostName", "sniHostname"],
  ["servername", "sniHostname"],
  ["Trace", "trace"],
  ["Timeout", "timeout"],
]) {
  test(`the extension ${name} is refused: ${meant} is meant`, async (t) => {
    const extensions = { [name!]: "x" };
    const expected = {
      instanceOf: TypeError,
      message: `Unknown extension "${name}". Did you mean ${meant}?`,
      code: "ERR_UNKNOWN_OPTION",
    };
    await t.throwsAsync(client.get("http://h/", { extensions }), expected);
    t.throws(() => new Request("GET", "http://h/", { extensions }), expected);
  });
}

test("extensions that only a transport knows pass", (t) => {
  const request = client.buildRequest("GET", "http://h/", { extensions: { tenant: 7 } });
  t.is(request.extensions["tenant"], 7);
});

test("extensions.timeout is the timeout of the request, and checked with it", async (t) => {
  const request = client.buildRequest("GET", "http://h/", { extensions: { timeout: { read: 7 } } });
  await client.send(request);
  t.is((request.extensions.timeout as { read: number }).read, 7);
  await t.throwsAsync(client.get("http://h/", { extensions: { timeout: { conect: 5 } as never } }), {
    instanceOf: TypeError,
    message: /connect/,
  });
});

test("a refused argument has a code of Node.js", async (t) => {
  const code = async (call: () => unknown): Promise<unknown> => {
    try {
      await call();
    } catch (error) {
      return (error as { code?: unknown }).code;
    }
    return undefined;
  };
  t.is(await code(() => client.get("http://h/", { headers: 5 as never })), "ERR_INVALID_ARG_TYPE");
  t.is(await code(() => client.get("http://h/", { timeout: -1 })), "ERR_OUT_OF_RANGE");
  t.is(await code(() => client.get("http://h/", { timout: 1 } as never)), "ERR_UNKNOWN_OPTION");
  t.is(await code(() => new AsyncClient({ maxRedirects: 1.5 })), "ERR_OUT_OF_RANGE");
  const mock = new MockTransport(() => 5 as never);
  t.is(await code(() => new AsyncClient({ transport: mock }).get("http://h/")), "ERR_INVALID_RETURN_VALUE");
});
