/** TLS: how the identity of a server is checked. */
import { type OptionList, optionList } from "./options.js";
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
    ca: null,
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
