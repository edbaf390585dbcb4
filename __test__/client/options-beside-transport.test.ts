// Options of the network beside a transport or an application: they could have no effect, so the client refuses them.
import test from "ava";
import {
  AsyncClient,
  type AsyncClientOptions,
  AsyncHTTPTransport,
  type AsyncTransport,
  MockTransport,
  ReplayTransport,
  Response,
  RetryTransport,
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

test("a mount for all URLs replaces the network and leaves the options of HTTPX's client in place", async (t) => {
  const options = { verify: false, http2: true, limits: { maxConnections: 1 } };
  await using client = new AsyncClient({ ...options, mounts: { "all://": transport } });
  t.is((await client.get("https://h/")).text, "mocked");
});

const onTheWay: AsyncClientOptions[] = [
  { connectPolicy: "public" },
  { dns: { family: 4 } },
  { resolver: () => ["127.0.0.1"] },
  { localAddress: "127.0.0.1" },
  { socketOptions: { keepAlive: null } },
  { uds: "/tmp/socket" },
  { retries: 3 },
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

test("tls is refused beside mounts for all https: URLs", (t) => {
  const tls = { minVersion: "TLSv1.3" } as const;
  for (const mounts of [{ "https://": transport }, { "https://*": transport, "http://a.example": null }]) {
    t.throws(() => new AsyncClient({ tls, mounts }), {
      instanceOf: TypeError,
      message: "tls has no effect beside mounts for all https: URLs: give it to the transport.",
    });
    t.notThrows(() => new AsyncClient({ dns: { family: 4 }, verify: false, mounts }));
  }
  t.notThrows(() => new AsyncClient({ tls, mounts: { "https://": transport, "https://a.example": null } }));
});

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

function guarding(mounted: AsyncTransport): AsyncClient {
  return new AsyncClient({ connectPolicy: "public", mounts: { "http://a.example": mounted } });
}

/** Transports of this package that wrap another. */
const wrappers: [name: string, wrap: (next: AsyncTransport) => AsyncTransport][] = [
  ["itself", (next) => next],
  ["RetryTransport", (next) => new RetryTransport(next)],
  ["two RetryTransports", (next) => new RetryTransport(new RetryTransport(next))],
  ["ReplayTransport", (next) => new ReplayTransport("/no/file.json", { transport: next, mode: "update" })],
  ["MockTransport", passingOn],
];

function passingOn(next: AsyncTransport): MockTransport {
  const mock = new MockTransport();
  mock.route().passThrough(next);
  return mock;
}

for (const [name, wrap] of wrappers) {
  test(`connectPolicy is refused beside a mounted network transport that has none: ${name}`, (t) => {
    t.throws(() => guarding(wrap(new AsyncHTTPTransport())), {
      instanceOf: TypeError,
      message: /^connectPolicy does not hold/,
    });
    t.notThrows(() => guarding(wrap(new AsyncHTTPTransport({ connectPolicy: "public" }))));
    t.notThrows(() => guarding(wrap(new AsyncHTTPTransport({ connectPolicy: { deny: [] } }))));
    t.notThrows(() => guarding(wrap(transport)));
  });
}

test("connectPolicy is refused beside transports that send what they do not answer over the network", (t) => {
  const mock = new MockTransport();
  mock.route().passThrough();
  t.throws(() => guarding(mock), { message: /^connectPolicy does not hold for the MockTransport/ });
  const recording = new ReplayTransport("/no/file.json");
  t.throws(() => guarding(recording), { message: /^connectPolicy does not hold for the ReplayTransport/ });
  t.notThrows(() => guarding(new ReplayTransport("/no/file.json", { mode: "replay" })));
});

test("a mock that gets a route to the network later does not get round connectPolicy", async (t) => {
  await using server = await startHttpServer((_request, response) => void response.end("inside"));
  const mock = new MockTransport();
  await using client = new AsyncClient({ connectPolicy: "public", mounts: { "http://127.0.0.1": mock } });
  mock.route().passThrough();
  await t.throwsAsync(client.get(server.url), {
    instanceOf: TypeError,
    message: /^connectPolicy does not hold/,
  });
  t.is(server.requests.length, 0);
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
