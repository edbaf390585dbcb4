/** TLS: how the identity of a server is checked. */

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
