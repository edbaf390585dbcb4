// The fields of a request as they arrive: spelled as the program gave them, and those that depend on its method and mode.
import test from "ava";
import { fetch } from "httpxide/fetch";
import { startHttpServer } from "../helpers/http-server.js";

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
