/** Fixed addresses, the version of IP, and the cache of names: `dns`. */
import { inspect } from "node:util";
import test from "ava";
import { AsyncClient, type AsyncClientOptions, ConnectError, type DnsOptions } from "httpxide";
import { failsAs } from "../helpers/failures.js";
import { answering, startHttpServer } from "../helpers/http-server.js";

/** Only Linux has all of 127.0.0.0/8. */
const testOnLinux = process.platform === "linux" ? test : test.skip;

/** A client whose connections are used once, so that each request needs an address. */
function client(options: AsyncClientOptions): AsyncClient {
  return new AsyncClient({ limits: { maxKeepaliveConnections: 0 }, trustEnv: false, ...options });
}

test("a name with a given address is not looked up, and the request keeps its name", async (t) => {
  await using server = await startHttpServer();
  const hosts = {
    "api.example": "127.0.0.1",
    "Ünicode.example": ["127.0.0.1"],
    "two.example": ["127.0.0.1", "::1"],
  };
  await using own = client({ dns: { hosts } });
  for (const host of ["api.example", "API.example", "api.example.", "ünicode.example", "two.example"]) {
    const response = await own.get(`http://${host}:${server.port}/x`);
    t.is(response.statusCode, 200);
  }
  const seen = server.requests.map(({ headers }) => headers.find(([name]) => name === "Host")?.[1]);
  t.deepEqual(seen, [
    `api.example:${server.port}`,
    `api.example:${server.port}`,
    `api.example.:${server.port}`,
    `xn--nicode-2ya.example:${server.port}`,
    `two.example:${server.port}`,
  ]);
});

test("an address may be given for one port, and wins over that of all ports", async (t) => {
  await using server = await startHttpServer(answering("here"));
  await using own = client({
    dns: { hosts: { [`api.example:${server.port}`]: "127.0.0.1", "api.example": "::1" } },
  });
  t.is((await own.get(`http://api.example:${server.port}/`)).text, "here");
  const error = await failsAs(t, own.get("http://api.example:9/"), { as: ConnectError, requestSent: false });
  t.regex(error.message, /\[::1\]:9/);
});

test("several addresses are tried in turn until one answers", async (t) => {
  await using server = await startHttpServer(answering("here"));
  await using own = client({ dns: { hosts: { "api.example": ["::1", "127.0.0.1"] } } });
  t.is((await own.get(`http://api.example:${server.port}/`)).text, "here");
});

testOnLinux("an address that failed is tried last for the next connections of the client", async (t) => {
  await using works = await startHttpServer(answering("works"));
  const hosts = { "api.example": ["127.0.0.2", "127.0.0.1"] };
  const url = `http://api.example:${works.port}/`;
  await using own = client({ dns: { hosts } });
  t.is((await own.get(url)).text, "works");
  // now the first address answers too
  await using _returned = await startHttpServer(answering("returned"), "127.0.0.2", works.port);
  t.is((await own.get(url)).text, "works");
  await using other = client({ dns: { hosts } });
  t.is((await other.get(url)).text, "returned");
});

test("only addresses of the family are used, whatever their source", async (t) => {
  await using server = await startHttpServer(answering("here"));
  const hosts = { "api.example": ["::1", "127.0.0.1"], "six.example": "::1" };
  await using four = client({ dns: { family: 4, hosts } });
  t.is((await four.get(`http://api.example:${server.port}/`)).text, "here");
  await failsAs(t, four.get(`http://six.example:${server.port}/`), {
    as: ConnectError,
    code: "ENOTFOUND",
    phase: "dns",
    requestSent: false,
  });
  await using resolved = client({ dns: { family: 4 }, resolver: () => ["::1", "127.0.0.1"] });
  t.is((await resolved.get(`http://any.example:${server.port}/`)).text, "here");
  await using six = client({ dns: { family: 6 }, resolver: () => ["127.0.0.1"] });
  await failsAs(t, six.get(`http://any.example:${server.port}/`), { as: ConnectError, phase: "dns" });
  await using system = client({ dns: { family: 4 } });
  t.is((await system.get(`http://localhost:${server.port}/`)).text, "here");
});

