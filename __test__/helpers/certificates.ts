/**
 * A certificate authority for the tests and the certificates it signed, valid and invalid. Each process makes its own,
 * so the repository holds no private key and no certificate expires.
 */
import "reflect-metadata";
import { webcrypto } from "node:crypto";
import {
  BasicConstraintsExtension,
  type GeneralNameType,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
} from "@peculiar/x509";

/** Both as PEM. */
export interface KeyAndCertificate {
  readonly key: string;
  readonly cert: string;
}

export interface Certificates {
  /** The authority's own certificate, as PEM. */
  readonly ca: string;
  /** The certificate of another authority, which signed none of the others. */
  readonly otherCa: string;
  /** For localhost, 127.0.0.1 and ::1. */
  readonly good: KeyAndCertificate;
  /** For other.example only. */
  readonly wrongHost: KeyAndCertificate;
  /** For localhost, until yesterday. */
  readonly expired: KeyAndCertificate;
  /** For localhost, from tomorrow on. */
  readonly notYetValid: KeyAndCertificate;
}

const ALGORITHM = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;
const DAY = 24 * 60 * 60 * 1000;
const LOCAL: readonly (readonly [GeneralNameType, string])[] = [
  ["dns", "localhost"],
  ["ip", "127.0.0.1"],
  ["ip", "::1"],
];

let made: Promise<Certificates> | undefined;

/** The certificates of this process. */
export function certificates(): Promise<Certificates> {
  return (made ??= makeCertificates());
}

async function makeCertificates(): Promise<Certificates> {
  const authority = await makeAuthority("httpxide test authority");
  const other = await makeAuthority("another authority");
  const sign = (names: typeof LOCAL, days: readonly [from: number, to: number]): Promise<KeyAndCertificate> =>
    signed(authority, names, days);
  return {
    ca: authority.certificate.toString("pem"),
    otherCa: other.certificate.toString("pem"),
    good: await sign(LOCAL, [-1, 30]),
    wrongHost: await sign([["dns", "other.example"]], [-1, 30]),
    expired: await sign(LOCAL, [-30, -1]),
    notYetValid: await sign(LOCAL, [1, 30]),
  };
}

type Authority = Awaited<ReturnType<typeof makeAuthority>>;

async function makeAuthority(commonName: string) {
  const keys = await makeKeys();
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name: `CN=${commonName}`,
    notBefore: daysFromNow(-60),
    notAfter: daysFromNow(60),
    signingAlgorithm: ALGORITHM,
    keys,
    extensions: [
      new BasicConstraintsExtension(true, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
    ],
  });
  return { keys, certificate };
}

async function signed(
  { keys, certificate }: Authority,
  names: typeof LOCAL,
  [from, to]: readonly [number, number],
): Promise<KeyAndCertificate> {
  const own = await makeKeys();
  const cert = await X509CertificateGenerator.create({
    subject: "CN=httpxide test server",
    issuer: certificate.subject,
    notBefore: daysFromNow(from),
    notAfter: daysFromNow(to),
    signingAlgorithm: ALGORITHM,
    publicKey: own.publicKey,
    signingKey: keys.privateKey,
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new SubjectAlternativeNameExtension(names.map(([type, value]) => ({ type, value }))),
    ],
  });
  const key = PemConverter.encode(await webcrypto.subtle.exportKey("pkcs8", own.privateKey), "PRIVATE KEY");
  return { key, cert: cert.toString("pem") };
}

function makeKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"]);
}

function daysFromNow(days: number): Date {
  return new Date(Date.now() + days * DAY);
}
