/**
 * The forms of `auth`, the class that each becomes, and their precedence, as in HTTPX's tests/client/test_auth.py.
 */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import test from "ava";
import {
  AsyncClient,
  type AsyncClientOptions,
  Auth,
  type AuthTypes,
  BasicAuth,
  BearerAuth,
  NetRCAuth,
  type Request,
  type RequestOptions,
} from "httpxide";
import { rejection } from "../helpers/failures.js";
import { answering, type HttpServer, startHttpServer } from "../helpers/http-server.js";
import { headerValues } from "../helpers/redirect-server.js";

const authorizations = (server: HttpServer): (string | undefined)[] =>
  server.requests.map((request) => headerValues(request, "authorization")[0]);

const basic = (pair: string): string => `Basic ${Buffer.from(pair).toString("base64")}`;
const own = (request: Request): Request => {
  request.headers.set("Authorization", "Own");
  return request;
};

const credentials: readonly {
  name: string;
  client?: AsyncClientOptions;
  userinfo?: string;
  call?: RequestOptions;
  sent: string | undefined;
}[] = [
  { name: "nothing", sent: undefined },
  { name: "a pair", call: { auth: ["user", "password"] }, sent: basic("user:password") },
  { name: "an Auth", call: { auth: new BearerAuth("token") }, sent: "Bearer token" },
  { name: "a function", call: { auth: own }, sent: "Own" },
  { name: "an async function", call: { auth: async (request) => own(request) }, sent: "Own" },
  { name: "user information in the URL", userinfo: "user:password@", sent: basic("user:password") },
  { name: "a user name only, in the URL", userinfo: "user@", sent: basic("user:") },
  { name: "a password only, in the URL", userinfo: ":password@", sent: basic(":password") },
  { name: "user information with escapes", userinfo: "us%40er:p%C3%A9%3A@", sent: basic("us@er:pé:") },
  { name: "the client's pair", client: { auth: ["user", "password"] }, sent: basic("user:password") },
  { name: "the client's function", client: { auth: own }, sent: "Own" },
  { name: "the call's before the client's", client: { auth: ["a", "b"] }, call: { auth: own }, sent: "Own" },
  { name: "the call's before the URL's", userinfo: "a:b@", call: { auth: own }, sent: "Own" },
  { name: "the client's before the URL's", client: { auth: own }, userinfo: "a:b@", sent: "Own" },
  { name: "null: off for the call", client: { auth: ["a", "b"] }, call: { auth: null }, sent: undefined },
  {
    name: "undefined: the client's",
    client: { auth: ["a", "b"] },
    call: { auth: undefined },
    sent: basic("a:b"),
  },
  {
    name: "null, with user information in the URL: that, as in HTTPX",
    client: { auth: ["a", "b"] },
    userinfo: "c:d@",
    call: { auth: null },
    sent: basic("c:d"),
  },
  {
    name: "auth before a header",
    call: { auth: ["a", "b"], headers: { authorization: "header" } },
    sent: basic("a:b"),
  },
  { name: "a header alone", call: { headers: { authorization: "header" } }, sent: "header" },
];

for (const { name, client: options, userinfo = "", call, sent } of credentials) {
  test(`the request is authenticated by ${name}`, async (t) => {
    await using server = await startHttpServer();
    await using client = new AsyncClient(options);
    const url = `http://${userinfo}127.0.0.1:${server.port}/path`;
    await client.get(url, call);
    await client.send(
      client.buildRequest("GET", url, call),
      call && "auth" in call ? { auth: call.auth } : {},
    );
    await client.stream("GET", url, call, (response) => response.aread());
    t.deepEqual(authorizations(server), [sent, sent, sent]);
    for (const request of server.requests) {
      t.deepEqual(headerValues(request, "host"), [`127.0.0.1:${server.port}`]);
      t.is(request.path, "/path");
    }
  });
}

test("the client's auth can be assigned in every form, and is always an Auth", async (t) => {
  await using server = await startHttpServer();
  await using client = new AsyncClient();
  t.is(client.auth, null);
  client.auth = ["user", "password"];
  t.true(client.auth instanceof BasicAuth);
  await client.get(server.url);
  client.auth = own;
  t.true((client.auth as unknown) instanceof Auth);
  await client.get(server.url);
  client.auth = null;
  t.is(client.auth, null);
  await client.get(server.url);
  t.deepEqual(authorizations(server), [basic("user:password"), "Own", undefined]);
});

test("a netrc file gives its credentials to the hosts it names, and to no others", async (t) => {
  const directory = await mkdtemp(join(tmpdir(), "httpxide-netrc-"));
  t.teardown(() => rm(directory, { recursive: true }));
  const file = join(directory, "netrc");
  await writeFile(file, "machine 127.0.0.1 login user password hidden\n", { mode: 0o600 });
  await using server = await startHttpServer();
  await using client = new AsyncClient({ auth: new NetRCAuth(file) });
  await client.get(server.url);
  await client.get(`http://localhost:${server.port}/`);
  t.deepEqual(authorizations(server), [basic("user:hidden"), undefined]);
});

for (const [what, wrong] of [
  ["text", "hidden:hidden"],
  ["one string", ["hidden"]],
  ["a pair with a number", ["hidden", 5]],
  ["three strings", ["hidden", "hidden", "hidden"]],
  ["an object", { username: "hidden" }],
  ["a number", 5],
  ["a class", BasicAuth],
  ["the abstract class", Auth],
] as const) {
  test(`${what} is a TypeError that does not show the value, in every place`, async (t) => {
    const auth = wrong as unknown as AuthTypes;
    await using server = await startHttpServer();
    await using client = new AsyncClient();
    const errors = [
      t.throws(() => new AsyncClient({ auth })),
      t.throws(() => (client.auth = auth)),
      await rejection(client.get(server.url, { auth })),
      await rejection(client.send(client.buildRequest("GET", server.url), { auth })),
      await rejection(client.stream("GET", server.url, { auth })),
    ];
    for (const error of errors) {
      t.true(error instanceof TypeError);
      t.regex((error as TypeError).message, /^Invalid "auth" argument: /);
      t.false(inspect(error).includes("hidden:"));
      t.false((error as TypeError).message.includes("hidden"));
    }
    t.is(server.connections, 0);
  });
}

test("clients, requests and their errors show no credentials", async (t) => {
  await using server = await startHttpServer(answering("ok"));
  await using client = new AsyncClient({
    auth: ["user", "hidden"],
    headers: { Authorization: "Bearer hidden", "Proxy-Authorization": "Basic hidden" },
    cookies: { session: "hidden" },
  });
  const url = `http://user:hidden@127.0.0.1:${server.port}/`;
  const response = await client.get(url);
  const secrets = ["hidden", Buffer.from("user:hidden").toString("base64")];
  const refused = await rejection(client.get(url, { timeout: { total: 0 } }));
  const status = t.throws(() => client.buildRequest("GET", "http://user:hidden@[/"));
  const shown = [
    client,
    client.auth,
    client.headers,
    client.cookies,
    response,
    response.request,
    refused,
    status,
  ]
    .concat(response.request.headers as never)
    .map((value) => inspect(value, { depth: 10 }))
    .join("\n");
  for (const secret of secrets) t.false(shown.includes(secret), shown);
  t.true(shown.includes("[secure]"));
});
