// What a call of axios says about its connections: names, agents and the version of HTTP.
import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent, type AgentOptions } from "node:https";
import { isIP } from "node:net";
import type { TLSSocket } from "node:tls";
import test from "ava";
import { type AxiosError, type AxiosRequestConfig, create, isAxiosError } from "axios";
import { AsyncClient } from "httpxide";
import { adapter, createAdapter } from "httpxide/axios";
import { certificates } from "../helpers/certificates.js";
import { answering, startHttpServer } from "../helpers/http-server.js";
import { answeringStreams, startHttp2Server, startPlainHttp2Server } from "../helpers/http2-server.js";
import { startProxyServer } from "../helpers/proxy-server.js";
import { startTlsServer } from "../helpers/tls-server.js";

const api = create({ adapter });

type Lookup = NonNullable<AxiosRequestConfig["lookup"]>;

const LOOKUPS: Readonly<Record<string, Lookup>> = {
  "a callback with an address": (_name, _options, done) => done(null, "127.0.0.1", 4),
  "a callback with a record": (_name, _options, done) => done(null, { address: "127.0.0.1", family: 4 }),
  "a callback with records": (_name, _options, done) => done(null, [{ address: "127.0.0.1", family: 4 }]),
  "a promise of an address": async () => "127.0.0.1",
  "a promise of an address and its family": async () => [{ address: "127.0.0.1" }, 4],
  "a promise of records": async () => [[{ address: "127.0.0.1", family: 4 }]],
  "a promise of strings": (async () => ["127.0.0.1", 4]) as unknown as Lookup,
};

for (const [form, lookup] of Object.entries(LOOKUPS)) {
  test(`lookup gives the address of a name by ${form}`, async (t) => {
    await using server = await startHttpServer(answering("here"));
    const asked: string[] = [];
    const noting = ((name: string, ...rest: [object, never]) => {
      asked.push(name);
      return lookup(name, ...rest);
    }) as Lookup;
    const { data } = await api.get(`http://name.test:${server.port}/`, { lookup: noting });
    t.is(data, "here");
    t.deepEqual(asked, ["name.test"]);
  });
}

test("lookup is asked for each host of a redirect, and what it refuses is not connected to", async (t) => {
  await using inner = await startHttpServer(answering("secret"));
  await using server = await startHttpServer((_request, response) => {
    response.writeHead(302, { location: `http://inner.test:${inner.port}/` }).end();
  });
  const guard: Lookup = (name, _options, done) => {
    if (name === "inner.test") done(Object.assign(new Error("not there"), { code: "EFORBIDDEN" }), []);
    else done(null, "127.0.0.1", 4);
  };
  const call = api.get(`http://outer.test:${server.port}/`, { lookup: guard });
  const error = await t.throwsAsync<AxiosError>(call);
  t.true(isAxiosError(error));
  t.is(error.code, "EFORBIDDEN");
  t.true(error.message.includes("not there"));
  t.is(inner.requests.length, 0);
});

test("calls with different functions for names share no connection, and those with the same one do", async (t) => {
  await using server = await startHttpServer(answering("here"));
  const url = `http://name.test:${server.port}/`;
  let asked = 0;
  const lookup: Lookup = async () => {
    asked++;
    return "127.0.0.1";
  };
  await api.get(url, { lookup });
  await api.get(url, { lookup });
  t.is(asked, 1);
  await t.throwsAsync(api.get(url, { lookup: async () => "127.0.0.2", proxy: false, timeout: 5000 }));
  await t.throwsAsync(api.get(url));
  t.deepEqual(
    server.requests.map(({ connection }) => connection),
    [1, 1],
  );
});

test("each new connection asks lookup again, as in axios's own adapter", async (t) => {
  await using server = await startHttpServer((_request, response) => {
    response.writeHead(200, { connection: "close" }).end();
  });
  let asked = 0;
  const lookup: Lookup = async () => {
    asked++;
    return "127.0.0.1";
  };
  for (let call = 1; call <= 3; call++) {
    await api.get(`http://name.test:${server.port}/`, { lookup });
    t.is(asked, call);
  }
});

