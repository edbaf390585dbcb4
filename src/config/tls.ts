/** TLS: how the identity of a server is checked. */
import { type OptionList, checkOptions, optionList } from "./options.js";
import { kindOf } from "../platform/record.js";
import { aBoolean } from "./value-checks.js";

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
      cert: "a certificate of the client is an option of its own, cert, which is not available yet",
      key: "a certificate of the client is an option of its own, cert, which is not available yet",
    },
  },
);

/** @internal @throws TypeError */
export function checkVerify(value: unknown, name: string): asserts value is boolean | VerifyOptions {
  if (typeof value === "boolean") return;
  if (typeof value !== "object" || value === null) {
    throw new TypeError(`${name} must be true, false or an object, not ${kindOf(value)}.`);
  }
  checkOptions(value, verifyOptions);
}

function aPEM(value: unknown): void {
  if (typeof value === "string" || value instanceof Uint8Array) return;
  throw new TypeError(`verify.ca must be the text or the bytes of certificates (PEM), not ${kindOf(value)}.`);
}
