/** Checks the options of an {@link AsyncHTTPTransport} and converts them for the engine. */
import { checkedHttp2 } from "../../config/http2.js";
import { Limits } from "../../config/limits.js";
import { checkOptions } from "../../config/options.js";
import { checkedSocketOptions } from "../../config/socket-options.js";
import { type PEM, type VerifyOptions, verifyOptions } from "../../config/tls.js";
import { kindOf } from "../../platform/record.js";
import type { NativeClientOptions } from "../../native/binding.js";
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
  const checks = checkedVerify(verify);
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
    verify: verify !== false,
    checkHostname: checks.checkHostname ?? true,
    ca: checks.ca === undefined ? undefined : pemTexts(checks.ca),
    system: checks.system ?? false,
    trustEnv,
  };
}

function checkedVerify(verify: boolean | VerifyOptions): VerifyOptions {
  if (typeof verify === "boolean") return {};
  if (typeof verify !== "object" || verify === null) {
    throw new TypeError(`verify must be true, false or an object, not ${kindOf(verify)}.`);
  }
  checkOptions(verify, verifyOptions);
  return verify;
}

/** The engine counts in 32 bits. */
function count(limit: number | null): number | undefined {
  return limit === null ? undefined : Math.min(limit, 0xffffffff);
}

function pemTexts(ca: PEM | PEM[]): string[] {
  const texts = Array.isArray(ca) ? ca : [ca];
  return texts.map((pem) => {
    if (typeof pem === "string") return pem;
    if ((pem as unknown) instanceof Uint8Array) return new TextDecoder().decode(pem);
    throw new TypeError(`verify.ca must be the text or the bytes of certificates (PEM), not ${kindOf(pem)}.`);
  });
}
