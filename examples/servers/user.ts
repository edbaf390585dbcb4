/** Answers every request of HTTP/2 with one user. */
import type { Http2ServerRequest, Http2ServerResponse } from "node:http2";

const BODY = JSON.stringify({ id: 7, name: "Grace Hopper" });

export function user(_request: Http2ServerRequest, response: Http2ServerResponse): void {
  response.setHeader("Content-Type", "application/json");
  response.end(BODY);
}
