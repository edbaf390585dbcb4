/** The options of an {@link AsyncHTTPTransport}, checked, as the engine takes them. */
import { Limits } from "../../config/limits.js";
import type { PEM, VerifyOptions } from "../../config/tls.js";
import type { NativeClientOptions } from "../../native/binding.js";
import { checkMaxResponseBytes } from "../../response/size-limit.js";
import type { AsyncHTTPTransportOptions } from "./options.js";

/**
 * @throws TypeError, RangeError for options that are not what they should be.
 * @internal
 */
export function nativeOptions(options: AsyncHTTPTransportOptions): NativeClientOptions {
  if (options.http1 === false) throw new TypeError("http1: false needs HTTP/2, which is not available yet");
  if (options.http2 === true) throw new TypeError("http2: HTTP/2 is not available yet");
  const { retries = 0, verify = true, trustEnv = true, uds, maxResponseBytes } = options;
  checkType("uds", uds, "string");
  checkType("trustEnv", trustEnv, "boolean");
  if (!Number.isSafeInteger(retries) || retries < 0 || retries > 0xffff) {
    throw new RangeError(`retries must be a whole number, not ${String(retries)}`);
  }
  checkMaxResponseBytes(maxResponseBytes ?? null);
  const limits = new Limits(options.limits);
  const checks = verifyOptions(verify);
  return {
    maxConnections: count(limits.maxConnections),
    maxKeepaliveConnections: count(limits.maxKeepaliveConnections),
    keepaliveExpiry: limits.keepaliveExpiry ?? undefined,
    maxConnectionsPerHost: count(limits.maxConnectionsPerHost),
    uds,
    retries,
    maxResponseBytes: maxResponseBytes ?? undefined,
    verify: verify !== false,
    checkHostname: checks.checkHostname ?? true,
    ca: checks.ca === undefined ? undefined : pemTexts(checks.ca),
    system: checks.system ?? false,
    trustEnv,
  };
}

function verifyOptions(verify: boolean | VerifyOptions): VerifyOptions {
  if (typeof verify === "boolean") return {};
  checkType("verify", verify, "object");
  checkType("verify.checkHostname", verify.checkHostname, "boolean");
  checkType("verify.system", verify.system, "boolean");
  return verify;
}

/** The engine would say it too, but in its own words, and only at the first request. */
function checkType(name: string, value: unknown, type: "string" | "boolean" | "object"): void {
  if (value === undefined || (value !== null && typeof value === type)) return;
  throw new TypeError(`${name} must be of type ${type}, not ${value === null ? "null" : typeof value}`);
}

/** The engine counts in 32 bits. */
function count(limit: number | null): number | undefined {
  return limit === null ? undefined : Math.min(limit, 0xffffffff);
}

function pemTexts(ca: PEM | PEM[]): string[] {
  const texts = Array.isArray(ca) ? ca : [ca];
  return texts.map((pem) => (typeof pem === "string" ? pem : new TextDecoder().decode(pem)));
}
