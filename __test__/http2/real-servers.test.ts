/**
 * HTTP/2 with nginx and nghttpd. A server that is not installed fails its tests, with the name of its Debian package:
 * nothing here is passed over.
 */
import { createHash } from "node:crypto";
import test from "ava";
import { AsyncClient, type AsyncClientOptions } from "httpxide";
import { certificates } from "../helpers/certificates.js";
import { bodyOf, startHttpServer } from "../helpers/http-server.js";
import { startNghttpd, startNginx } from "../helpers/http2-daemons.js";
import { pause } from "../helpers/waiting.js";

/** A client that trusts the servers here. */
async function trusting(options: AsyncClientOptions = {}): Promise<AsyncClient> {
  const { ca } = await certificates();
  return new AsyncClient({ verify: { ca }, http2: true, timeout: 30_000, ...options });
}

/** 20 MiB in which every block differs. */
function largeBody(): Uint8Array {
  const body = new Uint8Array(20 * 1024 * 1024);
  for (let at = 0; at < body.length; at += 4096) body.fill((at / 4096) % 251, at, at + 4096);
  return body;
}

function hashOf(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

for (const tls of [true, false]) {
  const over = tls ? "over TLS" : "over plain TCP";
  const versions = tls ? {} : { http1: false };

  test(`nginx ${over}: a burst shares one connection`, async (t) => {
    await using server = await startNginx({ tls });
    await using client = await trusting(versions);
    const responses = await Promise.all(Array.from({ length: 100 }, () => client.get(server.url)));
    for (const response of responses) {
      t.is(response.httpVersion, "HTTP/2");
      t.is(response.text, "ok");
    }
    t.is(client.stats().connections.idle, 1);
  });

  test(`nginx ${over}: a connection that it ends after some requests (GOAWAY) costs none of them`, async (t) => {
    await using server = await startNginx({ tls, directives: ["keepalive_requests 20;"] });
    await using client = await trusting({ ...versions, limits: { maxConnections: 2 } });
    for (let round = 0; round < 3; round++) {
      const calls = Array.from({ length: 110 }, (_, at) =>
        at % 2 === 0 ? client.get(server.url) : client.post(server.url, { content: "body" }),
      );
      for (const response of await Promise.all(calls)) t.is(response.statusCode, 200);
    }
    t.is(client.stats().requests.inFlight, 0);
  });

  test(`nginx ${over}: no more streams are open than it allows`, async (t) => {
    await using server = await startNginx({ tls, directives: ["http2_max_concurrent_streams 3;"] });
    await using client = await trusting({ ...versions, limits: { maxConnections: 1 } });
    const responses = await Promise.all(Array.from({ length: 60 }, () => client.get(server.url)));
    t.true(responses.every(({ text }) => text === "ok"));
    t.is(client.stats().connections.idle, 1);
  });

  test(`nginx ${over}: large bodies pass both ways, through it to a server behind it`, async (t) => {
    await using behind = await startHttpServer(async (request, response) => {
      response.end(await bodyOf(request));
    });
    const location = `location = /behind { proxy_pass ${behind.url}; proxy_request_buffering off; }`;
    await using server = await startNginx({ tls, directives: [location] });
    await using client = await trusting(versions);
    const body = largeBody();
    const hash = hashOf(body);
    async function* chunks(): AsyncGenerator<Uint8Array> {
      for (let at = 0; at < body.length; at += 100_000) yield body.subarray(at, at + 100_000);
    }
    const [whole, streamed] = await Promise.all([
      client.post(`${server.url}/behind`, { content: body }),
      client.post(`${server.url}/behind`, { content: chunks() }),
    ]);
    t.is(hashOf(whole.content), hash);
    t.is(hashOf(streamed.content), hash);
  });

  test(`nghttpd ${over}: uploads come back, with a trailer`, async (t) => {
    await using server = await startNghttpd({ tls });
    await using client = await trusting(versions);
    const body = largeBody().subarray(0, 5_000_000);
    const echoed = await client.post(`${server.url}/echo`, { content: body });
    t.is(echoed.httpVersion, "HTTP/2");
    t.is(hashOf(echoed.content), hashOf(body));
    const [response, ...others] = await Promise.all(
      Array.from({ length: 50 }, () => client.get(`${server.url}/index.html`)),
    );
    t.is(response?.text, "ok");
    t.is(response?.trailers.get("checksum"), "1234");
    t.true(others.every(({ text }) => text === "ok"));
  });
}

test("nginx: a connection that it closes because it was idle costs no POST", async (t) => {
  await using server = await startNginx({ directives: ["keepalive_timeout 200ms;"] });
  await using client = await trusting();
  for (let round = 0; round < 3; round++) {
    t.is((await client.post(server.url, { content: "body" })).text, "ok");
    await pause(250);
  }
});

test("nginx: request headers beyond its limit are an answer or an error, and cost no other request", async (t) => {
  await using server = await startNginx();
  await using client = await trusting();
  const [refused, ...others] = await Promise.allSettled([
    client.get(server.url, { headers: { "x-large": "x".repeat(60_000) } }),
    ...Array.from({ length: 20 }, () => client.get(server.url)),
  ]);
  if (refused!.status === "fulfilled") t.true(refused!.value.isClientError);
  else t.regex(String(refused!.reason), /RemoteProtocolError/);
  t.true(others.every((other) => other.status === "fulfilled" && other.value.text === "ok"));
});
