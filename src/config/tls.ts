/** TLS: how the identity of a server is checked, and what else its connections have. */
import { outOfRange, wrongType } from "../platform/argument-error.js";
import { Buffer } from "node:buffer";
import { kindOf } from "../platform/record.js";
import { type OptionList, checkOptions, optionList } from "./options.js";
import { aBoolean, aRecord, aString, checkChoice } from "./value-checks.js";

/** A certificate or key: the PEM text itself, never a path. */
export type PEM = string | Uint8Array;

/** How a server's certificate is checked. */
export interface VerifyOptions {
  /** Trusted instead of the built-in roots. */
  ca?: PEM | PEM[] | undefined;
  /** Trust the platform's own roots. @default false */
  system?: boolean | undefined;
  /** Whether the certificate must match the requested host. @default true */
  checkHostname?: boolean | undefined;
}

/** @internal */
export const verifyOptions: OptionList = optionList<VerifyOptions>(
  "verify",
  {
    ca: (value) => {
      for (const pem of Array.isArray(value) ? value : [value]) aPEM(pem);
    },
    system: (value) => aBoolean(value, "verify.system"),
    checkHostname: (value) => aBoolean(value, "verify.checkHostname"),
  },
  {
    advice: {
      rejectUnauthorized: "to check no certificate, give verify: false",
      cert: "a certificate of the client is an option of its own, cert",
      key: "a certificate of the client is an option of its own, cert",
    },
  },
);

/** @internal @throws TypeError */
export function checkVerify(value: unknown, name: string): asserts value is boolean | VerifyOptions {
  if (typeof value === "boolean") return;
  if (typeof value !== "object" || value === null) {
    throw wrongType(`${name} must be true, false or an object, not ${kindOf(value)}.`);
  }
  checkOptions(value, verifyOptions);
}

function aPEM(value: unknown): void {
  if (typeof value === "string" || value instanceof Uint8Array) return;
  throw wrongType(`verify.ca must be the text or the bytes of certificates (PEM), not ${kindOf(value)}.`);
}

/**
 * Options of TLS connections.
 *
 * @example
 * const client = new AsyncClient({ tls: { minVersion: "TLSv1.3" } });
 */
export interface TlsOptions {
  /** The oldest version that is spoken. @default "TLSv1.2" */
  minVersion?: "TLSv1.2" | "TLSv1.3" | undefined;
  /**
   * Public keys, each as `sha256/` and the digest of its SubjectPublicKeyInfo in base64 (RFC 7469). One of them must be in the
   * verified chain of the server's certificate, or with `verify: false` in the chain that the server sends. Proxies are
   * exempt. @default any key
   */
  pins?: string[] | undefined;
  /**
   * The path of a file to which the secrets of all connections are appended: with it, tools such as Wireshark decrypt recorded
   * traffic. @default the one that `SSLKEYLOGFILE` names, unless `trustEnv` is false
   */
  keyLog?: string | undefined;
  /** Whether sessions are resumed, also those of other clients with the same options. @default true */
  sessionResumption?: boolean | undefined;
}

const VERSIONS: readonly unknown[] = ["TLSv1.2", "TLSv1.3"];
/** The base64 of 32 bytes. */
const PIN = /^sha256\/([A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=)$/;

/** @internal */
export const tlsOptions: OptionList = optionList<TlsOptions>(
  "tls",
  {
    minVersion: (value) => checkChoice(value, VERSIONS, 'tls.minVersion must be "TLSv1.2" or "TLSv1.3"'),
    pins: checkPins,
    keyLog: (value) => {
      aString(value, "tls.keyLog");
      if (value === "") throw outOfRange("tls.keyLog must be the path of a file, not empty.");
    },
    sessionResumption: (value) => aBoolean(value, "tls.sessionResumption"),
  },
  {
    advice: {
      ca: "authorities are given as verify: { ca }",
      cert: "a certificate of the client is an option of its own, cert",
      key: "a certificate of the client is an option of its own, cert",
      keylog: "did you mean keyLog",
      pin: "did you mean pins",
      rejectUnauthorized: "to check no certificate, give verify: false",
      servername: "the name is an extension of a request: extensions: { sniHostname }",
    },
  },
);

/** @internal @throws TypeError, RangeError */
export function aTls(value: unknown, name: string): void {
  aRecord(value, name);
  checkOptions(value, tlsOptions);
}

/** The digests of checked pins. @internal */
export function pinnedKeys(pins: readonly string[]): Uint8Array[] {
  return pins.map((pin) => Buffer.from(PIN.exec(pin)![1]!, "base64"));
}

function checkPins(pins: unknown): void {
  if (!Array.isArray(pins)) throw wrongType(`tls.pins must be a list of strings, not ${kindOf(pins)}.`);
  // no pin at all would accept any key, or none: neither is what a list is given for
  if (pins.length === 0) throw outOfRange("tls.pins must have at least one pin.");
  for (const pin of pins) {
    const demand = "tls.pins must be sha256/ and 32 bytes in base64 each";
    if (typeof pin !== "string") throw wrongType(`${demand}, not ${kindOf(pin)}.`);
    if (!PIN.test(pin)) throw outOfRange(`${demand}, not ${JSON.stringify(pin)}.`);
  }
}
