// A certificate authority with the lifetime of one run, and a P-256 leaf for localhost signed by it, made with the
// openssl command. Clients get the authority's PEM; nothing is installed.
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** @returns {{ ca: string, caFile: string, certificateFile: string, keyFile: string }} `ca` is PEM text. */
export function createCertificates(directory) {
  const file = (name) => join(directory, name);
  const openssl = (...args) => execFileSync("openssl", args, { stdio: ["ignore", "ignore", "pipe"] });
  const newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
  openssl(
    ...["req", "-x509", ...newKey, "-days", "2", "-subj", "/CN=bench authority"],
    ...["-addext", "keyUsage=critical,keyCertSign", "-keyout", file("ca.key"), "-out", file("ca.pem")],
  );
  openssl(
    ...["req", "-new", ...newKey, "-subj", "/CN=localhost"],
    ...["-keyout", file("leaf.key"), "-out", file("leaf.csr")],
  );
  const extensions = [
    "basicConstraints=critical,CA:FALSE",
    "keyUsage=critical,digitalSignature",
    "extendedKeyUsage=serverAuth",
    "subjectAltName=DNS:localhost,IP:127.0.0.1",
  ];
  writeFileSync(file("leaf.ext"), extensions.join("\n"));
  openssl(
    ...["x509", "-req", "-in", file("leaf.csr"), "-CA", file("ca.pem"), "-CAkey", file("ca.key")],
    ...["-CAcreateserial", "-days", "2", "-extfile", file("leaf.ext"), "-out", file("leaf.pem")],
  );
  return {
    ca: readFileSync(file("ca.pem"), "utf8"),
    caFile: file("ca.pem"),
    certificateFile: file("leaf.pem"),
    keyFile: file("leaf.key"),
  };
}