test("an exception of lookup, an answer that is no address, and no answer are errors", async (t) => {
  const wrong: Readonly<Record<string, Lookup>> = {
    "thrown here": () => {
      throw new Error("thrown here");
    },
    "rejected here": () => Promise.reject(new Error("rejected here")),
    "must be a string": (_name, _options, done) => done(null, { address: 1 } as never),
    "must be an IP address": async () => "elsewhere",
    "has no address": (_name, _options, done) => done(null, []),
  };
  for (const [words, lookup] of Object.entries(wrong)) {
    const error = await t.throwsAsync<AxiosError>(api.get("http://name.test/", { lookup }));
    t.true(isAxiosError(error));
    t.true(error.message.includes(words), error.message);
  }
});

test("family chooses among the addresses of a name", async (t) => {
  const families: unknown[] = [];
  const lookup: Lookup = (_name, options, done) => {
    families.push((options as { family: number }).family);
    done(null, [{ address: "127.0.0.1", family: 4 }]);
  };
  await using server = await startHttpServer(answering("here"));
  const url = `http://name.test:${server.port}/`;
  t.is((await api.get(url, { lookup, family: 4 })).data, "here");
  const error = await t.throwsAsync<AxiosError>(api.get(url, { lookup, family: 6 }));
  t.is(error.code, "ENOTFOUND");
  t.deepEqual(families, [4, 6]);
  t.is((await api.get(`http://localhost:${server.port}/`, { family: 4 })).data, "here");
  const invalid = await t.throwsAsync<AxiosError>(api.get(url, { family: 5 as 4 }));
  t.is(invalid.code, "ERR_BAD_OPTION_VALUE");
});

async function answerOf(url: string, options: AgentOptions): Promise<string> {
  return (await api.get<string>(url, { httpsAgent: new HttpsAgent(options) })).data;
}

test("an agent's authorities, and whether it checks certificates, hold", async (t) => {
  const { good, ca, otherCa } = await certificates();
  await using server = await startTlsServer(good, answering("secure"));
  const unknown = await t.throwsAsync<AxiosError>(api.get(server.url));
  t.is(unknown.code, "UNABLE_TO_VERIFY_LEAF_SIGNATURE");
  for (const options of [{ ca }, { ca: [otherCa, Buffer.from(ca)] }, { rejectUnauthorized: false }]) {
    t.is(await answerOf(server.url, { keepAlive: true, ...options }), "secure");
  }
  for (const options of [{ ca: otherCa }, { rejectUnauthorized: true }]) {
    await t.throwsAsync(answerOf(server.url, options), { message: /certificate/i });
  }
  // the next call has its own connections again
  await t.throwsAsync(api.get(server.url));
});

test("an agent that checks certificates does so though the adapter's options do not", async (t) => {
  const { good } = await certificates();
  await using server = await startTlsServer(good, answering("secure"));
  const lax = create({ adapter: createAdapter({ verify: false }) });
  t.is((await lax.get(server.url)).data, "secure");
  const strict = lax.get(server.url, { httpsAgent: new HttpsAgent({ rejectUnauthorized: true }) });
  await t.throwsAsync(strict, { message: /certificate/i });
});

test("an agent's certificate and key are given to a server that asks", async (t) => {
  const { good, ca } = await certificates();
  const asking = { ...good, ca, requestCert: true, rejectUnauthorized: true };
  await using server = await startTlsServer(asking, (request, response) => {
    response.end(`authorized: ${(request.socket as TLSSocket).authorized}`);
  });
  const { cert, key } = good;
  t.is(await answerOf(server.url, { ca, cert, key }), "authorized: true");
  t.is(
    await answerOf(server.url, { ca, cert: [Buffer.from(cert)], key: [{ pem: key }] }),
    "authorized: true",
  );
  await t.throwsAsync(answerOf(server.url, { ca }));
});

