/**
 * Client certificates (mutual TLS): node build/examples/client-certificates.js
 *
 * Starts a server that asks its clients for a certificate, and calls it with one, with a pin of its key, and without a
 * certificate.
 */
import { createHash, X509Certificate } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import type { TLSSocket } from "node:tls";
import { AsyncClient, RequestError } from "httpxide";
import { certifyLocalhost } from "./servers/authority.js";

// Two authorities: the client trusts one, the server the other.
const ofServer = await certifyLocalhost();
const ofClient = await certifyLocalhost();

const server = createServer(
  { cert: ofServer.cert, key: ofServer.key, ca: ofClient.ca, requestCert: true, rejectUnauthorized: true },
  (request, response) => {
    const { subject } = (request.socket as TLSSocket).getPeerCertificate();
    response.end(`hello ${subject.CN}`);
  },
);
server.listen(0, "127.0.0.1");
await once(server, "listening");
const baseUrl = `https://localhost:${(server.address() as AddressInfo).port}`;
const verify = { ca: ofServer.ca };

{
  const cert = { cert: ofClient.cert, key: ofClient.key };
  await using client = new AsyncClient({ baseUrl, verify, cert });
  const response = await client.get("/");
  console.log(response.text);

  const { tls, connection, timings } = response.extensions;
  console.log(`${tls?.protocol} with ${tls?.cipher}, from port ${connection?.localPort}`);
  console.log(`TLS took ${timings?.tls?.toFixed(1)} ms, the answer ${timings?.firstByte?.toFixed(1)} ms`);

  // A pin is the digest of a public key. It holds beside the check of the certificate.
  const certificate = new X509Certificate(tls!.peerCertificates[0]!);
  const key = certificate.publicKey.export({ type: "spki", format: "der" });
  const pins = [`sha256/${createHash("sha256").update(key).digest("base64")}`];
  await using pinned = new AsyncClient({ baseUrl, verify, cert, tls: { pins, minVersion: "TLSv1.3" } });
  console.log((await pinned.get("/")).text, "at a server whose key is", pins[0]);
}

{
  await using stranger = new AsyncClient({ baseUrl, verify });
  const error: unknown = await stranger.get("/").catch((reason: unknown) => reason);
  if (!(error instanceof RequestError)) throw error;
  console.log(error.code, error.message);
}

// Mistakes are found when the client is made.
try {
  await using client = new AsyncClient({ cert: { cert: ofClient.cert, key: ofServer.key } });
  await client.get(baseUrl);
} catch (error) {
  console.log((error as { code?: string }).code, (error as Error).message);
}
server.close();
