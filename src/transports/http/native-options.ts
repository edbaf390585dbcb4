/** Checks the options of an {@link AsyncHTTPTransport} and converts them for the engine. */
import { constants } from "node:buffer";
import { wrongType } from "../../platform/argument-error.js";
import { type CertOptions, certificateSource } from "../../config/client-certificate.js";
import { checkedHttp2 } from "../../config/http2.js";
import { Limits } from "../../config/limits.js";
import { checkOptions } from "../../config/options.js";
import { checkedSocketOptions } from "../../config/socket-options.js";
import { pinnedKeys } from "../../config/tls.js";
import type { NativeClientOptions } from "../../native/binding.js";
import {
  type ClientCertificate,
  certificateOfPem,
  certificateOfPkcs12,
} from "../../native/client-certificate.js";
import { nativeTrust } from "./native-trust.js";
import { nativeConnectPolicy } from "./addresses/connect-policy.js";
import { nativeDns } from "./addresses/dns.js";
import { checkedLocalAddress } from "./addresses/local-address.js";
import { checkedSocketPath } from "./addresses/uds.js";
import { type AsyncHTTPTransportOptions, transportOptions } from "./options.js";

/**
 * @throws TypeError, RangeError for values that an option cannot have.
 * @internal
 */
export function nativeOptions(options: AsyncHTTPTransportOptions): NativeClientOptions {
  checkOptions(options, transportOptions);
  const http1 = options.http1 ?? true;
  const http2 = checkedHttp2(options.http2);
  if (!http1 && http2 === null) throw wrongType("http1: false requires http2.");
  const { retries = 0, verify = true, trustEnv = true, uds, maxResponseBytes, socketOptions } = options;
  const { minVersion, pins = [], keyLog, sessionResumption = true } = options.tls ?? {};
  const { connectPolicy, dns, resolver } = options;
  const limits = new Limits(options.limits);
  return {
    maxConnections: count(limits.maxConnections),
    maxKeepaliveConnections: count(limits.maxKeepaliveConnections),
    keepaliveExpiry: limits.keepaliveExpiry ?? undefined,
    maxConnectionsPerHost: count(limits.maxConnectionsPerHost),
    uds: checkedSocketPath(options),
    ...checkedSocketOptions(socketOptions, uds),
    localAddress: checkedLocalAddress(options.localAddress, options),
    dns: nativeDns(dns, (resolver ?? null) !== null),
    connectPolicy: nativeConnectPolicy(connectPolicy),
    http1,
    http2: http2 ?? undefined,
    retries: Math.min(retries, 0xffff),
    maxResponseBytes: maxResponseBytes ?? undefined,
    maxWholeBytes: constants.MAX_LENGTH,
    trust: nativeTrust(verify, trustEnv),
    tls: { onlyTls13: minVersion === "TLSv1.3", pins: pinnedKeys(pins), keyLog, sessionResumption },
  };
}

/**
 * The client's own certificate, if it has one.
 *
 * @throws Error with a code of OpenSSL's for a wrong passphrase, and for a key and a certificate that do not fit.
 * @internal
 */
export function clientCertificate(options: CertOptions | null | undefined): ClientCertificate | null {
  if (options === undefined || options === null) return null;
  const source = certificateSource(options);
  return source.kind === "pem"
    ? certificateOfPem(source.certificates, source.key)
    : certificateOfPkcs12(source.file, source.passphrase);
}

/** The engine counts in 32 bits. */
function count(limit: number | null): number | undefined {
  return limit === null ? undefined : Math.min(limit, 0xffffffff);
}
