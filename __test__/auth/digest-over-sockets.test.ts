// DigestAuth against a server that verifies every answer and every count.
import test from "ava";
import { AsyncClient, DigestAuth, type RequestOptions } from "httpxide";
import { type FlowStep, drive } from "../helpers/auth-flow.js";
import { startDigestServer } from "../helpers/digest-server.js";

const credentials = { username: "user", password: "password123" };

function flow(
  client: AsyncClient,
  auth: DigestAuth,
  method: string,
  url: string,
  options?: RequestOptions,
): Promise<FlowStep[]> {
  return drive(auth, client.buildRequest(method, url, options), (request) => client.send(request));
}

const statuses = (steps: FlowStep[]): number[] => steps.map((step) => step.response.statusCode);

for (const algorithm of [
  "MD5",
  "MD5-sess",
  "SHA",
  "SHA-SESS",
  "SHA-256",
  "sha-256-sess",
  "SHA-512",
  "SHA-512-sess",
]) {
  test(`a server that demands ${algorithm} accepts the answers, with and without a body`, async (t) => {
    await using server = await startDigestServer({ ...credentials, algorithm });
    await using client = new AsyncClient({ trustEnv: false });
    const auth = new DigestAuth("user", "password123");
    const first = await flow(client, auth, "GET", `${server.url}/a?b=c%20d&e=\\`);
    t.deepEqual(statuses(first), [401, 200]);
    const second = await flow(client, auth, "POST", `${server.url}/`, { json: { a: 1 } });
    t.deepEqual(statuses(second), [200]);
    t.is(second[0]!.response.text, "hello user, POST 7");
    t.deepEqual(server.replays, []);
  });
}

test("a wrong password fails after one answer", async (t) => {
  await using server = await startDigestServer(credentials);
  await using client = new AsyncClient({ trustEnv: false });
  const steps = await flow(client, new DigestAuth("user", "wrong"), "GET", server.url);
  t.deepEqual(statuses(steps), [401, 401]);
  t.is(server.requests.length, 2);
});

test("user name and password beyond ASCII arrive as UTF-8", async (t) => {
  const beyond = ["Jäsøn", "пароль"] as const;
  await using server = await startDigestServer({ username: beyond[0], password: beyond[1] });
  await using client = new AsyncClient({ trustEnv: false });
  const steps = await flow(client, new DigestAuth(...beyond), "GET", server.url);
  t.deepEqual(statuses(steps), [401, 200]);
});

test("the cookie of the challenge is sent with the answer", async (t) => {
  await using server = await startDigestServer(credentials);
  await using client = new AsyncClient({ trustEnv: false });
  await flow(client, new DigestAuth("user", "password123"), "GET", server.url);
  const cookies = server.requests.map(({ headers }) => headers.find(([name]) => name === "Cookie")?.[1]);
  t.deepEqual(cookies, [undefined, `given=${Buffer.from("nonce 0").toString("base64").replaceAll("=", "")}`]);
});

test("many concurrent requests share one DigestAuth without repeating a count, while nonces go stale", async (t) => {
  await using server = await startDigestServer({ ...credentials, usesOfNonce: 7 });
  await using client = new AsyncClient({ trustEnv: false, limits: { maxConnections: 20 }, timeout: 30_000 });
  const auth = new DigestAuth("user", "password123");
  const last: number[] = [];
  for (let round = 0; round < 3; round++) {
    const flows = await Promise.all(
      Array.from({ length: 50 }, (_, index) => flow(client, auth, "GET", `${server.url}/${index}`)),
    );
    last.push(...flows.map((steps) => steps.at(-1)!.response.statusCode));
  }
  t.deepEqual(server.replays, []);
  // A stale nonce costs a second request, and no other request used the new nonce before.
  t.deepEqual(new Set(last), new Set([200]));
  t.true(server.nonces > 3);
});
