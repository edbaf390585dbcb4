// The fields of a request as they arrive: spelled as the program gave them, and those that depend on its method and mode.
import test from "ava";
import { AsyncClient, LocalProtocolError, runtime } from "httpxide";
import { createFetch, fetch } from "httpxide/fetch";
import { certificates } from "../helpers/certificates.js";
import { startHttpServer } from "../helpers/http-server.js";
import { startTlsServer } from "../helpers/tls-server.js";

const pairs: [string, string][] = [
  ["X-Second", "2"],
  ["X-FIRST-in-Order", "1"],
  ["X-second", "3"],
];

/** Made anew for each call, for it reads them. */
const forms: Readonly<Record<string, () => NonNullable<RequestInit["headers"]>>> = {
  "a record": () => ({ "X-Second": "2, 3", "X-FIRST-in-Order": "1" }),
  pairs: () => pairs,
  "a generator of pairs": () => pairs.values() as unknown as [string, string][],
};

for (const [form, headers] of Object.entries(forms)) {
  test(`the names of ${form} keep their spelling and their order, the first of several`, async (t) => {
    await using server = await startHttpServer();
    await (await fetch(server.url, { headers: headers() })).text();
    t.deepEqual(
      server.requests[0]!.headers.filter(([name]) => name.startsWith("X-")),
      [
        ["X-Second", "2, 3"],
        ["X-FIRST-in-Order", "1"],
      ],
    );
  });
}

test("names that are no text are taken as text", async (t) => {
  await using server = await startHttpServer();
  const headers = [[7, 8]] as unknown as [string, string][];
  await (await fetch(server.url, { headers })).text();
  t.deepEqual(
    server.requests[0]!.headers.find(([name]) => name === "7"),
    ["7", "8"],
  );
});

test("a length without a body is not sent, for no body would follow", async (t) => {
  await using server = await startHttpServer();
  for (const [method, length] of [
    ["GET", undefined],
    ["HEAD", undefined],
    ["DELETE", undefined],
    ["OPTIONS", undefined],
    ["POST", "0"],
    ["PUT", "0"],
    ["PATCH", "0"],
  ] as const) {
    const response = await fetch(server.url, { method, headers: { "Content-Length": "42" } });
    t.is(response.status, 200, method);
    await response.text();
    const sent = server.requests.at(-1)!.headers.find(([name]) => name.toLowerCase() === "content-length");
    t.is(sent?.[1], length, method);
  }
});

test("a server learns of the mode", async (t) => {
  await using server = await startHttpServer();
  for (const mode of ["cors", "no-cors", "same-origin"] as const) {
    for (const call of [() => fetch(server.url, { mode }), () => fetch(new Request(server.url, { mode }))]) {
      await (await call()).text();
      const sent = server.requests.at(-1)!.headers.find(([name]) => name === "sec-fetch-mode");
      t.is(sent?.[1], mode);
    }
  }
});

test("a server knows the client for the platform's fetch, and learns which codings it decodes", async (t) => {
  const { navigator } = globalThis as { navigator?: { userAgent: string } };
  const agent = runtime.name === "node" ? "node" : navigator?.userAgent;
  const { ca, good } = await certificates();
  await using plain = await startHttpServer();
  await using secure = await startTlsServer(good);
  await using client = new AsyncClient({ verify: { ca } });
  const fetch = createFetch(client);
  for (const [server, codings] of [
    [plain, "gzip, deflate"],
    [secure, "br, gzip, deflate, zstd"],
  ] as const) {
    await (await fetch(server.url)).text();
    const sent = new Map(server.requests[0]!.headers.map(([name, value]) => [name.toLowerCase(), value]));
    t.is(sent.get("user-agent"), agent);
    t.is(sent.get("accept-encoding"), codings);
  }
});

test("a body that contradicts its length fails with the code that programs know of the platform's fetch", async (t) => {
  await using server = await startHttpServer();
  for (const length of ["2", "9"]) {
    const sent = fetch(server.url, { method: "POST", body: "abc", headers: { "Content-Length": length } });
    const error = await t.throwsAsync(sent, { instanceOf: TypeError, message: "fetch failed" });
    const cause = error.cause as LocalProtocolError;
    t.true(cause instanceof LocalProtocolError);
    t.is(cause.code, "UND_ERR_REQ_CONTENT_LENGTH_MISMATCH");
    t.is(String(cause.request.url), `${server.url}/`);
    t.is((cause.cause as LocalProtocolError).code, "ERR_CONTENT_LENGTH_MISMATCH");
  }
});
