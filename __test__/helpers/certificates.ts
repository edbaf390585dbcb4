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
  type X509Certificate,
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
    signed(authority, names, { days });
  return {
    ca: authority.certificate.toString("pem"),
    otherCa: other.certificate.toString("pem"),
    good: await sign(LOCAL, [-1, 30]),
    wrongHost: await sign([["dns", "other.example"]], [-1, 30]),
    expired: await sign(LOCAL, [-30, -1]),
    notYetValid: await sign(LOCAL, [1, 30]),
  };
}

export interface Authority {
  readonly keys: webcrypto.CryptoKeyPair;
  readonly certificate: X509Certificate;
  readonly algorithm: KeyAlgorithm;
}

/** A kind of key, and the hash of its signatures. */
export type KeyAlgorithm =
  (webcrypto.EcKeyGenParams & webcrypto.EcdsaParams) | webcrypto.RsaHashedKeyGenParams;

export interface Making {
  /** Default: ECDSA with P-256 and SHA-256. */
  readonly algorithm?: KeyAlgorithm;
  /** From this day on until that one, counted from now. */
  readonly days?: readonly [from: number, to: number];
}

/** An authority, signed by itself or by another one. */
export async function makeAuthority(
  commonName: string,
  { algorithm = ALGORITHM, days: [from, to] = [-60, 60], issuer }: Making & { issuer?: Authority } = {},
): Promise<Authority> {
  const keys = await makeKeys(algorithm);
  const certificate = await X509CertificateGenerator.create({
    subject: `CN=${commonName}`,
    issuer: issuer?.certificate.subject ?? `CN=${commonName}`,
    notBefore: daysFromNow(from),
    notAfter: daysFromNow(to),
    signingAlgorithm: issuer?.algorithm ?? algorithm,
    publicKey: keys.publicKey,
    signingKey: (issuer?.keys ?? keys).privateKey,
    extensions: [
      new BasicConstraintsExtension(true, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
    ],
  });
  return { keys, certificate, algorithm };
}

/** A server's certificate from this authority. */
export async function signed(
  { keys, certificate, algorithm: signingAlgorithm }: Authority,
  names: typeof LOCAL = LOCAL,
  { algorithm = ALGORITHM, days: [from, to] = [-1, 30] }: Making = {},
): Promise<KeyAndCertificate> {
  const own = await makeKeys(algorithm);
  const cert = await X509CertificateGenerator.create({
    subject: "CN=httpxide test server",
    issuer: certificate.subject,
    notBefore: daysFromNow(from),
    notAfter: daysFromNow(to),
    signingAlgorithm,
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

/** What is in DER as PEM. */
export function inPem(der: Uint8Array, label: string): string {
  return PemConverter.encode(new Uint8Array(der), label);
}

async function makeKeys(algorithm: KeyAlgorithm): Promise<webcrypto.CryptoKeyPair> {
  return (await webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"])) as webcrypto.CryptoKeyPair;
}

function daysFromNow(days: number): Date {
  return new Date(Date.now() + days * DAY);
}
