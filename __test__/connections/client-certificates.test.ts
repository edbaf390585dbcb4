/**
 * The client's own certificate: servers that ask for it, over each version of TLS and HTTP, and mistakes, which are found
 * when the client is made.
 */
import { execFileSync, spawn } from "node:child_process";
import { createPrivateKey, generateKeyPairSync, sign, webcrypto, X509Certificate } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:https";
import { createServer as createTcpServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TLSSocket } from "node:tls";
import { fileURLToPath } from "node:url";
import test from "ava";
import { AsyncClient, AsyncHTTPTransport, type CertOptions, RequestError } from "httpxide";
import { type Authority, certificates, inPem, makeAuthority, signed } from "../helpers/certificates.js";
import { rejection } from "../helpers/failures.js";
import { type HttpServer, serveHttp } from "../helpers/http-server.js";
import { startHttp2Server } from "../helpers/http2-server.js";

const FILES = fileURLToPath(new URL("../../../crates/pkcs12/tests/files/", import.meta.url));

/** An authority of clients, a client of it with an encrypted key, and one that no server here knows. */
async function clients() {
  const authority = await makeAuthority("clients");
  const known = await signed(authority);
  const foreign = await signed(await makeAuthority("strangers"));
  return { ca: authority.certificate.toString("pem"), known, foreign };
}

/** A client's certificate without extensions, and without the field that says the version, in DER by hand. */
async function signedInVersion1({ keys, certificate }: Authority): Promise<{ cert: string; key: string }> {
  const of = (tag: number, ...parts: Uint8Array[]): Buffer => {
    const contents = Buffer.concat(parts);
    const { length } = contents;
    const digits =
      length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
    return Buffer.concat([Buffer.from([tag, ...digits]), contents]);
  };
  const time = (text: string): Buffer => of(0x17, Buffer.from(text));
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const ecdsaWithSha256 = Buffer.from("300a06082a8648ce3d040302", "hex");
  const commonName = Buffer.from("0603550403", "hex");
  const contents = of(
    0x30,
    Buffer.from([2, 1, 7]),
    ecdsaWithSha256,
    new Uint8Array(certificate.subjectName.toArrayBuffer()),
    of(0x30, time("200101000000Z"), time("491231000000Z")),
    of(0x30, of(0x31, of(0x30, commonName, of(0x0c, Buffer.from("of version 1"))))),
    publicKey.export({ type: "spki", format: "der" }),
  );
  const issuerKey = Buffer.from(await webcrypto.subtle.exportKey("pkcs8", keys.privateKey));
  const signature = sign(
    "sha256",
    contents,
    createPrivateKey({ key: issuerKey, format: "der", type: "pkcs8" }),
  );
  const whole = of(0x30, contents, ecdsaWithSha256, of(0x03, Buffer.from([0]), signature));
  return {
    cert: inPem(whole, "CERTIFICATE"),
    key: privateKey.export({ type: "pkcs8", format: "pem" }) as string,
  };
}

/** Keys under ciphers of old: what says so is before what is encrypted, of which nothing is here. */
const OUTDATED = inPem(
  Buffer.from("302c301b06092a864886f70d010503300e040807546f4dac1abeed02020800040d", "hex"),
  "ENCRYPTED PRIVATE KEY",
);
const OUTDATED_OLDER = `-----BEGIN EC PRIVATE KEY-----
Proc-Type: 4,ENCRYPTED
DEK-Info: DES-CBC,6D57B95ED32192BF

AAAAAAAAAAA=
-----END EC PRIVATE KEY-----
`;

/** Answers with the subject of the client's certificate. */
async function startAsking(
  ca: string,
  version?: "TLSv1.2" | "TLSv1.3",
): Promise<HttpServer & { trusted: string }> {
  const { good, ca: trusted } = await certificates();
  const versions = version === undefined ? {} : { minVersion: version, maxVersion: version };
  const options = { ...good, ...versions, ca, requestCert: true, rejectUnauthorized: true };
  const server = await serveHttp(
    (listener) => createServer(options, listener),
    "https://localhost",
    (request, response) => {
      const { subject, serialNumber } = (request.socket as TLSSocket).getPeerCertificate();
      response.end(`${subject.CN} ${serialNumber}`);
    },
  );
  return Object.assign(server, { trusted });
}

