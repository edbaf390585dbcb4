/**
 * Cookies of a client: which of several are sent, which responses leave behind, and what is kept of them for later
 * requests. By which rules a jar takes and gives them, its own tests say; redirects have tests of their own too.
 */
import test from "ava";
import {
  AsyncClient,
  type AsyncClientOptions,
  Cookies,
  get,
  MockTransport,
  type RequestOptions,
  Response,
} from "httpxide";
import { bodyOf, type HttpServer, startHttpServer } from "./helpers/http-server.js";
import { headerValues } from "./helpers/redirect-server.js";

/** The Cookie headers of each request that came, in order. */
const received = (server: HttpServer): string[][] =>
  server.requests.map((request) => headerValues(request, "cookie"));

/** Answers with the body of the request as `Set-Cookie`, if it has one. */
function startSettingServer(status = 200): Promise<HttpServer> {
  return startHttpServer(async (request, response) => {
    const cookie = (await bodyOf(request)).toString();
    if (cookie !== "") response.setHeader("Set-Cookie", cookie);
    response.writeHead(status).end("ok");
  });
}

const forLocal = (): Cookies => {
  const cookies = new Cookies();
  cookies.set("here", "1", { domain: "127.0.0.1" });
  cookies.set("elsewhere", "1", { domain: "example.com" });
  return cookies;
};

const ways: readonly {
  name: string;
  client?: AsyncClientOptions;
  call?: RequestOptions;
  sent: string[];
}[] = [
  { name: "nothing", sent: [] },
  { name: "the client's", client: { cookies: { a: "1", b: "2" } }, sent: ["a=1; b=2"] },
  { name: "those of the client's jar for the URL", client: { cookies: forLocal() }, sent: ["here=1"] },
  { name: "the call's", call: { cookies: { a: "1" } }, sent: ["a=1"] },
  { name: "those of the call's jar for the URL", call: { cookies: forLocal() }, sent: ["here=1"] },
  {
    name: "the client's and the call's",
    client: { cookies: { a: "1" } },
    call: { cookies: { b: "2" } },
    sent: ["a=1; b=2"],
  },
  {
    name: "the call's in the place of the client's of the same name",
    client: { cookies: { a: "1", b: "2" } },
    call: { cookies: { a: "3" } },
    sent: ["a=3; b=2"],
  },
  {
    name: "the client's where the call has null",
    client: { cookies: { a: "1" } },
    call: { cookies: null },
    sent: ["a=1"],
  },
  { name: "the call's, of a client that keeps none", client: { cookies: false }, call: { cookies: { a: "1" } }, sent: ["a=1"] },
  {
    name: "only an explicit Cookie header of the call, before the client's and the call's cookies",
    client: { cookies: { a: "1" } },
    call: { cookies: { b: "2" }, headers: { cookie: "own=1" } },
    sent: ["own=1"],
  },
  {
    name: "only an explicit Cookie header of the client, before the client's and the call's cookies",
    client: { cookies: { a: "1" }, headers: { Cookie: "own=1" } },
    call: { cookies: { b: "2" } },
    sent: ["own=1"],
  },
];

for (const { name, client: options, call, sent } of ways) {
  test(`what is sent as cookies is ${name}`, async (t) => {
    await using server = await startHttpServer();
    await using client = new AsyncClient(options);
    await client.get(server.url, call);
    await client.send(client.buildRequest("GET", server.url, call));
    await client.stream("GET", server.url, call, (response) => response.aread());
    t.deepEqual(received(server), [sent, sent, sent]);
  });
}

test("the call's cookies are for that call only", async (t) => {
  await using server = await startHttpServer();
  await using client = new AsyncClient({ cookies: { a: "1" } });
  await client.get(server.url, { cookies: { a: "2", b: "3" } });
  await client.get(server.url);
  t.deepEqual(received(server), [["a=2; b=3"], ["a=1"]]);
  t.deepEqual([...client.cookies], [["a", "1"]]);
});

test("what a response sets is sent with later requests, until a response deletes it", async (t) => {
  await using server = await startSettingServer();
  await using client = new AsyncClient();
  const response = await client.post(server.url, { content: "session=1; HttpOnly" });
  t.is(response.cookies.get("session"), "1");
  t.is(client.cookies.get("session"), "1");
  await client.get(`${server.url}/any/path`);
  await client.post(server.url, { content: "session=2" });
  await client.post(server.url, { content: "session=; Max-Age=0" });
  await client.get(server.url);
  t.deepEqual(received(server), [[], ["session=1"], ["session=1"], ["session=2"], []]);
  t.is(client.cookies.size, 0);
});

