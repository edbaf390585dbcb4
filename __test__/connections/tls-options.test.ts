/** The option `tls`: the oldest version, pins, the file of secrets and resumption. */
import { createHash, X509Certificate } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TLSSocket } from "node:tls";
import test, { type ExecutionContext } from "ava";
import { AsyncClient, ConnectError, type TlsOptions } from "httpxide";
import { certificates, makeAuthority, signed } from "../helpers/certificates.js";
import { failsAs } from "../helpers/failures.js";
import { answering, serveHttp } from "../helpers/http-server.js";
import { runProgram } from "../helpers/child.js";
import { startTlsServer } from "../helpers/tls-server.js";

const REFUSED = { as: ConnectError, phase: "tls", requestSent: false } as const;

function pinOf(pem: string): string {
  const key = new X509Certificate(pem).publicKey.export({ type: "spki", format: "der" });
  return `sha256/${createHash("sha256").update(key).digest("base64")}`;
}

test("a server without the oldest version that is wanted is refused, and the option is named", async (t) => {
  const { ca, good } = await certificates();
  await using server = await startTlsServer({ ...good, maxVersion: "TLSv1.2" });
  await using either = new AsyncClient({ verify: { ca }, tls: { minVersion: "TLSv1.2" } });
  t.is((await either.get(server.url)).text, "over TLS");
  await using newest = new AsyncClient({ verify: { ca }, tls: { minVersion: "TLSv1.3" } });
  const error = await failsAs(t, newest.get(server.url), {
    ...REFUSED,
    code: "ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION",
  });
  t.regex(error.message, /tls\.minVersion/);
});

test("one pin must be that of a key in the verified chain", async (t) => {
  const { ca, otherCa, good } = await certificates();
  await using server = await startTlsServer(good);
  for (const pins of [[pinOf(good.cert)], [pinOf(ca)], [pinOf(otherCa), pinOf(good.cert)]]) {
    await using client = new AsyncClient({ verify: { ca }, tls: { pins } });
    t.is((await client.get(server.url)).text, "over TLS");
  }
  for (const verify of [{ ca }, false]) {
    await using client = new AsyncClient({ verify, tls: { pins: [pinOf(otherCa)] } });
    const error = await failsAs(t, client.get(server.url), { ...REFUSED, code: "ERR_TLS_PIN_MISMATCH" });
    t.true(error.message.includes(`"httpxide test server" ${pinOf(good.cert)}`), error.message);
  }
});

test("a name for TLS of its own works with pins and a file of secrets", async (t) => {
  const { ca, wrongHost } = await certificates();
  await using server = await startTlsServer(wrongHost);
  const folder = mkdtempSync(join(tmpdir(), "httpxide-keys-"));
  const keyLog = join(folder, "keys");
  await using client = new AsyncClient({ verify: { ca }, tls: { pins: [pinOf(wrongHost.cert)], keyLog } });
  const extensions = { sniHostname: "other.example" };
  t.is((await client.get(server.url, { extensions })).text, "over TLS");
  t.regex(readFileSync(keyLog, "latin1"), /^CLIENT_TRAFFIC_SECRET_0 [0-9a-f]{64} [0-9a-f]{64,}$/m);
  await failsAs(t, client.get(server.url), { ...REFUSED, code: "ERR_TLS_CERT_ALTNAME_INVALID" });
  rmSync(folder, { recursive: true });
});

test("the file of secrets has those that the server has, behind what it held", async (t) => {
  const { ca, good } = await certificates();
  const secrets: string[] = [];
  await using server = await serveHttp(
    (listener) => createServer(good, listener).on("keylog", (line: Buffer) => secrets.push(String(line))),
    "https://localhost",
    answering("over TLS"),
  );
  const folder = mkdtempSync(join(tmpdir(), "httpxide-keys-"));
  const keyLog = join(folder, "keys");
  for (let round = 0; round < 2; round += 1) {
    await using client = new AsyncClient({ verify: { ca }, tls: { keyLog, sessionResumption: false } });
    await client.get(server.url);
  }
  const written = readFileSync(keyLog, "latin1");
  t.is(secrets.filter((line) => line.startsWith("CLIENT_TRAFFIC_SECRET_0")).length, 2);
  for (const line of secrets) t.true(written.includes(line), line);
  rmSync(folder, { recursive: true });
});

