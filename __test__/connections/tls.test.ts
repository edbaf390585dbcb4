/**
 * TLS with valid and invalid certificates of an authority that the tests made. A connection is refused before the
 * request is sent, with the code that Node.js uses for the same fault. One test at a time: this thread makes the certificates
 * and both ends of the handshakes, and all at once would take longer than their limits on a busy machine.
 */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createServer } from "node:tls";
import test from "ava";
import {
  AsyncClient,
  type AsyncClientOptions,
  ConnectError,
  RemoteProtocolError,
  TransportError,
} from "httpxide";
import { certificates, type Certificates } from "../helpers/certificates.js";
import { runProgram } from "../helpers/child.js";
import { type ExpectedFailure, failsAs, rejection } from "../helpers/failures.js";
import { answering, startHttpServer } from "../helpers/http-server.js";
import { Listener } from "../helpers/listening.js";
import { startRawServer } from "../helpers/raw-server.js";
import { startTlsServer } from "../helpers/tls-server.js";
import { temporaryFolder } from "../helpers/unix-server.js";
import { eventually } from "../helpers/waiting.js";

type Verify = NonNullable<AsyncClientOptions["verify"]>;

const REFUSED = { as: ConnectError, phase: "tls", requestSent: false } as const;
const UNKNOWN_AUTHORITY = [
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "SELF_SIGNED_CERT_IN_CHAIN",
] as const;

interface Case {
  readonly name: string;
  readonly certificate: "good" | "wrongHost" | "expired" | "notYetValid";
  readonly verify: (made: Certificates) => Verify;
  /** Absent: the certificate is accepted. */
  readonly expected?: ExpectedFailure;
}

const bytes = (pem: string): Uint8Array => new TextEncoder().encode(pem);

const CASES: readonly Case[] = [
  { name: "its authority is given", certificate: "good", verify: ({ ca }) => ({ ca }) },
  { name: "its authority is given in bytes", certificate: "good", verify: ({ ca }) => ({ ca: bytes(ca) }) },
  {
    name: "its authority is one of several",
    certificate: "good",
    verify: ({ ca, otherCa }) => ({ ca: [otherCa, ca] }),
  },
  {
    name: "its authority is the second in one text",
    certificate: "good",
    verify: ({ ca, otherCa }) => ({ ca: `Comment\n${otherCa}\n${ca}\n` }),
  },
  {
    name: "its authority is unknown",
    certificate: "good",
    verify: () => true,
    expected: { ...REFUSED, code: UNKNOWN_AUTHORITY },
  },
  {
    name: "another authority is given",
    certificate: "good",
    verify: ({ otherCa }) => ({ ca: otherCa }),
    expected: { ...REFUSED, code: UNKNOWN_AUTHORITY },
  },
  {
    name: "it is for another host",
    certificate: "wrongHost",
    verify: ({ ca }) => ({ ca }),
    expected: { ...REFUSED, code: "ERR_TLS_CERT_ALTNAME_INVALID" },
  },
  {
    name: "it has expired",
    certificate: "expired",
    verify: ({ ca }) => ({ ca }),
    expected: { ...REFUSED, code: "CERT_HAS_EXPIRED" },
  },
  {
    name: "it is not valid yet",
    certificate: "notYetValid",
    verify: ({ ca }) => ({ ca }),
    expected: { ...REFUSED, code: "CERT_NOT_YET_VALID" },
  },
  { name: "nothing is verified, and it is good", certificate: "good", verify: () => false },
  { name: "nothing is verified, and it is for another host", certificate: "wrongHost", verify: () => false },
  { name: "nothing is verified, and it has expired", certificate: "expired", verify: () => false },
  {
    name: "the host is not checked, and it is for another",
    certificate: "wrongHost",
    verify: ({ ca }) => ({ ca, checkHostname: false }),
  },
  {
    name: "the host is not checked, and its authority is unknown",
    certificate: "wrongHost",
    verify: () => ({ checkHostname: false }),
    expected: { ...REFUSED, code: UNKNOWN_AUTHORITY },
  },
  {
    name: "the host is not checked, and it has expired",
    certificate: "expired",
    verify: ({ ca }) => ({ ca, checkHostname: false }),
    expected: { ...REFUSED, code: "CERT_HAS_EXPIRED" },
  },
];

