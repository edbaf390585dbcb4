/** What the constructor and `close()` of a WebSocket accept (WebSockets Living Standard, 3.1). */
import { TextEncoder } from "../platform/classes.js";
import type { HeadersInit } from "../headers/headers.js";
import { domException } from "../platform/dom-exception.js";
import { platformURL } from "../url/base.js";

/** A token (RFC 9110, 5.6.2). */
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const MAX_REASON = 123;

/**
 * The second argument, where it is not the subprotocols: what Node.js's own class accepts too. Unknown members are ignored, as
 * the platform does.
 */
export interface WebSocketInit {
  /** The subprotocols that are offered, the preferred one first. */
  protocols?: string | Iterable<string>;
  /** Headers of the handshake, beside those of the client. */
  headers?: HeadersInit | string[][];
}

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

/** The second argument of the constructor: subprotocols, or what Node.js's own class accepts too. @internal */
export function initOf(
  given: string | Iterable<string> | WebSocketInit | undefined,
): Pick<WebSocketInit, "protocols" | "headers"> {
  if (given === undefined) return {};
  const isInit = typeof given === "object" && given !== null && !(Symbol.iterator in given);
  return isInit ? given : { protocols: given };
}

/** @throws DOMException SyntaxError; TypeError for a symbol. @internal */
export function checkedProtocols(given: unknown): string[] {
  const isList = typeof given === "object" && given !== null && Symbol.iterator in given;
  const protocols = (isList ? [...(given as Iterable<unknown>)] : [given]).map((one) => `${one as string}`);
  const isSet = new Set(protocols.map((one) => one.toLowerCase())).size === protocols.length;
  if (!isSet || !protocols.every((one) => TOKEN.test(one))) {
    throw syntaxError(`${JSON.stringify(protocols)} are not different names of subprotocols.`);
  }
  return protocols;
}

/**
 * The code and reason of a close frame: null sends none. A number is clamped and rounded (Web IDL, 3.2.4), and a reason alone
 * goes with 1000.
 *
 * @throws DOMException InvalidAccessError, SyntaxError; TypeError for a symbol.
 * @internal
 */
export function checkedClose(code: unknown, reason: unknown): { code: number | null; reason: string } {
  const clamped = code === undefined ? null : clampedToShort(Number(code));
  const text = reason === undefined ? "" : `${reason as string}`;
  if (clamped !== null && clamped !== 1000 && !(clamped >= 3000 && clamped <= 4999)) {
    throw domException(`The code is 1000 or 3000 to 4999, not ${clamped}.`, "InvalidAccessError");
  }
  if (new TextEncoder().encode(text).byteLength > MAX_REASON) {
    throw syntaxError("The reason has more than 123 bytes.");
  }
  return { code: clamped ?? (text === "" ? null : 1000), reason: text };
}

/** Halves are rounded to the even number. */
function clampedToShort(value: number): number {
  if (Number.isNaN(value)) return 0;
  const clamped = Math.min(Math.max(value, 0), 0xffff);
  const rounded = Math.round(clamped);
  return rounded - clamped === 0.5 && rounded % 2 === 1 ? rounded - 1 : rounded;
}

function syntaxError(message: string): DOMException {
  return domException(message, "SyntaxError");
}