test("an agent's servername is sent, and the certificate is checked against it", async (t) => {
  const { wrongHost, ca } = await certificates();
  await using server = await startTlsServer(wrongHost, (request, response) => {
    response.end(String((request.socket as TLSSocket & { servername?: string }).servername));
  });
  t.is(await answerOf(server.url, { ca, servername: "other.example" }), "other.example");
  const error = await t.throwsAsync<AxiosError>(answerOf(server.url, { ca }));
  t.is(error.code, "ERR_TLS_CERT_ALTNAME_INVALID");
});

test("an agent's limits, names and local address hold", async (t) => {
  let together = 0;
  let most = 0;
  await using server = await startHttpServer((request, response) => {
    most = Math.max(most, ++together);
    setTimeout(() => response.end(request.socket.remoteAddress), 30);
    response.on("finish", () => together--);
  });
  const httpAgent = new HttpAgent({ keepAlive: true, maxSockets: 2, family: 4 });
  await Promise.all(Array.from({ length: 6 }, () => api.get(server.url, { httpAgent })));
  t.is(most, 2);
  const lookup = ((_name: string, _options: object, done: (error: null, address: string) => void) => {
    done(null, "127.0.0.1");
  }) as never;
  const bound = new HttpAgent({ lookup, localAddress: "127.0.0.1" });
  const { data } = await api.get(`http://name.test:${server.port}/`, { httpAgent: bound });
  t.not(isIP(data), 0);
});

test("agents with equal options share connections, also those made for one call", async (t) => {
  const { good, ca } = await certificates();
  await using server = await startTlsServer(good, answering("secure"));
  for (let call = 0; call < 3; call++) await answerOf(server.url, { ca });
  t.deepEqual(
    server.requests.map(({ connection }) => connection),
    [1, 1, 1],
  );
});

test("an agent whose options change makes new connections", async (t) => {
  const { good, ca } = await certificates();
  await using server = await startTlsServer(good, answering("secure"));
  const httpsAgent = new HttpsAgent({ rejectUnauthorized: false });
  t.is((await api.get(server.url, { httpsAgent })).data, "secure");
  httpsAgent.options.rejectUnauthorized = true;
  await t.throwsAsync(api.get(server.url, { httpsAgent }));
  httpsAgent.options.ca = ca;
  t.is((await api.get(server.url, { httpsAgent })).data, "secure");
});

test("what an agent says of certificates holds for the proxy of the call too, as in axios", async (t) => {
  const { good, ca } = await certificates();
  await using proxy = await startProxyServer({ certificate: good });
  await using server = await startTlsServer(good, answering("behind it"));
  const option = { protocol: "https", host: "localhost", port: proxy.port };
  for (const options of [{ ca }, { rejectUnauthorized: false }]) {
    const config = { proxy: option, httpsAgent: new HttpsAgent(options) };
    t.is((await api.get(server.url, config)).data, "behind it");
  }
  t.is(proxy.connects.length, 2);
});