for (const { name, certificate, verify, expected } of CASES) {
  test.serial(`a certificate is ${expected ? "refused" : "accepted"} when ${name}`, async (t) => {
    const made = await certificates();
    await using server = await startTlsServer(made[certificate]);
    await using client = new AsyncClient({ verify: verify(made) });
    if (expected) await failsAs(t, client.get(server.url), expected);
    else t.is((await client.get(server.url)).text, "over TLS");
    t.is(server.requests.length, expected ? 0 : 1);
  });
}

for (const host of ["localhost", "127.0.0.1"]) {
  test.serial(`a certificate is checked against ${host}, name or address`, async (t) => {
    const { ca, good, wrongHost } = await certificates();
    await using client = new AsyncClient({ verify: { ca } });
    await using server = await startTlsServer(good);
    t.is((await client.get(`https://${host}:${server.port}/`)).text, "over TLS");
    await using wrong = await startTlsServer(wrongHost);
    const error = await failsAs(t, client.get(`https://${host}:${wrong.port}/`), REFUSED);
    t.is(error.code, "ERR_TLS_CERT_ALTNAME_INVALID");
  });
}

test.serial("a connection over TLS is reused, also after bodies and streams", async (t) => {
  const { ca, good } = await certificates();
  await using server = await startTlsServer(good, (request, response) => {
    request.pipe(response);
  });
  await using client = new AsyncClient({ verify: { ca }, timeout: 30_000 });
  const body = Buffer.alloc(3_000_000, "over TLS ");
  for (let time = 0; time < 3; time++) {
    t.true(body.equals((await client.post(server.url, { content: body })).content));
    await using response = await client.stream("POST", server.url, { content: [body] });
    t.true(body.equals(await response.aread()));
  }
  t.is(server.connections, 1);
});

test.serial("a server without TLS is a ConnectError in the tls phase", async (t) => {
  await using server = await startHttpServer();
  await using client = new AsyncClient();
  await failsAs(t, client.get(`https://127.0.0.1:${server.port}/`), {
    ...REFUSED,
    code: "ERR_SSL_WRONG_VERSION_NUMBER",
  });
});

test.serial("a TLS server called by http:// is a RemoteProtocolError or a lost connection", async (t) => {
  const { good } = await certificates();
  await using server = await startTlsServer(good);
  await using client = new AsyncClient();
  const error = await failsAs(t, client.get(`http://127.0.0.1:${server.port}/`), {
    as: TransportError,
    requestSent: "some",
  });
  t.true(error instanceof RemoteProtocolError || error.code === "ECONNRESET", `${error.name} ${error.code}`);
});

test.serial(
  "a server that closes or resets during the handshake is a ConnectError in the tls phase",
  async (t) => {
    for (const end of ["close", "reset"] as const) {
      await using server = await startRawServer(async (connection) => {
        await connection.more();
        connection[end]();
      });
      await using client = new AsyncClient();
      await failsAs(t, client.get(`https://127.0.0.1:${server.port}/`), { ...REFUSED, code: "ECONNRESET" });
    }
  },
);

test.serial("a body that ends with the connection, without TLS's closing alert, is an error", async (t) => {
  const { ca, good } = await certificates();
  await using server = await startRawServer(async (connection) => {
    await connection.readRequest();
    await connection.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\ncut");
    connection.socket.destroy();
  }, good);
  await using client = new AsyncClient({ verify: { ca } });
  await failsAs(t, client.get(server.url), { as: TransportError, phase: "body", requestSent: true });
});

