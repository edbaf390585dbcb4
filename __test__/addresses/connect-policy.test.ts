/** The guard against requests into the own network: `connectPolicy`. */
import { inspect } from "node:util";
import test from "ava";
import { AsyncClient, type AsyncClientOptions, ConnectError, type ConnectPolicy } from "httpxide";
import { failsAs } from "../helpers/failures.js";
import { answering, startHttpServer } from "../helpers/http-server.js";
import { hasManyLoopbacks } from "../helpers/listening.js";
import { redirectPath, redirecting } from "../helpers/redirect-server.js";
import { startUnixServer } from "../helpers/unix-server.js";

function client(options: AsyncClientOptions): AsyncClient {
  return new AsyncClient({ trustEnv: false, ...options });
}

const addressesTest = hasManyLoopbacks ? test : test.skip;

const BLOCKED = {
  as: ConnectError,
  code: "ERR_ADDRESS_BLOCKED",
  phase: "connect",
  requestSent: false,
} as const;

/** Ways to write this machine, all with the port of a server that listens at 127.0.0.1. */
const WAYS = [
  "127.0.0.1",
  "127.1",
  "0x7f000001",
  "2130706433",
  "0177.0.0.1",
  "localhost",
  "[::1]",
  "[::ffff:127.0.0.1]",
  "[::ffff:7f00:1]",
  "[::127.0.0.1]",
  "[64:ff9b::127.0.0.1]",
  "[2002:7f00:1::]",
  "[fe80::1]",
  "[fd00:ec2::254]",
  "0.0.0.0",
  "[::]",
  "10.0.0.1",
  "169.254.169.254",
  "168.63.129.16",
  "100.100.100.200",
  "192.168.1.1",
  "224.0.0.1",
  "255.255.255.255",
];
for (const host of WAYS) {
  test(`with connectPolicy "public", nothing is sent to ${host}`, async (t) => {
    await using server = await startHttpServer(answering("secret"));
    await using guarded = client({ connectPolicy: "public" });
    const error = await failsAs(t, guarded.get(`http://${host}:${server.port}/`), BLOCKED);
    t.regex(error.message, /connect policy/);
    t.is(server.connections, 0);
  });
}

for (const rule of ["loopback", "127.0.0.0/8"]) {
  for (const host of ["0.0.0.0", "[::]", "[::ffff:0.0.0.0]", "0"]) {
    test(`denying ${rule} denies ${host}, which the system connects to the loopback`, async (t) => {
      await using server = await startHttpServer(answering("secret"));
      const url = `http://${host}:${server.port}/`;
      await using guarded = client({ connectPolicy: { deny: [rule] } });
      await failsAs(t, guarded.get(url), BLOCKED);
      t.is(server.connections, 0);
    });
  }
}

test("networks of NAT64 and 6to4 can be denied, and a larger network around them allowed", async (t) => {
  const connectPolicy = { allow: ["2000::/3", "127.0.0.0/8"], deny: ["64:ff9b::/96", "2002::/16"] };
  await using server = await startHttpServer(answering("ok"));
  await using guarded = client({ connectPolicy });
  t.is((await guarded.get(server.url)).text, "ok");
});

test("a name whose addresses are private is refused, whatever its source", async (t) => {
  await using server = await startHttpServer(answering("secret"));
  const sources: AsyncClientOptions[] = [
    { dns: { hosts: { "rebind.example": "127.0.0.1" } } },
    { resolver: () => ["127.0.0.1", "::1", "10.0.0.1"] },
    { resolver: () => ["::ffff:127.0.0.1"] },
  ];
  for (const source of sources) {
    await using guarded = client({ connectPolicy: "public", ...source });
    await failsAs(t, guarded.get(`http://rebind.example:${server.port}/`), BLOCKED);
  }
  t.is(server.connections, 0);
});

addressesTest("each answer for a name is judged when it is used (rebinding)", async (t) => {
  await using inside = await startHttpServer(answering("secret"));
  await using outside = await startHttpServer(answering("public"), "127.0.0.2");
  const answers = [["127.0.0.2"], ["127.0.0.1"]];
  await using guarded = client({
    connectPolicy: { deny: ["127.0.0.1"] },
    limits: { maxKeepaliveConnections: 0 },
    dns: { cache: false },
    resolver: () => answers.shift() ?? [],
  });
  t.is((await guarded.get(`http://rebind.example:${outside.port}/`)).text, "public");
  await failsAs(t, guarded.get(`http://rebind.example:${inside.port}/`), BLOCKED);
  t.is(inside.connections, 0);
});

