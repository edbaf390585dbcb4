/** The guard and proxies: the proxy's own address counts, and so does an address in the URL; a name is the proxy's affair. */
import test from "ava";
import { AsyncClient, type AsyncClientOptions, ConnectError, type ConnectPolicy } from "httpxide";
import { failsAs } from "../helpers/failures.js";
import { answering, startHttpServer } from "../helpers/http-server.js";
import { hasManyLoopbacks } from "../helpers/listening.js";
import { startProxyServer } from "../helpers/proxy-server.js";
import { redirectPath, redirecting } from "../helpers/redirect-server.js";

const addressesTest = hasManyLoopbacks ? test : test.skip;

const BLOCKED = {
  as: ConnectError,
  code: "ERR_ADDRESS_BLOCKED",
  phase: "connect",
  requestSent: false,
} as const;

function client(options: AsyncClientOptions): AsyncClient {
  return new AsyncClient({ trustEnv: false, ...options });
}

const SCHEMES = ["http", "https", "socks4", "socks4a", "socks5", "socks5h"];

for (const scheme of SCHEMES) {
  test(`the address of a proxy is checked: ${scheme}`, async (t) => {
    await using proxy = await startProxyServer();
    await using guarded = client({
      connectPolicy: "public",
      proxy: `${scheme}://localhost:${proxy.port}`,
      dns: { hosts: { "a.example": "192.0.2.1" } },
    });
    for (const url of ["http://a.example/", "https://a.example/"]) {
      await failsAs(t, guarded.get(url), BLOCKED);
    }
    t.is(proxy.connections, 0);
  });
}

const policies: readonly ConnectPolicy[] = [{ allow: ["127.0.0.2"] }, { deny: ["127.0.0.1", "::1"] }];
for (const connectPolicy of policies) {
  addressesTest(
    `behind a permitted proxy, an address is checked and a name is not: ${JSON.stringify(connectPolicy)}`,
    async (t) => {
      await using server = await startHttpServer(answering("ok"));
      await using proxy = await startProxyServer({ address: { host: "127.0.0.2", port: 0 } });
      await using guarded = client({ connectPolicy, proxy: `http://127.0.0.2:${proxy.port}` });
      for (const host of ["127.0.0.1", "[::ffff:127.0.0.1]", "2130706433"]) {
        for (const scheme of ["http", "https"]) {
          await failsAs(t, guarded.get(`${scheme}://${host}:${server.port}/`), BLOCKED);
        }
      }
      t.is(proxy.connections, 0);
      t.is((await guarded.get(`http://a.example:${server.port}/`)).text, "ok");
      // the connection to the proxy is open now
      await failsAs(t, guarded.get(`http://127.0.0.1:${server.port}/`), BLOCKED);
      t.is(proxy.requests.length, 1);
      t.is(proxy.connects.length, 0);
    },
  );
}

addressesTest("a redirect to an address is checked behind a proxy too", async (t) => {
  await using server = await startHttpServer(redirecting);
  await using proxy = await startProxyServer({ address: { host: "127.0.0.2", port: 0 } });
  await using guarded = client({
    connectPolicy: { deny: ["127.0.0.1"] },
    followRedirects: true,
    proxy: `http://127.0.0.2:${proxy.port}`,
  });
  const location = `http://127.0.0.1:${server.port}/`;
  await failsAs(t, guarded.get(`http://a.example:${server.port}${redirectPath({ location })}`), BLOCKED);
  t.is(server.requests.length, 1);
});

addressesTest("with SOCKS 4, which resolves names here, the addresses of a name are checked", async (t) => {
  await using proxy = await startProxyServer({ address: { host: "127.0.0.2", port: 0 } });
  await using guarded = client({
    connectPolicy: { allow: ["127.0.0.2"] },
    proxy: `socks4://127.0.0.2:${proxy.port}`,
    resolver: () => ["127.0.0.1", "10.0.0.1"],
  });
  await failsAs(t, guarded.get("http://a.example/"), BLOCKED);
  t.is(proxy.requests.length, 0);
});

test("behind a proxy, the extension target cannot lead to another server than the URL", async (t) => {
  await using server = await startHttpServer(answering("secret"));
  await using proxy = await startProxyServer();
  const proxied = { proxy: proxy.url, dns: { hosts: { "a.example": "127.0.0.1" } } };
  await using guarded = client({ ...proxied, connectPolicy: { allow: ["loopback"] } });
  const inside = `http://127.0.0.1:${server.port}`;
  const named = `http://a.example:${server.port}`;
  for (const target of [
    `${inside}/`,
    `${named}@127.0.0.1/`,
    `${named}.evil.example/`,
    `//127.0.0.1/`.slice(2),
  ]) {
    await failsAs(t, guarded.get(`${named}/`, { extensions: { target } }), BLOCKED);
  }
  t.is(proxy.connections, 0);
  for (const target of ["/other", `${named}/other`]) {
    await guarded.get(`${named}/`, { extensions: { target } });
  }
  t.deepEqual(
    proxy.requests.map(({ path }) => path),
    [`${named}/other`, `${named}/other`],
  );
  // without a policy, the target is the caller's affair
  await using open = client(proxied);
  t.is((await open.get(`${named}/`, { extensions: { target: `${inside}/` } })).text, "secret");
});