test("cookies are kept of every way of sending, before the body is read, and of error statuses", async (t) => {
  await using server = await startSettingServer(500);
  await using client = new AsyncClient();
  await using _unread = await client.stream("POST", server.url, { content: "a=1" });
  t.is(client.cookies.get("a"), "1");
  await client.send(client.buildRequest("POST", server.url, { content: "b=2" }));
  await client.post(server.url, { content: "c=3", auth: ["user", "password"] });
  await client.get(server.url);
  t.deepEqual(received(server), [[], ["a=1"], ["a=1; b=2"], ["a=1; b=2; c=3"]]);
});

test("cookies: false keeps nothing that responses set, and sends what the program itself puts there", async (t) => {
  await using server = await startSettingServer();
  await using client = new AsyncClient({ cookies: false });
  const response = await client.post(server.url, { content: "session=1" });
  t.is(response.cookies.get("session"), "1");
  t.is(client.cookies.size, 0);
  client.cookies.set("own", "1");
  await client.post(server.url, { content: "session=1", auth: ["user", "password"] });
  client.cookies = { own: "2" };
  await client.post(server.url, { content: "session=1" });
  t.deepEqual(received(server), [[], ["own=1"], ["own=2"]]);
  t.deepEqual([...client.cookies], [["own", "2"]]);
});

test("cookies that are assigned replace the whole jar", async (t) => {
  await using server = await startSettingServer();
  await using client = new AsyncClient({ cookies: { a: "1" } });
  await client.post(server.url, { content: "b=2" });
  client.cookies = { c: "3" };
  await client.get(server.url);
  client.cookies = null;
  await client.get(server.url);
  t.deepEqual(received(server), [["a=1"], ["c=3"], []]);
});

test("a jar that is given is copied: responses do not add to it, nor does it to the client", async (t) => {
  await using server = await startSettingServer();
  const jar = new Cookies({ a: "1" });
  await using first = new AsyncClient({ cookies: jar });
  await using second = new AsyncClient();
  second.cookies = jar;
  for (const client of [first, second]) await client.post(server.url, { content: "b=2" });
  t.deepEqual([...jar], [["a", "1"]]);
  jar.set("c", "3");
  for (const client of [first, second]) await client.get(server.url, { cookies: jar });
  for (const client of [first, second]) t.deepEqual([...client.cookies.keys()], ["a", "b"]);
});

test("one jar after another: a client can go on with what another has kept", async (t) => {
  await using server = await startSettingServer();
  await using first = new AsyncClient();
  await first.post(server.url, { content: "session=1" });
  await using second = new AsyncClient({ cookies: Cookies.fromJSON(JSON.stringify(first.cookies)) });
  await second.get(server.url);
  t.deepEqual(received(server), [[], ["session=1"]]);
});

test("a host gets no cookies of another, and cannot set them; ports share theirs", async (t) => {
  const seen: [string, string | null][] = [];
  const setBy: Record<string, [string, string][]> = {
    "one.example": [
      ["Set-Cookie", "mine=1"],
      ["Set-Cookie", "foreign=1; Domain=two.example"],
      ["Set-Cookie", "everywhere=1; Domain=example"],
    ],
    "www.shop.example": [["Set-Cookie", "shared=1; Domain=shop.example"]],
  };
  const transport = new MockTransport(({ url, headers }) => {
    seen.push([url.host, headers.get("cookie")]);
    return new Response(200, { headers: setBy[url.hostname] });
  });
  await using client = new AsyncClient({ transport });
  const hosts = ["one.example", "two.example", "sub.one.example", "one.example:8080"];
  for (const host of [...hosts, "www.shop.example", "shop.example"]) await client.get(`http://${host}/`);
  t.deepEqual(seen, [
    ["one.example", null],
    ["two.example", null],
    ["sub.one.example", null],
    ["one.example:8080", "mine=1"],
    ["www.shop.example", null],
    ["shop.example", "shared=1"],
  ]);
  t.deepEqual([...client.cookies.keys()], ["mine", "shared"]);
});

test("the one-shot functions send cookies, keep those of redirects for the next hop, and forget all after it", async (t) => {
  await using server = await startHttpServer((_request, response, { path }) => {
    response.setHeader("Set-Cookie", "set=1");
    if (path === "/from") response.writeHead(302, { Location: "/to" });
    response.end();
  });
  await get(`${server.url}/from`, { cookies: { given: "1" }, followRedirects: true });
  await get(`${server.url}/from`, { cookies: false, followRedirects: true });
  await get(server.url);
  t.deepEqual(received(server), [["given=1"], ["given=1; set=1"], [], [], []]);
});
