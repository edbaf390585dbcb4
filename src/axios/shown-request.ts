/** The `request` of a response and an error: what programs read of node:http's own, such as the URL after redirects. */
import type { Response as Received } from "../response/response.js";
import type { Hop } from "./request.js";

/** @internal */
export interface ShownRequest {
  readonly method: string;
  readonly protocol: string;
  readonly host: string;
  readonly path: string;
  readonly res: {
    readonly statusCode: number;
    readonly httpVersion: string;
    readonly headers: Record<string, string | string[]>;
    /** The URL of the last request. */
    readonly responseUrl: string;
  };
}

/** @internal */
export function shownRequest({ method, url }: Hop, received: Received): ShownRequest {
  const headers: Record<string, string | string[]> = Object.fromEntries(received.headers.entries());
  const cookies = received.headers.getSetCookie();
  if (cookies.length > 0) headers["set-cookie"] = cookies;
  const { statusCode, httpVersion } = received;
  return {
    method,
    protocol: url.protocol,
    host: url.hostname,
    path: url.pathname + url.search,
    res: { statusCode, httpVersion, headers, responseUrl: url.href },
  };
}
