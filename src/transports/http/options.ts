/** The options of a transport over the network. */
import type { LimitsOptions } from "../../config/limits.js";
import { type Checks, type OptionList, optionList } from "../../config/options.js";
import type { VerifyOptions } from "../../config/tls.js";
import { aBoolean, aString, aWholeNumber, orNull } from "../../config/value-checks.js";
import { checkMaxResponseBytes } from "../../response/size-limit.js";
import { networkAdvice } from "./advice.js";

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

/** @internal */
export const networkOptions: Checks<AsyncHTTPTransportOptions> = {
  verify: null,
  limits: null,
  uds: aString,
  http1: orNull(aBoolean),
  http2: orNull(aBoolean),
  trustEnv: aBoolean,
  retries: aWholeNumber,
  maxResponseBytes: checkMaxResponseBytes,
};

/** Options to come. @internal */
export const plannedNetworkOptions: readonly string[] = [
  "cert",
  "connectPolicy",
  "dns",
  "localAddress",
  "proxy",
  "resolver",
  "socketOptions",
  "tls",
];

/** @internal */
export const transportOptions: OptionList = optionList("AsyncHTTPTransport", networkOptions, {
  planned: plannedNetworkOptions,
  advice: networkAdvice,
});