for (const [name, ca] of [
  ["an empty text", ""],
  ["a text that is no PEM", "not a certificate"],
  ["a PEM with garbage in it", "-----BEGIN CERTIFICATE-----\nZ2FyYmFnZQ==\n-----END CERTIFICATE-----\n"],
] as const) {
  test.serial(`${name} as ca is refused, and no request is sent`, async (t) => {
    const { good } = await certificates();
    await using server = await startTlsServer(good);
    const error = await rejection(
      (async () => {
        await using client = new AsyncClient({ verify: { ca } });
        await client.get(server.url);
      })(),
    );
    t.true(error instanceof Error);
    t.is(server.requests.length, 0);
  });
}

for (const variable of ["NODE_EXTRA_CA_CERTS", "SSL_CERT_FILE"]) {
  test.serial(`the authorities in ${variable} are trusted`, async (t) => {
    const { ca, good } = await certificates();
    await using folder = await temporaryFolder();
    const file = join(folder.path, "ca.pem");
    await writeFile(file, ca);
    await using server = await startTlsServer(good);
    const run = await runProgram("get-once", { args: [server.url], environment: { [variable]: file } });
    t.is(run.stdout, "200 over TLS\n", run.stderr);
    const without = await runProgram("get-once", { args: [server.url], environment: { [variable]: "" } });
    t.regex(without.stdout, /^ConnectError (UNABLE_TO|SELF_SIGNED)/);
  });
}

for (const stale of ["NODE_EXTRA_CA_CERTS", "SSL_CERT_FILE", "SSL_CERT_DIR"]) {
  test.serial(`a stale ${stale} costs one warning, and the other authorities stay trusted`, async (t) => {
    const { ca, good } = await certificates();
    await using folder = await temporaryFolder();
    const [file, missing] = [join(folder.path, "ca.pem"), join(folder.path, "moved")];
    await writeFile(file, ca);
    await using server = await startTlsServer(good);
    const beside = stale === "SSL_CERT_FILE" ? "NODE_EXTRA_CA_CERTS" : "SSL_CERT_FILE";
    const environment = { [beside]: file, [stale]: missing };
    const run = (how: string) => runProgram("get-twice-over-tls", { args: [server.url, how], environment });

    const trusting = await run("default");
    t.is(trusting.stdout, "over TLS\nover TLS\n", trusting.stderr);
    const warnings = trusting.stderr.split("\n").filter((line) => line.includes("[HTTPXIDE_CA_IGNORED]"));
    t.is(warnings.length, 1, trusting.stderr);
    t.true(warnings[0]?.includes(stale) && warnings[0].includes(missing), warnings[0]);

    // the variables do not count
    for (const how of [file, "none"]) {
      const { stdout, stderr } = await run(how);
      t.is(stdout, "over TLS\nover TLS\n", stderr);
      t.false(stderr.includes("HTTPXIDE_CA_IGNORED"), stderr);
    }
  });
}

/** PEM whose bytes are no certificate. */
const BROKEN = "-----BEGIN CERTIFICATE-----\nMIIBAgMEBQYHCAkK\n-----END CERTIFICATE-----\n";

for (const variable of ["NODE_EXTRA_CA_CERTS", "SSL_CERT_FILE"]) {
  test.serial(
    `a broken certificate in ${variable} costs one warning that names it, and the good one is trusted`,
    async (t) => {
      const { ca, good } = await certificates();
      await using folder = await temporaryFolder();
      const file = join(folder.path, "ca.pem");
      await writeFile(file, `${BROKEN}${ca}`);
      await using server = await startTlsServer(good);
      const run = await runProgram("get-twice-over-tls", {
        args: [server.url, "default"],
        environment: { [variable]: file },
      });
      t.is(run.stdout, "over TLS\nover TLS\n", run.stderr);
      const warnings = run.stderr.split("\n").filter((line) => line.includes("[HTTPXIDE_CA_IGNORED]"));
      t.is(warnings.length, 1, run.stderr);
      t.true(warnings[0]?.includes(`${variable} names, in ${file}: certificate 1 of 2: `), warnings[0]);
    },
  );
}

