/** The certificate with which a client says who it is, to servers that ask (mutual TLS). */
import { wrongType } from "../platform/argument-error.js";
import { Buffer } from "node:buffer";
import { kindOf } from "../platform/record.js";
import { type OptionList, checkOptions, optionList } from "./options.js";
import { decryptedKey } from "./private-key.js";
import type { PEM } from "./tls.js";
import { aRecord, aString } from "./value-checks.js";

/**
 * A certificate of the client and its private key: two PEM texts, or one PKCS#12 file. Both are the contents, never paths.
 *
 * @example
 * const client = new AsyncClient({
 *   cert: { cert: await readFile("client.pem"), key: await readFile("client.key"), passphrase: "secret" },
 * });
 */
export type CertOptions =
  | {
      /** The client's own certificate, and behind it those of authorities that the server does not know. */
      cert: PEM;
      /** Its private key: RSA of 2,048 to 8,192 bits, ECDSA (P-256, P-384, P-521) or Ed25519. */
      key: PEM;
      /** The passphrase of an encrypted key. */
      passphrase?: string | undefined;
    }
  | {
      /** The bytes of a PKCS#12 file, such as `client.p12` or `client.pfx`, with a key and its certificates. */
      pfx: Uint8Array;
      /** The passphrase of the file. @default "" */
      passphrase?: string | undefined;
    };

/** What the engine makes an identity of. @internal */
export type CertificateSource =
  | {
      readonly kind: "pem";
      readonly certificates: Uint8Array;
      /** PKCS#8 in DER. */ readonly key: Uint8Array;
    }
  | { readonly kind: "pkcs12"; readonly file: Uint8Array; readonly passphrase: string };

interface AllFields {
  cert?: unknown;
  key?: unknown;
  pfx?: unknown;
  passphrase?: unknown;
}

const certOptions: OptionList = optionList<AllFields>(
  "cert",
  {
    cert: (value) => void pemText(value, "cert.cert"),
    key: (value) => void pemText(value, "cert.key"),
    pfx: (value) => {
      if (value instanceof Uint8Array) return;
      throw wrongType(`cert.pfx must be the bytes of a PKCS#12 file, not ${kindOf(value)}.`);
    },
    passphrase: (value) => aString(value, "cert.passphrase"),
  },
  { advice: { ca: "authorities are given as verify: { ca }", p12: "did you mean pfx" } },
);

/** @internal @throws TypeError */
export function aCertificate(value: unknown, name: string): void {
  aRecord(value, name);
  checkOptions(value, certOptions);
  const { cert, key, pfx } = value as AllFields;
  const isPEM = cert !== undefined || key !== undefined;
  if (pfx !== undefined && isPEM) throw wrongType("cert takes either pfx, or cert and key.");
  if (pfx === undefined && (cert === undefined || key === undefined)) {
    throw wrongType("cert must have cert and key, or pfx.");
  }
}

/**
 * The parts of a checked certificate, with the key decrypted.
 *
 * @throws Error with the code `ERR_MISSING_PASSPHRASE`, `ERR_OSSL_BAD_DECRYPT` or `ERR_OSSL_UNSUPPORTED`.
 * @internal
 */
export function certificateSource(options: CertOptions): CertificateSource {
  if ("pfx" in options) {
    return { kind: "pkcs12", file: options.pfx, passphrase: options.passphrase ?? "" };
  }
  const certificates = Buffer.from(pemText(options.cert, "cert.cert"), "latin1");
  return {
    kind: "pem",
    certificates,
    key: decryptedKey(pemText(options.key, "cert.key"), options.passphrase),
  };
}

/** PEM is ASCII; comments around it may be anything. A byte order mark, as editors on Windows write it, is no part of it. */
function pemText(pem: unknown, name: string): string {
  if (typeof pem === "string") return pem.replace(/^\ufeff/, "");
  if (pem instanceof Uint8Array) {
    return Buffer.from(pem.buffer, pem.byteOffset, pem.byteLength)
      .toString("latin1")
      .replace(/^\xef\xbb\xbf/, "");
  }
  throw wrongType(`${name} must be the text or the bytes of a PEM file, not ${kindOf(pem)}.`);
}
