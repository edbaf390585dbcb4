/**
 * Why TLS fails: servers that are too old, weak keys and signatures, client certificates, other protocols on the port.
 * Each error has the code that Node.js makes of OpenSSL's reason, and names the cause.
 */
import { createServer, type ServerOptions } from "node:https";
import test from "ava";
import { AsyncClient, type AsyncClientOptions, ConnectError, ReadError } from "httpxide";
import { certificates, type KeyAlgorithm, makeAuthority, signed } from "../helpers/certificates.js";
import { failsAs } from "../helpers/failures.js";
import { answering, type HttpServer, serveHttp } from "../helpers/http-server.js";
import { startRawServer } from "../helpers/raw-server.js";

const REFUSED = { as: ConnectError, phase: "tls", requestSent: false } as const;

function rsa(modulusLength: number, hash = "SHA-256"): KeyAlgorithm {
  return { name: "RSASSA-PKCS1-v1_5", modulusLength, publicExponent: new Uint8Array([1, 0, 1]), hash };
}

/** A TLS server of Node.js's that takes what OpenSSL refuses by default. */
function startServer(options: ServerOptions): Promise<HttpServer> {
  const lax = { ciphers: "DEFAULT@SECLEVEL=0", ...options };
  return serveHttp((listener) => createServer(lax, listener), "https://localhost", answering("over TLS"));
}

/** The message with which a client fails. */
async function message(
  t: Parameters<typeof failsAs>[0],
  url: string,
  verify: NonNullable<AsyncClientOptions["verify"]>,
  code: string,
): Promise<string> {
  await using client = new AsyncClient({ verify });
  return (await failsAs(t, client.get(url), { ...REFUSED, code })).message;
}

async function isAccepted(t: Parameters<typeof failsAs>[0], url: string, verify: false | { ca: string }) {
  await using client = new AsyncClient({ verify });
  t.is((await client.get(url)).text, "over TLS");
}

for (const [name, code, options] of [
  [
    "CBC cipher suites",
    "ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE",
    { maxVersion: "TLSv1.2", ciphers: "ECDHE-RSA-AES128-SHA256:ECDHE-RSA-AES128-SHA" },
  ],
  [
    "RSA key exchange",
    "ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE",
    { maxVersion: "TLSv1.2", ciphers: "AES128-GCM-SHA256" },
  ],
  [
    "TLS 1.1",
    "ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION",
    { minVersion: "TLSv1", maxVersion: "TLSv1.1", ciphers: "DEFAULT@SECLEVEL=0" },
  ],
] as const) {
  test(`the error for a server with ${name} only says what this client offers`, async (t) => {
    const authority = await makeAuthority("authority");
    const ca = authority.certificate.toString("pem");
    const certificate = await signed(authority, undefined, { algorithm: rsa(2048) });
    await using server = await startServer({ ...certificate, ...options });
    for (const verify of [{ ca }, false] as const) {
      const words = await message(t, server.url, verify, code);
      t.regex(words, /TLS 1\.3|1\.2 and 1\.3/);
      t.regex(words, /CBC cipher suites, RSA key exchange or TLS 1\.1/);
    }
  });
}

