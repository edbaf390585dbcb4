/** What a transport over the network can be told. */
import type { LimitsOptions } from "../../config/limits.js";
import type { VerifyOptions } from "../../config/tls.js";

/** What an {@link AsyncHTTPTransport} is made of. */
export interface AsyncHTTPTransportOptions {
  /** Whether, and how, servers' certificates are checked. @default true */
  verify?: boolean | VerifyOptions | undefined;
  /** How many connections are opened and kept. */
  limits?: LimitsOptions | undefined;
  /** The path of a Unix domain socket to connect to, whatever the URL's host is. */
  uds?: string | undefined;
  /** @default true */
  http1?: boolean | undefined;
  /** @default false */
  http2?: boolean | undefined;
  /** Whether the environment's settings count (such as `SSL_CERT_FILE`). @default true */
  trustEnv?: boolean | undefined;
  /** How often a connection that could not be made is tried again. @default 0 */
  retries?: number | undefined;
  /** The largest decoded body that is accepted, in bytes; `null`: any. @default null */
  maxResponseBytes?: number | null | undefined;
}
