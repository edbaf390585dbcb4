/** The private key of a certificate in PEM, decrypted. */
import { Buffer } from "node:buffer";
import { coded } from "../errors/coded.js";
import { crypto } from "../platform/crypto.js";

/** `-----BEGIN ENCRYPTED PRIVATE KEY-----`, or the lines that OpenSSL's older format has behind `BEGIN`. */
const ENCRYPTED = /^-----BEGIN ENCRYPTED PRIVATE KEY-----|^Proc-Type: *4, *ENCRYPTED/m;
const WHOLE = /-----BEGIN ((?:[A-Z0-9]+ )*PRIVATE KEY)-----([^]*?)-----END \1-----/;
/** The cipher of the older format. */
const OLDER_CIPHER = /^DEK-Info: *([A-Z0-9-]+)/m;

/** The codes of PKCS #5 1.5 and of PKCS #12 that have ciphers of old: RC2, RC4 and DES. Contents of their identifiers in DER. */
const OUTDATED: readonly (readonly [identifier: string, name: string])[] = [
  ["2a864886f70d010501", "MD2 and DES"],
  ["2a864886f70d010503", "MD5 and DES"],
  ["2a864886f70d010504", "MD2 and RC2"],
  ["2a864886f70d010506", "MD5 and RC2"],
  ["2a864886f70d01050a", "SHA-1 and DES"],
  ["2a864886f70d01050b", "SHA-1 and RC2"],
  ["2a864886f70d010c0101", "SHA-1 and RC4"],
  ["2a864886f70d010c0102", "SHA-1 and RC4"],
  ["2a864886f70d010c0105", "SHA-1 and RC2"],
  ["2a864886f70d010c0106", "SHA-1 and RC2"],
];
const OUTDATED_OLDER = /^(DES-(?!EDE3)|RC2|RC4|RC5|IDEA|BF|CAST|SEED)/;

/**
 * The key in PKCS#8 (DER). The runtimes have different codes for the same mistake, so the codes are Node.js's, given here.
 *
 * @throws Error with the code `ERR_MISSING_PASSPHRASE`, `ERR_OSSL_BAD_DECRYPT` or `ERR_OSSL_UNSUPPORTED`.
 * @internal
 */
export function decryptedKey(pem: string, passphrase: string | undefined): Uint8Array {
  const isEncrypted = ENCRYPTED.test(pem);
  if (isEncrypted && passphrase === undefined) {
    throw coded(
      "ERR_MISSING_PASSPHRASE",
      new Error("The key of cert is encrypted: give its passphrase, too."),
    );
  }
  try {
    return crypto()
      .createPrivateKey({ key: alone(pem), format: "pem", passphrase })
      .export({ type: "pkcs8", format: "der" });
  } catch (cause) {
    const unusable = whyUnusable(pem, isEncrypted, cause);
    if (unusable !== null) throw coded("ERR_OSSL_UNSUPPORTED", new Error(unusable, { cause }));
    const message = "The passphrase of cert is not that of its key.";
    throw coded("ERR_OSSL_BAD_DECRYPT", new Error(message, { cause }));
  }
}

/** The key without what stands around it, with plain line ends: Deno takes no more. */
function alone(pem: string): string {
  return WHOLE.exec(pem)?.[0].replaceAll("\r\n", "\n") ?? pem;
}

/** Why no passphrase could make the key usable, or `null`. */
function whyUnusable(pem: string, isEncrypted: boolean, cause: unknown): string | null {
  if (!isEncrypted) return "The key of cert is not a private key in PEM.";
  const whole = WHOLE.exec(pem);
  if (whole === null) return "The key of cert ends before its last line.";
  const cipher = outdatedCipher(pem, whole[2]!);
  const isUnsupported = (cause as { code?: unknown } | null)?.code === "ERR_OSSL_EVP_UNSUPPORTED";
  if (cipher === null && !isUnsupported) return null;
  return `The key of cert is encrypted by ${cipher ?? "a cipher"}, which this runtime does not support: encrypt it by AES, as openssl pkcs8 -topk8 does.`;
}

function outdatedCipher(pem: string, base64: string): string | null {
  const older = OLDER_CIPHER.exec(pem)?.[1];
  if (older !== undefined) return OUTDATED_OLDER.test(older) ? older : null;
  // the identifier is the first one of the structure
  const start = Buffer.from(base64, "base64").subarray(0, 32).toString("hex");
  const length = (identifier: string): string => (identifier.length / 2).toString(16).padStart(2, "0");
  const found = OUTDATED.find(([identifier]) => start.includes(`06${length(identifier)}${identifier}`));
  return found?.[1] ?? null;
}