const caches: readonly (readonly [cache: DnsOptions["cache"], asked: number])[] = [
  [undefined, 1],
  [true, 1],
  [{ ttl: 60_000 }, 1],
  [false, 3],
  [{ ttl: 0 }, 3],
  [{ maxEntries: 0 }, 3],
  // longer than any clock runs
  [{ ttl: Infinity, negativeTtl: Infinity }, 1],
  [{ ttl: Number.MAX_VALUE, negativeTtl: Number.MAX_VALUE }, 1],
];
for (const [cache, expected] of caches) {
  test(`with cache ${inspect(cache)}, three connections ask ${expected} times`, async (t) => {
    await using server = await startHttpServer(answering("ok"));
    let asked = 0;
    await using own = client({
      dns: { cache },
      resolver: async () => {
        asked += 1;
        return ["127.0.0.1"];
      },
    });
    for (let time = 0; time < 3; time++) await own.get(`http://api.example:${server.port}/`);
    t.is(server.connections, 3);
    t.is(asked, expected);
  });
}

test("the time of an answer wins over that of the cache", async (t) => {
  await using server = await startHttpServer(answering("ok"));
  let asked = 0;
  await using own = client({
    resolver: async () => {
      asked += 1;
      return [{ address: "127.0.0.1", ttl: 0 }, "127.0.0.1"];
    },
  });
  for (let time = 0; time < 2; time++) await own.get(`http://api.example:${server.port}/`);
  t.is(asked, 2);
});

test("a failure is repeated from the cache, and not kept with negativeTtl: 0", async (t) => {
  let asked = 0;
  const resolver = async (): Promise<never> => {
    asked += 1;
    throw new Error("no");
  };
  await using kept = client({ resolver, dns: { cache: { negativeTtl: 60_000 } } });
  await using fresh = client({ resolver, dns: { cache: { negativeTtl: 0 } } });
  for (const [own, expected] of [
    [kept, 1],
    [fresh, 2],
  ] as const) {
    asked = 0;
    for (let time = 0; time < 2; time++) await failsAs(t, own.get("http://a.example/"), { as: ConnectError });
    t.is(asked, expected);
  }
});

test("a connection that fails makes the next one ask again", async (t) => {
  await using server = await startHttpServer(answering("ok"));
  const answers = [["::1"], ["127.0.0.1"]];
  await using own = client({ resolver: async () => answers.shift() ?? [] });
  const url = `http://api.example:${server.port}/`;
  await failsAs(t, own.get(url), { as: ConnectError, phase: "connect" });
  t.is((await own.get(url)).text, "ok");
});

test("a repeated attempt asks again", async (t) => {
  await using server = await startHttpServer(answering("ok"));
  const answers = [[], ["127.0.0.1"]];
  await using own = client({ retries: 1, resolver: async () => answers.shift() ?? [] });
  t.is((await own.get(`http://api.example:${server.port}/`)).text, "ok");
});

const refused: readonly (readonly [dns: unknown, message: RegExp])[] = [
  ["x", /dns must be an object, not a string/],
  [{ host: {} }, /Did you mean hosts/],
  [
    { hosts: { "a.example": "b.example" } },
    /dns\.hosts\["a\.example"\] must be an IP address, not "b\.example"/,
  ],
  [{ hosts: { "a.example": [] } }, /no address for "a\.example"/],
  [{ hosts: { "a.example": 7 } }, /must be an IP address, not a number/],
  [{ hosts: { "a.example": "fe80::1%lo" } }, /must be an IP address without a zone, not "fe80::1%lo"/],
  [{ hosts: { "127.0.0.1": "127.0.0.2" } }, /is an address, which is not looked up/],
  [{ hosts: { "[::1]:80": "127.0.0.2" } }, /is an address, which is not looked up/],
  [{ hosts: { "a.example:65536": "127.0.0.2" } }, /no possible port/],
  [{ hosts: { "http://a.example": "127.0.0.2" } }, /not the name of a host/],
  [{ hosts: { "": "127.0.0.2" } }, /not the name of a host/],
  [{ hosts: { "*.example": "127.0.0.2" } }, /not the name of a host/],
  [{ family: 5 }, /family must be 4, 6 or null, not 5/],
  [{ cache: { ttl: -1 } }, /dns\.cache\.ttl must be a number of milliseconds, not -1/],
  [{ cache: { maxEntries: 1.5 } }, /maxEntries/],
  [{ cache: { negativettl: 5 } }, /Did you mean negativeTtl/],
  [{ cache: "on" }, /dns\.cache must be true, false or an object/],
  [{ lookup: () => undefined }, /did you mean resolver/],
];
for (const [dns, message] of refused) {
  test(`dns ${JSON.stringify(dns)} is refused when the client is made`, (t) => {
    const error = t.throws(() => client({ dns: dns as DnsOptions }), { any: true });
    t.true(error instanceof TypeError || error instanceof RangeError, String(error));
    t.regex((error as Error).message, message);
  });
}
