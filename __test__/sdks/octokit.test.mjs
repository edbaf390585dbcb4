// Octokit over httpxide/fetch, with its plugins for pages, retries and rate limits.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Octokit, RequestError } from "octokit";
import { fetch } from "../../dist/fetch.mjs";
import { closed, json, scriptedServer } from "./scripted-server.mjs";

const octokitOf = ({ url }, options) =>
  new Octokit({ auth: "token", baseUrl: url, request: { fetch }, throttle: { enabled: false }, ...options });
const repo = { owner: "a", repo: "b" };

test("a call gets status, URL, headers and data", async (t) => {
  const server = await scriptedServer(t, ({ url }, response) => json(response, { url }));
  const { status, url, headers, data } = await octokitOf(server).rest.repos.get(repo);
  assert.deepEqual([status, url, data.url], [200, `${server.url}/repos/a/b`, "/repos/a/b"]);
  assert.match(headers["content-type"], /json/);
  assert.equal(server.received[0].headers.authorization, "token token");
});

test("pages are followed by their links", async (t) => {
  const server = await scriptedServer(t, ({ url, headers }, response) => {
    const page = Number(new URL(url, "http://x").searchParams.get("page") ?? 1);
    const link =
      page < 3 ? { link: `<http://${headers.host}/repos/a/b/issues?page=${page + 1}>; rel="next"` } : {};
    json(response, [{ number: page }], 200, link);
  });
  const octokit = octokitOf(server);
  const issues = await octokit.paginate(octokit.rest.issues.listForRepo, repo);
  assert.deepEqual(
    issues.map(({ number }) => number),
    [1, 2, 3],
  );
});

test("it tries again after a 500, and rejects with its error after a 404", async (t) => {
  const server = await scriptedServer(t, ({ number }, response) => {
    if (number === 1) return json(response, { message: "down" }, 500);
    if (number === 2) return json(response, { id: 1 });
    json(response, { message: "Not Found" }, 404);
  });
  const octokit = octokitOf(server, { retry: { retryAfterBaseValue: 1 } });
  assert.equal((await octokit.rest.repos.get(repo)).data.id, 1);
  await assert.rejects(octokit.rest.repos.get(repo), (error) => {
    assert(error instanceof RequestError);
    assert.deepEqual([error.status, error.response.data.message], [404, "Not Found"]);
    return true;
  });
  assert.equal(server.received.length, 3);
});

test("bytes are uploaded as they are", async (t) => {
  const server = await scriptedServer(t, (_request, response) => json(response, { id: 1 }, 201));
  const data = Buffer.from([0, 1, 254, 255]);
  const octokit = octokitOf(server);
  await octokit.rest.repos.uploadReleaseAsset({
    ...repo,
    release_id: 1,
    name: "x.bin",
    data,
    baseUrl: server.url,
  });
  const [{ url, bytes }] = server.received;
  assert.match(url, /^\/repos\/a\/b\/releases\/1\/assets\?name=x\.bin/);
  assert(bytes.equals(data));
});

test("an archive is bytes, and a GraphQL query is a POST", async (t) => {
  const server = await scriptedServer(t, ({ url }, response) => {
    if (url === "/graphql") json(response, { data: { viewer: { login: "a" } } });
    else response.setHeader("content-type", "application/zip").end(Buffer.from([80, 75, 255]));
  });
  const octokit = octokitOf(server);
  const { data } = await octokit.rest.repos.downloadZipballArchive({ ...repo, ref: "main" });
  assert.deepEqual([...new Uint8Array(data)], [80, 75, 255]);
  assert.equal((await octokit.graphql("{ viewer { login } }")).viewer.login, "a");
});

test("an abort closes the connection", async (t) => {
  let gone;
  const stop = new AbortController();
  const server = await scriptedServer(t, (_request, response) => {
    gone = closed(response);
    stop.abort();
  });
  const call = octokitOf(server).rest.repos.get({ ...repo, request: { signal: stop.signal, fetch } });
  await assert.rejects(call, { name: "AbortError" });
  await gone;
});
