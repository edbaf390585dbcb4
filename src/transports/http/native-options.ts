/** Checks the options of an {@link AsyncHTTPTransport} and converts them for the engine. */
import { checkedHttp2 } from "../../config/http2.js";
import { Limits } from "../../config/limits.js";
import { checkOptions } from "../../config/options.js";
import { checkedSocketOptions } from "../../config/socket-options.js";
import type { NativeClientOptions } from "../../native/binding.js";
import { nativeTrust } from "./native-trust.js";
import { type AsyncHTTPTransportOptions, transportOptions } from "./options.js";

/**
 * @throws TypeError, RangeError for values that an option cannot have.
 * @internal
 */
export function nativeOptions(options: AsyncHTTPTransportOptions): NativeClientOptions {
  checkOptions(options, transportOptions);
  const http1 = options.http1 ?? true;
  const http2 = checkedHttp2(options.http2);
  if (!http1 && http2 === null) throw new TypeError("http1: false requires http2.");
  const { retries = 0, verify = true, trustEnv = true, uds, maxResponseBytes, socketOptions } = options;
  const limits = new Limits(options.limits);
  return {
    maxConnections: count(limits.maxConnections),
    maxKeepaliveConnections: count(limits.maxKeepaliveConnections),
    keepaliveExpiry: limits.keepaliveExpiry ?? undefined,
    maxConnectionsPerHost: count(limits.maxConnectionsPerHost),
    uds,
    ...checkedSocketOptions(socketOptions, uds),
    http1,
    http2: http2 ?? undefined,
    retries: Math.min(retries, 0xffff),
    maxResponseBytes: maxResponseBytes ?? undefined,
    trust: nativeTrust(verify, trustEnv),
  };
}

/** The engine counts in 32 bits. */
function count(limit: number | null): number | undefined {
  return limit === null ? undefined : Math.min(limit, 0xffffffff);
}