test("what an agent decides by its class, its methods or options without a counterpart is refused", async (t) => {
  await using server = await startHttpServer();
  class Filtering extends HttpAgent {}
  class Agent {
    readonly options = {};
  }
  const replaced = Object.assign(new HttpAgent(), { createConnection: () => undefined });
  const refused: readonly [AxiosRequestConfig, RegExp][] = [
    [{ httpAgent: new Filtering() }, /^httpAgent .*Filtering/],
    [{ httpAgent: new Agent() }, /class Agent/],
    [{ httpAgent: replaced }, /createConnection/],
    [
      { httpsAgent: new HttpsAgent({ checkServerIdentity: () => undefined }) },
      /^httpsAgent .*checkServerIdentity/,
    ],
    [{ httpsAgent: new HttpsAgent({ ciphers: "DEFAULT" }) }, /ciphers/],
    [{ httpsAgent: new HttpsAgent({ secureOptions: 4 }) }, /secureOptions/],
    [{ httpsAgent: new HttpsAgent({ maxVersion: "TLSv1.2" }) }, /maxVersion/],
    [{ httpsAgent: new HttpsAgent({ key: "only a key" }) }, /key/],
    [{ httpsAgent: new HttpsAgent({ cert: ["a", "b"], key: ["a", "b"] }) }, /cert/],
    [{ httpsAgent: new HttpsAgent({ ALPNProtocols: ["h2"] }) }, /ALPNProtocols/],
    [{ httpsAgent: new HttpsAgent({ defaultPort: 8443 } as object) }, /defaultPort/],
    [{ httpAgent: new HttpAgent({ defaultPort: 8080 } as object) }, /defaultPort/],
    [{ httpAgent: new HttpAgent({ proxyEnv: { HTTP_PROXY: "http://127.0.0.1:9" } } as object) }, /proxyEnv/],
    [{ httpVersion: 2, http2Options: { settings: {} } }, /^http2Options .*settings/],
  ];
  for (const [config, words] of refused) {
    const error = await t.throwsAsync<AxiosError>(api.get(server.url, config));
    t.is(error.code, "ERR_NOT_SUPPORT");
    t.regex(error.message, words);
  }
  t.is(server.requests.length, 0);
  const plain = { keepAlive: true, keepAliveMsecs: 5000, scheduling: "fifo", timeout: 60_000 } as const;
  const old = { minVersion: "TLSv1", maxVersion: "TLSv1.3", maxCachedSessions: 0, ca: undefined } as const;
  const config = { httpAgent: new HttpAgent(plain), httpsAgent: new HttpsAgent(old) };
  await t.notThrowsAsync(api.get(server.url, config));
});

test("over a given client, what needs connections of its own is refused by its name", async (t) => {
  await using server = await startHttpServer();
  await using client = new AsyncClient();
  const given = create({ adapter: createAdapter(client) });
  const refused: readonly [string, AxiosRequestConfig][] = [
    ["lookup", { lookup: async () => "127.0.0.1" }],
    ["family", { family: 4 }],
    ["httpVersion", { httpVersion: 2 }],
    ["httpAgent", { httpAgent: new HttpAgent({ family: 4 }) }],
    ["httpsAgent", { httpsAgent: new HttpsAgent({ rejectUnauthorized: false }) }],
  ];
  for (const [name, config] of refused) {
    const error = await t.throwsAsync<AxiosError>(given.get(server.url, config));
    t.is(error.code, "ERR_NOT_SUPPORT");
    t.true(error.message.startsWith(name), error.message);
  }
  t.is(server.requests.length, 0);
  const httpAgent = new HttpAgent({ keepAlive: true, maxSockets: 5 });
  await t.notThrowsAsync(given.get(server.url, { httpAgent }));
});

test("httpVersion 2 speaks HTTP/2, with the options of TLS in http2Options", async (t) => {
  const { good, ca } = await certificates();
  await using secure = await startHttp2Server(good, answeringStreams("by streams"));
  await using plain = await startPlainHttp2Server(answeringStreams("by streams"));
  const config = { httpVersion: 2, http2Options: { ca, sessionTimeout: 1000 } } as const;
  for (let call = 0; call < 2; call++) t.is((await api.get(secure.url, config)).data, "by streams");
  t.is(secure.sessions.length, 1);
  t.is((await api.get(plain.url, { httpVersion: 2 })).data, "by streams");
});

test("a program that makes a function for each call keeps a bounded number of clients", async (t) => {
  await using server = await startHttpServer(answering("here"));
  const url = `http://name.test:${server.port}/`;
  for (let call = 0; call < 100; call++) {
    t.is((await api.get(url, { lookup: async () => "127.0.0.1" })).data, "here");
  }
});
