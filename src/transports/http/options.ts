/** The options of a transport over the network. */
import { type CertOptions, aCertificate } from "../../config/client-certificate.js";
import { type Http2Options, anHttp2 } from "../../config/http2.js";
import type { LimitsOptions } from "../../config/limits.js";
import { type Checks, type OptionList, optionList } from "../../config/options.js";
import type { SocketOptions } from "../../config/socket-options.js";
import { type Proxy, aProxy } from "../../config/proxy.js";
import { type TlsOptions, type VerifyOptions, aTls, checkVerify } from "../../config/tls.js";
import type { WebURL } from "../../platform/web-types.js";
import { aBoolean, aWholeNumber, orNull } from "../../config/value-checks.js";
import { checkMaxResponseBytes } from "../../response/size-limit.js";
import { type ConnectPolicy, aConnectPolicy } from "./addresses/connect-policy.js";
import { type DnsOptions, aDns } from "./addresses/dns.js";
import { anAddress } from "./addresses/literals.js";
import { type LookupFunction, type Resolver, aResolver } from "./addresses/resolver.js";
import { aSocketPath } from "./addresses/uds.js";
import { networkAdvice } from "./advice.js";

/** Options of an {@link AsyncHTTPTransport}. */
export interface AsyncHTTPTransportOptions {
  /** Whether and how the certificates of servers are checked. @default true */
  verify?: boolean | VerifyOptions | undefined;
  /** The certificate with which the client says who it is, to servers that ask. @default null */
  cert?: CertOptions | null | undefined;
  /** Options of TLS connections, such as the oldest version. */
  tls?: TlsOptions | null | undefined;
  /** The number of connections that are opened and kept. */
  limits?: LimitsOptions | undefined;
  /** The proxy of all requests: its URL, or a {@link Proxy} with further options. @default null */
  proxy?: string | WebURL | Proxy | null | undefined;
  /**
   * The path of a Unix domain socket. All requests use it, regardless of the host in their URL. With a `proxy`, the
   * proxy listens there. On Linux `"\0name"` is an abstract socket, as in Node.js. On Windows it is the path of a named
   * pipe: `"\\\\.\\pipe\\docker_engine"`.
   */
  uds?: string | undefined;
  /** Options of TCP sockets, such as the time until a silent peer is probed. */
  socketOptions?: SocketOptions | undefined;
  /**
   * The IP address of this machine that connections come from. Only servers of the same version of IP can be reached then:
   * `"0.0.0.0"` means IPv4 only, from the address that the system chooses.
   */
  localAddress?: string | null | undefined;
  /** How the names of hosts become addresses: fixed addresses, the version of IP, the cache. */
  dns?: DnsOptions | null | undefined;
  /** Looks names up instead of the system; a function, also one with the signature of `dns.lookup`. */
  resolver?: Resolver | LookupFunction | null | undefined;
  /** The addresses that connections may lead to. @default null, which is all of them */
  connectPolicy?: ConnectPolicy | null | undefined;
  /**
   * Whether HTTP/1.1 is used. `false` requires `http2`, which is then used for `http:` URLs and Unix sockets too, without
   * negotiation (prior knowledge).
   *
   * @default true
   */
  http1?: boolean | undefined;
  /** Whether and how HTTP/2 is used with servers that choose it in the TLS handshake (ALPN). @default false */
  http2?: boolean | Http2Options | undefined;
  /** Whether environment variables such as `SSL_CERT_FILE` are used. @default true */
  trustEnv?: boolean | undefined;
  /** How often a failed attempt to connect is repeated. @default 0 */
  retries?: number | undefined;
  /** The largest accepted decoded body in bytes; `null`: no limit. @default null */
  maxResponseBytes?: number | null | undefined;
}

/** @internal */
export const networkOptions: Checks<AsyncHTTPTransportOptions> = {
  verify: checkVerify,
  cert: orNull(aCertificate),
  tls: orNull(aTls),
  limits: null,
  proxy: aProxy,
  uds: aSocketPath,
  socketOptions: null,
  localAddress: orNull(anAddress),
  dns: aDns,
  resolver: aResolver,
  connectPolicy: aConnectPolicy,
  http1: orNull(aBoolean),
  http2: anHttp2,
  trustEnv: aBoolean,
  retries: aWholeNumber,
  maxResponseBytes: checkMaxResponseBytes,
};

/** @internal */
export const transportOptions: OptionList = optionList("AsyncHTTPTransport", networkOptions, {
  advice: {
    ...networkAdvice,
    retry: "a client has it; for a transport alone, wrap it: new RetryTransport(transport, retry)",
  },
});