addressesTest("a redirect into the own network is refused", async (t) => {
  await using inside = await startHttpServer(answering("secret"));
  await using outside = await startHttpServer(redirecting, "127.0.0.2");
  await using guarded = client({
    connectPolicy: { deny: ["127.0.0.1", "::1"] },
    followRedirects: true,
    dns: { hosts: { "evil.example": "127.0.0.1" } },
  });
  const targets = ["127.0.0.1", "[::ffff:127.0.0.1]", "evil.example"];
  for (const host of targets) {
    const location = `http://${host}:${inside.port}/`;
    await failsAs(t, guarded.get(`${outside.url}${redirectPath({ location })}`), BLOCKED);
  }
  t.is(inside.connections, 0);
  t.is(outside.requests.length, targets.length);
});

addressesTest("allow alone means only those, and deny wins", async (t) => {
  await using one = await startHttpServer(answering("one"));
  await using two = await startHttpServer(answering("two"), "127.0.0.2");
  const cases: readonly (readonly [policy: ConnectPolicy | null, one: boolean, two: boolean])[] = [
    [{ allow: ["127.0.0.1"] }, true, false],
    [{ allow: ["127.0.0.2/32"] }, false, true],
    [{ allow: ["loopback"] }, true, true],
    [{ allow: ["127.0.0.0/8"], deny: ["127.0.0.2"] }, true, false],
    [{ deny: ["loopback"] }, false, false],
    [{ deny: ["private", "metadata"] }, true, true],
    [{ allow: ["public", "::ffff:127.0.0.1"] }, true, false],
    [{ allow: [] }, false, false],
    [null, true, true],
  ];
  for (const [connectPolicy, ...permitted] of cases) {
    await using guarded = client({ connectPolicy });
    for (const [index, server] of [one, two].entries()) {
      const request = guarded.get(server.url);
      if (permitted[index]) t.is((await request).statusCode, 200, JSON.stringify(connectPolicy));
      else await failsAs(t, request, BLOCKED);
    }
  }
});

addressesTest("an address that is permitted is used though others of the name are not", async (t) => {
  await using server = await startHttpServer(answering("ok"), "127.0.0.2");
  await using guarded = client({
    connectPolicy: { allow: ["127.0.0.2"] },
    resolver: () => ["127.0.0.1", "10.0.0.1", "127.0.0.2"],
  });
  t.is((await guarded.get(`http://a.example:${server.port}/`)).text, "ok");
});

test("a refusal is not repeated", async (t) => {
  let asked = 0;
  await using guarded = client({
    connectPolicy: "public",
    retries: 5,
    resolver: () => {
      asked += 1;
      return ["127.0.0.1"];
    },
  });
  await failsAs(t, guarded.get("http://a.example/"), BLOCKED);
  t.is(asked, 1);
});

test("Unix sockets are exempt", async (t) => {
  await using server = await startUnixServer(answering("ok"));
  await using guarded = client({ connectPolicy: "public", uds: server.path });
  t.is((await guarded.get("http://127.0.0.1/")).text, "ok");
});

const refused: readonly (readonly [policy: unknown, message: RegExp])[] = [
  ["private", /must be "public" or \{ allow, deny \}, not "private"/],
  [{}, /needs allow or deny/],
  [{ allow: undefined }, /needs allow or deny/],
  [{ alow: [] }, /Did you mean allow/],
  [{ deny: "private" }, /deny must be an array of rules, not a string/],
  [{ deny: ["privat"] }, /"privat" in connectPolicy\.deny .* Did you mean private\?/],
  [{ deny: ["10.0.0.0/33"] }, /neither an address, nor a network/],
  [{ deny: ["10.0.0.0/8/8"] }, /neither an address, nor a network/],
  [{ deny: ["example.com"] }, /neither an address, nor a network/],
  [{ deny: ["fe80::1%lo"] }, /neither an address, nor a network/],
  [{ allow: ["public", "64:ff9b::/96"] }, /would allow nothing.* counts as the IPv4 address in it/],
  [{ allow: ["64:ff9b::10.0.0.0/104"] }, /would allow nothing/],
  [{ allow: ["2002:a00::/24"] }, /would allow nothing/],
  [{ allow: ["64:ff9b::8.8.8.8"] }, /would allow nothing/],
  [{ deny: [7] }, /must be a string, not a number/],
  [["private"], /./],
  [true, /connectPolicy must be "public" or \{ allow, deny \}, not a boolean/],
];
for (const [policy, message] of refused) {
  test(`connectPolicy ${inspect(policy)} is refused when the client is made`, (t) => {
    t.throws(() => client({ connectPolicy: policy as ConnectPolicy }), { instanceOf: TypeError, message });
  });
}
