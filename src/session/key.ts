/** The key of a handshake, and what shows that the server has read it (RFC 6455, 1.3). */
import { crypto } from "../platform/crypto.js";

const GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

/** @internal */
export function newKey(): string {
  return crypto().randomBytes(16).toString("base64");
}

/** The `Sec-WebSocket-Accept` that answers a key. @internal */
export function acceptanceOf(key: string): string {
  return crypto().createHash("sha1").update(`${key}${GUID}`).digest("base64");
}
