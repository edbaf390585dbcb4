/** What the constructor and `close()` of a WebSocket accept (WebSockets Living Standard, 3.1). */
import { TextEncoder } from "../platform/classes.js";
import { domException } from "../platform/dom-exception.js";
import { platformURL } from "../url/base.js";

/** A token (RFC 9110, 5.6.2). */
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const MAX_REASON = 123;

/**
 * The URL with a scheme of WebSocket; a relative one belongs to the base URL of the client.
 *
 * @throws DOMException SyntaxError
 * @internal
 */
export function checkedURL(given: string | { toString(): string }, base: URL | null): URL {
  const url = platformURL(given, base);
  url.protocol = url.protocol.replace(/^http/, "ws");
  if (url.protocol !== "ws:" && url.protocol !== "wss:") {
    throw syntaxError(`A WebSocket has a URL with ws:, wss:, http: or https:, not ${url.protocol}`);
  }
  if (url.hash !== "" || url.href.endsWith("#")) throw syntaxError("A WebSocket's URL has no fragment.");
  return url;
}

/** @throws DOMException SyntaxError @internal */
export function checkedProtocols(given: string | Iterable<string>): string[] {
  const protocols = typeof given === "string" ? [given] : [...given].map(String);
  const isSet = new Set(protocols.map((one) => one.toLowerCase())).size === protocols.length;
  if (!isSet || !protocols.every((one) => TOKEN.test(one))) {
    throw syntaxError(`${JSON.stringify(protocols)} are not different names of subprotocols.`);
  }
  return protocols;
}

/** @throws DOMException InvalidAccessError, SyntaxError @internal */
export function checkClose(code: number | undefined, reason: string): void {
  if (code !== undefined && code !== 1000 && !(code >= 3000 && code <= 4999)) {
    throw domException(`The code is 1000 or 3000 to 4999, not ${code}.`, "InvalidAccessError");
  }
  if (new TextEncoder().encode(reason).byteLength > MAX_REASON) {
    throw syntaxError("The reason has more than 123 bytes.");
  }
}

function syntaxError(message: string): DOMException {
  return domException(message, "SyntaxError");
}
