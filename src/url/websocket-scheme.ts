/** The schemes of WebSocket: the handshake of a `ws:` URL is a request to its `http:` URL (RFC 6455, 4.1). */

/** `ws` is `http`, and `wss` is `https`: of a URL, or of a scheme alone. @internal */
export function httpOfWebSocket(text: string): string {
  return text.replace(/^ws(?=s?(:|$))/i, "http");
}
