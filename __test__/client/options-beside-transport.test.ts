// Options of the network beside a transport or an application: they could have no effect, so the client refuses them.
import test from "ava";
import {
  AsyncClient,
  type AsyncClientOptions,
  AsyncHTTPTransport,
  MockTransport,
  Response,
  codes,
  get,
} from "httpxide";
import { clientIn } from "../helpers/proxy-environment.js";
import { startHttpServer } from "../helpers/http-server.js";

const transport = new MockTransport(() => new Response(200, { text: "mocked" }));
const app = (): globalThis.Response => new globalThis.Response("from the app");

const ofNetwork: AsyncClientOptions[] = [
  { verify: false },
  { verify: {} },
  { limits: { maxConnections: 1 } },
  { uds: "/tmp/socket" },
  { http1: true },
  { http2: false },
  { retries: 3 },
];

for (const options of ofNetwork) {
  const [name] = Object.keys(options);
  test(`${JSON.stringify(options)} is refused beside a transport and an app`, async (t) => {
    t.throws(() => new AsyncClient({ ...options, transport }), {
      instanceOf: TypeError,
      message: `${name} has no effect beside transport: give it to the transport.`,
    });
    t.throws(() => new AsyncClient({ ...options, transport: new AsyncHTTPTransport() }), {
      instanceOf: TypeError,
    });
    t.throws(() => new AsyncClient({ ...options, app }), {
      instanceOf: TypeError,
      message: `${name} has no effect beside app: the application is called without a connection.`,
    });
    if (name !== "limits") {
      await t.throwsAsync(get("http://h/", { ...options, transport }), {
        instanceOf: TypeError,
        message: /has no effect beside transport/,
      });
    }
  });
}

test("undefined is no option, so it is taken beside a transport", async (t) => {
  const options = { verify: undefined, limits: undefined, uds: undefined, retries: undefined };
  await using client = new AsyncClient({ ...options, transport });
  t.is((await client.get("http://h/")).text, "mocked");
});

test("the client honours trustEnv and maxResponseBytes over any transport and app", async (t) => {
  for (const over of [{ transport }, { app }]) {
    await using client = new AsyncClient({ ...over, trustEnv: false, maxResponseBytes: 3 });
    t.false(client.trustEnv);
    await t.throwsAsync(client.get("http://h/"), { name: "ResponseTooLarge" });
  }
});

test("a mount for all URLs replaces the network and leaves its options in place", async (t) => {
  await using client = new AsyncClient({ verify: false, retries: 3, mounts: { "all://": transport } });
  t.is((await client.get("https://h/")).text, "mocked");
});

const onTheWay: AsyncClientOptions[] = [
  { connectPolicy: "public" },
  { dns: { family: 4 } },
  { resolver: () => ["127.0.0.1"] },
  { localAddress: "127.0.0.1" },
  { socketOptions: { keepAlive: null } },
  { tls: { minVersion: "TLSv1.3" } },
  { tls: { pins: [`sha256/${"A".repeat(43)}=`] } },
];
const forAll: NonNullable<AsyncClientOptions["mounts"]>[] = [
  { "all://": transport },
  { "all://*": new AsyncHTTPTransport({ connectPolicy: { deny: [] } }) },
  { "http://": transport, "https://": transport },
  { "http://": transport, "https://": transport, "all://": null },
];
const notForAll: NonNullable<AsyncClientOptions["mounts"]>[] = [
  { "http://": transport },
  { "all://a.example": transport },
  { "all://:8080": transport },
  { "all://": null },
  { "all://": transport, "all://a.example": null },
  { "all://": transport, "https://": null },
  { "http://": transport, "https://": transport, "https://a.example": null },
];
for (const options of onTheWay) {
  const [name] = Object.keys(options);
  const given = name === "tls" ? `tls.${Object.keys(options.tls!)[0]}` : name;
  test(`${given} is refused beside a transport, an app, and mounts for all URLs`, (t) => {
    for (const given of [{ transport }, { app }]) {
      t.throws(() => new AsyncClient({ ...options, ...given }), {
        instanceOf: TypeError,
        message: /no effect/,
      });
    }
    for (const mounts of forAll) {
      t.throws(() => new AsyncClient({ ...options, mounts }), {
        instanceOf: TypeError,
        message: `${name} has no effect beside mounts for all URLs: give it to the transport.`,
      });
    }
    for (const mounts of notForAll) {
      t.notThrows(() => new AsyncClient({ ...options, mounts }));
    }
  });
}

test("options of the network are taken beside mounts for all URLs if a proxy of the environment gets some", (t) => {
  const made =
    (environment: Record<string, string>, trustEnv = true) =>
    (): AsyncClient =>
      clientIn(
        environment,
        () => new AsyncClient({ dns: { family: 4 }, mounts: { "all://": transport }, trustEnv }),
      );
  const proxy = "http://p.example";
  t.notThrows(made({ http_proxy: proxy }));
  t.notThrows(made({ all_proxy: proxy, no_proxy: "a.example" }));
  t.throws(made({ all_proxy: proxy }), { message: /no effect/ });
  t.throws(made({ http_proxy: proxy }, false), { message: /no effect/ });
});

test("connectPolicy is refused beside a mounted network transport that has none", (t) => {
  const mounted = (of: object): AsyncClient =>
    new AsyncClient({
      connectPolicy: "public",
      mounts: { "https://a.example": new AsyncHTTPTransport(of) },
    });
  t.throws(() => mounted({}), { instanceOf: TypeError, message: /connectPolicy does not hold/ });
  t.notThrows(() => mounted({ connectPolicy: "public" }));
  t.notThrows(() => mounted({ connectPolicy: { deny: [] } }));
});

test("options that an object inherits count as its own do", async (t) => {
  await using server = await startHttpServer((_request, response) => void response.end("0123456789"));
  const inheriting = (options: object): object => Object.create(options) as object;
  await using client = new AsyncClient(inheriting({ maxResponseBytes: 3 }));
  await t.throwsAsync(client.get(server.url), { name: "ResponseTooLarge" });
  await t.throwsAsync(get(server.url, inheriting({ maxResponseBytes: 3 })), { name: "ResponseTooLarge" });
  const mocked = await get("http://h/", inheriting({ transport, params: { a: 1 } }));
  t.is(mocked.statusCode, codes.OK);
  t.is(mocked.url.search, "?a=1");
});
