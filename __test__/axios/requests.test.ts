// What a call of httpxide/axios sends: credentials of a proxy, lengths of bodies; and how its stream ends it.
import { PassThrough } from "node:stream";
import test from "ava";
import { type AxiosError, create, isCancel } from "axios";
import { adapter } from "httpxide/axios";
import { answering, beginning, bodyOf, type SeenRequest, startHttpServer } from "../helpers/http-server.js";
import { deferred } from "../helpers/waiting.js";

const api = create({ adapter });

const fieldOf = ({ headers }: SeenRequest, name: string): string | undefined =>
  headers.find(([given]) => given.toLowerCase() === name)?.[1];

test("a proxy gets the credentials of the option, in place of a header", async (t) => {
  await using server = await startHttpServer();
  const { hostname: host, port } = new URL(server.url);
  const auth = { username: "user", password: "pass:word" };
  for (const headers of [{}, { "Proxy-Authorization": "Basic own" }]) {
    await api.get("http://example.org/x", { headers, proxy: { host, port: Number(port), auth } });
    const seen = server.requests.at(-1)!;
    t.is(seen.path, "http://example.org/x");
    t.is(fieldOf(seen, "proxy-authorization"), `Basic ${Buffer.from("user:pass:word").toString("base64")}`);
  }
});

test("a proxy is found by its hostname or its URL, and its credentials by each of their forms", async (t) => {
  await using server = await startHttpServer();
  const { hostname, port } = new URL(server.url);
  const given: [proxy: object, credentials: string | undefined][] = [
    [{ hostname, host: "0.0.0.1", port }, undefined],
    [{ host: hostname, port, protocol: "http:" }, undefined],
    [{ host: hostname, port, username: "user", password: "pass" }, "user:pass"],
    [{ host: hostname, port, auth: "user:pass:word" }, "user:pass:word"],
    [{ host: hostname, port, auth: { username: "user" } }, "user:"],
    [new URL(`http://user:p%40ss@${hostname}:${port}`), "user:p@ss"],
  ];
  for (const [proxy, credentials] of given) {
    await api.get("http://example.org/x", { proxy: proxy as never });
    const seen = server.requests.at(-1)!;
    t.is(seen.path, "http://example.org/x");
    const wanted = credentials && `Basic ${Buffer.from(credentials).toString("base64")}`;
    t.is(fieldOf(seen, "proxy-authorization"), wanted);
  }
});

test("a proxy is refused that has no host, and one whose host is IPv6 is asked", async (t) => {
  for (const proxy of [{}, { port: 80 }, true]) {
    const error = await t.throwsAsync<AxiosError>(api.get("http://example.org/", { proxy: proxy as never }));
    t.is(error.code, "ERR_BAD_OPTION_VALUE");
  }
  const refused = await t.throwsAsync<AxiosError>(
    api.get("http://example.org/", { proxy: { host: "::1", port: 1234 } }),
  );
  t.regex(refused.message, /\[::1\]:1234/);
});

test("each redirect asks the proxy of the option again", async (t) => {
  await using server = await startHttpServer((_request, response, { path }) => {
    if (path.endsWith("/end")) return void response.end("end");
    const location = path.endsWith("/start") ? "http://second.example/next" : "/end";
    response.writeHead(302, { location }).end();
  });
  const { hostname: host, port } = new URL(server.url);
  const headers = { "Proxy-Authorization": "Basic own", Authorization: "own", "X-Key": "own", "X-Kept": "1" };
  const { data } = await api.get<string>("http://first.example/start", {
    headers,
    proxy: { host, port: Number(port), auth: { username: "user", password: "pass" } },
    sensitiveHeaders: ["x-KEY"],
  });
  t.is(data, "end");
  t.deepEqual(
    server.requests.map((seen) => [
      seen.path,
      fieldOf(seen, "proxy-authorization"),
      fieldOf(seen, "authorization"),
      fieldOf(seen, "x-key"),
      fieldOf(seen, "x-kept"),
    ]),
    [
      ["http://first.example/start", "Basic dXNlcjpwYXNz", "own", "own", "1"],
      ["http://second.example/next", "Basic dXNlcjpwYXNz", undefined, undefined, "1"],
      ["http://second.example/end", "Basic dXNlcjpwYXNz", undefined, undefined, "1"],
    ],
  );
});

test("credentials of the call return with a redirect to its origin, and go nowhere else", async (t) => {
  await using other = await startHttpServer((_request, response) => {
    response.writeHead(302, { location: `${server.url}/end` }).end();
  });
  await using server = await startHttpServer((_request, response, { path }) => {
    if (path === "/end") response.end();
    else response.writeHead(302, { location: other.url.replace("//", "//user:secret@") }).end();
  });
  const { request } = await api.get(server.url, { auth: { username: "u", password: "p" } });
  t.deepEqual(
    server.requests.map((seen) => fieldOf(seen, "authorization")),
    ["Basic dTpw", "Basic dTpw"],
  );
  t.is(fieldOf(other.requests[0]!, "authorization"), undefined);
  t.is((request as { res: { responseUrl: string } }).res.responseUrl, `${server.url}/end`);
});

test("the hook of a redirect can send it to another path of another server", async (t) => {
  await using server = await startHttpServer(answering("there"));
  await using first = await startHttpServer((_request, response) => {
    response.writeHead(302, { location: "/unused" }).end();
  });
  const { port } = new URL(server.url);
  const { data } = await api.get<string>(first.url, {
    beforeRedirect: (options) => Object.assign(options, { port, path: "/changed?a=b" }),
  });
  t.is(data, "there");
  t.is(server.requests[0]?.path, "/changed?a=b");
  t.is(fieldOf(server.requests[0]!, "host"), `127.0.0.1:${port}`);
});

test("a form, a Blob and text announce their length", async (t) => {
  const lengths: number[] = [];
  await using server = await startHttpServer(async (request, response) => {
    lengths.push((await bodyOf(request)).length);
    response.end();
  });
  const form = new FormData();
  form.append("a", "ü");
  form.append("file", new Blob(["content"]), "file.txt");
  for (const body of [form, new Blob(["content"]), "tëxt"]) {
    await api.post(server.url, body);
    const announced = fieldOf(server.requests.at(-1)!, "content-length");
    t.is(announced, String(lengths.at(-1)));
    t.true(lengths.at(-1)! > 4);
  }
});

test("a stream that the program destroys cancels its call", async (t) => {
  const upload = new PassThrough();
  await using server = await startHttpServer(async (request) => {
    // its first bytes have arrived
    await new Promise((resolve) => request.once("data", resolve));
    upload.destroy();
  });
  const call = api.post(server.url, upload);
  upload.write("begun");
  const error = await t.throwsAsync(call, { message: "Request stream has been aborted" });
  t.true(isCancel(error));
});

test("a stream that is left while its next chunk is awaited closes the response", async (t) => {
  const gone = deferred();
  await using server = await startHttpServer(beginning(gone.resolve));
  const { data } = await api.get<AsyncIterable<Buffer>>(server.url, { responseType: "stream" });
  for await (const _ of data) break;
  await t.notThrowsAsync(gone.promise);
});
