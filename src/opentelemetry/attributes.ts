/** The attributes of requests, responses and failures, by the semantic conventions of HTTP clients. */
import type { Attributes } from "@opentelemetry/api";
import type { RequestMessage } from "../middleware/diagnostics.js";
import { variable } from "../platform/environment.js";
import type { Request } from "../request/request.js";
import type { Response } from "../response/response.js";
import type { SensitiveNames } from "../transports/masking/names.js";
import { defaultPorts } from "../url/parsed-url.js";
import { redactedURL } from "./redacted-url.js";

/** RFC 9110, RFC 5789 and QUERY. Others are `_OTHER`, so that a caller's words do not multiply the series of metrics. */
const METHODS = ["GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH", "QUERY"];
/** The conventions demand a way to replace the list, and name this variable. */
const given = variable("OTEL_INSTRUMENTATION_HTTP_KNOWN_METHODS");
const known = new Set(given ? given.split(",").map((method) => method.trim()) : METHODS);

/** The method in the conventions' terms. @internal */
export function methodOf({ method }: Request): string {
  return known.has(method) ? method : "_OTHER";
}

/** What tells series of metrics apart before there is a response. @internal */
export function measuredAttributes(request: Request): Attributes {
  const { scheme, hostname, port } = request.parsedURL;
  return { "http.request.method": methodOf(request), ...serverAttributes(scheme, hostname, port) };
}

/** A server. @param port that of the scheme if it is null. @internal */
export function serverAttributes(scheme: string, hostname: string, port: number | null): Attributes {
  return {
    "server.address": hostname.replace(/^\[(.*)\]$/, "$1"),
    ...present("server.port", port ?? defaultPorts[scheme]),
    "url.scheme": scheme,
  };
}

/** What only the span has of a request. @internal */
export function describedRequest(
  { request, resendCount }: RequestMessage,
  sensitive: SensitiveNames,
): Attributes {
  const isKnown = known.has(request.method);
  return {
    "http.request.method_original": isKnown ? undefined : request.method,
    "http.request.resend_count": resendCount === 0 ? undefined : resendCount,
    "url.full": redactedURL(request.parsedURL.href, sensitive),
    "user_agent.original": request.headers.get("user-agent") ?? undefined,
  };
}

/** What span and metrics have of a response. @internal */
export function answeredAttributes({ statusCode, httpVersion }: Response): Attributes {
  return {
    "http.response.status_code": statusCode,
    "network.protocol.version": httpVersion.replace("HTTP/", ""),
    ...present("error.type", statusCode < 400 ? undefined : String(statusCode)),
  };
}

/** What only the span has of a connection: the peer, which is the proxy if there is one. @internal */
export function peerAttributes({ connection }: Response["extensions"]): Attributes {
  return {
    "network.peer.address": connection?.remoteAddress ?? undefined,
    "network.peer.port": connection?.remotePort ?? undefined,
  };
}

/** Nothing instead of an undefined value, which exporters of metrics would take for a value. */
function present(name: string, value: string | number | undefined): Attributes {
  return value === undefined ? {} : { [name]: value };
}

/** The class of an error: its message would be another series of metrics for each address. @internal */
export function errorType(reason: unknown): string {
  return reason instanceof Error && reason.name !== "" ? reason.name : "_OTHER";
}