for (const version of ["TLSv1.2", "TLSv1.3"] as const) {
  test(`the error for an RSA key of 1024 bits says so, and verify: false accepts it, over ${version}`, async (t) => {
    const authority = await makeAuthority("authority");
    const ca = authority.certificate.toString("pem");
    const weak = await signed(authority, undefined, { algorithm: rsa(1024) });
    await using server = await startServer({ ...weak, minVersion: version, maxVersion: version });
    const words = await message(t, server.url, { ca }, "ERR_SSL_EE_KEY_TOO_SMALL");
    t.regex(words, /the server's certificate has an RSA key of 1024 bits/);
    t.notRegex(words, /authority/);
    await isAccepted(t, server.url, false);

    const strong = await signed(authority, undefined, { algorithm: rsa(2048) });
    await using other = await startServer({ ...strong, minVersion: version, maxVersion: version });
    await isAccepted(t, other.url, { ca });
  });
}

test("the error for an authority with an RSA key of 1024 bits names it", async (t) => {
  const authority = await makeAuthority("weak authority", { algorithm: rsa(1024) });
  const ca = authority.certificate.toString("pem");
  await using server = await startServer(await signed(authority));
  const words = await message(t, server.url, { ca }, "ERR_SSL_CA_KEY_TOO_SMALL");
  t.regex(words, /authority "weak authority".*1024 bits/);
  await isAccepted(t, server.url, false);
});

test("the error for a certificate that is signed with SHA-1 says so", async (t) => {
  const authority = await makeAuthority("authority", { algorithm: rsa(2048, "SHA-1") });
  const ca = authority.certificate.toString("pem");
  await using server = await startServer(await signed(authority));
  t.regex(await message(t, server.url, { ca }, "ERR_SSL_CA_MD_TOO_WEAK"), /RSA with SHA-1/);
  await isAccepted(t, server.url, false);
});

test("the error for an authority that has expired names it, and not the server's certificate", async (t) => {
  const root = await makeAuthority("root");
  const expired = await makeAuthority("old authority", { issuer: root, days: [-50, -2] });
  const { key, cert } = await signed(expired);
  await using server = await startServer({ key, cert: cert + "\n" + expired.certificate.toString("pem") });
  const ca = root.certificate.toString("pem");
  const words = await message(t, server.url, { ca }, "CERT_HAS_EXPIRED");
  const [day] = expired.certificate.notAfter.toISOString().split("T");
  t.true(words.includes(`"old authority"`) && words.includes(`valid until ${day}`), words);
});

test("the error for an unknown issuer names it, and tells a missing chain from a foreign one", async (t) => {
  const root = await makeAuthority("root");
  const between = await makeAuthority("between", { issuer: root });
  const { key, cert } = await signed(between);
  const ca = root.certificate.toString("pem");

  await using alone = await startServer({ key, cert });
  const words = await message(t, alone.url, { ca }, "UNABLE_TO_VERIFY_LEAF_SIGNATURE");
  t.regex(words, /"between".*does not send the certificates between/);

  const chain = cert + "\n" + between.certificate.toString("pem");
  await using whole = await startServer({ key, cert: chain });
  await isAccepted(t, whole.url, { ca });
  t.regex(await message(t, whole.url, true, "UNABLE_TO_GET_ISSUER_CERT_LOCALLY"), /"root"/);
});

test("a server that wants a client certificate is named as such, in the handshake or after it", async (t) => {
  const { ca, good } = await certificates();
  const wanting = { ...good, ca, requestCert: true, rejectUnauthorized: true };

  await using before = await startServer({ ...wanting, maxVersion: "TLSv1.2" });
  const words = await message(t, before.url, { ca }, "ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE");
  t.regex(words, /client certificate/);

  // under TLS 1.3 the client has finished its handshake, and may have sent the request, before the server refuses it
  await using after = await startServer({ ...wanting, minVersion: "TLSv1.3" });
  await using client = new AsyncClient({ verify: { ca } });
  for (const content of ["", "x".repeat(100_000)]) {
    const error = await failsAs(t, client.post(after.url, { content }), {
      as: ReadError,
      code: "ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED",
      phase: "headers",
    });
    t.regex(error.message, /client certificate/);
  }
});

for (const [protocol, bytes] of [
  ["HTTP", "HTTP/1.1 400 Bad Request\r\n\r\n"],
  ["SSH", "SSH-2.0-OpenSSH_9.9\r\n"],
  ["SMTP", "220 mail.example ESMTP\r\n"],
] as const) {
  test(`the error for a server that speaks ${protocol} on the port says that it is no TLS`, async (t) => {
    await using server = await startRawServer(async (connection) => {
      await connection.more();
      await connection.send(bytes);
    });
    const url = `https://127.0.0.1:${server.port}/`;
    t.regex(await message(t, url, false, "ERR_SSL_WRONG_VERSION_NUMBER"), /does not answer in TLS/);
  });
}

for (const [number, code, words] of [
  [40, "ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE", /handshake_failure \(40\).*cipher suite/],
  [70, "ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION", /protocol_version \(70\).*no version of TLS/],
  [80, "ERR_SSL_TLSV1_ALERT_INTERNAL_ERROR", /internal_error \(80\)/],
  [112, "ERR_SSL_TLSV1_UNRECOGNIZED_NAME", /unrecognized_name \(112\).*host name/],
  [120, "ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL", /no_application_protocol \(120\)/],
  [250, "EPROTO", /unknown alert 250/],
] as const) {
  test(`the alert ${number} is ${code}, and its message names it`, async (t) => {
    await using server = await startRawServer(async (connection) => {
      await connection.more();
      await connection.send(Uint8Array.of(21, 3, 3, 0, 2, 2, number));
    });
    t.regex(await message(t, `https://127.0.0.1:${server.port}/`, false, code), words);
  });
}

test("a server that closes in the handshake without a reason is ECONNRESET, and the message says when", async (t) => {
  await using server = await startRawServer(async (connection) => {
    await connection.more();
    connection.close();
  });
  const url = `https://127.0.0.1:${server.port}/`;
  t.regex(await message(t, url, false, "ECONNRESET"), /during the TLS handshake/);
});
