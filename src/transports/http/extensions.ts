/**
 * Converts the extensions of a request for the engine, and refuses invalid ones before anything is sent.
 */
import { aString } from "../../config/value-checks.js";
import { aTarget } from "../../request/extension-names.js";
import { Buffer } from "node:buffer";
import { net } from "../../platform/on-demand.js";
import { domainToASCII } from "node:url";
import { errorFromEngine } from "../../errors/engine.js";
import type { Phase } from "../../errors/request-error.js";
import type { Request } from "../../request/request.js";
import type { RequestExtensions, TraceListener } from "../../request/extensions.js";
import { aListener, type InformationalResponse } from "../../request/message-options.js";

/** Visible ASCII and the latin1 characters above it, which may occur in a request target (RFC 9112, 3.2). */
const REQUEST_TARGET = /^[\x21-\x7e\x80-\xff]+$/;
const ASCII = /^[\0-\x7f]*$/;
/** The characters that `domainToASCII` may get: it drops line breaks, and cuts a name where a URL's host would end. */
const INTERNATIONAL = /^[\w.\-\x80-\uffff]+$/;
/** A host name, absolute or not (RFC 1123, 2.1), with the underscores of service names. */
const HOST_NAME =
  /^(?=.{1,253}\.?$)[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?)*\.?$/;

/**
 * The request target (RFC 9112, 3.2), as latin1.
 *
 * @internal
 * @throws LocalProtocolError for characters that would end the target, and CONNECT without one; TypeError if it is neither text nor bytes.
 */
export function requestTarget(request: Request, extensions: RequestExtensions | null): string {
  const target = extensions?.target;
  if (target === undefined || target === null) {
    // its target is a host and a port, which no path of a URL is (RFC 9110, 9.3.6)
    if (request.method !== "CONNECT") return request.parsedURL.path;
    throw refusal(
      request,
      "write",
      "ERR_INVALID_TARGET",
      "CONNECT needs extensions.target, a host and a port",
    );
  }
  aTarget(target, "extensions.target");
  const text =
    typeof target === "string"
      ? target
      : Buffer.from(target.buffer, target.byteOffset, target.byteLength).toString("latin1");
  if (!REQUEST_TARGET.test(text)) {
    throw refusal(request, "write", "ERR_INVALID_TARGET", `illegal request target ${JSON.stringify(text)}`);
  }
  return text;
}

/**
 * The name for TLS if it differs from the host; empty without one, and for a request without TLS.
 *
 * @internal
 * @throws LocalProtocolError for an invalid host name; TypeError if it is not a string.
 */
export function serverNameOf(request: Request, { sniHostname }: RequestExtensions): string {
  if (sniHostname === undefined || sniHostname === null) return "";
  aString(sniHostname, "extensions.sniHostname");
  const name = serverName(sniHostname);
  if (name === null) {
    const message = `${JSON.stringify(sniHostname)} cannot be the name of a TLS server`;
    throw refusal(request, "tls", "ERR_TLS_INVALID_SERVER_NAME", message);
  }
  return request.parsedURL.scheme === "https" ? name : "";
}

/** In lower case and ASCII; null if it is neither a host name nor an address. */
function serverName(given: string): string | null {
  let name = given.toLowerCase();
  if (!ASCII.test(given)) name = INTERNATIONAL.test(given) ? domainToASCII(given) : "";
  return HOST_NAME.test(name) || net().isIP(name) !== 0 ? name : null;
}

/** @internal @throws TypeError if it is not a function. */
export function listenerOf({ trace }: RequestExtensions): TraceListener | null {
  if (trace === undefined || trace === null) return null;
  aListener(trace, "extensions.trace");
  return trace;
}

/** @internal @throws TypeError if it is not a function. */
export function informationalOf({
  onInformational = null,
}: RequestExtensions): ((response: InformationalResponse) => void) | null {
  aListener(onInformational, "onInformational");
  return onInformational;
}

function refusal(request: Request, phase: Phase, code: string, message: string): Error {
  const failure = { kind: "LocalProtocolError", phase, code, message, requestSent: false } as const;
  return errorFromEngine(failure, request);
}