for (const version of ["TLSv1.2", "TLSv1.3"] as const) {
  test(`a server that asks gets the certificate over ${version}, and refuses another one or none`, async (t) => {
    const { ca, known, foreign } = await clients();
    await using server = await startAsking(ca, version);
    const verify = { ca: server.trusted };
    await using client = new AsyncClient({ verify, cert: known });
    t.regex((await client.get(server.url)).text, /^httpxide test server /);
    for (const cert of [foreign, null]) {
      await using refused = new AsyncClient({ verify, cert });
      const error = await rejection(refused.get(server.url));
      t.true(error instanceof RequestError, String(error));
      // also if the server closes without a word, or with an alert that has a general meaning
      const { message } = error as RequestError;
      t.regex(message, cert === null ? /client certificate/ : /client('s)? certificate/);
      t.notRegex(message, /cipher suite|\.,/);
    }
  });
}

test("the certificate is given to a server of HTTP/2, too", async (t) => {
  const { ca, known } = await clients();
  const { good, ca: trusted } = await certificates();
  const asking = { ca, requestCert: true, rejectUnauthorized: true };
  await using server = await startHttp2Server(
    good,
    (stream) => {
      const { subject } = (stream.session!.socket as TLSSocket).getPeerCertificate();
      stream.respond({ ":status": 200 });
      stream.end(subject.CN);
    },
    asking,
  );
  await using client = new AsyncClient({ http2: true, verify: { ca: trusted }, cert: known });
  const response = await client.get(server.url);
  t.is(response.httpVersion, "HTTP/2");
  t.is(response.text, "httpxide test server");

  await using without = new AsyncClient({ http2: true, verify: { ca: trusted } });
  const error = (await rejection(without.get(server.url))) as RequestError;
  t.true(error instanceof RequestError, String(error));
  t.is(error.code, "ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED", String(error));
  t.regex(error.message, /wants a client certificate: give it as `cert`/);
});

test("a key may be encrypted, and a transport takes the certificate as a client does", async (t) => {
  const { ca, known } = await clients();
  await using server = await startAsking(ca);
  const passphrase = "pässword";
  const key = createPrivateKey(known.key).export({
    type: "pkcs8",
    format: "pem",
    cipher: "aes-256-cbc",
    passphrase,
  });
  for (const cert of [
    { cert: known.cert, key, passphrase },
    { cert: Buffer.from(known.cert), key: Buffer.from(key), passphrase },
    { cert: `a comment\n${known.cert}`, key: known.key, passphrase: "of no key" },
  ]) {
    const transport = new AsyncHTTPTransport({ verify: { ca: server.trusted }, cert });
    await using client = new AsyncClient({ transport });
    t.is((await client.get(server.url)).statusCode, 200);
  }
});

for (const [type, cipher] of [
  ["pkcs8", "aes-128-cbc"],
  ["sec1", "aes-256-cbc"],
  ["sec1", "des-ede3-cbc"],
] as const) {
  test(`a key that OpenSSL encrypts in ${type} by ${cipher} is decrypted`, async (t) => {
    const { known } = await clients();
    const passphrase = "secret";
    const key = createPrivateKey(known.key).export({ type, format: "pem", cipher, passphrase }) as string;
    for (const text of [key, key.replaceAll("\n", "\r\n"), `\ufeff${key}`, `${known.cert}\n${key}`]) {
      t.notThrows(() => new AsyncClient({ cert: { cert: known.cert, key: text, passphrase } }));
    }
    t.throws(() => new AsyncClient({ cert: { cert: known.cert, key, passphrase: "wrong" } }), {
      code: "ERR_OSSL_BAD_DECRYPT",
    });
  });
}

test("a byte order mark and comments around PEM change nothing", async (t) => {
  const { ca, known } = await clients();
  await using server = await startAsking(ca);
  const marked = (text: string) => `\ufeff${text}`;
  for (const cert of [
    { cert: marked(known.cert), key: marked(known.key) },
    { cert: Buffer.from(marked(known.cert)), key: Buffer.from(marked(known.key)) },
    { cert: known.cert, key: `# this one is not ENCRYPTED\n${known.key}` },
  ]) {
    await using client = new AsyncClient({ verify: { ca: marked(server.trusted) }, cert });
    t.is((await client.get(server.url)).statusCode, 200);
  }
});

test("a certificate of version 1 of X.509, as openssl x509 -req makes it, is given to the server", async (t) => {
  const authority = await makeAuthority("clients");
  await using server = await startAsking(authority.certificate.toString("pem"));
  const cert = await signedInVersion1(authority);
  await using client = new AsyncClient({ verify: { ca: server.trusted }, cert });
  t.is((await client.get(server.url)).text, "of version 1 07");
});

for (const file of ["aes", "3des", "rc2", "no-mac"]) {
  test(`a PKCS#12 file of the kind ${file} is the client's certificate`, async (t) => {
    await using server = await startAsking(readFileSync(join(FILES, "authority.pem"), "latin1"));
    const cert = { pfx: readFileSync(join(FILES, `${file}.p12`)), passphrase: "secret" };
    await using client = new AsyncClient({ verify: { ca: server.trusted }, cert });
    t.is((await client.get(server.url)).text, "pkcs12 client 01");
  });
}

test("mistakes in a certificate are found when the client is made, with Node.js's codes", async (t) => {
  const { known, foreign } = await clients();
  const { cert, key } = known;
  const options = { type: "pkcs8", format: "pem", cipher: "aes-256-cbc", passphrase: "secret" } as const;
  const encrypted = createPrivateKey(key).export(options);
  const [pfx, oldCipher] = ["aes", "rc2-128"].map((name) => readFileSync(join(FILES, `${name}.p12`))) as [
    Buffer,
    Buffer,
  ];
  const mistakes: [CertOptions, string, RegExp][] = [
    [{ cert, key: foreign.key }, "ERR_OSSL_X509_KEY_VALUES_MISMATCH", /not that of the certificate/],
    [{ cert, key: encrypted }, "ERR_MISSING_PASSPHRASE", /passphrase/],
    [{ cert, key: encrypted, passphrase: "wrong" }, "ERR_OSSL_BAD_DECRYPT", /passphrase/],
    [{ cert, key: encrypted.slice(0, -20), passphrase: "secret" }, "ERR_OSSL_UNSUPPORTED", /last line/],
    [{ cert, key: OUTDATED, passphrase: "secret" }, "ERR_OSSL_UNSUPPORTED", /encrypted by MD5 and DES/],
    [{ cert, key: OUTDATED_OLDER, passphrase: "secret" }, "ERR_OSSL_UNSUPPORTED", /encrypted by DES-CBC/],
    [{ cert, key: "nonsense" }, "ERR_OSSL_UNSUPPORTED", /not a private key/],
    [{ cert, key: cert }, "ERR_OSSL_UNSUPPORTED", /not a private key/],
    [{ cert: "nonsense", key }, "ERR_OSSL_PEM_NO_START_LINE", /not PEM/],
    [{ cert: cert.slice(0, 100), key }, "ERR_OSSL_PEM_BAD_END_LINE", /not PEM/],
    [{ cert: `${foreign.cert}\n${cert}`, key }, "ERR_OSSL_X509_KEY_VALUES_MISMATCH", /certificate 2 of 2/],
    [{ cert: `${cert}${foreign.cert}`, key }, "ERR_OSSL_PEM_NO_START_LINE", /1 of 2 certificates/],
    [{ pfx }, "ERR_OSSL_PKCS12_MAC_VERIFY_FAILURE", /passphrase/],
    [{ pfx, passphrase: "wrong" }, "ERR_OSSL_PKCS12_MAC_VERIFY_FAILURE", /passphrase/],
    [{ pfx, passphrase: "\u{1f512}" }, "ERR_OSSL_PKCS12_MAC_VERIFY_FAILURE", /character/],
    [{ pfx: oldCipher, passphrase: "secret" }, "ERR_OSSL_UNSUPPORTED", /not supported/],
    [{ pfx: pfx.subarray(0, 300), passphrase: "secret" }, "ERR_OSSL_PKCS12_PARSE_ERROR", /PKCS#12/],
    [{ pfx: Buffer.from(cert) }, "ERR_OSSL_PKCS12_PARSE_ERROR", /PKCS#12/],
  ];
  for (const [mistake, code, message] of mistakes) {
    t.throws(() => new AsyncClient({ cert: mistake }), { code, message });
    t.throws(() => new AsyncHTTPTransport({ cert: mistake }), { code, message });
  }
});

test("a certificate of the wrong form is a TypeError that names the option", (t) => {
  const pfx = new Uint8Array(1);
  for (const [cert, message] of [
    [5, /^cert must be an object/],
    ["client.pem", /^cert must be an object/],
    [{}, /^cert must have cert and key, or pfx/],
    [{ cert: "" }, /^cert must have cert and key, or pfx/],
    [{ cert: "", key: "", pfx }, /^cert takes either pfx, or cert and key/],
    [{ cert: 5, key: "" }, /^cert\.cert must be the text or the bytes/],
    [{ cert: "", key: null }, /^cert\.key must be the text or the bytes/],
    [{ pfx: "client.p12" }, /^cert\.pfx must be the bytes/],
    [{ pfx, passphrase: 5 }, /^cert\.passphrase must be a string/],
    [{ p12: pfx }, /did you mean pfx/],
  ] as const) {
    t.throws(() => new AsyncClient({ cert: cert as never }), { instanceOf: TypeError, message });
  }
});

test("clients with different certificates share no session and no connection", async (t) => {
  const authority = await makeAuthority("clients");
  const [one, other] = [await signed(authority), await signed(authority)];
  await using server = await startAsking(authority.certificate.toString("pem"));
  for (let round = 0; round < 2; round += 1) {
    for (const cert of [one, other]) {
      await using client = new AsyncClient({ verify: { ca: server.trusted }, cert });
      const { serialNumber } = new X509Certificate(cert.cert);
      t.is((await client.get(server.url)).text, `httpxide test server ${serialNumber}`);
    }
  }
});

/** Whether nginx is installed: the one server here that answers a refused certificate in HTTP. */
function hasNginx(): boolean {
  try {
    execFileSync("nginx", ["-v"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

(hasNginx() ? test : test.skip)("nginx takes the certificate, and answers 400 without it", async (t) => {
  const { ca, known } = await clients();
  const { good, ca: trusted } = await certificates();
  const folder = mkdtempSync(join(tmpdir(), "httpxide-nginx-"));
  const port = await freePort();
  const files = { "server.pem": good.cert, "server.key": good.key, "clients.pem": ca };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  writeFileSync(
    join(folder, "nginx.conf"),
    `daemon off; pid ${folder}/pid; error_log ${folder}/log; events {}
    http {
      access_log off; client_body_temp_path ${folder}; proxy_temp_path ${folder}; fastcgi_temp_path ${folder};
      uwsgi_temp_path ${folder}; scgi_temp_path ${folder};
      server {
        listen 127.0.0.1:${port} ssl http2;
        ssl_certificate ${folder}/server.pem; ssl_certificate_key ${folder}/server.key;
        ssl_client_certificate ${folder}/clients.pem; ssl_verify_client on;
        location / { return 200 "$ssl_client_verify $ssl_client_s_dn"; }
      }
    }`,
  );
  const nginx = spawn("nginx", ["-c", join(folder, "nginx.conf")], { stdio: "ignore" });
  const exited = once(nginx, "exit");
  try {
    const url = `https://localhost:${port}/`;
    for (const http2 of [false, true]) {
      await using client = new AsyncClient({ http2, verify: { ca: trusted }, cert: known, retries: 6 });
      t.is((await client.get(url)).text, "SUCCESS CN=httpxide test server");
      await using without = new AsyncClient({ http2, verify: { ca: trusted } });
      const response = await without.get(url);
      t.is(response.statusCode, 400);
      t.regex(response.text, /No required SSL certificate was sent/);
    }
  } finally {
    nginx.kill();
    await exited;
    rmSync(folder, { recursive: true });
  }
});

async function freePort(): Promise<number> {
  const server = createTcpServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