test.serial("a broken certificate beside a good one within ca is an error that names it", async (t) => {
  const { ca, good } = await certificates();
  await using server = await startTlsServer(good);
  const trusted = BROKEN.replaceAll("CERTIFICATE", "TRUSTED CERTIFICATE");
  for (const [given, reason] of [
    [`${ca}\n${BROKEN}`, /certificate 2 of 2: /],
    [[`${ca}\n${BROKEN}`], /certificate 2 of 2: /],
    [`${ca.trim()}${BROKEN}`, /1 of 2 certificates are PEM/],
    [`${ca}\n${trusted}`, /1 of 2 certificates are PEM/],
  ] as const) {
    await using client = new AsyncClient({ verify: { ca: typeof given === "string" ? given : [...given] } });
    const error = await t.throwsAsync<ConnectError>(client.get(server.url), { instanceOf: ConnectError });
    t.is(error.code, "ERR_TLS_INVALID_CA");
    t.regex(error.message, reason);
  }
  t.is(server.requests.length, 0);
});

test.serial("many simultaneous handshakes succeed, and their connections are kept", async (t) => {
  const { ca, good } = await certificates();
  await using server = await startTlsServer(good);
  await using client = new AsyncClient({ verify: { ca }, limits: { maxConnections: 20 }, timeout: 30_000 });
  const answers = await Promise.all(Array.from({ length: 200 }, () => client.get(server.url)));
  t.true(answers.every((response) => response.text === "over TLS"));
  t.true(server.connections <= 20);
  await client.aclose();
  await eventually("the sockets are closed", () => server.openSockets === 0);
});

test.serial("reading the system's authorities keeps no other request waiting", async (t) => {
  const { good, ca } = await certificates();
  await using plain = await startHttpServer(answering("ok"));
  await using secure = await startTlsServer(good);
  await using folder = await temporaryFolder();
  const authorities = join(folder.path, "ca.pem");
  await writeFile(authorities, `${ca}\n`.repeat(40_000));
  const run = await runProgram("get-beside-slow-roots", {
    args: [plain.url, secure.url],
    environment: { SSL_CERT_FILE: authorities },
  });
  t.is(run.stdout, "200 over TLS, responses until then\n", run.stderr);
});

for (const [framing, words] of [
  ["", /TLS ended without close_notify/],
  ["Transfer-Encoding: chunked\r\n", /incomplete chunked read/],
  ["Content-Length: 9\r\n", /received 2 bytes, expected 9/],
] as const) {
  test.serial(
    `a body that TLS ends without close_notify fails with the reason: ${framing.trim() || "no length"}`,
    async (t) => {
      const { good, ca } = await certificates();
      await using server = new Listener(
        createServer(good, (secure) => {
          secure.on("error", () => undefined);
          secure.once("data", () => {
            const body = framing.startsWith("T") ? "2\r\nok\r\n" : "ok";
            secure.write(`HTTP/1.1 200 OK\r\n${framing}\r\n${body}`, () => {
              secure.destroy();
            });
          });
        }),
      );
      await server.listen();
      await using client = new AsyncClient({ verify: { ca } });
      const error = await failsAs(t, client.get(`https://localhost:${server.port}`), {
        as: RemoteProtocolError,
        code: "ERR_INCOMPLETE_RESPONSE",
        phase: "body",
        requestSent: true,
      });
      t.regex(error.message, words);
    },
  );
}

test.serial("an answer over TLS that comes before its request is delivered", async (t) => {
  const { good, ca } = await certificates();
  await using server = new Listener(
    createServer(good, (secure) => {
      secure.on("error", () => undefined);
      secure.end("HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nContent-Length: 4\r\n\r\nbusy");
    }),
  );
  await server.listen();
  await using client = new AsyncClient({ verify: { ca } });
  for (let count = 0; count < 50; count += 1) {
    const sent =
      count % 2 === 0
        ? client.get(`https://localhost:${server.port}`)
        : client.post(`https://localhost:${server.port}`, { content: "some" });
    const response = await sent;
    t.is(`${response.statusCode} ${response.text}`, "503 busy");
  }
});