test("a file of secrets that cannot be opened is an error with its name", async (t) => {
  const { ca, good } = await certificates();
  await using server = await startTlsServer(good);
  const keyLog = join(tmpdir(), "httpxide-no-such-folder", "keys");
  await using client = new AsyncClient({ verify: { ca }, tls: { keyLog } });
  const error = await failsAs(t, client.get(server.url), { ...REFUSED, code: "ENOENT" });
  t.true(error.message.includes(keyLog), error.message);
});

test("SSLKEYLOGFILE names the file unless trustEnv is false, and costs a warning if it is unusable", async (t) => {
  const { good } = await certificates();
  await using server = await startTlsServer(good);
  const folder = mkdtempSync(join(tmpdir(), "httpxide-keys-"));
  const run = (how: string, file: string) =>
    runProgram("get-twice-over-tls", { args: [server.url, how], environment: { SSLKEYLOGFILE: file } });
  const file = join(folder, "keys");
  const without = await run("none-without-environment", file);
  t.is(without.stdout, "over TLS\nover TLS\n", without.stderr);
  t.false(existsSync(file));
  const written = await run("none", file);
  t.is(written.stdout, "over TLS\nover TLS\n", written.stderr);
  t.regex(readFileSync(file, "latin1"), /^CLIENT_TRAFFIC_SECRET_0 /m);
  const missing = join(folder, "missing", "keys");
  const warned = await run("none", missing);
  t.is(warned.stdout, "over TLS\nover TLS\n", warned.stderr);
  const warnings = warned.stderr.split("\n").filter((line) => line.includes("[HTTPXIDE_KEY_LOG_IGNORED]"));
  t.is(warnings.length, 1, warned.stderr);
  t.true(warnings[0]!.includes(missing), warnings[0]);
  rmSync(folder, { recursive: true });
});

/** Whether each of the connections was resumed, by the server's account. */
async function resumed(t: ExecutionContext, tls: TlsOptions): Promise<boolean[]> {
  // of its own: sessions belong to the settings and the server's name
  const authority = await makeAuthority("authority");
  const ca = authority.certificate.toString("pem");
  const good = await signed(authority);
  const seen: boolean[] = [];
  await using server = await serveHttp(
    (listener) => createServer(good, listener),
    "https://localhost",
    (request, response) => {
      seen.push((request.socket as TLSSocket).isSessionReused());
      response.end();
    },
  );
  for (let round = 0; round < 3; round += 1) {
    // a client each: they have the same options
    await using client = new AsyncClient({ verify: { ca }, tls });
    t.is((await client.get(server.url)).statusCode, 200);
  }
  return seen;
}

test("clients with the same options resume each other's sessions, unless that is off", async (t) => {
  t.deepEqual(await resumed(t, {}), [false, true, true]);
  t.deepEqual(await resumed(t, { sessionResumption: false }), [false, false, false]);
});

test("invalid values are refused when the client is made, and named", (t) => {
  const pin = `sha256/${"A".repeat(43)}=`;
  t.notThrows(() => new AsyncClient({ tls: { pins: [pin] } }));
  t.notThrows(() => new AsyncClient({ tls: null }));
  for (const [tls, message] of [
    [true, /^tls must be an object/],
    [{ minVersion: "TLSv1.1" }, /^tls\.minVersion must be "TLSv1\.2" or "TLSv1\.3", not "TLSv1\.1"/],
    [{ minVersion: 1.3 }, /^tls\.minVersion must be/],
    [{ pins: pin }, /^tls\.pins must be a list/],
    [{ pins: [] }, /^tls\.pins must have at least one pin/],
    [{ pins: [pin, "sha256/AAAA"] }, /^tls\.pins must be .*, not "sha256\/AAAA"/],
    [{ pins: [pin.replace("sha256", "sha1")] }, /^tls\.pins must be/],
    [{ pins: [5] }, /^tls\.pins must be/],
    [{ keyLog: true }, /^tls\.keyLog must be a string/],
    [{ keyLog: "" }, /^tls\.keyLog must be the path/],
    [{ sessionResumption: 1 }, /^tls\.sessionResumption must be true or false/],
    [{ minversion: "TLSv1.3" }, /Did you mean minVersion/],
  ] as const) {
    t.throws(() => new AsyncClient({ tls: tls as never }), { any: true, message }, JSON.stringify(tls));
  }
});
